"""A table of one's own: what looks right and is not is refused in words that say what to do."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import econ
from econ.errors import InputError

PRODUCTS = ["A", "C", "F"]
USES = ["households", "exports"]


def frames() -> dict[str, Any]:
    """Three products in whole millions whose rows and columns close."""
    flows = pd.DataFrame([[10, 30, 5], [15, 90, 40], [5, 50, 80]], PRODUCTS, PRODUCTS)
    final = pd.DataFrame({"households": [30, 100, 200], "exports": [25, 155, 65]}, PRODUCTS)
    primary = pd.DataFrame(
        [[10, 90, 40, 50, 10], [2, 6, 9, 30, 0], [15, 90, 140, 0, 0], [43, 44, 86, 0, 0]],
        ["P7", "D21X31", "D1", "B2A3G"],
        [*PRODUCTS, *USES],
    )
    return {
        "flows": flows,
        "final": final,
        "primary": primary,
        "satellites": pd.DataFrame([[20, 30, 70]], ["employment"], PRODUCTS),
        "satellite_units": {"employment": "persons"},
        "unit": "MEUR 2022 basic",
        "rounding": 1e-6,
    }


@pytest.fixture
def table() -> econ.InputOutputTable:
    return econ.InputOutputTable.from_frames(**frames())


def refusal(make: Callable[[], object]) -> str:
    with pytest.raises(InputError) as caught:
        make()
    return str(caught.value)


def read(**change: Any) -> econ.InputOutputTable:
    return econ.InputOutputTable.from_frames(**frames() | change)


# ---------------------------------------------------------------- what households spend in all


def test_all_spending_is_home_goods_imports_and_taxes(table: econ.InputOutputTable) -> None:
    closure = econ.Closure.households(table, spends="households", total="spending")
    np.testing.assert_allclose(closure.spending[:, 0], np.array([30, 100, 200]) / 410.0)


def test_all_spending_is_refused_where_the_table_does_not_know_it() -> None:
    alone = read(primary=frames()["primary"][PRODUCTS])
    message = refusal(lambda: econ.Closure.households(alone, spends="households", total="spending"))
    assert "value spending: the table has no imports or product taxes of final uses" in message
    assert "give the total as an amount, or give primary columns for final uses" in message
    closure = econ.Closure.households(alone, spends="households", total=410.0)
    assert closure.spending.sum() == pytest.approx(330.0 / 410.0)


def test_amounts_by_product_are_not_all_that_is_spent(table: econ.InputOutputTable) -> None:
    amounts = pd.Series([30.0, 100.0, 150.0], PRODUCTS)
    message = refusal(lambda: econ.Closure.households(table, spends=amounts, total="spending"))
    assert "amounts of home products do not say what households spend in all" in message


# ---------------------------------------------------------------- totals


def with_total_row(frame: pd.DataFrame, label: str = "Total") -> pd.DataFrame:
    return pd.concat([frame, frame.sum().to_frame(label).T])


def with_total_column(frame: pd.DataFrame, label: str = "Total") -> pd.DataFrame:
    return frame.assign(**{label: frame.sum(axis=1)})


@pytest.mark.parametrize(
    ("block", "add", "where"),
    [
        ("flows", with_total_row, "column flows row"),
        ("flows", with_total_column, "column flows column"),
        ("final", with_total_row, "column final row"),
        ("final", with_total_column, "column final column"),
        ("primary", with_total_row, "column primary"),
        ("primary", with_total_column, "column primary column"),
    ],
)
@pytest.mark.parametrize("label", ["Total", "TOTAL", "TU", "Sum", "Total uses", "CPA_TOTAL"])
def test_a_total_on_any_side_is_told_from_a_product(
    block: str, add: Any, where: str, label: str
) -> None:
    message = refusal(lambda: read(**{block: add(frames()[block], label)}))
    assert f"{where}, value {label}: looks like a total; leave it out" in message
    assert "add it" not in message


def test_totals_on_both_sides_do_not_become_a_product() -> None:
    whole = with_total_row(with_total_column(frames()["flows"]))
    message = refusal(lambda: read(flows=whole, final=with_total_row(frames()["final"])))
    for where in ("flows row", "flows column", "final row"):
        assert f"column {where}, value Total: looks like a total" in message


def test_a_column_that_is_the_sum_of_others_is_no_final_use_unless_output_says_so() -> None:
    given = frames()
    flows, final = given["flows"], given["final"]
    used = flows.sum(axis=1)
    for column, what in (
        (final.sum(axis=1), "of the other final uses"),
        (used, "of the flows"),
        (used + final.sum(axis=1), "of the flows and the other final uses"),
        (final.sum(axis=1) + np.array([0.4, -0.4, 0.4]), "of the other final uses"),
    ):
        more = final.assign(disposal=column)
        message = refusal(lambda more=more: read(final=more, primary=None, rounding=0.5))
        assert f"column final, value disposal: equals the sum {what}; leave it out" in message
    # Where output is given, the accounts say whether it is a use of its own.
    more = final.assign(disposal=final.sum(axis=1))
    table = read(final=more, primary=None, output=used + more.sum(axis=1))
    assert table.final_uses.labels == (*USES, "disposal")
    assert "the row does not close" in refusal(
        lambda: read(final=more, primary=None, output=used + final.sum(axis=1))
    )


def test_the_total_of_final_uses_can_stand_for_them() -> None:
    given = frames()
    final = given["final"].sum(axis=1)
    for label in ("Total final demand", "final total"):
        assert read(final=final.to_frame(label), primary=None).final_uses.labels == (label,)
    assert "looks like a total" in refusal(
        lambda: read(final=final.to_frame("Total"), primary=None)
    )
    output = given["flows"].sum(axis=1) + final
    assert read(final=final.to_frame("Total"), primary=None, output=output).output.sum() == 900.0


def test_the_whole_economy_in_one_product_may_be_called_total() -> None:
    one = ["Total"]
    final = pd.DataFrame({"f": [50.0], "g": [50.0]}, one)
    primary = pd.DataFrame([[100.0, 0.0, 0.0]], ["B1G"], [*one, "f", "g"])
    flows = pd.DataFrame([[50.0]], one, one)
    assert read(flows=flows, final=final, primary=primary, satellites=None).products.labels == (
        "Total",
    )


def test_totals_of_supply_and_use_are_told_from_products_and_industries() -> None:
    made = pd.DataFrame([[100.0, 10.0], [0.0, 90.0]], ["p", "q"], ["P", "Q"])
    used = pd.DataFrame([[20.0, 30.0], [40.0, 20.0]], ["p", "q"], ["P", "Q"])
    final = pd.DataFrame({"f": [60.0, 30.0]}, ["p", "q"])
    added = pd.DataFrame([[40.0, 50.0]], ["B1G"], ["P", "Q"])

    def supply_use(**change: Any) -> econ.SupplyUseTable:
        given = {"supply": made, "use": used, "final": final, "primary": added} | change
        return econ.SupplyUseTable.from_frames(**given, unit="MEUR 2022 basic")

    assert supply_use().symmetric("D").output.tolist() == [100.0, 100.0]
    rows = {what: with_total_row(given) for what, given in (("supply", made), ("use", used))}
    message = refusal(lambda: supply_use(**rows, final=with_total_row(final), primary=None))
    assert "column use row, value Total: looks like a total; leave it out" in message
    both = {"supply": with_total_column(made), "use": with_total_column(used)}
    message = refusal(lambda: supply_use(**both, primary=None))
    assert "column supply column, value Total: looks like a total" in message
    message = refusal(lambda: supply_use(primary=with_total_column(added)))
    assert "column primary column, value Total: looks like a total; leave it out" in message
    more = final.assign(TU=[110.0, 90.0])
    assert "column final column, value TU" in refusal(lambda: supply_use(final=more))


# ---------------------------------------------------------------- back in pandas


def test_every_array_comes_back_as_the_frame_it_was(table: econ.InputOutputTable) -> None:
    given = frames()
    for block, frame in (
        ("flows", given["flows"]),
        ("final", given["final"]),
        ("primary", given["primary"]),
        ("satellite_values", given["satellites"]),
        ("coefficients", given["flows"] / table.output),
        ("output", pd.DataFrame([table.output], ["output"], PRODUCTS)),
    ):
        found = table.frame(block)
        pd.testing.assert_frame_equal(found, frame.astype(float), check_names=False)
    found = table.frame("flows")
    found.loc["A", "A"] = -1.0
    assert table.flows[0, 0] == 10.0
    imported = pd.DataFrame(0.0, PRODUCTS, [*PRODUCTS, *USES])
    imported.loc["C"] = given["primary"].loc["P7"]
    whole = read(imported=imported)
    pd.testing.assert_frame_equal(whole.frame("imported"), imported, check_names=False)


def test_the_regions_of_a_table_come_back_as_a_level() -> None:
    index = pd.MultiIndex.from_product(
        [["North", "South"], ["A", "C"]], names=["region", "product"]
    )
    flows = pd.DataFrame(np.arange(16.0).reshape(4, 4), index, index)
    final = pd.DataFrame({"f": [9.0, 8.0, 7.0, 6.0], "g": [20.0, 1.0, 3.0, 80.0]}, index)
    primary = pd.DataFrame([[1.0] * 6], ["D1"], [*map(" | ".join, index), "f", "g"])
    table = econ.InputOutputTable.from_frames(
        flows, final=final, primary=primary, unit="MEUR 2022 basic", rounding=1e-6
    )
    pd.testing.assert_frame_equal(table.frame("flows"), flows)
    pd.testing.assert_frame_equal(table.frame("final"), final)
    pd.testing.assert_frame_equal(table.frame("primary"), primary)
    again = econ.InputOutputTable.from_frames(
        table.frame("flows"), final=table.frame("final"), unit="MEUR 2022 basic", rounding=1e-6
    )
    assert again.regions == table.regions


def test_an_array_that_is_none_is_refused(table: econ.InputOutputTable) -> None:
    for block, words in (("flow", "did you mean flows"), ("imported", "no such array")):
        message = refusal(lambda block=block: table.frame(block))
        assert f"column block, value {block}: the table has no such array" in message
        assert words in message


def test_a_table_says_what_it_is_in_one_line_and_is_only_itself() -> None:
    first, second = (read(region="XX") for _ in range(2))
    assert repr(first) == (
        "InputOutputTable 'table': XX, MEUR 2022 basic, 3 products (A, C, F), "
        "2 final uses (households, exports), 4 primary rows (P7, D21X31, D1, B2A3G), "
        "1 satellite (employment)"
    )
    assert first == first  # noqa: PLR0124
    assert first != second
    assert len({first, second}) == 2
    closures = [econ.Closure.households(first, spends="households", total=500.0) for _ in range(2)]
    assert closures[0] != closures[1]
    assert len(repr(closures[0])) < 300
    wide = [f"p{place}" for place in range(50)]
    large = pd.DataFrame(1.0, wide, wide)
    table = econ.InputOutputTable.from_frames(
        large, output=pd.Series(100.0, wide), unit="MEUR 2022 basic"
    )
    assert "50 products (p0, p1, p2, p3, p4, p5, ...)" in repr(table)


# ---------------------------------------------------------------- what is asked for


def test_one_measure_may_be_asked_for_by_its_name(table: econ.InputOutputTable) -> None:
    for function in (econ.multipliers, econ.extraction):
        pd.testing.assert_frame_equal(function(table, "gva"), function(table, ["gva"]))


def test_every_multiplier_says_what_it_is_per_unit_of(table: econ.InputOutputTable) -> None:
    found = econ.multipliers(table).drop_duplicates("measure").set_index("measure")["unit"]
    assert found["output"] == "MEUR 2022 basic per MEUR 2022 basic"
    assert found["employment"] == "persons per MEUR 2022 basic"
    assert all(" per MEUR 2022 basic" in unit for unit in found)


def test_the_imported_share_of_all_intermediate_use_has_a_name_and_a_code() -> None:
    imported = pd.DataFrame(0.0, PRODUCTS, [*PRODUCTS, *USES])
    imported.loc["C"] = frames()["primary"].loc["P7"]
    table = read(imported=imported)
    found = table.import_share("intermediate")
    np.testing.assert_allclose(found, [0.0, 140.0 / 285.0, 0.0])
    np.testing.assert_array_equal(found, table.import_share("CPA_TOTAL"))


# ---------------------------------------------------------------- one wrong cell


def typed(block: str, row: str, column: str, value: float) -> dict[str, pd.DataFrame]:
    frame = frames()[block].astype(float)
    frame.loc[row, column] = value
    return {block: frame}


def test_a_wrong_flow_shows_in_two_columns_and_both_say_where_to_look() -> None:
    message = refusal(lambda: read(**typed("flows", "C", "F", 400.0)))
    assert "2 faults" in message
    assert "row P1, column C, value -360.0: the column does not close" in message
    assert "row P1, column F, value 360.0: the column does not close" in message
    assert "output (P1) is 760.00: a gap of -360.00 (ratio 0.526)" in message
    words = "the gaps of C and F are equal and opposite: look at the two cells C to F and F to C"
    assert message.count(words) == 2


def test_a_wrong_flow_beside_published_output_is_where_row_and_column_cross() -> None:
    given = frames()
    output = given["flows"].sum(axis=1) + given["final"].sum(axis=1)
    message = refusal(lambda: read(**typed("flows", "C", "F", 400.0), output=output))
    assert "row C, column output, value 360.0: the row does not close" in message
    assert "row P1, column F, value 360.0: the column does not close" in message
    words = "row C and column F have the same gap: look at the cell where they cross"
    assert message.count(words) == 2
    # On the diagonal it shows only where output is published.
    wrong = typed("flows", "F", "F", 800.0)
    assert read(**wrong).output[2] == 1120.0
    assert "row F and column F have the same gap" in refusal(lambda: read(**wrong, output=output))


def test_other_gaps_do_not_point_to_a_cell() -> None:
    wrong = frames()["primary"].astype(float)
    wrong.loc["B2A3G", "C"] += 90.0
    message = refusal(lambda: read(primary=wrong))
    assert "imports and product taxes are no value added" in message
    assert "look at" not in message


def test_a_wrong_use_is_where_product_and_industry_cross() -> None:
    made = pd.DataFrame([[100.0, 10.0], [0.0, 90.0]], ["p", "q"], ["P", "Q"])
    used = pd.DataFrame([[20.0, 30.0], [40.0, 200.0]], ["p", "q"], ["P", "Q"])
    final = pd.DataFrame({"f": [60.0, 30.0]}, ["p", "q"])
    added = pd.DataFrame([[40.0, 50.0]], ["B1G"], ["P", "Q"])
    message = refusal(
        lambda: econ.SupplyUseTable.from_frames(
            made, used, final=final, primary=added, unit="MEUR 2022 basic"
        )
    )
    assert "row q, column supply, value 180.0: product not balanced" in message
    assert "row P1, column Q, value 180.0: industry not balanced" in message
    assert message.count("row q and column Q have the same gap") == 2
