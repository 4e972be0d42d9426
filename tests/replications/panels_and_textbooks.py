"""Grunfeld's firms, Munnell's states, and the examples of a textbook whose data a package ships."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd
from replication import Absent, Replication, replication_folder

import econ
from econ.regression.results.fit import Fit

PLM: Final = 5e-6  # printed with six decimals and recomputed in R, the solver's noise included
THREE: Final = 5e-4  # half of the third decimal
WOOLDRIDGE: Final = "Wooldridge, Introductory Econometrics, example"
MUNNELL: Final = "log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp"


def _both(
    name: str, source: str, printed: tuple[float, float], fit: Fit, term: str
) -> Iterator[Replication]:
    tolerance = THREE if source.startswith(WOOLDRIDGE) else PLM
    place = fit.index(term)
    estimate, error = [float(fit.estimates[place])], [float(fit.std_errors[place])]
    yield Replication(f"{name}: estimate", source, [printed[0]], estimate, tolerance)
    yield Replication(f"{name}: standard error", source, [printed[1]], error, tolerance)


def grunfeld() -> Iterator[Replication]:
    """Investment of ten firms: one-way, two-way and random effects, Hausman's test."""
    frame = pd.read_csv(replication_folder("grunfeld") / "grunfeld_plm.csv")
    source = "Grunfeld (1958), R plm"
    formula = "inv ~ value + capital"
    within = econ.FixedEffects(f"{formula} | firm", vcov="iid").fit(frame)
    yield from _both("within, value", source, (0.110124, 0.011857), within, "value")
    yield from _both("within, capital", source, (0.310065, 0.017355), within, "capital")
    both = econ.FixedEffects(f"{formula} | firm + year", vcov="iid").fit(frame)
    yield from _both("two-way within, value", source, (0.117716, 0.013751), both, "value")


def munnell_produc() -> Iterator[Replication]:
    """Public capital of the states: pooled, within and random effects, and four errors."""
    frame = pd.read_csv(replication_folder("munnell_produc") / "produc.csv")
    source = "Munnell (1990), R plm"
    term = "log(pcap)"
    panel = econ.Panel(frame, "state", "year")
    for name, printed, fit in (
        ("pooled", (0.15501, 0.01715), econ.OLS(MUNNELL, vcov="iid").fit(frame)),
        (
            "within",
            (-0.0261497, 0.0290016),
            econ.FixedEffects(f"{MUNNELL} | state", vcov="iid").fit(frame),
        ),
        (
            "two-way within",
            (-0.0301761, 0.0269365),
            econ.FixedEffects(f"{MUNNELL} | state + year", vcov="iid").fit(frame),
        ),
        (
            "random effects",
            (0.0044386, 0.0234173),
            econ.RandomEffects(MUNNELL, vcov="iid").fit(panel),
        ),
    ):
        yield from _both(name, source, printed, fit, term)
    for name, printed_error, vcov in (
        ("vcovSCC (Driscoll-Kraay), HC0, lag 3", 0.0593136, {"DK": {"lag": 3}}),
        ("vcovDC (two-way cluster)", 0.0687505, {"CRV1": "state + year"}),
        ("vcovHC, Arellano, HC0", 0.0603262, {"CRV1": "state"}),
    ):
        model = econ.FixedEffects(f"{MUNNELL} | state", vcov=vcov, small_sample="plm")
        error = float(model.fit(panel).bse[term])
        yield Replication(f"standard error, {name}", source, [printed_error], [error], PLM)


def wooldridge() -> Iterator[Replication]:
    """Examples of Wooldridge's textbook, on the data that linearmodels ships."""
    try:
        from linearmodels.datasets import card, mroz, wage_panel
    except ImportError as error:
        raise Absent("wooldridge: linearmodels, which ships the data, is not installed") from error
    source = WOOLDRIDGE
    regions = " + ".join(f"reg66{number}" for number in range(2, 10))
    controls = f"exper + expersq + black + smsa + south + smsa66 + {regions}"
    plain = econ.OLS(f"lwage ~ educ + {controls}", vcov="iid").fit(card.load())
    yield from _both("least squares", f"{source} 15.4", (0.075, 0.003), plain, "educ")
    model = econ.IV(f"lwage ~ {controls} | educ ~ nearc4", vcov="iid")
    fit = model.fit(card.load())
    yield from _both("college nearby", f"{source} 15.4", (0.132, 0.055), fit, "educ")
    women = mroz.load()
    women = women[women["inlf"] == 1]
    one = econ.IV("lwage ~ 1 | educ ~ fatheduc", vcov="iid").fit(women)
    yield from _both("father's schooling", f"{source} 15.1", (0.059, 0.035), one, "educ")
    model = econ.IV("lwage ~ exper + expersq | educ ~ motheduc + fatheduc", vcov="iid")
    two = model.fit(women)
    yield from _both("parents' schooling", f"{source} 15.5", (0.061, 0.031), two, "educ")
    panel = econ.Panel(wage_panel.load(), "nr", "year")
    within = econ.FixedEffects("lwage ~ married + union + expersq | nr + year", vcov="iid")
    fixed = within.fit(panel)
    random = econ.RandomEffects(
        "lwage ~ educ + black + hisp + exper + expersq + married + union + C(year)", vcov="iid"
    ).fit(panel)
    for term, printed_fixed, printed_random in (
        ("married", (0.047, 0.018), (0.064, 0.017)),
        ("union", (0.080, 0.019), (0.106, 0.018)),
    ):
        yield from _both(f"{term}, within", f"{source} 14.4", printed_fixed, fixed, term)
        yield from _both(f"{term}, random", f"{source} 14.4", printed_random, random, term)
    schooling = (0.092, 0.011)
    yield from _both("educ, random", f"{source} 14.4", schooling, random, "educ")
