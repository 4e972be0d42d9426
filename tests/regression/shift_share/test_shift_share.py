"""Shift-share designs: laws, shapes of input, and refusals by name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import econ
from econ.errors import InputError

SEEDS = st.integers(0, 2**32 - 1)
SECTORS = [f"s{k}" for k in range(40)]
FORMULA = "y ~ size | x ~ shift_share"


def economy(
    seed: int = 1, units: int = 120, complete: bool = True, periods: tuple[int, ...] = ()
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Data, shares and shocks; shocks are the only reason why x moves with z."""
    rng = np.random.default_rng(seed)
    rows, shares, shocks = [], [], []
    for year in periods or (0,):
        share = rng.dirichlet(np.full(len(SECTORS), 0.3), units)
        if not complete:
            share *= rng.uniform(0.2, 0.9, (units, 1))
        growth = rng.normal(size=len(SECTORS))
        z = share @ growth
        common = share @ rng.normal(size=len(SECTORS))
        x = z + 0.2 * rng.normal(size=units)
        frame = pd.DataFrame({"unit": [f"u{i}" for i in range(units)], "x": x})
        frame["size"] = rng.uniform(1.0, 2.0, units)
        frame["y"] = 2.0 * x + 0.3 * common + frame["size"] + 0.1 * rng.normal(size=units)
        rows.append(frame.assign(year=year))
        wide = pd.DataFrame(share, index=frame["unit"], columns=SECTORS).reset_index()
        long = wide.melt("unit", var_name="sector", value_name="share")
        shares.append(long.assign(year=year))
        group = [k % 8 for k in range(len(SECTORS))]
        table = {"sector": SECTORS, "shock": growth, "group": group, "before": rng.normal(size=40)}
        shocks.append(pd.DataFrame(table).assign(year=year))
    return (
        pd.concat(rows, ignore_index=True),
        pd.concat(shares, ignore_index=True),
        pd.concat(shocks, ignore_index=True),
    )


def design(shares: pd.DataFrame, shocks: pd.DataFrame, **options: object) -> econ.ShiftShare:
    held = {"unit": "unit", "sector": "sector", "share": "share", "shock": "shock"}
    return econ.ShiftShare(shares, shocks, FORMULA, **{**held, **options})  # type: ignore[arg-type]


@given(SEEDS, st.booleans(), st.booleans())
@settings(max_examples=25)
def test_the_regression_across_shocks_has_the_same_coefficient(
    seed: int, complete: bool, controlled: bool
) -> None:
    data, shares, shocks = economy(seed, complete=complete)
    model = design(shares, shocks, control_sum_of_shares=controlled and not complete)
    by_unit, by_shock = model.fit(data), model.shock_level(data)
    assert by_shock.fit.params["x"] == pytest.approx(by_unit.params["x"], rel=1e-6)
    assert len(by_shock.frame) == len(SECTORS) + (not complete and not controlled)


@given(SEEDS)
@settings(max_examples=25)
def test_rotemberg_weights_sum_to_one_and_give_the_estimate(seed: int) -> None:
    data, shares, shocks = economy(seed)
    model = design(shares, shocks, weights="size")
    found = model.rotemberg(data)
    assert found.weights.sum() == pytest.approx(1.0)
    assert found.estimate == pytest.approx(model.fit(data).params["x"], rel=1e-6)
    assert len(found.top()) == 5
    assert 0.0 <= found.negative_share < 0.5
    total = found.summary()["contribution"].sum()
    assert total == pytest.approx(found.estimate, rel=1e-6)


def test_units_of_measure_and_order_change_nothing_they_should_not() -> None:
    data, shares, shocks = economy()
    plain = design(shares, shocks).fit(data)
    mixed = design(shares.sample(frac=1.0, random_state=1), shocks.sample(frac=1.0, random_state=2))
    other = mixed.fit(data.sample(frac=1.0, random_state=3))
    np.testing.assert_allclose(other.estimates, plain.estimates)
    np.testing.assert_allclose(other.bse, plain.bse, rtol=1e-6)
    scaled = design(shares, shocks.assign(shock=100.0 * shocks["shock"]))
    np.testing.assert_allclose(scaled.fit(data).bse, plain.bse, rtol=1e-6)
    tens = design(shares, shocks).fit(data.assign(y=10.0 * data["y"]))
    np.testing.assert_allclose(tens.bse, 10.0 * plain.bse, rtol=1e-6)


def test_long_and_wide_shares_are_the_same_design() -> None:
    data, shares, shocks = economy()
    long = design(shares, shocks)
    wide = shares.pivot(index="unit", columns="sector", values="share")
    series = shocks.set_index("sector")["shock"]
    for held in (wide, wide.reset_index()):
        for given_shocks in (series, series.to_dict()):
            other = econ.ShiftShare(held, given_shocks, FORMULA, unit="unit")
            pd.testing.assert_series_equal(
                other.instrument().sort_index(), long.instrument().sort_index(), check_names=False
            )
            assert other.fit(data).params["x"] == pytest.approx(long.fit(data).params["x"])
    indexed = econ.ShiftShare(wide, series, FORMULA).fit(data.set_index("unit").rename_axis(None))
    assert indexed.params["x"] == pytest.approx(long.fit(data).params["x"])


def test_shocks_by_period_meet_the_rows_of_their_period() -> None:
    data, shares, shocks = economy(periods=(1990, 2000))
    model = design(shares, shocks, period="year", clusters="cell")
    assert len(model.exposure.cells) == 2 * len(SECTORS)
    z = model.instrument()
    rows = zip(data["unit"], data["year"], strict=True)
    frame = data.assign(z=[z.loc[row] for row in rows])
    by_hand = replace(model, shocks=None, formula="y ~ size | x ~ z")
    # Shares alone know no periods: cells are sectors of both.
    assert by_hand.fit(frame).params["x"] == pytest.approx(model.fit(data).params["x"])
    sectors = replace(model, clusters="")
    assert sectors.fit(data).clusters == (len(SECTORS),)
    assert model.fit(data).clusters == (2 * len(SECTORS),)
    panel = econ.Panel(data, unit="unit", time="year")
    inside = replace(model, unit="unit", formula="y ~ size | year | x ~ shift_share").fit(panel)
    assert abs(inside.params["x"] - 2.0) < 5.0 * inside.bse["x"]


def test_shares_of_a_base_period_meet_the_shocks_of_every_period() -> None:
    data, shares, shocks = economy(periods=(1990, 2000))
    base = shares[shares["year"] == 1990].drop(columns="year")
    model = design(base, shocks, period="year")
    z = model.instrument()
    assert z.index.nlevels == 2
    own = base[base["unit"] == "u3"].set_index("sector")["share"]
    growth = shocks[shocks["year"] == 2000].set_index("sector")["shock"]
    assert z.loc[("u3", 2000)] == pytest.approx(float((own * growth).sum()))
    assert np.isfinite(model.fit(data).bse["x"])


def test_the_reduced_form_is_the_first_stage_times_the_coefficient() -> None:
    data, shares, shocks = economy()
    model = design(shares, shocks)
    two = model.fit(data)
    reduced = replace(model, formula="y ~ shift_share + size").fit(data)
    assert reduced.params["shift_share"] == pytest.approx(
        two.params["x"] * two.statistics["first_stage"]
    )


def test_akm0_intervals_are_sets_and_their_p_value_agrees_with_them() -> None:
    data, shares, shocks = economy()
    fit = design(shares, shocks, vcov="AKM0", level=0.95).fit(data)
    bounds = fit.conf_int()
    ((low, high),) = fit.confidence_set()  # type: ignore[attr-defined]
    assert (bounds["low"].iloc[0], bounds["high"].iloc[0]) == (low, high)
    assert (fit.pvalues["x"] < 0.05) == (not low < 0.0 < high)
    assert fit.conf_int(level=0.5)["high"].iloc[0] < high
    assert fit.tidy()["vcov"].iloc[0].startswith("AKM0")


def test_correlated_shares_widen_the_errors_that_ignore_them() -> None:
    data, shares, shocks = economy(units=400)
    akm = design(shares, shocks).fit(data)
    sample = shares.pivot(index="unit", columns="sector", values="share")
    alone = econ.ShiftShare(
        pd.DataFrame(np.eye(400), index=data["unit"]),
        None,
        "y ~ size | x ~ z",
        unit="unit",
    ).fit(data.assign(z=sample.loc[data["unit"], SECTORS].to_numpy() @ shocks["shock"].to_numpy()))
    # Shares of one make AKM the heteroskedasticity-robust error, which is too small here.
    assert akm.bse["x"] > 1.2 * alone.bse["x"]


def test_shocks_that_differ_from_unit_to_unit_make_the_instrument() -> None:
    data, shares, shocks = economy()
    own = pd.DataFrame(
        np.tile(shocks["shock"].to_numpy(), (120, 1)), index=data["unit"], columns=SECTORS
    )
    same = design(shares, shocks, unit_shocks=own)
    pd.testing.assert_series_equal(same.instrument(), design(shares, shocks).instrument())
    other = design(shares, shocks, unit_shocks=own.drop(columns="s7"))
    with pytest.raises(InputError, match="value s7: no such sector"):
        other.fit(data)


def test_balance_is_tested_on_columns_of_data_and_of_shocks() -> None:
    data, shares, shocks = economy()
    rng = np.random.default_rng(8)
    data["past"] = rng.normal(size=len(data))
    found = design(shares, shocks, clusters="group").shock_level(
        data, balance=("past", "before", "size"), controls=("before",)
    )
    assert list(found.balance["variable"]) == ["past", "before", "size"]
    assert found.balance["p_value"].iloc[0] > 0.01
    # A control has nothing left to be balanced.
    assert np.isnan(found.balance["estimate"].iloc[2])
    assert found.fit.clusters == (8,)
    assert found.effective_shocks <= 8.0


def test_diagnostics_say_what_an_estimate_rests_on() -> None:
    data, shares, shocks = economy(complete=False)
    fit = design(shares, shocks, clusters="group").fit(data)
    assert not fit.diagnostic("many shocks").holds
    assert not fit.diagnostic("complete shares").holds
    assert fit.diagnostic("strong instrument").holds is None
    many, *_ = economy(units=400)
    assert (
        design(*economy(units=400)[1:], clusters="cell").fit(many).diagnostic("many shocks").holds
    )
    controlled = design(shares, shocks, control_sum_of_shares=True).fit(data)
    assert controlled.diagnostic("complete shares").holds
    doubled = pd.concat(
        [
            shares.assign(share=shares["share"] / 2.0),
            *(shares.assign(share=shares["share"] / 2.0, sector=shares["sector"] + "b"),),
        ]
    )
    both = pd.concat([shocks, shocks.assign(sector=shocks["sector"] + "b")])
    twice = design(doubled, both).fit(data)
    assert not twice.diagnostic("shares not collinear").holds


def test_bad_shares_are_refused_by_name() -> None:
    data, shares, shocks = economy()
    broken = shares.copy()
    broken.loc[0, "share"] = 1.7
    broken.loc[1, "share"] = -0.1
    broken.loc[2, "share"] = np.nan
    with pytest.raises(InputError) as refused:
        design(broken, shocks).fit(data)
    said = str(refused.value)
    assert "row u0, column s0, value 1.7: share above one" in said
    assert "row u1, column s0, value -0.1: share below zero" in said
    assert "row u2, column s0, value nan: no value" in said
    for held, given_shocks, reason in (
        (shares.assign(share=shares["share"] * 1.5), shocks, "shares sum to more than one"),
        (pd.concat([shares, shares.iloc[:1]]), shocks, "unit and sector stand twice"),
        (shares, shocks.iloc[1:], "value s0: no shock for this sector"),
        (
            shares,
            shocks.assign(shock=shocks["shock"].where(shocks["sector"] != "s4")),
            "row s4: no number",
        ),
        (shares, pd.concat([shocks, shocks.iloc[:1]]), "value s0: sector stands twice"),
        (shares[shares["unit"] != "u5"], shocks, "value u5: unit without shares"),
        (shares.rename(columns={"share": "part"}), shocks, "column share: no such column"),
        (shares.iloc[:0], shocks, "no shares"),
        (shares, 3.0, "no shocks"),
    ):
        with pytest.raises(InputError, match=reason):
            design(held, given_shocks).fit(data)  # type: ignore[arg-type]


def test_bad_configurations_are_refused_by_name() -> None:
    data, shares, shocks = economy()
    for options, reason in (
        ({"formula": ""}, "no formula"),
        ({"formula": "y ~ size"}, "without shift_share"),
        ({"formula": "y ~ 1 | x + size ~ shift_share"}, "2 regressors and 1 instruments"),
        ({"clusters": "grupo"}, "did you mean group"),
        ({"clusters": [1, 2]}, "2 clusters"),
        ({"clusters": {"s0": 1}}, "sector without cluster"),
        ({"unit": "uni"}, "did you mean unit"),
        ({"weights": "nothing"}, "no such column"),
    ):
        with pytest.raises(InputError, match=reason):
            replace(design(shares, shocks), **options).fit(data)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the data have a column of this name"):
        design(shares, shocks).fit(data.assign(shift_share=1.0))
    with pytest.raises(InputError, match="give shocks="):
        replace(design(shares, shocks), shocks=None).rotemberg(data)
    constant = shocks.assign(shock=1.0)
    with pytest.raises(InputError, match="leave nothing of it"):
        design(shares, constant).fit(data)
    with pytest.raises(InputError, match="column x: the controls leave nothing of it"):
        design(shares, shocks).fit(data.assign(x=1.0))


def test_a_perfect_fit_is_said_to_be_one() -> None:
    data, shares, shocks = economy()
    fit = design(shares, shocks).fit(data.assign(y=2.0 * data["x"]))
    assert fit.params["x"] == pytest.approx(2.0)
    assert not fit.diagnostic("perfect fit").holds


def test_a_single_cluster_of_shocks_has_no_error() -> None:
    data, shares, shocks = economy(0, complete=True)
    with pytest.raises(InputError, match="a single cluster"):
        design(shares, shocks, clusters=dict.fromkeys(SECTORS, "all")).fit(data)
