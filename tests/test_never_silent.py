"""What must never happen silently: every row of the design's list, with the message's own words."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ.data.catalogue import Catalogue
from econ.errors import EconError, InputError, SumError, UnitError
from econ.impact.shock import DemandShock, ShockPart
from econ.impact.sums import add_up
from econ.inputoutput.model import LeontiefModel
from econ.inputoutput.table import InputOutputTable
from econ.quantity.axes import Axis
from econ.quantity.prices import Deflator, ExchangeRates, Prices, convert
from econ.quantity.units import Unit
from econ.scenario.events import CapitalExpenditure
from econ.scenario.pledges import leaves, total
from econ.study import Evaluation, Study

Parts = dict[str, Any]


def refusal(parts: Parts) -> str:
    with pytest.raises(InputError) as caught:
        InputOutputTable.from_arrays(**parts)
    return str(caught.value)


def with_cell(parts: Parts, name: str, place: Any, value: float) -> Parts:
    array = parts[name].copy()
    array[place] = value
    return {**parts, name: array}


def shock_on(table: InputOutputTable, demand: list[float], unit: Unit | None = None) -> DemandShock:
    """One euro-complete construction part with a single column."""
    domestic = np.array(demand, dtype=np.float64)[:, None]
    nothing = np.zeros_like(domestic)
    part = ShockPart(
        pledge="p",
        phase="construction",
        region="XX",
        amount=domestic.sum(axis=0),
        domestic=domestic,
        imported=nothing,
        margins=nothing,
        taxes=nothing,
        existing_assets=np.zeros(1),
        profile=np.ones((1, 1)),
    )
    return DemandShock(table.products, (2024,), unit or table.unit, (part,))


# ---------------------------------------------------------------- not a number


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("name", "place", "where"),
    [
        ("flows", (0, 1), "row A, column flows C"),
        ("final", (1, 0), "row C, column final P3_S14"),
        ("imports_by_origin", (2, 0), "row F, column imports CPA_TOTAL"),
        ("imports", 3, "row imports, column P3_S14"),
        ("product_taxes", 2, "row product_taxes, column F"),
        ("compensation", 1, "row compensation, column C"),
        ("output", 0, "row output, column A"),
        ("employment", 2, "row employment, column F"),
    ],
)
def test_a_cell_that_is_no_number_is_refused_by_row_and_column(
    parts: Parts, name: str, place: Any, where: str, value: float
) -> None:
    message = refusal(with_cell(parts, name, place, value))
    assert f"table, {where}, value {value}: not finite" in message
    assert "write a number, or zero where there is no flow" in message


def test_every_cell_that_is_no_number_is_named_at_once(parts: Parts) -> None:
    parts = with_cell(parts, "flows", (0, 1), np.nan)
    parts = with_cell(parts, "employment", 2, np.inf)
    message = refusal(with_cell(parts, "imports", 1, np.nan))
    assert "3 faults" in message
    for words in (
        "row A, column flows C, value nan",
        "row employment, column F, value inf",
        "row imports, column C, value nan",
    ):
        assert words in message


@pytest.mark.parametrize("value", ["nan", "inf", "", "1,5", "n/a"])
def test_a_cell_of_a_text_table_that_is_no_number_is_refused_by_file_and_row(
    copied: Catalogue, value: str
) -> None:
    text = copied.entry("france_employment_2021").text
    lines = text.read_text("utf-8").splitlines()
    product, year, _, rest = lines[4].split(",", 3)
    lines[4] = f'{product},{year},"{value}",{rest}'
    text.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"france_employment_2021\.csv, row \d+, column value"):
        copied.build("france_employment_2021")


# ---------------------------------------------------------------- no economy


def table_of(table_parts: Callable[..., Parts], flows: list[list[float]], output: float) -> Parts:
    """A table of two products that closes by force, whatever it says."""
    Z, x = np.array(flows), np.array([output, output])
    parts = table_parts([[0.1, 0.1], [0.1, 0.1]], [[10.0], [10.0]], labels=["A", "C"])
    zero = np.zeros(2)
    return parts | {
        "flows": Z,
        "output": x,
        "final": (x - Z.sum(axis=1))[:, None],
        "imports": np.zeros(3),
        "product_taxes": np.zeros(3),
        "imports_by_origin": np.zeros((2, 2)),
        "compensation": zero,
        "production_taxes": zero,
        "surplus": x - Z.sum(axis=0),
    }


def test_a_singular_table_is_refused_with_its_products_and_their_ratio(
    table_parts: Callable[..., Parts],
) -> None:
    message = refusal(table_of(table_parts, [[50.0, 50.0], [50.0, 50.0]], 100.0))
    for product in ("A", "C"):
        assert f"row P1, column {product}, value 100.0: unproductive: spectral radius 1" in message
    assert "inputs per output 1" in message
    assert "check its unit (thousands, millions)" in message


def test_an_unproductive_table_is_refused_although_every_account_closes(
    table_parts: Callable[..., Parts],
) -> None:
    message = refusal(table_of(table_parts, [[70.0, 50.0], [60.0, 40.0]], 100.0))
    assert "column A, value 100.0: unproductive: spectral radius 1.12" in message
    assert "inputs per output 1.3" in message
    assert "column C" not in message  # its inputs are 90 of 100


def test_an_output_ten_times_too_small_is_refused_with_its_column_and_ratio(parts: Parts) -> None:
    output = parts["output"][1]
    message = refusal(with_cell(parts, "output", 1, output / 10))
    assert "row P1, column C" in message
    assert "the column does not close" in message
    assert "ratio 10)" in message
    assert "row C, column output" in message
    assert "the row does not close" in message


def test_a_product_with_jobs_but_no_output_is_refused_by_name(
    table_parts: Callable[..., Parts],
) -> None:
    parts = table_parts([[0.1, 0.0], [0.0, 0.0]], [[10.0], [0.0]], labels=["A", "T"])
    InputOutputTable.from_arrays(**parts)
    message = refusal({**parts, "employment": np.array([5.0, 7.0])})
    assert "row T, column output, value 7 jobs: jobs but no output" in message
    assert "its jobs would vanish from every multiplier" in message


def test_demand_for_a_product_nobody_makes_is_refused_by_name(
    table_parts: Callable[..., Parts],
) -> None:
    table = InputOutputTable.from_arrays(
        **table_parts([[0.1, 0.0], [0.0, 0.0]], [[10.0], [0.0]], labels=["A", "T"])
    )
    with pytest.raises(InputError, match=r"value \['T'\]: demand for a product without output; .*"):
        LeontiefModel(table).run(shock_on(table, [1.0, 1.0]), "s")


def test_a_negative_flow_is_refused_by_row_and_column(parts: Parts) -> None:
    message = refusal(with_cell(parts, "flows", (2, 0), -3.0))
    assert "row F, column A, value -3.0: negative flow; net off or explain it" in message


# ---------------------------------------------------------------- labels


def test_duplicate_labels_are_refused_by_name_and_place() -> None:
    with pytest.raises(
        InputError, match=r"row 3, column product, value A: duplicate label; .* at 1"
    ):
        Axis("product", ["A", "C", "A"])


def test_an_empty_label_is_refused_with_its_row() -> None:
    with pytest.raises(InputError, match="row 2, column product, value ' ': empty label"):
        Axis("product", ["A", " "])


def test_duplicate_rows_of_a_published_table_are_refused_by_name(copied: Catalogue) -> None:
    text = copied.entry("france_siot_2022").text
    lines = text.read_text("utf-8").splitlines()
    lines.insert(3, lines[1])
    text.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(InputError, match=r"row 4, column .*, value A01: duplicate label"):
        copied.build("france_siot_2022")


def test_duplicate_columns_of_a_published_table_are_refused_by_name(copied: Catalogue) -> None:
    text = copied.entry("france_siot_2022").text
    rows = [line.split(",") for line in text.read_text("utf-8").splitlines()]
    text.write_text("\n".join(",".join([*row[:2], row[1], *row[2:]]) for row in rows), "utf-8")
    with pytest.raises(InputError, match=r"column A01.*(duplicate|twice)"):
        copied.build("france_siot_2022")


def test_reordered_labels_are_aligned_by_label_and_the_order_given_is_kept(study: Study) -> None:
    flows, imports, jobs = (study.dataset(role) for role in ("table", "imports", "employment"))
    mixed = InputOutputTable.from_datasets(
        replace(flows, frame=flows.frame.iloc[::-1].reset_index(drop=True)),
        replace(imports, frame=imports.frame.sample(frac=1.0, random_state=1)),
        replace(jobs, frame=jobs.frame.sample(frac=1.0, random_state=2)),
        region="FR",
    )
    assert mixed.products.labels == study.table.products.labels[::-1]
    for row in (study.table.gva, study.table.employment, study.table.imports[:65]):
        straight = LeontiefModel(study.table).factor.solve_transposed(study.table.per_output(row))
        turned = LeontiefModel(mixed).factor.solve_transposed(mixed.per_output(row[::-1]))
        np.testing.assert_allclose(turned[::-1], straight, rtol=1e-10)
    np.testing.assert_array_equal(mixed.employment[::-1], study.table.employment)
    np.testing.assert_array_equal(
        mixed.import_share("P51G")[::-1], study.table.import_share("P51G")
    )


def test_a_shock_in_another_order_than_the_table_is_refused(table: InputOutputTable) -> None:
    shock = shock_on(table, [1.0, 2.0, 3.0])
    turned = replace(shock, products=Axis("product", table.products.labels[::-1]))
    with pytest.raises(InputError, match=r"same products in another order: .*; align by label"):
        LeontiefModel(table).run(turned, "s")


def test_a_satellite_without_a_product_and_with_a_stranger_names_both(study: Study) -> None:
    flows, imports, jobs = (study.dataset(role) for role in ("table", "imports", "employment"))
    frame = jobs.frame.replace({"product": {"C26": "C2_6"}})
    with pytest.raises(InputError) as caught:
        InputOutputTable.from_datasets(flows, imports, replace(jobs, frame=frame), region="FR")
    message = str(caught.value)
    assert "value C26: product missing; add its row" in message
    assert "value C2_6: product the table does not have" in message


# ---------------------------------------------------------------- accounts


def test_imports_counted_as_value_added_are_refused(parts: Parts) -> None:
    message = refusal({**parts, "surplus": parts["surplus"] + parts["imports"][:3]})
    for column in ("A", "C", "F"):
        assert f"row P1, column {column}" in message
    assert "imports and product taxes are no value added" in message


def test_imports_moved_into_value_added_no_longer_meet_imports_by_origin(parts: Parts) -> None:
    moved = parts["imports"].copy()
    moved[:3] = 0.0
    surplus = parts["surplus"] + parts["imports"][:3]
    message = refusal({**parts, "surplus": surplus, "imports": moved})
    assert "imports do not close" in message
    assert "imports by product of origin must sum to imports by user" in message


def test_imports_counted_as_value_added_are_refused_in_small_units_too(parts: Parts) -> None:
    money = [
        "flows",
        "final",
        "imports",
        "product_taxes",
        "compensation",
        "production_taxes",
        "surplus",
        "output",
        "imports_by_origin",
    ]
    small = {name: 0.001 * parts[name] for name in money}
    small |= {"unit": Unit.parse("bnEUR 2022 basic"), "rounding": 5e-6}
    parts = parts | small
    InputOutputTable.from_arrays(**parts)
    moved = parts["imports"].copy()
    moved[:3] = 0.0
    surplus = parts["surplus"] + parts["imports"][:3]
    assert "imports do not close" in refusal({**parts, "surplus": surplus, "imports": moved})


def test_value_added_that_does_not_close_its_column_is_refused_above_the_rounding(
    parts: Parts,
) -> None:
    allowed = 0.005 * 9  # half a last digit for each of the column's nine published cells
    InputOutputTable.from_arrays(
        **with_cell(parts, "surplus", 1, parts["surplus"][1] + 0.9 * allowed)
    )
    message = refusal(with_cell(parts, "surplus", 1, parts["surplus"][1] + 1.0))
    assert "row P1, column C, value 1.0" in message
    assert "the column does not close" in message


# ---------------------------------------------------------------- units and prices


def test_a_table_at_purchasers_prices_is_refused(parts: Parts) -> None:
    with pytest.raises(UnitError, match=r"'MEUR 2022 purchasers' meets 'basic prices'"):
        InputOutputTable.from_arrays(**{**parts, "unit": Unit.parse("MEUR 2022 purchasers")})


def test_a_shock_at_purchasers_prices_is_refused(table: InputOutputTable) -> None:
    with pytest.raises(UnitError, match="take margins and taxes off with a bill of goods"):
        shock_on(table, [1.0, 2.0, 3.0], Unit.parse("MEUR 2022 purchasers"))


def test_convert_does_not_turn_purchasers_prices_into_basic_ones() -> None:
    prices = Prices({"EUR": Deflator("EUR", {})}, ExchangeRates({}))
    with pytest.raises(UnitError, match="go through the bill of goods"):
        convert(1.0, Unit.parse("MEUR 2022 purchasers"), Unit.parse("MEUR 2022 basic"), prices)


def test_a_shock_in_prices_of_another_year_is_refused(table: InputOutputTable) -> None:
    shock = shock_on(table, [1.0, 2.0, 3.0], Unit.parse("MEUR 2024 basic"))
    with pytest.raises(UnitError, match="'MEUR 2024 basic' meets 'MEUR 2022 basic'; convert"):
        LeontiefModel(table).run(shock, "s")


def test_nominal_euros_without_a_price_year_are_no_shock_and_do_not_convert(
    table: InputOutputTable,
) -> None:
    with pytest.raises(UnitError, match="name the price year"):
        shock_on(table, [1.0, 2.0, 3.0], Unit.parse("MEUR basic"))
    with pytest.raises(UnitError, match="name the price year of both"):
        convert(1.0, Unit.parse("MEUR"), Unit.parse("MEUR 2022"), Prices({}, ExchangeRates({})))


def test_euros_announced_in_different_years_are_not_added(study: Study) -> None:
    assert total(study.pledges, ["microsoft_2024", "amazon_2024"]) == 5200.0
    with pytest.raises(SumError, match=r"2024.*2025"):
        total(study.pledges, ["choose_france_2024", "choose_france_2025_o20"])


def test_results_in_prices_of_two_years_are_not_added(evaluation: Evaluation) -> None:
    frame = evaluation.gross_open.by("year", measures=["gva"])
    other = frame.assign(unit="MEUR 2022 basic")
    with pytest.raises(SumError, match="over unit = MEUR 2022 basic, MEUR 2024"):
        add_up(pd.concat([frame, other]), "gva")


def test_dollars_and_euros_are_not_added(study: Study) -> None:
    with pytest.raises(SumError, match="currency = EUR, USD; convert them"):
        total(study.pledges, ["microsoft_2024", "microsoft_mistral"])


# ---------------------------------------------------------------- sums


def test_a_total_is_not_added_to_its_parts(study: Study) -> None:
    pledges = study.pledges
    for part in ("microsoft_2024", "amazon_2024", "microsoft_amazon_combined"):
        for names in (["choose_france_2024", part], [part, "choose_france_2024"]):
            with pytest.raises(SumError) as caught:
                total(pledges, names)
            assert f"cannot add '{part}' to 'choose_france_2024'" in str(caught.value)
            assert "already contains it" in str(caught.value)
    with pytest.raises(SumError, match="'microsoft_2024' already contains it"):
        total(pledges, ["microsoft_2024", "microsoft_petit_landau"])


def test_two_words_on_the_same_pledge_are_not_added(study: Study) -> None:
    with pytest.raises(SumError, match="both speak of 'microsoft_2024'; keep one"):
        total(study.pledges, ["microsoft_2024", "microsoft_2024_o08"])
    with pytest.raises(SumError, match="already contains it"):
        total(study.pledges, ["choose_france_2024_o19", "amazon_2024_o10"])
    with pytest.raises(SumError, match="already contains it"):
        total(study.pledges, ["microsoft_2024", "microsoft_2024"])


def test_the_leaves_of_the_summit_are_its_sites(study: Study) -> None:
    assert set(leaves(study.pledges, "choose_france_2024")) == {
        "microsoft_petit_landau",
        "microsoft_paris_marseille",
        "microsoft_gpus",
        "amazon_aws",
        "amazon_logistics",
    }


def test_a_pledge_without_an_amount_is_not_added_as_nothing(study: Study) -> None:
    with pytest.raises(InputError, match=r"value microsoft_gpus: no amount; .*parent's"):
        total(study.pledges, ["amazon_2024", "microsoft_gpus"])


def test_jobs_summed_over_years_are_job_years(evaluation: Evaluation) -> None:
    result = evaluation.gross
    by_year = result.by("year", measures=["employment"])
    summed = result.by(measures=["employment"])
    assert set(by_year["unit"]) == {"persons"}
    assert set(summed["unit"]) == {"job-years"}
    value, unit = add_up(by_year, "employment")
    assert unit == "job-years"
    assert value == pytest.approx(summed["value"].iloc[0], rel=1e-12)
    one_year = by_year[by_year["year"] == 2030]
    assert add_up(one_year, "employment") == (one_year["value"].iloc[0], "persons")


def test_jobs_and_job_years_are_not_added(evaluation: Evaluation) -> None:
    result = evaluation.gross
    mixed = pd.concat([result.by("year"), result.by()])
    with pytest.raises(SumError, match="over unit = job-years, persons"):
        add_up(mixed, "employment")
    with pytest.raises(SumError, match=r"over year = 0, 2024.*a total stands among its parts"):
        add_up(mixed, "output")
    with pytest.raises(UnitError, match="job-years are a sum over years already"):
        Unit.parse("job-years").summed_over_years()
    with pytest.raises(UnitError, match="jobs in a year are persons"):
        Unit.parse("persons").check_same(Unit.parse("job-years"), "add")


def test_full_time_equivalents_are_not_taken_for_heads(study: Study) -> None:
    flows, imports, jobs = (study.dataset(role) for role in ("table", "imports", "employment"))
    full_time = replace(jobs, units={"value": "thousand FTE"})
    with pytest.raises(EconError, match=r"FTE.*persons"):
        InputOutputTable.from_datasets(flows, imports, full_time, region="FR")


@pytest.mark.parametrize("column", ["scenario", "model"])
def test_gross_and_net_or_two_models_are_not_added(evaluation: Evaluation, column: str) -> None:
    other = evaluation.net if column == "scenario" else evaluation.gross_open
    both = pd.concat([evaluation.gross.by("year"), other.by("year")])
    with pytest.raises(SumError, match=f"over {column} = .*choose one {column} first"):
        add_up(both, "gdp")


@pytest.mark.parametrize("column", ["pledge", "phase", "effect", "product"])
def test_a_total_row_is_not_added_to_its_parts(evaluation: Evaluation, column: str) -> None:
    result = evaluation.gross
    both = pd.concat([result.by("year"), result.by("year", column)])
    with pytest.raises(SumError, match=f"over {column} = .*_T.*a total stands among its parts"):
        add_up(both, "gdp")


def test_a_measure_nobody_knows_does_not_add_up_to_nothing(evaluation: Evaluation) -> None:
    with pytest.raises(InputError, match=r"jobs|employement"):
        add_up(evaluation.gross.by("year"), "employement")


def test_a_choice_nobody_knows_does_not_draw_nothing(evaluation: Evaluation) -> None:
    result = evaluation.gross
    for wrong in (
        {"phase": "build"},
        {"effect": "indirct"},
        {"pledges": ["microsoft"]},
        {"years": [1999]},
    ):
        with pytest.raises(
            InputError, match=re.escape(str(next(iter(wrong.values()))).strip("[]'"))
        ):
            result.draws("employment", **wrong)


# ---------------------------------------------------------------- what produces nothing


def test_a_stake_produces_nothing(evaluation: Evaluation) -> None:
    (part,) = (p for p in evaluation.shock.parts if p.pledge == "microsoft_mistral")
    np.testing.assert_array_equal(part.existing_assets, part.amount)
    frame = evaluation.gross.frame()
    assert not (frame["pledge"] == "microsoft_mistral").any()
    assert (evaluation.gross.draws("gdp", pledges=["microsoft_mistral"]) == 0.0).all()


def test_land_produces_nothing(study: Study, evaluation: Evaluation) -> None:
    for part in evaluation.shock.parts:
        if part.phase == "construction" and part.pledge != "microsoft_mistral":
            assert (part.existing_assets >= 0.0).all()
            produced = part.domestic + part.margins + part.imported + part.taxes
            np.testing.assert_allclose(
                produced.sum(axis=0), part.amount - part.existing_assets, rtol=1e-12
            )
    # No product of the table receives land: the template gives the line no product at all.
    for event in study.events:
        for line in event.template.lines if isinstance(event, CapitalExpenditure) else ():
            assert (line.fate == "existing_assets") == (line.product == "")


def test_money_that_gets_lost_on_the_way_is_refused(table: InputOutputTable) -> None:
    shock = shock_on(table, [1.0, 2.0, 3.0])
    short = replace(shock.parts[0], amount=np.array([6.01]))
    with pytest.raises(EconError, match=r"shock of p \(construction\) loses 0.01"):
        replace(shock, parts=(short,))


def test_a_shock_that_is_no_number_is_refused_by_pledge(table: InputOutputTable) -> None:
    with pytest.raises(EconError, match=r"the shock of p \(construction\) is not finite"):
        shock_on(table, [1.0, np.nan, 3.0])


# ---------------------------------------------------------------- all faults at once


def test_three_faults_of_a_table_are_named_together(parts: Parts) -> None:
    parts = with_cell(parts, "flows", (2, 0), -3.0)
    parts = with_cell(parts, "employment", 0, -1.0)
    message = refusal(with_cell(parts, "surplus", 1, parts["surplus"][1] + 50.0))
    assert "row F, column A, value -3.0: negative flow" in message
    assert "row A, column employment, value -1.0: negative" in message
    assert "row P1, column C" in message


def test_arrays_of_the_wrong_shape_are_refused_with_the_right_one(parts: Parts) -> None:
    message = refusal({**parts, "imports": parts["imports"][:3], "final": parts["final"].T})
    assert "column imports: shape (3,); give shape (5,)" in message
    assert "column final: shape (2, 3); give shape (3, 2)" in message


def test_a_parquet_that_is_not_the_one_of_the_catalogue_is_refused(
    copied: Catalogue, data_copy: Path
) -> None:
    (data_copy / "pledges.parquet").write_bytes((data_copy / "context.parquet").read_bytes())
    with pytest.raises(InputError, match=r"pledges\.parquet.*not the one the catalogue knows"):
        copied.read("pledges")
