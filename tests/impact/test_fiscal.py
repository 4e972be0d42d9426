"""The public purse: what households, firms and government get is GDP, in every draw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ import Evaluation, FiscalRules, ImpactResult, InputError, Study, UnitError, fiscal_account
from econ.impact.fiscal import COLUMNS, FiscalAccount
from econ.impact.result import Response
from econ.impact.taxes import BENEFITS, ON_PAY, TAXES
from econ.quantity.axes import Axis
from econ.quantity.units import PERSONS, Unit
from econ.study.parts.satellites import fiscal_rules

MONEY = Unit.parse("MEUR 2024")
CENT = 1e-8  # in millions
STATE = {name: {"State": np.ones(1)} for name in (*TAXES, BENEFITS)}


def one(value: float) -> np.ndarray[Any, Any]:
    return np.array([value])


def by_hand(**changes: Any) -> FiscalRules:
    rates = {"employer contributions": 0.25, "employee contributions": 0.10}
    rates |= {"social levies on pay": 0.05, "income tax on pay": 0.05}
    given: dict[str, Any] = {
        "on_pay": {name: one(rate) for name, rate in rates.items()},
        "vat_of_households": one(0.8),
        "vat_of_producers": one(0.5),
        "corporate_tax": one(0.1),
        "benefits": one(0.01),
        "production_taxes": np.array([0.2, 0.0]),
        "product_taxes": np.array([0.01, 0.0]),
        "levels": STATE,
        "unit": MONEY,
    }
    return FiscalRules(**(given | changes))


def impact(
    pay: float = 100.0, added: float = 150.0, taxes: float = 8.0, jobs: float = 2.0
) -> ImpactResult:
    """One unit of everything in the first of two products, direct and induced alike."""
    shape = (2, 2, 1)
    values = {}
    for name, size in (
        ("output", 2.0 * added),
        ("gva", added),
        ("gdp", added + taxes),
        ("compensation", pay),
        ("employment", jobs),
        ("taxes", taxes),
    ):
        values[name] = np.zeros(shape)
        values[name][:, 0, 0] = size
    response = Response(
        "site",
        "operation",
        "XX",
        ("direct", "induced"),
        values,
        np.array([[0.5], [1.0]]),
        np.ones((2, 1)),
    )
    money = ("output", "gva", "gdp", "compensation", "taxes")
    units = {**dict.fromkeys(money, MONEY), "employment": PERSONS}
    return ImpactResult("s", "m", Axis("product", ["A", "B"]), (2024, 2025), units, (response,))


# ---------------------------------------------------------------- by hand


def test_taxes_are_what_one_reckons_by_hand() -> None:
    account = fiscal_account(impact(), by_hand())
    last = [2025]
    # Pay 2 x 100; beyond pay 2 x 50, a fifth of it production taxes; surplus 2 x 40.
    assert account.draws(["employer contributions"], years=last)[0] == pytest.approx(50.0)
    assert account.draws(["production taxes"], years=last)[0] == pytest.approx(20.0)
    assert account.draws(["corporate tax"], years=last)[0] == pytest.approx(8.0)
    # Product taxes 8 each. Of the induced ones makers pay 0.01 x 300, half of it VAT like all of
    # the direct ones; households pay the other 5, four fifths of it VAT.
    assert account.draws(["VAT"], years=last)[0] == pytest.approx(0.5 * 8.0 + 0.5 * 3.0 + 0.8 * 5.0)
    assert account.draws([BENEFITS], years=last)[0] == pytest.approx(4 * 0.01)
    assert account.draws(years=[2024])[0] == pytest.approx(0.5 * account.draws(years=last)[0])


def test_the_frame_has_its_columns_and_sums_to_every_margin() -> None:
    account = fiscal_account(impact(), by_hand())
    frame = account.frame()
    assert tuple(frame.columns) == COLUMNS
    assert set(frame["unit"]) == {"MEUR 2024"}
    taxes = frame[frame["tax"] != BENEFITS]["value"].sum()
    assert taxes == pytest.approx(account.draws()[0])
    for tax, value in frame.groupby("tax")["value"].sum().items():
        assert account.draws([str(tax)])[0] == pytest.approx(value)
    by_level = account.by("level")
    assert by_level["value"].sum() == pytest.approx(frame["value"].sum())
    assert set(by_level["year"]) == {0}


# ---------------------------------------------------------------- laws


amounts = st.floats(0.0, 1e6)


@given(pay=amounts, beyond=st.floats(-1e5, 1e6), taxes=st.floats(-1e4, 1e6))
def test_what_households_firms_and_government_get_is_gdp(
    pay: float, beyond: float, taxes: float
) -> None:
    result = impact(pay=pay, added=pay + beyond, taxes=taxes)
    account = fiscal_account(result, by_hand())
    total = sum(account.incomes().values())
    np.testing.assert_allclose(total, result.draws("gdp"), rtol=1e-12, atol=1e-6)


def test_no_impact_pays_no_taxes() -> None:
    account = fiscal_account(impact(0.0, 0.0, 0.0, 0.0), by_hand())
    assert account.frame().empty
    assert account.draws()[0] == 0.0
    assert account.draws([BENEFITS])[0] == 0.0


def test_a_site_whose_value_added_is_its_pay_pays_no_taxes_on_production_or_profit() -> None:
    account = fiscal_account(impact(pay=100.0, added=100.0), by_hand())
    assert account.draws(["production taxes", "corporate tax"])[0] == 0.0


@pytest.fixture(scope="module")
def accounts(study: Study, evaluation: Evaluation) -> dict[str, FiscalAccount]:
    rules = fiscal_rules(study, evaluation.scenario.draws)
    assert rules is not None
    return {n: fiscal_account(r, rules) for n, r in evaluation.steps.items()}


def test_gdp_of_every_phase_and_pledge_is_shared_out_in_every_draw(
    evaluation: Evaluation, accounts: dict[str, FiscalAccount]
) -> None:
    for step, account in accounts.items():
        result = evaluation.steps[step]
        for phase in ("construction", "operation"):
            for pledge in result.pledges:
                chosen: dict[str, Any] = {"pledges": [pledge], "phase": phase}
                total = np.asarray(sum(account.incomes(**chosen).values()))
                whole = result.draws("gdp", **chosen)
                np.testing.assert_allclose(total, whole, rtol=0, atol=CENT, err_msg=step)


def test_taxes_add_up_over_pledges_levels_kinds_and_years(
    accounts: dict[str, FiscalAccount],
) -> None:
    account = accounts["gross"]
    whole = account.draws()
    pledges = dict.fromkeys(entry.pledge for entry in account.entries)
    parts = {
        "pledge": [account.draws(pledges=[name]) for name in pledges],
        "level": [account.draws(level=level) for level in account.level_names],
        "tax": [account.draws([tax]) for tax in TAXES],
        "phase": [account.draws(phase=phase) for phase in ("construction", "operation")],
        "year": [account.draws(years=[year]) for year in account.years],
        "effect": [account.draws(effect=e) for e in ("direct", "indirect", "induced")],
    }
    for name, draws in parts.items():
        np.testing.assert_allclose(np.sum(draws, axis=0), whole, rtol=1e-12, err_msg=name)


def test_makers_pay_the_vat_of_makers_in_the_induced_effect_too(
    study: Study, evaluation: Evaluation, accounts: dict[str, FiscalAccount]
) -> None:
    result, draws = evaluation.gross, evaluation.scenario.draws
    on_inputs = study.table.per_output(study.table.product_taxes[: len(study.table.products)])
    # Gross of the warehouse, whose purchases are the chain's: no tax of an investor is in it.
    parts = [
        r for r in result.responses if (r.pledge, r.phase) == ("amazon_logistics", "operation")
    ]
    makers = sum(
        np.einsum("n,enc->c", on_inputs, part.values["output"][2:]) * part.profile[-1]
        for part in parts
    )
    chosen: dict[str, Any] = {"pledges": ["amazon_logistics"], "phase": "operation"}
    chosen |= {"effect": "induced", "years": [result.years[-1]]}
    vat = makers * draws["vat_of_producers"]
    vat = vat + (result.draws("taxes", **chosen) - makers) * draws["vat_of_households"]
    np.testing.assert_allclose(accounts["gross"].draws(["VAT"], **chosen), vat, rtol=1e-12)


def test_levies_on_pay_are_the_wedge_of_the_households(
    study: Study, evaluation: Evaluation, accounts: dict[str, FiscalAccount]
) -> None:
    draws = evaluation.scenario.draws
    wedge = sum(draws[name] for name in ("employer_contributions", "employee_contributions"))
    wedge = wedge + draws["income_tax_on_pay"]
    pay = evaluation.gross.draws("compensation")
    np.testing.assert_allclose(accounts["gross"].draws(ON_PAY), wedge * pay, rtol=1e-12)


def test_the_rates_on_the_whole_table_come_near_the_published_levies(
    without_regions: Study,
) -> None:
    from econ.report.tables import TABLES
    from econ.study.parts.answer import contents

    rows = TABLES["levies"](contents(without_regions.with_draws(20))).set_index("what")["share"]
    assert rows["published, France, 2024"] == 0.428
    # Net of 3 % of GDP in subsidies, and without levies on pensions and property income.
    assert rows["together"] == pytest.approx(0.406, abs=0.005)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"corporate_tax": one(1.2)}, "corporate_tax.*1.2.*no share"),
        ({"vat_of_producers": one(np.nan)}, "vat_of_producers.*no share"),
        ({"on_pay": {"employer contributions": one(0.2)}}, "income tax on pay.*missing"),
        ({"levels": {**STATE, "VTA": STATE["VAT"]}}, "no such tax.*did you mean VAT"),
        ({"levels": {**STATE, "VAT": {"State": one(0.7)}}}, "VAT.*0.7.*do not add up"),
        ({"benefits": one(np.inf)}, "benefits: not finite"),
        ({"on_pay": dict.fromkeys(ON_PAY, one(0.3))}, "pay.*1.2.*do not add up"),
    ],
)
def test_rates_that_are_none_are_refused_by_name(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        by_hand(**changes)


def test_all_faults_of_the_rates_are_told_at_once() -> None:
    with pytest.raises(InputError, match="2 faults"):
        by_hand(corporate_tax=one(2.0), benefits=one(np.nan))


def test_an_impact_of_other_products_or_other_money_is_refused() -> None:
    with pytest.raises(InputError, match="one share for each of the 2 products"):
        fiscal_account(impact(), by_hand(production_taxes=np.zeros(3)))
    with pytest.raises(UnitError, match="MEUR 2022"):
        fiscal_account(impact(), by_hand(unit=Unit.parse("MEUR 2022")))
    bare = impact()
    units = {name: unit for name, unit in bare.units.items() if name != "taxes"}
    with pytest.raises(InputError, match="taxes: missing from the impact"):
        fiscal_account(replace(bare, units=units), by_hand())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda a: a.draws(["VTA"]), "did you mean VAT"),
        (lambda a: a.draws(level="Stat"), "did you mean State"),
        (lambda a: a.draws(years=[1999]), "year.*1999"),
        (lambda a: a.draws(pledges=["sight"]), "did you mean site"),
        (lambda a: a.by("planet"), "dimension.*planet"),
    ],
)
def test_choices_that_do_not_exist_are_refused_by_name(call: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call(fiscal_account(impact(), by_hand()))
