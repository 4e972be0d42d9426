"""Shift-share designs, local multipliers and space, each on data of its design or a broken one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

import econ

Array = npt.NDArray[np.float64]
Interval = tuple[float, float, float]  # low, high, truth
Draw = Callable[[np.random.Generator], Interval]
LEVEL = 0.95
PLACES = 400
SLOPE, RHO = 1.5, 0.4


def by_shocks(vcov: str, sectors: int) -> Draw:
    """Outcomes that sectors share, regressed on exposure to shocks that do nothing else."""

    def draw(rng: np.random.Generator) -> Interval:
        shares = pd.DataFrame(rng.dirichlet(np.full(sectors, 0.2), PLACES))
        shocks = pd.Series(rng.normal(size=sectors))
        z = shares.to_numpy() @ shocks.to_numpy()
        x = z + 0.1 * rng.normal(size=PLACES)
        shared = shares.to_numpy() @ rng.normal(size=sectors)
        data = pd.DataFrame({"x": x, "y": SLOPE * x + shared + 0.2 * rng.normal(size=PLACES)})
        model = econ.ShiftShare(shares, shocks, "y ~ 1 | x ~ shift_share", vcov=vcov)
        low, high = model.fit(data).conf_int(level=LEVEL).loc["x"]
        return float(low), float(high), SLOPE

    return draw


def jobs(instrument: str) -> Draw:
    """Exposed jobs moved by shocks and by demand at home, which moves sheltered jobs as well."""
    names = [f"t{k}" for k in range(20)]
    model = econ.LocalMultiplier(
        tuple(names), ("local",), instrument=instrument, level=LEVEL, vcov="HC1"
    )

    def draw(rng: np.random.Generator) -> Interval:
        mix = rng.dirichlet(np.ones(20), PLACES) * rng.uniform(0.2, 0.5, (PLACES, 1))
        before = mix * rng.uniform(50.0, 500.0, (PLACES, 1)) / mix.sum(axis=1, keepdims=True)
        home = 0.02 * rng.normal(size=PLACES)
        moved = before * (0.15 * rng.normal(size=20) + home[:, None])
        local = before.sum(axis=1) * rng.uniform(1.0, 3.0, PLACES)
        total = before.sum(axis=1) + local
        after = local + SLOPE * moved.sum(axis=1) + total * home
        rows = []
        for year, traded, rest in ((0, before, local), (1, before + moved, after)):
            rows.append(pd.DataFrame(traded, columns=names))
            rows[-1]["local"] = rest
            rows[-1]["employment"] = traded.sum(axis=1) + rest
            rows[-1]["place"], rows[-1]["year"] = np.arange(PLACES), year
        panel = econ.Panel(pd.concat(rows), unit="place", time="year")
        low, high = model.fit(panel).jobs_per_job().conf_int().loc["traded"]
        return float(low), float(high), SLOPE

    return draw


def square(side: int = 14) -> econ.SpatialWeights:
    """Neighbours to the north, south, east and west."""
    near = {
        i * side + j: [
            a * side + b
            for a, b in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1))
            if 0 <= a < side and 0 <= b < side
        ]
        for i in range(side)
        for j in range(side)
    }
    return econ.SpatialWeights.from_neighbours(near)


def in_space(model: str, term: str, truth: float) -> Draw:
    """A lag of the outcome; effects and rho of a model."""
    W = square()
    inverse = np.linalg.inv(np.eye(len(W)) - RHO * W.matrix.toarray())
    fitted = {"SAR": econ.SAR("y ~ x", W), "SLX": econ.SLX("y ~ x", W, vcov="iid")}[model]

    def draw(rng: np.random.Generator) -> Interval:
        x = rng.normal(size=len(W))
        y = inverse @ (SLOPE * x + rng.normal(size=len(W)))
        fit = fitted.fit(pd.DataFrame({"y": y, "x": x}))
        asked = fit if term in fit.terms else fit.effects
        assert asked is not None
        low, high = asked.conf_int(level=LEVEL).loc[term]
        return float(low), float(high), truth

    return draw


def spatial_designs() -> list[tuple[str, Draw, bool]]:
    """Return name, draw and whether the assumptions hold."""
    total = SLOPE / (1.0 - RHO)
    return [
        ("shift_share_akm_150_sectors", by_shocks("AKM", 150), True),
        ("shift_share_akm0_20_sectors", by_shocks("AKM0", 20), True),
        ("local_multiplier_leave_one_out", jobs("leave_one_out"), True),
        ("sar_rho", in_space("SAR", "rho", RHO), True),
        ("sar_total_effect", in_space("SAR", "x total", total), True),
        ("broken_shift_share_by_place", by_shocks("HC1", 20), False),
        ("broken_local_multiplier_least_squares", jobs("none"), False),
        ("broken_slx_total_effect", in_space("SLX", "x total", total), False),
    ]
