"""The labelled models against plain matrices: multipliers, linkages, extraction, prices, supply."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError
from econ.inputoutput.models import (
    constrained_output,
    price_effects,
    supply_effects,
    with_endogenous_capital,
)
from econ.inputoutput.structure import (
    decomposition,
    influential_coefficients,
    multiplier_errors,
    supply_chains,
)

REGIONS = ["North", "South"]
PRODUCTS = ["A", "C", "F"]
# Sums and solves of six sectors in double precision.
CLOSE = 1e-10


def frames(seed: int = 0) -> dict[str, Any]:
    """Two regions, three products, every row and column closing."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([REGIONS, PRODUCTS])
    uses = ["P3_S14", "P51G", "P6"]
    Z = rng.uniform(1.0, 10.0, (6, 6))
    Y = rng.uniform(5.0, 40.0, (6, 3))
    x = Z.sum(axis=1) + Y.sum(axis=1)
    rest = x - Z.sum(axis=0)
    shares = np.array([0.25, 0.05, 0.4, 0.02, 0.28])
    V = np.hstack([shares[:, None] * rest, np.zeros((5, 3))])
    V[:2, 6:] = rng.uniform(1.0, 5.0, (2, 3))
    labels = [" | ".join(pair) for pair in index]
    return {
        "flows": pd.DataFrame(Z, index, index),
        "final": pd.DataFrame(Y, index, uses),
        "primary": pd.DataFrame(V, ["P7", "D21X31", "D1", "D29X39", "B2A3G"], [*labels, *uses]),
        "satellites": pd.DataFrame([10.0 * x, 3.0 * x], ["employment", "co2"], index),
        "satellite_units": {"employment": "persons", "co2": "t"},
        "unit": "MEUR 2022 basic",
        "rounding": 1e-9,
    }


@pytest.fixture
def two_regions() -> econ.InputOutputTable:
    return econ.InputOutputTable.from_frames(**frames())


def test_multipliers_are_those_of_the_inverse_split_into_rounds(
    two_regions: econ.InputOutputTable,
) -> None:
    A = two_regions.coefficients
    L = np.linalg.inv(np.eye(6) - A)
    closure = econ.Closure.households(two_regions, spends="P3_S14")
    frame = econ.multipliers(two_regions, closure=closure)
    assert set(frame["measure"]) == set(two_regions.measures)
    assert {"gva", "taxes", "imports", "employment", "co2"} <= set(frame["measure"])
    pay = two_regions.per_output(two_regions.compensation)
    spent = two_regions.final[:, 0] / two_regions.compensation.sum()
    whole = np.linalg.inv(np.eye(7) - np.block([[A, spent[:, None]], [pay, np.zeros((1, 1))]]))
    for measure in two_regions.measures:
        values, _ = two_regions.measure(measure)
        v = values / two_regions.output
        one, two = (
            frame[(frame["measure"] == measure) & (frame["type"] == kind)] for kind in ("I", "II")
        )
        np.testing.assert_allclose(one["effect"], v @ L, rtol=CLOSE)
        np.testing.assert_allclose(one["first_round"], v @ A, rtol=CLOSE)
        np.testing.assert_allclose(two["effect"], v @ whole[:6, :6], rtol=CLOSE)
        np.testing.assert_allclose(one["multiplier"], v @ L / v, rtol=CLOSE)
        parts = two[["direct", "indirect", "induced"]].sum(axis=1)
        np.testing.assert_allclose(parts, two["effect"], rtol=CLOSE)
        assert (one["induced"] == 0.0).all()
    assert list(frame["region"][:6]) == ["North"] * 3 + ["South"] * 3
    assert frame[frame["type"] == "II"]["closure"].str.contains("its income in the table").all()
    jobs = frame[frame["measure"] == "employment"]["unit"].iloc[0]
    assert jobs == "persons per MEUR 2022 basic"


def test_a_social_accounting_closure_is_the_bordered_matrix(
    two_regions: econ.InputOutputTable,
) -> None:
    table = two_regions
    accounts = [
        econ.Account("households", "compensation", "P3_S14", 2.0 * table.compensation.sum()),
        econ.Account("government", ("taxes", "production_taxes"), "P51G", 1000.0),
    ]
    transfers = (
        pd.DataFrame({"households": {"government": 0.2}, "government": {"households": 0.3}})
        .reindex(index=["households", "government"])
        .fillna(0.0)
    )
    closure = econ.Closure.of(table, accounts, transfers)
    found = econ.multipliers(table, ["gva"], closure=closure)
    assert list(dict.fromkeys(found["type"])) == ["I", "SAM"]
    x = table.output
    V = np.array([table.compensation, table.product_taxes[:6] + table.production_taxes]) / x
    C = table.final[:, :2] / np.array([2.0 * table.compensation.sum(), 1000.0])
    T = np.array([[0.0, 0.3], [0.2, 0.0]])
    whole = np.linalg.inv(np.eye(8) - np.block([[table.coefficients, C], [V, T]]))
    effect = found[found["type"] == "SAM"]["effect"]
    np.testing.assert_allclose(effect, (table.gva / x) @ whole[:6, :6], rtol=CLOSE)


def test_a_closure_that_respends_everything_is_refused(two_regions: econ.InputOutputTable) -> None:
    closure = econ.Closure.households(two_regions, spends=("P3_S14", "P51G", "P6"), total=1.0)
    with pytest.raises(InputError, match="closure needs less than one"):
        econ.multipliers(two_regions, closure=closure)
    with pytest.raises(InputError, match="no total"):
        econ.Closure.households(two_regions, spends="P3_S14", total="wages")
    with pytest.raises(InputError, match="not above zero"):
        econ.Closure.households(two_regions, spends="P3_S14", total=-5.0)


def test_linkages_are_those_of_both_inverses(two_regions: econ.InputOutputTable) -> None:
    found = econ.linkages(two_regions)
    x = two_regions.output
    L = np.linalg.inv(np.eye(6) - two_regions.flows / x)
    G = np.linalg.inv(np.eye(6) - two_regions.flows / x[:, None])
    np.testing.assert_allclose(found["backward"], L.sum(axis=0), rtol=CLOSE)
    np.testing.assert_allclose(found["forward_leontief"], L.sum(axis=1), rtol=CLOSE)
    np.testing.assert_allclose(found["forward_ghosh"], G.sum(axis=1), rtol=CLOSE)
    variation = L.std(axis=0, ddof=1) / L.mean(axis=0)
    np.testing.assert_allclose(found["backward_variation"], variation, rtol=CLOSE)
    variation = G.std(axis=1, ddof=1) / G.mean(axis=1)
    np.testing.assert_allclose(found["forward_variation"], variation, rtol=CLOSE)
    assert found["backward_normalised"].mean() == pytest.approx(1.0)
    key = (found["backward_normalised"] > 1) & (found["forward_normalised"] > 1)
    assert ((found["sector"] == "key") == key).all()


def resolved(table: econ.InputOutputTable, kind: str, j: int, share: float) -> float:
    """Output lost by solving the changed table."""
    A, f = table.coefficients.copy(), table.final.sum(axis=1)
    if kind == "complete":
        A[j, :], A[:, j], f[j] = 0.0, 0.0, 0.0
        x = np.linalg.solve(np.eye(6) - A, f)
    else:
        line = A[:, j] if kind == "backward" else A[j, :]
        own = line[j]
        line *= 1.0 - share
        line[j] = own
        x = np.linalg.solve(np.eye(6) - A, f)
    return float(table.output.sum() - x.sum())


@pytest.mark.parametrize(
    ("kind", "share"), [("complete", 1.0), ("backward", 1.0), ("forward", 1.0), ("backward", 0.3)]
)
def test_extraction_in_closed_form_is_the_table_solved_again(
    two_regions: econ.InputOutputTable, kind: Any, share: float
) -> None:
    found = econ.extraction(two_regions, kind=kind, share=share)
    wanted = [resolved(two_regions, kind, j, share) for j in range(6)]
    np.testing.assert_allclose(found["loss"], wanted, rtol=CLOSE)


def test_a_region_is_extracted_whole(two_regions: econ.InputOutputTable) -> None:
    found = econ.extraction(two_regions, ["output", "employment"], groups="region")
    assert found["extracted"].tolist() == REGIONS * 2
    A, f = two_regions.coefficients.copy(), two_regions.final.sum(axis=1)
    A[:3, :], A[:, :3], f[:3] = 0.0, 0.0, 0.0
    x = np.linalg.solve(np.eye(6) - A, f)
    assert found["loss"][0] == pytest.approx((two_regions.output - x).sum())
    assert found["loss"][2] == pytest.approx(10.0 * (two_regions.output - x).sum())
    with pytest.raises(InputError, match="share of a complete extraction"):
        econ.extraction(two_regions, share=0.5)
    with pytest.raises(InputError, match="above 0 and at most 1"):
        econ.extraction(two_regions, kind="forward", share=0.0)


def test_a_region_that_sells_nothing_elsewhere_is_solved_again(
    two_regions: econ.InputOutputTable,
) -> None:
    found = econ.extraction(two_regions, kind="forward", groups="region")
    A = two_regions.coefficients.copy()
    A[:3, 3:] = 0.0
    x = np.linalg.solve(np.eye(6) - A, two_regions.final.sum(axis=1))
    assert found["loss"][0] == pytest.approx((two_regions.output - x).sum())


def test_prices_are_dual_to_quantities(two_regions: econ.InputOutputTable) -> None:
    table = two_regions
    rise = pd.Series(np.linspace(0.01, 0.06, 6), index=list(table.products.labels))
    prices = price_effects(table, rise)["price"].to_numpy()
    f = table.final.sum(axis=1)
    # dp'f = dv'x: what buyers pay more is what primary inputs cost more.
    assert prices @ f == pytest.approx(float(rise.to_numpy() @ table.output))
    # Ghosh's value of output is the quantity at the new prices (Dietzenbacher 1997).
    pushed = supply_effects(table, rise * table.output)
    np.testing.assert_allclose(pushed, prices * table.output, rtol=CLOSE)


def test_a_branch_that_cannot_raise_its_price_bears_the_cost(
    two_regions: econ.InputOutputTable,
) -> None:
    table, first = two_regions, two_regions.products.labels[0]
    dear = pd.Series(dict.fromkeys(table.products.labels, 0.1))
    found = price_effects(table, dear, of="imports", pass_through=pd.Series({first: 0.0}))
    s = np.array([0.0, 1, 1, 1, 1, 1])
    cost = 0.1 * table.per_output(table.imports[:6])
    wanted = np.linalg.solve(np.eye(6) - (table.coefficients * s).T, s * cost)
    np.testing.assert_allclose(found["price"], wanted, rtol=CLOSE, atol=1e-15)
    assert found["price"][0] == 0.0
    assert found["borne"][0] > cost[0]
    np.testing.assert_allclose(found["borne"][1:], 0.0, atol=1e-15)
    with pytest.raises(InputError, match="no share"):
        price_effects(table, dear, pass_through=1.5)


def test_constrained_output_leaves_what_is_left_for_final_demand(
    two_regions: econ.InputOutputTable,
) -> None:
    table, label = two_regions, two_regions.products.labels[4]
    half = pd.Series({label: 0.5 * table.output[4]})
    found = constrained_output(table, output=half)
    x = found["output"].to_numpy()
    np.testing.assert_allclose(x - table.coefficients @ x, found["final"], rtol=CLOSE, atol=1e-9)
    assert x[4] == 0.5 * table.output[4]
    same = constrained_output(table, output=pd.Series({label: table.output[4]}))
    np.testing.assert_allclose(same["output"], table.output, rtol=CLOSE)
    with pytest.raises(InputError, match="output is fixed too"):
        constrained_output(table, output=half, final=half)


def test_endogenous_capital_keeps_every_account_closed_and_raises_multipliers(
    two_regions: econ.InputOutputTable,
) -> None:
    used = pd.Series(0.1 * two_regions.surplus, index=list(two_regions.products.labels))
    table = with_endogenous_capital(two_regions, formation="P51G", consumption=used)
    np.testing.assert_allclose(table.output, two_regions.output)
    assert table.gva.sum() == pytest.approx(two_regions.gva.sum() - used.sum())
    before, after = (econ.multipliers(t, ["output"])["effect"] for t in (two_regions, table))
    assert (after > before).all()


def test_an_aggregated_table_is_the_aggregated_frames(two_regions: econ.InputOutputTable) -> None:
    pairs = [(label, label.split(" | ")[1]) for label in two_regions.products.labels]
    whole = two_regions.map(econ.Concordance.from_pairs(two_regions.products, pairs))
    assert whole.products.labels == ("A", "C", "F")
    given = frames()
    flows = given["flows"].groupby(level=1).sum().T.groupby(level=1).sum().T
    np.testing.assert_allclose(whole.flows, flows, rtol=CLOSE)
    assert whole.gva.sum() == pytest.approx(two_regions.gva.sum())
    assert whole.employment.sum() == pytest.approx(two_regions.employment.sum())
    assert set(whole.regions) == {"North + South"}


def test_a_split_by_shares_changes_no_multiplier(two_regions: econ.InputOutputTable) -> None:
    labels = two_regions.products.labels
    pairs = [(labels[0], "A1", 0.3), (labels[0], "A2", 0.7), *((x, x) for x in labels[1:])]
    fine = two_regions.map(econ.Concordance.from_pairs(two_regions.products, pairs))
    before, after = (econ.multipliers(t, ["gva"])["effect"].to_numpy() for t in (two_regions, fine))
    np.testing.assert_allclose(after, before[[0, 0, 1, 2, 3, 4, 5]], rtol=CLOSE)
    back = [("A1", labels[0]), ("A2", labels[0]), *((x, x) for x in labels[1:])]
    again = fine.map(econ.Concordance.from_pairs(fine.products, back))
    np.testing.assert_allclose(again.flows, two_regions.flows, rtol=CLOSE)


def test_a_concordance_that_loses_something_is_refused(two_regions: econ.InputOutputTable) -> None:
    labels = two_regions.products.labels
    with pytest.raises(InputError, match="goes nowhere"):
        econ.Concordance.from_pairs(two_regions.products, [(labels[0], "A")])
    with pytest.raises(InputError, match="shares do not sum to one"):
        econ.Concordance.from_pairs(
            two_regions.products, [(labels[0], "A", 0.5), *((x, x) for x in labels[1:])]
        )


def test_a_table_survives_parquet(two_regions: econ.InputOutputTable, tmp_path: Path) -> None:
    two_regions.write(tmp_path / "table.parquet")
    again = econ.InputOutputTable.read(tmp_path / "table.parquet")
    for name in ("flows", "final", "primary", "output", "satellite_values"):
        np.testing.assert_array_equal(getattr(again, name), getattr(two_regions, name))
    assert again.regions == two_regions.regions
    assert again.roles == two_regions.roles
    assert (again.unit, again.satellite_units) == (two_regions.unit, two_regions.satellite_units)
    two_regions.write(tmp_path / "twice.parquet")
    assert (tmp_path / "twice.parquet").read_bytes() == (tmp_path / "table.parquet").read_bytes()
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(InputError, match="no provenance"):
        econ.InputOutputTable.read(tmp_path / "other.parquet")


def test_frames_in_another_order_are_aligned_and_never_resorted() -> None:
    given = frames()
    plain = econ.InputOutputTable.from_frames(**given)
    turned = {**given, "flows": given["flows"].iloc[:, ::-1], "final": given["final"].iloc[::-1]}
    turned |= {"primary": given["primary"].iloc[:, ::-1]}
    again = econ.InputOutputTable.from_frames(**turned)
    assert again.products.labels == plain.products.labels
    np.testing.assert_array_equal(again.flows, plain.flows)
    np.testing.assert_array_equal(again.gva, plain.gva)


def test_a_frame_changed_afterwards_changes_no_table() -> None:
    given = frames()
    table = econ.InputOutputTable.from_frames(**given)
    before = table.flows.copy()
    given["flows"].iloc[0, 0] = -99.0
    np.testing.assert_array_equal(table.flows, before)
    assert given["flows"].iloc[0, 0] == -99.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: {"flows": g["flows"].iloc[:, :5]}, "label missing"),
        (lambda g: {"flows": g["flows"].rename(columns={"A": "B"})}, "unknown label"),
        (lambda g: {"satellite_units": {"employment": "persons"}}, "value co2: no unit"),
        (lambda g: {"roles": {"D9": "surplus"}}, "a role for a row that is not there"),
        (lambda g: {"primary": g["primary"].rename(index={"D1": "levies"})}, "row without a role"),
        (lambda g: {"final": None}, "neither output nor final uses"),
        (lambda g: {"final": "P6"}, "column final, value .*: of another type"),
        (lambda g: {"flows": None}, "column flows, value .*: of another type"),
        (lambda g: {"flows": g["flows"] > 0}, "not a column of numbers"),
        (lambda g: {"final": g["final"].astype("datetime64[ns]")}, "not a column of numbers"),
        (
            lambda g: {"flows": g["flows"].astype(object).replace(g["flows"].iloc[0, 0], "n/a")},
            "value n/a: not a number",
        ),
    ],
)
def test_frames_that_do_not_fit_are_refused_by_name(change: Any, words: str) -> None:
    given = frames()
    with pytest.raises(InputError, match=words):
        econ.InputOutputTable.from_frames(**{**given, **change(given)})


def test_negative_flows_are_refused_unless_kept() -> None:
    given = frames()
    given["flows"].iloc[0, 1] = -0.5
    only = {"flows": given["flows"], "unit": given["unit"]}
    output = pd.Series(np.full(6, 200.0), index=given["flows"].index)
    with pytest.raises(InputError, match=r"North \| A, column North \| C, value -0.5: negative"):
        econ.InputOutputTable.from_frames(**only, output=output)
    kept = econ.InputOutputTable.from_frames(**only, output=output, keep_negative_flows=True)
    assert kept.flows[0, 1] == -0.5


def test_a_change_between_two_tables_is_split_without_a_rest() -> None:
    start, end = (econ.InputOutputTable.from_frames(**frames(seed)) for seed in (1, 2))
    for measure in ("output", "gva", "employment"):
        found = decomposition(start, end, measure)
        change = end.measure(measure)[0].sum() - start.measure(measure)[0].sum()
        assert found["value"].sum() == pytest.approx(change)
        assert set(found["cause"]) == {"coefficient", "technology", "final demand"}
    with pytest.raises(InputError, match="not those of the first table"):
        decomposition(start, start.map(everything_in_one(start)))
    other = econ.InputOutputTable.from_frames(**{**frames(2), "unit": "MEUR 2023 basic"})
    with pytest.raises(econ.UnitError):
        decomposition(start, other)


def everything_in_one(table: econ.InputOutputTable) -> econ.Concordance:
    pairs = [(label, "all") for label in table.products.labels]
    return econ.Concordance.from_pairs(table.products, pairs)


def test_supply_chains_sum_to_the_effect_and_none_above_the_threshold_is_missing(
    two_regions: econ.InputOutputTable,
) -> None:
    table, label = two_regions, two_regions.products.labels[1]
    found = supply_chains(table, pd.Series({label: 10.0}), "employment", threshold=0.01)
    frame = econ.multipliers(table, ["employment"]).set_index("product")
    assert found["value"].sum() == pytest.approx(10.0 * frame.loc[label, "effect"])
    assert found["share"].sum() == pytest.approx(1.0)
    assert found["chain"][0] == label
    pairs = 10.0 * 10.0 * table.coefficients[:, 1]
    wanted = (pairs >= 0.01 * 10.0 * frame.loc[label, "effect"]).sum()
    assert (found["order"] == 1).sum() == wanted
    with pytest.raises(InputError, match="no effect"):
        supply_chains(table, pd.Series({label: 0.0}))


def test_standard_errors_of_multipliers_are_those_of_a_monte_carlo(
    two_regions: econ.InputOutputTable,
) -> None:
    table = two_regions
    found = multiplier_errors(table, relative=0.02)
    rng = np.random.default_rng(7)
    draws = [
        np.linalg.inv(np.eye(6) - table.coefficients * rng.normal(1.0, 0.02, (6, 6))).sum(axis=0)
        for _ in range(4000)
    ]
    # 4,000 draws give a standard deviation to 1.1 %; four times that.
    np.testing.assert_allclose(found["standard_error"], np.std(draws, axis=0), rtol=0.045)
    assert (multiplier_errors(table, relative=0.02, together=True)["standard_error"] > 0).all()
    with pytest.raises(InputError, match="no relative error"):
        multiplier_errors(table, relative=-0.1)


def test_the_field_of_influence_is_the_derivative_of_the_inverse(
    two_regions: econ.InputOutputTable,
) -> None:
    found = influential_coefficients(two_regions)
    A, h = two_regions.coefficients, 1e-6
    moved = A.copy()
    moved[2, 3] += h
    change = np.linalg.inv(np.eye(6) - moved) - np.linalg.inv(np.eye(6) - A)
    # A forward difference of 1e-6 is good to a few 1e-6.
    assert found.iloc[2, 3] == pytest.approx(np.abs(change).sum() / h, rel=1e-5)


def test_a_closure_of_another_table_is_refused_and_so_is_income_that_is_none(
    two_regions: econ.InputOutputTable,
) -> None:
    closure = econ.Closure.households(two_regions, spends="P3_S14")
    given = frames()
    turned = {**given, "flows": given["flows"].iloc[::-1, ::-1]}
    other = econ.InputOutputTable.from_frames(**turned)
    with pytest.raises(InputError, match="other products, or in another order"):
        econ.multipliers(other, closure=closure)
    for income in ("employment", "output"):
        with pytest.raises(InputError, match=f"value {income}: no income"):
            econ.Closure.households(two_regions, spends="P3_S14", income=income)
    with pytest.raises(InputError, match="no cost"):
        price_effects(two_regions, pd.Series({"North | A": 0.1}), of="employment")


def test_a_measure_is_all_rows_of_its_role_whatever_they_are_called() -> None:
    given = frames()
    halves = given["primary"].rename(index={"P7": "imports"})
    halves.loc["imports"] /= 2
    halves.loc["imports from the other"] = halves.loc["imports"]
    roles = {"imports from the other": "imports"}
    table = econ.InputOutputTable.from_frames(**{**given, "primary": halves, "roles": roles})
    plain = econ.InputOutputTable.from_frames(**given)
    np.testing.assert_allclose(table.measure("imports")[0], plain.measure("imports")[0])


def test_what_would_let_anything_pass_is_refused(
    two_regions: econ.InputOutputTable, tmp_path: Path
) -> None:
    given = frames()
    with pytest.raises(InputError, match="too coarse to check the accounts"):
        econ.InputOutputTable.from_frames(**{**given, "rounding": 50.0})
    jobs = given["satellites"].rename(index={"co2": "gva"})
    units = {"employment": "persons", "gva": "t"}
    with pytest.raises(InputError, match="value gva: a satellite named after a measure"):
        econ.InputOutputTable.from_frames(**{**given, "satellites": jobs, "satellite_units": units})
    wages = econ.InputOutputTable.from_frames(**{**given, "primary": given["primary"].iloc[:3]})
    with pytest.raises(InputError, match="no value added in the table"):
        _ = wages.gdp_by_production
    for consumption in ("gva", "imports"):
        with pytest.raises(InputError, match="no consumption of fixed capital"):
            with_endogenous_capital(two_regions, formation="P51G", consumption=consumption)
    too_much = pd.Series({two_regions.products.labels[0]: 1e6})
    with pytest.raises(InputError, match="not within the surplus"):
        with_endogenous_capital(two_regions, formation="P51G", consumption=too_much)
    with pytest.raises(InputError, match="none asked for"):
        econ.multipliers(two_regions, [])
    path = tmp_path / "table.parquet"
    two_regions.write(path)
    stored = econ.read_parquet(path)
    econ.write_parquet(
        stored.frame.iloc[:-1],
        path,
        units=stored.units,
        provenance=stored.provenance,
        schema=stored.schema,
    )
    with pytest.raises(InputError, match="cells missing or out of order"):
        econ.InputOutputTable.read(path)
