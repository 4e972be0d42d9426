"""The China shock three times over, and crime in Columbus: shift-share designs and space."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pandas as pd
from replication import Replication, replication_folder

import econ

THREE_DECIMALS: Final = 0.5e-3
ONE_DECIMAL: Final = 0.05
# Recomputed by the authors' own packages, and printed with so many digits.
RECOMPUTED: Final = 1e-6
SPATIALREG: Final = 1e-4

REGIONAL: Final = "l_sh_popedu_c + l_sh_popfborn + l_sh_empl_f + l_sh_routine33 + l_task_outsource"


def adh_akm() -> Iterator[Replication]:
    """Autor, Dorn and Hanson with the errors of Adao, Kolesar and Morales."""
    folder = replication_folder("adh_akm")
    data = pd.read_csv(folder / "reg.csv").astype({"t2": float})
    shares = pd.read_parquet(folder / "W.parquet")
    groups = list(pd.read_csv(folder / "sic.csv")["sic"] // 10)
    design = econ.ShiftShare(
        shares,
        formula=f"d_sh_empl_mfg ~ t2 + l_shind_manuf_cbp + C(division) + {REGIONAL} | shock ~ IV",
        weights="weights",
        clusters=groups,
        level=0.95,
    )
    source = "R package ShiftShareSE {} on Autor, Dorn and Hanson (2013), table 3 column 6"
    clustered = design.fit(data)
    single = replace(design, clusters="cell").fit(data)
    null = replace(design, vcov="AKM0").fit(data)
    states = replace(design, vcov={"CRV1": "statefip"}, small_sample="none").fit(data)
    for name, printed, ours in (
        ("2SLS", [-0.59636005], clustered.estimates),
        ("AKM error, clusters of three digits", [0.126150058], clustered.std_errors),
        ("AKM error, no clusters", [0.10950784], single.std_errors),
        ("AKM0 set at 95 %", [-1.01313743, -0.36333428], null.conf_int().to_numpy()[0]),
    ):
        yield Replication(name, source.format("1.1"), printed, ours, RECOMPUTED)
    place = states.index("shock")
    yield Replication(
        "2SLS, clustered by state without small-sample factor",
        "Autor, Dorn and Hanson (2013), table 3 column 6, recomputed",
        [-0.5963601, 0.0987739],
        [states.estimates[place], states.std_errors[place]],
        RECOMPUTED,
    )


def adh_bhj() -> Iterator[Replication]:
    """The same as a regression across shocks, by Borusyak, Hull and Jaravel."""
    folder = replication_folder("adh_bhj")
    data = pd.read_parquet(folder / "location.parquet")
    shares = pd.read_parquet(folder / "shares.parquet")
    shocks = pd.read_csv(folder / "shocks.csv")
    shocks = shocks.merge(pd.read_csv(folder / "industries.csv"), on="sic87dd")
    divisions = " + ".join(name for name in data if name.startswith("reg_"))
    source = "Borusyak, Hull and Jaravel (2022), table {}"
    sizes: dict[int, list[float]] = {}
    for column, control, across, printed in (
        (1, "l_shind_manuf_cbp", (), [-0.596, 0.114]),
        (2, "Lsh_manuf", (), [-0.489, 0.100]),
        (3, "Lsh_manuf + Lsh_manuf:t2", ("year",), [-0.267, 0.099]),
    ):
        design = econ.ShiftShare(
            shares,
            shocks,
            f"y ~ t2 + {divisions} + {REGIONAL} + {control} | x ~ shift_share",
            unit="czone",
            sector="sic87dd",
            period="year",
            share="ind_share",
            shock="g",
            clusters="sic3",
            weights="wei",
        )
        found = design.shock_level(data, controls=across, small_sample="none")
        ours = [found.fit.estimates[0], found.fit.std_errors[0]]
        name = f"coefficient and exposure-robust error, column {column}"
        yield Replication(name, source.format(4), printed, ours, THREE_DECIMALS)
        single = replace(design, clusters="cell").shock_level(data)
        sizes[column] = [single.effective_shocks, found.effective_shocks]
    yield Replication(
        "effective number of shocks, with and without the missing industry",
        source.format(1),
        [3.5, 1.7, 191.6, 58.4],
        [*sizes[1], *sizes[2]],
        ONE_DECIMAL,
    )


def gpss_adh() -> Iterator[Replication]:
    """Rotemberg weights of the same, by Goldsmith-Pinkham, Sorkin and Swift."""
    folder = replication_folder("gpss_adh")
    data = pd.read_parquet(folder / "ADH_master.parquet")
    divisions = " + ".join(name for name in data if name.startswith("reg_"))
    design = econ.ShiftShare(
        pd.read_parquet(folder / "ADH_local.parquet"),
        pd.read_parquet(folder / "ADH_global.parquet"),
        "d_sh_empl_mfg ~ t2 + l_shind_manuf_cbp + "
        f"{divisions} + {REGIONAL} | d_tradeusch_pw ~ shift_share",
        unit="czone",
        sector="ind",
        period="year",
        share="sh_ind_",
        shock="trade_",
        weights="timepwt48",
    )
    top = design.rotemberg(data).top(5)
    source = "Goldsmith-Pinkham, Sorkin and Swift (2020), example of package bartik.weight"
    weights = [0.140, 0.098, 0.055, 0.051, 0.047]
    estimates = [-0.620, -0.179, -0.147, -0.308, -0.232]
    yield Replication("five largest weights", source, weights, top["weight"], THREE_DECIMALS)
    yield Replication("their estimates", source, estimates, top["estimate"], THREE_DECIMALS)


def columbus() -> Iterator[Replication]:
    """Crime in 49 neighbourhoods of Columbus, Ohio."""
    folder = replication_folder("columbus")
    data = pd.read_csv(folder / "columbus.csv")
    W = econ.SpatialWeights.from_neighbours(pd.read_csv(folder / "neighbours.csv"))
    formula, unit = "CRIME ~ INC + HOVAL", "POLYID"
    source = "R package spatialreg on Anselin (1988), table 12.1"

    def both(fit: econ.Fit, *terms: str) -> list[float]:
        return [float(side[term]) for term in terms for side in (fit.params, fit.bse)]

    least = econ.OLS(formula, vcov="iid").fit(data)
    tests = econ.spatial_tests(formula, data, W, unit=unit)
    names = ("LM lag", "LM error", "robust LM lag", "robust LM error")
    lag = econ.SAR(formula, W, unit=unit).fit(data)
    error = econ.SEM(formula, W, unit=unit).fit(data)
    durbin = econ.SDM(formula, W, unit=unit).fit(data)
    lagged = econ.SLX(formula, W, unit=unit, vcov="iid").fit(data)
    assert lag.effects is not None
    effects = [float(lag.effects.params[f"INC {kind}"]) for kind in ("direct", "indirect", "total")]
    found = durbin.params
    for name, printed, ours in (
        ("OLS: INC", [-1.597311, 0.334131], both(least, "INC")),
        (
            "Lagrange multipliers: lag, error, robust",
            [8.897999, 5.206214, 3.735691, 0.043906],
            [tests[test].statistic for test in names],
        ),
        ("SAR: rho", [0.423325, 0.119510], both(lag, "rho")),
        ("SAR: INC", [-1.048728, 0.307406], both(lag, "INC")),
        ("SAR: effects of INC", [-1.100895, -0.717683, -1.818579], effects),
        ("SEM: lambda", [0.546753, 0.138051], both(error, "lambda")),
        (
            "SDM: rho, lags of INC and HOVAL",
            [0.403463, -0.583913, 0.257684],
            [found["rho"], found["W_INC"], found["W_HOVAL"]],
        ),
        ("SLX: lag of INC", [-1.398746, 0.560125], both(lagged, "W_INC")),
    ):
        yield Replication(name, source, printed, ours, SPATIALREG)
