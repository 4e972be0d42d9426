"""A study's variants side by side, mixed by their weights, and how likely an outcome is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import InputError
from econ.impact.interval import HIGH, LOW, interval
from econ.quantity.likelihood import likelihood
from econ.study.doubt.moving import national
from econ.study.evaluation import Evaluation
from econ.study.outcomes import OUTCOMES, Outcome, outcomes_of
from econ.study.study import Study, check_study

__all__ = ["ALL", "chances", "mixture", "variant_runs"]

Array = npt.NDArray[np.float64]
ALL: Final = "all by weight"


def variant_runs(study: Study, evaluation: Evaluation | None = None) -> dict[str, Evaluation]:
    """Return every variant's national evaluation; those that differ in regions only share one.

    Parameters
    ----------
    study : Study
    evaluation : Evaluation, optional
        Of the study itself, where there is one already.
    """
    made = [] if evaluation is None else [(national(study), evaluation)]
    found = {}
    for variant in study.variants:
        lean = national(study.variant(variant.name))
        same = next((run for other, run in made if replace(lean, name=other.name) == other), None)
        if same is None:
            same = lean.run()
            made.append((lean, same))
        found[variant.name] = same
    return found


def mixture(
    study: Study,
    outcomes: Sequence[Outcome | str] | None = None,
    *,
    runs: Mapping[str, Evaluation] | None = None,
) -> pd.DataFrame:
    """Return outcomes of every variant of a study, and of all of them mixed by their weights.

    What a parameter cannot say, a variant does: another model, method, template. Variants are
    drawn from the same seed, and the mixture holds each one's draws with its weight.

    Parameters
    ----------
    study : Study
    outcomes : sequence of Outcome or str, optional
    runs : mapping of str to Evaluation, optional
        By variant, where they are there already and hold the outcomes.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome, variant, label, weight, value, low, high, above_zero, unit``. The last
        row of an outcome is the mixture; its value is the weighted mean of the central values.
        Variants without a weight are shown and not mixed in.

    Raises
    ------
    InputError
        When the study has no variants.
    """
    check_study("mixture", study)
    if not study.variants:
        mend = "add tables [[variant]] with weights that sum to one"
        raise InputError.one(study.path.name, "variant", "none", mend)
    asked = outcomes_of(outcomes)
    if runs is None and any(o.regions for o in asked):
        runs = {v.name: study.variant(v.name).run() for v in study.variants}
    evaluations = variant_runs(study) if runs is None else runs
    found = {
        variant.name: [
            (o.draws(evaluations[variant.name]), o.unit(evaluations[variant.name])) for o in asked
        ]
        for variant in study.variants
    }
    rows = []
    for place, outcome in enumerate(asked):
        held: list[tuple[float, Array]] = []
        for variant in study.variants:
            drawn, unit = found[variant.name][place]
            weight = variant.weight
            value, low, high = interval(drawn)
            rows.append(
                {
                    "outcome": outcome.name,
                    "variant": variant.name,
                    "label": variant.label,
                    "weight": np.nan if weight is None else weight,
                    "value": float(value),
                    "low": float(low),
                    "high": float(high),
                    "above_zero": float((drawn[1:] > 0.0).mean()),
                    "unit": unit,
                }
            )
            if weight is not None:
                held.append((weight, drawn))
        if held:
            rows.append(_mixed(outcome, held, found[study.variants[0].name][place][1]))
    return pd.DataFrame(rows)


def _mixed(outcome: Outcome, held: Sequence[tuple[float, Array]], unit: str) -> dict[str, object]:
    pooled = np.concatenate([drawn[1:] for _, drawn in held])
    weights = np.concatenate([np.full(drawn.size - 1, w / (drawn.size - 1)) for w, drawn in held])
    low, high = np.quantile(pooled, [LOW, HIGH], weights=weights, method="inverted_cdf")
    value = sum(weight * drawn[0] for weight, drawn in held)
    return {
        "outcome": outcome.name,
        "variant": ALL,
        "label": "All, each with its weight",
        "weight": sum(weight for weight, _ in held),
        "value": float(value),
        "low": min(float(low), float(value)),
        "high": max(float(high), float(value)),
        "above_zero": float(weights @ (pooled > 0.0)),
        "unit": unit,
    }


def chances(study: Study, evaluation: Evaluation | None = None) -> pd.DataFrame:
    """Return in which share of the draws each outcome is above zero and above its thresholds.

    Parameters
    ----------
    study : Study
    evaluation : Evaluation, optional
        Of the study; it is run where left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``outcome, threshold, unit, share, words, why``: a row for the sign of every
        outcome, then a row for each ``[[threshold]]`` of the study. The words are those of
        `econ.likelihood`.
    """
    check_study("chances", study)
    evaluation = national(study).run() if evaluation is None else evaluation
    asked = {outcome.name: outcome for outcome in OUTCOMES}
    wanted = [(name, 0.0, "its sign") for name in asked]
    wanted += [(entry.outcome, entry.value, entry.why) for entry in study.file.threshold]
    rows = []
    for name, threshold, why in wanted:
        drawn = asked[name].draws(evaluation)[1:]
        share = float((drawn > threshold).mean()) if drawn.size else np.nan
        rows.append(
            {
                "outcome": name,
                "threshold": threshold,
                "unit": asked[name].unit(evaluation),
                "share": share,
                "words": likelihood(share),
                "why": why,
            }
        )
    return pd.DataFrame(rows)
