"""What the weights of a synthetic control rest on, each assumption as a value."""

from __future__ import annotations

from typing import Final

import numpy as np

from econ.regression.evaluation.synthetic.pool import Pool
from econ.regression.evaluation.synthetic.weighting import Weighted
from econ.regression.results.fit import Diagnostic

__all__ = ["PERCENT", "diagnosed"]

SAME_WEIGHTS: Final = 0.02
EXACT: Final = 1e-9
PERCENT: Final = 0.10


def diagnosed(pool: Pool, weighted: Weighted, method: str) -> tuple[Diagnostic, ...]:
    """Return what the weights rest on, each assumption a row."""
    fitted = pool.outcomes[:, pool.fitted]
    free = float(((fitted[0] - weighted.outcome_only @ fitted[1:]) ** 2).mean())
    found = []
    if weighted.searches:
        found += _of_searches(weighted)
    if method == "nested":
        own = float(((fitted[0] - weighted.weights @ fitted[1:]) ** 2).mean())
        apart = float(np.abs(weighted.weights - weighted.outcome_only).sum() / 2.0)
        reason = (
            f"mean squared gap {own:.4g}, and {free:.4g} when the outcome alone is fitted; "
            f"{apart:.0%} of the weight lies elsewhere"
        )
        ratio = own / free if free else np.inf
        found.append(Diagnostic("Outcome-only fit beside", ratio, reason=reason))
    scale = float((fitted[0] ** 2).mean())
    many = len(pool.donors) > int(pool.fitted.sum())
    if method != "nested" and many:
        exact = free <= EXACT * scale
        reason = f"{len(pool.donors)} donors for {int(pool.fitted.sum())} periods" + (
            ": the fit is exact, and other weights fit as well" if exact else ""
        )
        found.append(Diagnostic("One set of weights", holds=not exact, reason=reason))
    error = fitted[0] - weighted.weights @ fitted[1:]
    level = float(np.sqrt((error**2).mean()) / max(np.abs(fitted[0]).mean(), np.finfo(float).tiny))
    reason = f"root mean squared gap is {level:.2%} of the outcome"
    found.append(Diagnostic("Fit before the event", level, reason=reason))
    floor = 1.0 / (1 + len(pool.donors))
    reason = f"{len(pool.donors)} donors: no placebo p-value below {floor:.4f} is possible"
    enough = floor <= PERCENT
    found.append(Diagnostic("Enough donors for a p-value", floor, holds=enough, reason=reason))
    if not pool.neighbours_known:
        reason = "not stated which units neighbour the site: DonorRule(neighbours=...)"
        found.append(Diagnostic("No donor neighbours the site", reason=reason))
    else:
        holds = not pool.allow_neighbours
        reason = "excluded by the rule" if holds else "allowed by the rule: partly treated donors"
        found.append(Diagnostic("No donor neighbours the site", holds=holds, reason=reason))
    return tuple(found)


def _of_searches(weighted: Weighted) -> list[Diagnostic]:
    best = min(weighted.searches, key=lambda search: float(search.losses[0]))
    losses = np.concatenate([search.losses for search in weighted.searches])
    weights = np.vstack([search.weights for search in weighted.searches])
    away = np.abs(weights - best.weights[0]).sum(axis=1) / 2.0
    alike = away <= SAME_WEIGHTS
    n = len(losses)
    reason = (
        f"{int(alike.sum())} of {n} starts end at one set of weights, "
        f"mean squared gap {losses.min():.4g}"
    )
    if not alike.all():
        reason += (
            f"; others at {losses[~alike].min():.4g} to {losses[~alike].max():.4g}: see starts()"
        )
    found = [
        Diagnostic(
            "Same answer from every start",
            float(alike.mean()),
            holds=bool(alike.all()),
            reason=reason,
        )
    ]
    if len(weighted.searches) > 1:
        ends = np.array([search.weights[0] for search in weighted.searches])
        widest = float((np.abs(ends - best.weights[0]).sum(axis=1) / 2.0).max())
        firsts = [float(search.losses[0]) for search in weighted.searches]
        holds = widest <= SAME_WEIGHTS
        reason = f"best of each: {', '.join(f'{value:.6g}' for value in firsts)}" + (
            "" if holds else "; a better optimum may exist: raise starts and searches"
        )
        found.append(
            Diagnostic("Same answer from every search", widest, holds=holds, reason=reason)
        )
    return found
