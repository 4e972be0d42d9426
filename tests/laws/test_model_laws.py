"""What holds on every table and for every shock, whatever the numbers."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from econ.impact.result import MEASURES, ImpactResult
from econ.impact.shock import Activity, DemandShock, ShockPart
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.quantity.axes import Axis
from econ.quantity.units import Unit
from econ.study import Study

Build = Callable[..., dict[str, Any]]
FLOATS = 1e-9  # relative: a few hundred additions of doubles

LABELS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1
).filter(lambda text: text.strip() != "" and text != "nan")


@st.composite
def ingredients(draw: st.DrawFn) -> dict[str, Any]:
    """A productive A with columns below 0.85, final uses, a split of value added, a shock."""
    n = draw(st.integers(1, 5))
    cells = st.floats(0.0, 1.0)
    raw = np.array([draw(st.lists(cells, min_size=n, max_size=n)) for _ in range(n)])
    load = np.array(draw(st.lists(st.floats(0.0, 0.85), min_size=n, max_size=n)))
    sums = raw.sum(axis=0)
    A = np.divide(raw, sums, out=np.zeros_like(raw), where=sums > 0) * load
    split = np.array(draw(st.lists(st.floats(0.01, 1.0), min_size=5, max_size=5)))
    money = st.floats(0.0, 1000.0).map(lambda x: round(x, 3))
    return {
        "A": A,
        "final": np.array([[1.0 + draw(money), 1.0 + draw(money)] for _ in range(n)]),
        "split": split / split.sum(),
        "labels": draw(st.lists(LABELS, min_size=n, max_size=n, unique=True)),
        "jobs": np.array(draw(st.lists(st.floats(0.0, 30.0), min_size=n, max_size=n))),
        "demand": np.array([[draw(money) for _ in range(3)] for _ in range(n)]),
        "spent": draw(st.floats(0.0, 0.9)),
    }


def table_of(build: Build, given_: dict[str, Any]) -> InputOutputTable:
    return InputOutputTable.from_arrays(
        **build(
            given_["A"],
            given_["final"],
            labels=given_["labels"],
            split=given_["split"],
            jobs_per_output=given_["jobs"],
        )
    )


def shock_of(table: InputOutputTable, demand: np.ndarray, pledge: str = "p") -> DemandShock:
    """Demand of shape (n, c) for home products, a tenth on top abroad and a twentieth of tax."""
    return DemandShock(table.products, (2024, 2025), table.unit, (part_of(demand, pledge),))


def part_of(demand: np.ndarray, pledge: str = "p") -> ShockPart:
    imported, taxes, margins = 0.1 * demand, 0.05 * demand, 0.02 * demand
    existing = np.full(demand.shape[1], 3.0)
    spent = demand + imported + taxes + margins
    return ShockPart(
        pledge=pledge,
        phase="construction",
        region="XX",
        amount=spent.sum(axis=0) + existing,
        domestic=demand,
        imported=imported,
        margins=margins,
        taxes=taxes,
        existing_assets=existing,
        profile=np.repeat(np.array([[0.25], [0.75]]), demand.shape[1], axis=1),
    )


def closure(spent: float, columns: int) -> HouseholdClosure:
    ones = np.ones(columns)
    return HouseholdClosure(spent * ones, 0.1 * ones, 0.1 * ones, "P3_S14")


def totals(result: ImpactResult) -> dict[str, np.ndarray]:
    return {measure: result.draws(measure) for measure in MEASURES}


def assert_same(left: dict[str, np.ndarray], right: dict[str, np.ndarray]) -> None:
    for measure, values in left.items():
        scale = max(1.0, float(np.abs(values).max()))
        np.testing.assert_allclose(right[measure], values, atol=FLOATS * scale, err_msg=measure)


@given(given_=ingredients())
def test_gva_imports_and_product_taxes_are_final_demand(
    table_parts: Build, given_: dict[str, Any]
) -> None:
    table = table_of(table_parts, given_)
    shock = shock_of(table, given_["demand"])
    found = totals(LeontiefModel(table).run(shock, "s"))
    spent = shock.parts[0].amount - shock.parts[0].existing_assets
    accounted = found["gva"] + found["imports"] + found["taxes"]
    np.testing.assert_allclose(accounted, spent, rtol=FLOATS, atol=1e-6)


@given(demand=st.lists(st.floats(0.0, 1e4, allow_subnormal=False), min_size=65, max_size=65))
@settings(max_examples=25)
def test_gva_imports_and_product_taxes_are_final_demand_in_france(
    study: Study, demand: list[float]
) -> None:
    table = study.table
    wanted = np.array(demand)[:, None]
    wanted[table.output == 0] = 0.0
    result = LeontiefModel(table).run(shock_of(table, wanted), "s")
    found = totals(result)
    spent = wanted.sum() * 1.17
    # The published columns do not close to the last cent: each euro of output of a product carries
    # the gap of its column over its output, and no more than these gaps may be missing.
    gap = (
        table.flows.sum(axis=0)
        + table.imports[:65]
        + table.product_taxes[:65]
        + table.gva
        - table.output
    )
    (response,) = result.responses
    output = response.values["output"].sum(axis=0)[:, 0]
    allowed = float(np.abs(table.per_output(gap)) @ output)
    off = float((found["gva"] + found["imports"] + found["taxes"])[0] - spent)
    assert abs(off) <= allowed + 1e-9 * spent
    assert allowed <= 1e-4 * max(spent, 1.0)


@given(given_=ingredients())
def test_type_two_exceeds_type_one_and_type_one_the_direct_effect(
    table_parts: Build, given_: dict[str, Any]
) -> None:
    table = table_of(table_parts, given_)
    shock = shock_of(table, given_["demand"])
    opened = LeontiefModel(table).run(shock, "s")
    closed = LeontiefModel(table, closure(given_["spent"], 3)).run(shock, "s")
    for measure in MEASURES:
        direct = opened.draws(measure, effect="direct")
        one, two = opened.draws(measure), closed.draws(measure)
        slack = FLOATS * max(1.0, float(np.abs(two).max()))
        assert (direct >= -slack).all()
        assert (one >= direct - slack).all(), measure
        assert (two >= one - slack).all(), measure
        np.testing.assert_allclose(two - closed.draws(measure, effect="induced"), one, atol=slack)


@given(given_=ingredients(), k=st.floats(0.0, 1000.0))
def test_k_times_the_shock_has_k_times_the_effect(
    table_parts: Build, given_: dict[str, Any], k: float
) -> None:
    table = table_of(table_parts, given_)
    model = LeontiefModel(table, closure(given_["spent"], 3))
    part = part_of(given_["demand"])
    names = ("amount", "domestic", "imported", "margins", "taxes", "existing_assets")
    scaled = replace(part, **{name: k * getattr(part, name) for name in names})
    once = DemandShock(table.products, (2024, 2025), table.unit, (part,))
    more = replace(once, parts=(scaled,))
    found = totals(model.run(once, "s"))
    assert_same({m: k * v for m, v in found.items()}, totals(model.run(more, "s")))


@given(given_=ingredients(), data=st.data())
@settings(max_examples=20)
def test_another_order_of_products_reorders_the_results_and_changes_none(
    table_parts: Build, given_: dict[str, Any], data: st.DataObject
) -> None:
    table = table_of(table_parts, given_)
    n = len(table.products)
    order = data.draw(st.permutations(range(n)))
    uses = [n, n + 1]
    names = [table.products.labels[i] for i in order]
    turned = replace(
        table,
        products=Axis("product", names),
        flows=table.flows[np.ix_(order, order)],
        final=table.final[order],
        primary=table.primary[:, [*order, *uses]],
        output=table.output[order],
        satellite_values=table.satellite_values[:, order],
        imports_by_origin=np.asarray(table.imports_by_origin)[order],
    )
    households = closure(given_["spent"], 3)
    straight = LeontiefModel(table, households).run(shock_of(table, given_["demand"]), "s")
    moved = LeontiefModel(turned, households).run(shock_of(turned, given_["demand"][order]), "s")
    assert_same(totals(straight), totals(moved))
    keys = ["measure", "effect", "product", "year"]
    left, right = (r.frame().set_index(keys)["value"] for r in (straight, moved))
    # Rows of zero are left out, and rounding leaves a zero in one order that is none in the other.
    left, right = left.align(right, fill_value=0.0)
    pd.testing.assert_series_equal(left, right, rtol=1e-6, atol=1e-6)


@given(given_=ingredients(), scale=st.sampled_from([("kEUR", 1e3), ("bnEUR", 1e-3)]))
def test_the_unit_of_the_table_does_not_change_what_happens(
    table_parts: Build, given_: dict[str, Any], scale: tuple[str, float]
) -> None:
    prefix, k = scale
    parts = table_parts(
        given_["A"], given_["final"], split=given_["split"], jobs_per_output=given_["jobs"]
    )
    money = [
        *(
            "flows",
            "final",
            "imports",
            "product_taxes",
            "compensation",
            "production_taxes",
            "surplus",
        ),
        *("output", "imports_by_origin"),
    ]
    other = {name: k * parts[name] for name in money}
    other |= {"unit": Unit.parse(f"{prefix} 2022 basic"), "rounding": 0.005 * k}
    households = closure(given_["spent"], 3)
    plain = InputOutputTable.from_arrays(**parts)
    scaled = InputOutputTable.from_arrays(**(parts | other))
    left = totals(LeontiefModel(plain, households).run(shock_of(plain, given_["demand"]), "s"))
    demand = shock_of(scaled, k * given_["demand"])
    part = demand.parts[0]
    land = replace(part, existing_assets=3.0 * k * np.ones(3), amount=part.amount + 3.0 * (k - 1))
    right = totals(LeontiefModel(scaled, households).run(replace(demand, parts=(land,)), "s"))
    assert_same(
        {m: v if m == "employment" else k * v for m, v in left.items()},
        right,
    )


@given(given_=ingredients())
def test_two_pledges_together_do_what_each_does_alone(
    table_parts: Build, given_: dict[str, Any]
) -> None:
    table = table_of(table_parts, given_)
    model = LeontiefModel(table, closure(given_["spent"], 3))
    first, second = part_of(given_["demand"], "a"), part_of(given_["demand"][:, ::-1], "b")
    both = DemandShock(table.products, (2024, 2025), table.unit, (first, second))
    together = model.run(both, "s")
    alone = [model.run(replace(both, parts=(part,)), "s") for part in (first, second)]
    assert_same({m: alone[0].draws(m) + alone[1].draws(m) for m in MEASURES}, totals(together))
    for pledge, result in zip("ab", alone, strict=True):
        assert_same(totals(result), {m: together.draws(m, pledges=[pledge]) for m in MEASURES})


@given(given_=ingredients())
def test_gdp_is_gva_and_product_taxes_in_every_cell(
    table_parts: Build, given_: dict[str, Any]
) -> None:
    table = table_of(table_parts, given_)
    model = LeontiefModel(table, closure(given_["spent"], 3))
    for response in model.run(shock_of(table, given_["demand"]), "s").responses:
        values = response.values
        np.testing.assert_allclose(values["gdp"], values["gva"] + values["taxes"], atol=1e-9)
        assert (values["compensation"] <= values["gva"] + 1e-6).all()


@given(given_=ingredients())
@settings(max_examples=20)
def test_no_demand_does_nothing(table_parts: Build, given_: dict[str, Any]) -> None:
    table = table_of(table_parts, given_)
    model = LeontiefModel(table, closure(given_["spent"], 3))
    result = model.run(shock_of(table, np.zeros_like(given_["demand"])), "s")
    assert result.frame().empty
    assert all((result.draws(measure) == 0.0).all() for measure in MEASURES)


@given(given_=ingredients())
def test_the_jobs_of_a_running_site_are_its_own_and_its_suppliers_follow(
    table_parts: Build, given_: dict[str, Any]
) -> None:
    table = table_of(table_parts, given_)
    pay, jobs = np.full(3, 7.0), np.array([5.0, 6.0, 7.0])
    bought = part_of(given_["demand"])
    amount = bought.amount + pay
    site = Activity(table.products.labels[0], amount, pay, jobs)
    running = replace(bought, phase="operation", amount=amount, activity=site)
    shock = DemandShock(table.products, (2024, 2025), table.unit, (running,))
    result = LeontiefModel(table).run(shock, "s")
    years = running.profile.sum(axis=0)
    np.testing.assert_allclose(result.draws("employment", effect="direct"), jobs * years)
    accounted = sum(result.draws(measure) for measure in ("gva", "imports", "taxes"))
    np.testing.assert_allclose(
        accounted, (amount - bought.existing_assets) * years, rtol=FLOATS, atol=1e-6
    )


@given(given_=ingredients())
@settings(max_examples=20)
def test_every_interval_holds_its_value_and_margins_are_sums(
    table_parts: Build, given_: dict[str, Any]
) -> None:
    table = table_of(table_parts, given_)
    model = LeontiefModel(table, closure(given_["spent"], 3))
    result = model.run(shock_of(table, given_["demand"]), "s")
    frame = result.frame()
    assert (frame["low"] <= frame["value"]).all()
    assert (frame["value"] <= frame["high"]).all()
    for dimension in ("effect", "product", "year"):
        margin = result.by(dimension).set_index(["measure", dimension])["value"]
        sums = frame.groupby(["measure", dimension])["value"].sum()
        found = sums.reindex(margin.index)
        np.testing.assert_allclose(found, margin, rtol=1e-9, atol=1e-9)


def test_a_table_of_one_product_is_a_geometric_series(table_parts: Build) -> None:
    table = InputOutputTable.from_arrays(
        **table_parts([[0.5]], [[60.0, 40.0]], labels=["all of it"])
    )
    result = LeontiefModel(table).run(shock_of(table, np.array([[100.0]])), "s")
    assert result.draws("output")[0] == pytest.approx(204.0)  # 102 with margins, times 1 / (1 - A)
    assert result.draws("employment")[0] == pytest.approx(2040.0)


def test_whole_numbers_are_numbers(table_parts: Build) -> None:
    parts = table_parts([[0.5]], [[60.0, 40.0]], split=[0.2] * 5, labels=["A"])
    whole = {
        name: value.astype(np.int64) if isinstance(value, np.ndarray) else value
        for name, value in parts.items()
    }
    # 100 of final demand, 200 of output, 100 of flows, 20 of each of five primary inputs.
    assert all(
        np.array_equal(whole[name], parts[name]) for name in ("flows", "product_taxes", "output")
    )
    table = InputOutputTable.from_arrays(**whole)
    result = LeontiefModel(table).run(shock_of(table, np.array([[100.0]])), "s")
    assert result.draws("gva")[0] == pytest.approx(204.0 * 0.3)
