"""Minimum wages, castle doctrine and Medicaid: difference in differences and honest bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from replication import Replication, replication_folder

import econ
from econ.regression.results.fit import Fit

SEVEN_DECIMALS: Final = 1e-6
POINT: Final = 1e-5
# Analytic errors of one formula, printed with seven decimals or fewer.
ERROR: Final = 1e-4
# HonestDiD searches a grid of 1,000 points and draws its critical values.
HONEST: Final = 5e-4
DID: Final = "R did (Callaway and Sant'Anna 2021), minimum wages 2003-2007"


def _both(name: str, source: str, printed: tuple[float, float], fit: Fit) -> Iterator[Replication]:
    yield Replication(f"{name}: estimate", source, [printed[0]], [float(fit.estimates[0])], POINT)
    error = [float(fit.std_errors[0])]
    yield Replication(f"{name}: standard error", source, [printed[1]], error, ERROR)


def mpdta() -> Iterator[Replication]:
    """Teen employment and minimum wages: every aggregation of R's did, and other estimators."""
    frame = pd.read_csv(replication_folder("mpdta") / "mpdta.csv")
    asked: dict[str, Any] = {"unit": "countyreal", "time": "year", "cohort": "first.treat"}
    fit = econ.CallawaySantAnna("lemp", **asked).fit(frame)
    yield from _both("simple, never treated", DID, (-0.0399513, 0.012034), fit.att)
    for kind, printed in (
        ("group", (-0.0310183, 0.0124461)),
        ("dynamic", (-0.0772398, 0.019965)),
        ("calendar", (-0.0417004, 0.0159719)),
    ):
        overall = fit.aggregate(kind).overall
        assert overall is not None
        yield from _both(kind, DID, printed, overall)
    paths = [0.0305067, -0.0005631, -0.0244587, -0.0199318, -0.0509574, -0.1372587, -0.1008114]
    events = list(fit.aggregate("event").estimates)
    yield Replication("event times -3 to 3", DID, paths, events, SEVEN_DECIMALS)
    test = fit.pretrends()
    wald = [test.statistic, test.p_value]
    yield Replication("pre-test, chi2 and p", DID, [7.79124, 0.16812], wald, POINT)
    later = econ.CallawaySantAnna("lemp", control="notyet", **asked).fit(frame).att
    yield from _both("simple, not yet treated", DID, (-0.0397636, 0.0120524), later)
    given = econ.CallawaySantAnna("lemp ~ lpop", method="reg", **asked).fit(frame).att
    yield from _both("simple, regression on lpop", DID, (-0.0419686, 0.0114448), given)
    yield from _csdid(econ.CallawaySantAnna("lemp ~ lpop", method="dr", **asked).fit(frame))
    imputed = econ.BorusyakJaravelSpiess("lemp", **asked).fit(frame).att
    yield from _both("imputation", "Stata did_imputation", (-0.0477099, 0.01322), imputed)
    two_way = econ.TwoWayFixedEffects("lemp", **asked).fit(frame)
    yield from _both("two-way fixed effects", DID, (-0.03655, 0.01325), two_way)


def _csdid(fit: Any) -> Iterator[Replication]:
    """Every aggregation of Stata's csdid with method(dripw), printed with seven decimals."""
    source = "Stata csdid (Rios-Avila, Sant'Anna and Callaway), README, lemp on lpop"
    yield from _both("simple, doubly robust", source, (-0.0417518, 0.0115028), fit.att)
    paths = [0.0267278, -0.0036165, -0.023244, -0.0210604, -0.0530032, -0.1404483, -0.1069039]
    spread = [0.0140657, 0.0129283, 0.0144851, 0.0114942, 0.0163465, 0.0353782, 0.0328865]
    years = (
        [-0.0145297, -0.0764219, -0.0461757, -0.0395822],
        [0.0221292, 0.0286713, 0.0212107, 0.0129299],
    )
    groups = ([-0.0845759, -0.0201666, -0.0287814], [0.0245649, 0.0174696, 0.016239])
    for kind, (values, errors) in (
        ("event", (paths, spread)),
        ("calendar", years),
        ("group", groups),
    ):
        found = fit.aggregate(kind)
        yield Replication(f"{kind}: estimates", source, values, list(found.estimates), POINT)
        yield Replication(f"{kind}: errors", source, errors, list(found.std_errors), POINT)
    test = fit.pretrends()
    wald = [test.statistic, test.p_value]
    yield Replication("pre-test, chi2 and p", source, [6.841825, 0.2326723], wald, POINT)


def card_krueger() -> Iterator[Replication]:
    """Fast food in New Jersey and Pennsylvania."""
    frame = pd.read_csv(replication_folder("card_krueger") / "njmin3.csv")
    source = "Hill, Griffiths and Lim, Principles of Econometrics 5e, data njmin3"
    asked: dict[str, Any] = {"treated": "nj", "post": "d", "vcov": "iid"}
    plain = econ.DifferenceInDifferences("fte", **asked).fit(frame)
    yield from _both("difference in differences", source, (2.75361, 1.68841), plain)
    controls = "fte ~ kfc + roys + wendys + co_owned + southj + centralj + pa1"
    given = econ.DifferenceInDifferences(controls, **asked).fit(frame)
    yield from _both("with controls", source, (2.81491, 1.50238), given)
    balanced = frame[frame["d"] == 1]
    change = econ.OLS("demp ~ nj", vcov="iid").fit(balanced).linear_combination({"nj": 1.0})
    yield from _both("first difference, balanced", source, (2.75, 1.15436), change)


def castle() -> Iterator[Replication]:
    """Castle doctrine and homicides: the two-way estimate, and what it is made of."""
    frame = pd.read_csv(replication_folder("castle") / "castle.csv.gz")
    source = "Cheng and Hoekstra (2013), data of R bacondecomp"
    asked: dict[str, Any] = {"unit": "state", "time": "year", "treatment": "post"}
    # The printed error counts no unit and no period effects: the regression on demeaned columns.
    model = econ.TwoWayFixedEffects("l_homicide", small_sample="demeaned", **asked)
    yield from _both("two-way fixed effects", source, (0.0818116, 0.0583346), model.fit(frame))
    decomposed = econ.BaconDecomposition("l_homicide", **asked).fit(frame)
    parts = decomposed.comparisons
    total = float(parts["weight"] @ parts["estimate"])
    yield Replication("sum of Bacon's comparisons", source, [0.0818116], [total], POINT)
    kinds = decomposed.by_kind().set_index("kind")[["weight", "estimate"]]
    readme = "R bacondecomp, README"
    for kind, printed in (
        ("earlier vs later treated", (0.05976, -0.00554)),
        ("later vs earlier treated", (0.03190, 0.07032)),
        ("treated vs untreated", (0.90834, 0.08796)),
    ):
        found = [float(value) for value in kinds.loc[kind]]
        yield Replication(f"{kind}: weight and estimate", readme, printed, found, 0.000005)
    fit = econ.CallawaySantAnna("l_homicide", **asked).fit(frame)
    yield from _both("Callaway-Sant'Anna, simple", source, (0.11038, 0.03872), fit.att)


def ehec_medicaid() -> Iterator[Replication]:
    """Medicaid expansion: the event study and both honest bounds of HonestDiD's README."""
    frame = pd.read_csv(replication_folder("ehec_medicaid") / "ehec.csv")
    chosen = frame[(frame["year"] < 2016) & (frame["yexp2"] != 2015)]
    source = "HonestDiD, README"
    study = econ.EventStudy("dins", unit="stfips", time="year", cohort="yexp2").fit(chosen)
    first = study.linear_combination({"0": 1.0})
    yield from _both("effect in 2014", source, (0.046447, 0.009152), first)
    smooth = [(0.0259, 0.0607), (0.0132, 0.0787), (0.00286, 0.0907), (-0.00714, 0.101)]
    bounds = study.honest("SD", l_vec="first", M=[0.0, 0.01, 0.02, 0.03]).rows
    found = bounds[["low", "high"]].to_numpy()
    name = "smoothness, M = 0 to 0.03"
    yield Replication(name, source, np.ravel(smooth).tolist(), found.ravel().tolist(), HONEST)
    relative = [(0.0240, 0.0672), (0.0170, 0.0720), (0.00824, 0.0797), (-0.000916, 0.0881)]
    bounds = study.honest("RM", l_vec="first", Mbar=[0.5, 1.0, 1.5, 2.0]).rows
    found = bounds[["low", "high"]].to_numpy()
    name = "relative magnitudes, Mbar = 0.5 to 2"
    yield Replication(name, source, np.ravel(relative).tolist(), found.ravel().tolist(), HONEST)
