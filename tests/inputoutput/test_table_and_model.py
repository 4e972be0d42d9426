"""The labelled table and model: textbook numbers through them, and the edges of a table."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from econ.errors import EconError, InputError
from econ.impact.shock import DemandShock, ShockPart
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.quantity.axes import Axis
from econ.quantity.units import Unit
from econ.study import Study

Build = Callable[..., dict[str, Any]]


def demand(table: InputOutputTable, money: list[float]) -> DemandShock:
    domestic = np.array(money, dtype=np.float64)[:, None]
    none = np.zeros_like(domestic)
    part = ShockPart(
        pledge="p",
        phase="construction",
        region=table.region,
        amount=domestic.sum(axis=0),
        domestic=domestic,
        imported=none,
        margins=none,
        taxes=none,
        existing_assets=np.zeros(1),
        profile=np.ones((1, 1)),
    )
    return DemandShock(table.products, (2024,), table.unit, (part,))


@pytest.fixture
def textbook(golden: Callable[[str], dict[str, Any]], table_parts: Build) -> InputOutputTable:
    """Miller and Blair's two sectors, with workers per output as they have them."""
    book = golden("miller_blair")
    final = [[250.0, 100.0], [1200.0, 500.0]]  # 350 and 1700
    return InputOutputTable.from_arrays(
        **table_parts(
            book["coefficients"],
            final,
            labels=["Sector 1", "Sector 2"],
            jobs_per_output=book["labour_per_output"],
        )
    )


def test_miller_and_blair_s_new_output_comes_out_of_the_labelled_model(
    textbook: InputOutputTable, golden: Callable[[str], dict[str, Any]]
) -> None:
    book = golden("miller_blair")
    np.testing.assert_allclose(textbook.output, book["output"], rtol=1e-12)
    np.testing.assert_allclose(textbook.flows, book["flows"], rtol=1e-12)
    result = LeontiefModel(textbook).run(demand(textbook, book["new_demand"]), "s")
    frame = result.by("product").set_index(["measure", "product"])["value"]
    for label, output, labour in zip(
        textbook.products.labels, book["new_output"], book["new_labour"], strict=True
    ):
        assert frame["output", label] == pytest.approx(output, abs=0.05)
        assert frame["employment", label] == pytest.approx(labour, abs=0.02)


def test_the_direct_effect_is_the_demand_itself(textbook: InputOutputTable) -> None:
    result = LeontiefModel(textbook).run(demand(textbook, [600.0, 1500.0]), "s")
    frame = result.by("effect", "product", measures=["output"])
    direct = frame[frame["effect"] == "direct"].set_index("product")["value"]
    assert direct.to_dict() == {"Sector 1": 600.0, "Sector 2": 1500.0}


def test_the_closed_model_is_the_solution_of_the_augmented_system(
    textbook: InputOutputTable,
) -> None:
    ones = np.ones(1)
    households = HouseholdClosure(0.8 * ones, 0.1 * ones, 0.2 * ones, "P3_S14")
    closed = LeontiefModel(textbook, households).run(demand(textbook, [600.0, 1500.0]), "s")
    A, pay = textbook.coefficients, textbook.per_output(textbook.compensation)
    basket = textbook.final[:, 0] / textbook.final[:, 0].sum()
    spent = 0.8 * (1 - 0.1 - 0.2) * basket
    system = np.block([[np.eye(2) - A, -spent[:, None]], [-pay[None, :], np.ones((1, 1))]])
    x = np.linalg.solve(system, [600.0, 1500.0, 0.0])
    assert closed.draws("output")[0] == pytest.approx(x[:2].sum(), rel=1e-12)
    assert closed.draws("compensation")[0] == pytest.approx(x[2], rel=1e-12)


def test_households_that_spend_more_than_all_of_their_pay_are_refused_in_words(
    textbook: InputOutputTable,
) -> None:
    ones = np.ones(1)
    households = HouseholdClosure(9.0 * ones, 0.0 * ones, 0.0 * ones, "P3_S14")
    with pytest.raises(EconError, match="spend more than they earn"):
        LeontiefModel(textbook, households).run(demand(textbook, [600.0, 1500.0]), "s")


def test_the_open_model_has_no_basket_and_no_induced_effect(textbook: InputOutputTable) -> None:
    model = LeontiefModel(textbook)
    with pytest.raises(EconError, match="give a closure"):
        _ = model.basket
    assert set(model.run(demand(textbook, [1.0, 1.0]), "s").frame()["effect"]) == {
        "direct",
        "indirect",
    }


def test_a_wage_does_not_buy_imputed_rents(study: Study) -> None:
    ones = np.ones(1)
    basket = LeontiefModel(
        study.table, HouseholdClosure(ones, 0 * ones, 0 * ones, "P3_S14", without=("L68A",))
    ).basket
    assert basket[study.table.products.position("L68A")] == 0.0
    assert basket.sum() == pytest.approx(1.0)
    assert (basket >= 0.0).all()


def test_a_product_left_out_that_nobody_knows_is_refused(study: Study) -> None:
    ones = np.ones(1)
    model = LeontiefModel(
        study.table, HouseholdClosure(ones, ones, ones, "P3_S14", without=("L68X",))
    )
    with pytest.raises(InputError, match=r"value L68X: unknown label; did you mean L68"):
        _ = model.basket


@pytest.mark.parametrize("use", ["P51", "p51g", "CPA_TOTALS"])
def test_the_import_share_of_an_unknown_use_is_refused(study: Study, use: str) -> None:
    with pytest.raises(InputError, match="unknown label"):
        study.table.import_share(use)


def test_import_shares_lie_between_none_and_all(study: Study) -> None:
    for use in ("CPA_TOTAL", *study.table.final_uses.labels):
        share = study.table.import_share(use)
        assert ((share >= 0.0) & (share <= 1.0)).all(), use


def test_a_shock_on_products_the_table_does_not_have_names_the_nearest(
    textbook: InputOutputTable,
) -> None:
    shock = replace(demand(textbook, [1.0, 1.0]), products=Axis("product", ["Sector 1", "Sector"]))
    with pytest.raises(InputError, match=r"value Sector: not the table's products; did you mean"):
        LeontiefModel(textbook).run(shock, "s")


def test_labels_of_any_kind_go_through_the_model_unchanged(table_parts: Build) -> None:
    labels = ["two words", "東京 🏗", "=cmd|'/c calc'!A1", 'he said "no"', "x" * 3000]
    A = np.full((5, 5), 0.1)
    table = InputOutputTable.from_arrays(**table_parts(A, np.ones((5, 2)), labels=labels))
    result = LeontiefModel(table).run(demand(table, [1.0] * 5), "s")
    assert list(dict.fromkeys(result.frame()["product"])) == labels


def test_a_table_without_any_product_is_refused(table_parts: Build) -> None:
    parts = table_parts([[0.1]], [[1.0, 1.0]])
    empty = {
        name: value[:0] if isinstance(value, np.ndarray) and value.ndim == 1 else value
        for name, value in parts.items()
    } | {
        "products": Axis("product", []),
        "flows": np.zeros((0, 0)),
        "final": np.zeros((0, 2)),
        "imports_by_origin": np.zeros((0, 3)),
        "imports": np.zeros(2),
        "product_taxes": np.zeros(2),
    }
    with pytest.raises(EconError, match="product"):
        InputOutputTable.from_arrays(**empty)


def test_a_product_used_out_of_stocks_alone_leaks_no_money(table_parts: Build) -> None:
    parts = table_parts([[0.1, 0.0], [0.0, 0.0]], [[10.0, 0.0], [0.0, 0.0]], labels=["A", "T"])
    flows, final, surplus = parts["flows"].copy(), parts["final"].copy(), parts["surplus"].copy()
    flows[1, 0], final[1, 1] = 2.0, -2.0  # two million of T are used, out of stocks
    surplus[0] -= 2.0
    with pytest.raises(InputError, match=r"T.*(no output|stocks)"):
        InputOutputTable.from_arrays(
            **(parts | {"flows": flows, "final": final, "surplus": surplus})
        )


def test_a_table_once_checked_cannot_be_changed_underneath(table_parts: Build) -> None:
    given = table_parts([[0.1, 0.0], [0.0, 0.1]], [[10.0, 1.0], [5.0, 1.0]])
    table = InputOutputTable.from_arrays(**given)
    before = table.flows.copy()
    with pytest.raises(ValueError, match="read-only"):
        table.flows[0, 0] = np.nan
    given["flows"][0, 0] = np.nan
    np.testing.assert_array_equal(table.flows, before)


def test_thousand_persons_become_persons(study: Study) -> None:
    jobs = study.dataset("employment").frame.query("satellite == 'persons'")
    assert study.table.employment.sum() == pytest.approx(1000 * jobs["value"].sum())
    assert str(Unit.parse(study.dataset("employment").units["value"])) == "thousand persons"
