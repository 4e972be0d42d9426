"""People, electricity and carbon of a study: numbers one can check, and names nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from econ import InputError, Study
from econ.data.catalogue import Catalogue
from econ.report.contents import Contents
from econ.report.tables import TABLES
from econ.study.parts.answer import contents


@pytest.fixture(scope="module")
def shown(without_regions: Study) -> Contents:
    return contents(without_regions.with_draws(100))


# ---------------------------------------------------------------- people


def test_full_time_posts_are_fewer_than_heads_and_hours_are_those_of_a_year(
    shown: Contents,
) -> None:
    rows = TABLES["people"](shown)
    total = rows[rows["effect"] == "total"].set_index(["phase", "what"])
    for phase, jobs in (
        ("construction", shown.gross.draws("employment", phase="construction")[0]),
        ("operation", shown.gross.draws("employment", phase="operation", years=[2035])[0]),
    ):
        assert total.loc[(phase, "heads"), "gross"] == pytest.approx(jobs)
        posts = total.loc[(phase, "full-time equivalents"), "gross"]
        assert posts == pytest.approx(26.6 / 28.2 * jobs, rel=1e-3)
        assert total.loc[(phase, "hours"), "gross"] == pytest.approx(1490 * jobs / 1e6)
    assert total.loc[("construction", "full-time equivalents"), "unit"] == "FTE-years"
    assert total.loc[("operation", "full-time equivalents"), "unit"] == "FTE"


def test_pay_per_head_is_that_of_the_site_and_of_the_table(study: Study, shown: Contents) -> None:
    rows = TABLES["people"](shown)
    pay = rows[rows["what"] == "compensation per head"].set_index(["phase", "effect"])["gross"]
    # Between EUR 35,000 in the warehouse, with most of the staff, and 81,000 in data centres.
    assert 35_000 < pay["operation", "direct"] < 50_000
    by_product = TABLES["pay_by_product"](shown).set_index("product")
    assert "L68A" not in by_product.index
    jobs = dict(zip(study.table.products.labels, study.table.employment, strict=True))
    assert by_product.loc["F", "persons"] == jobs["F"]
    # Euros of 2022 in prices of 2024: 5.3 % and 2.3 %.
    paid = dict(zip(study.table.products.labels, study.table.compensation, strict=True))
    expected = paid["F"] / jobs["F"] * 1e6 * 1.05304 * 1.023
    assert by_product.loc["F", "pay"] == pytest.approx(expected, rel=1e-4)


# ---------------------------------------------------------------- electricity and carbon


def test_electricity_of_the_gpus_is_their_number_power_and_hours(shown: Contents) -> None:
    rows = TABLES["electricity"](shown).set_index("pledge")
    gpus = rows.loc["microsoft_gpus"]
    # 25,000 x 1.06 kW x 1.2 x 0.7 x 8,760 h.
    assert gpus["gross"] == pytest.approx(25_000 * 0.00106 * 1.2 * 0.70 * 8.76)
    assert gpus["within"] == "microsoft_paris_marseille"
    assert rows.loc["amazon_logistics", "gross"] == pytest.approx(180_000 * 0.000075)


def test_the_total_counts_no_site_within_another(shown: Contents) -> None:
    rows = TABLES["electricity"](shown).set_index("pledge")
    apart = rows[(rows["within"] == "") & (rows.index != "all")]
    for side in ("gross", "net", "bill", "bought"):
        assert rows.loc["all", side] == pytest.approx(apart[side].sum())
    assert (rows["net"] < rows["gross"]).all()


def test_a_metered_site_buys_its_electricity_at_a_price_and_once(without_regions: Study) -> None:
    asked = without_regions.with_draws(20)
    scenario = asked.scenario(asked.draws())
    rows, row = {}, asked.table.products.position("D")
    for part in scenario.shock(asked.table).parts:
        if part.phase == "operation" and not part.stream:
            spent = part.domestic[row] + part.imported[row] + part.taxes[row]
            rows[part.pledge] = spent * 1.05304 * 1.023  # euros of 2022 in prices of 2024
    draws = scenario.draws
    use = draws.product(["power_usage_effectiveness", "data_centre_load", "hours_of_a_year"])
    price = draws["electricity_price_large"][0]  # a dearer kWh takes no more people to make
    gpus = 25_000 * draws["gpu_power"] * use
    for site, inner in (("petit_landau", 0.0), ("paris_marseille", gpus)):
        built = scenario.spent[f"microsoft_{site}.facility"] / draws["facility_cost_per_mw"]
        expected = np.maximum(built * use - inner, 0.0) * price
        np.testing.assert_allclose(rows[f"microsoft_{site}"], expected, rtol=1e-4)
    np.testing.assert_allclose(rows["microsoft_gpus"], gpus * price, rtol=1e-4)


def test_what_is_not_metered_buys_its_share_of_running_cost(without_regions: Study) -> None:
    asked = without_regions.with_draws(20)
    plain = replace(
        asked,
        events=tuple(
            replace(event, operation=replace(event.operation, metered=""))
            if getattr(event, "operation", None)
            else event
            for event in asked.events
        ),
    )
    ours, theirs = (TABLES["electricity"](contents(s)).set_index("pledge") for s in (asked, plain))
    for side in ("bill", "bought", "gross"):
        np.testing.assert_allclose(ours[side], theirs[side], rtol=1e-9)
    jobs = [s.run().gross.draws("employment", years=[2035])[0] for s in (asked, plain)]
    assert jobs[0] > jobs[1]


def test_a_site_whose_running_cost_holds_no_electricity_has_no_ratio(shown: Contents) -> None:
    assert shown.energy is not None
    site = replace(shown.energy.sites[0], bought=np.zeros(shown.shock.columns))
    asked = replace(shown, energy=replace(shown.energy, sites=(site,)))
    row = TABLES["electricity"](asked).iloc[0]
    assert row[["bill_ratio", "bill_ratio_low", "bill_ratio_high"]].isna().all()
    assert row["verdict"] == ""


def test_the_buildings_near_paris_fit_their_bill_with_the_gpus_in_them(shown: Contents) -> None:
    rows = TABLES["electricity"](shown).set_index("pledge")
    assert rows.loc["microsoft_paris_marseille", "bought"] > rows.loc["microsoft_gpus", "bought"]
    assert rows.loc["microsoft_paris_marseille", "verdict"] == "fits"


def test_the_site_is_far_below_the_press_and_its_bill_far_above_its_share_of_cost(
    shown: Contents,
) -> None:
    site = TABLES["electricity"](shown).set_index("pledge").loc["microsoft_petit_landau"]
    assert site["reported"] == pytest.approx(350_000 * 0.0045)
    assert site["reported_ratio"] == pytest.approx(site["gross"] / site["reported"])
    assert site["reported_ratio"] < 0.75
    assert site["bill"] == pytest.approx(0.087 * site["gross"])
    assert site["verdict"] == "far apart"
    assert site["bill_ratio"] > 3


def test_carbon_is_electricity_times_its_factor_in_every_way_of_counting(shown: Contents) -> None:
    rows = TABLES["carbon"](shown)
    total = TABLES["electricity"](shown).set_index("pledge").loc["all"]
    for side in ("gross", "net"):
        np.testing.assert_allclose(rows[side], rows["factor"] * total[side], rtol=1e-12)
    assert set(rows["method"]) == {"location-based", "consequential"}
    assert rows["gross"].max() / rows["gross"].min() > 10


def test_the_tables_own_demand_for_energy_is_in_the_units_of_the_study(shown: Contents) -> None:
    rows = TABLES["energy_demand"](shown).set_index("phase")
    assert (rows["gross"] > rows["net"]).all()
    assert set(rows["unit"]) == {"MEUR 2024 basic"}
    # More than the sites buy themselves: suppliers and households need it too.
    bought = TABLES["electricity"](shown).set_index("pledge").loc["all", "bought"]
    assert rows.loc["operation", "gross"] > 0.5 * bought


def test_a_study_without_satellites_has_none(without_regions: Study) -> None:
    left_out = {"fiscal": None, "people": None, "energy": None}
    bare = without_regions.file.model_copy(update=left_out)
    shown = contents(replace(without_regions, file=bare).with_draws(2))
    for name in ("purse", "people", "electricity", "carbon", "levies", "public_money", "incomes"):
        assert TABLES[name](shown).empty


def test_satellites_move_no_job_and_no_gdp(without_regions: Study) -> None:
    study = without_regions
    fixed = study.with_draws(2).fixing(
        carbon_european=300.0, benefits_saved=0.0, fte_per_person=0.5
    )
    for measure in ("employment", "gdp"):
        ours, theirs = (s.run().net.draws(measure) for s in (study.with_draws(2), fixed))
        np.testing.assert_array_equal(ours, theirs)


def test_what_a_pledge_spends_on_its_groups_is_the_pledge_in_every_draw(study: Study) -> None:
    scenario = study.with_draws(50).scenario(study.with_draws(50).draws())
    for pledge, amount in scenario.amounts.items():
        groups = [money for name, money in scenario.spent.items() if name.startswith(f"{pledge}.")]
        if groups:
            np.testing.assert_allclose(np.sum(groups, axis=0), amount, rtol=1e-12)
    assert "microsoft_petit_landau.facility" in scenario.spent


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'benefits = "benefits_saved"',
            'benefits = "benefit_saved"',
            "did you mean benefits_saved",
        ),
        (
            'benefits = "benefits_saved"',
            'benefits = "vat_to_local"',
            "vat_to_local is in share; this place takes MEUR 2024 per person",
        ),
        (
            '"corporate tax" = { State = "remainder" }',
            '"corporate tax" = { State = "vat_to_local" }',
            "corporate tax.*shares do not sum to one",
        ),
        ('"corporate tax" = {', '"corporation tax" = {', "no such tax; did you mean corporate tax"),
        (
            'full_time = "fte_per_person"',
            'full_time = "fte_per_head"',
            "fte_per_head: unknown parameter.*fte_per_person",
        ),
        ('hours = "hours_per_person"', 'hours = "fte_per_person"', "takes hours per person"),
        ('product = "D"\nwhy', 'product = "DD"\nwhy', "energy.*unknown product; did you mean D"),
        ('"data_centre_load", "hours_of_a_year"] }', '"data_centre_load"] }', "not GWh per year"),
        ('within = "microsoft_paris_marseille"', 'within = "microsoft_paris"', "within.*unknown"),
        (
            '["microsoft_petit_landau.facility"], times = ["power_usage_effectiveness", "data_c',
            '["microsoft_petit_landau.plant"], times = ["power_usage_effectiveness", "data_c',
            "microsoft_petit_landau.plant: unknown; did you mean microsoft_petit_landau",
        ),
        ('factor = "carbon_european"', 'factor = "gpu_power"', "takes tCO2e per GWh"),
        ('metered = "Electricity"', 'metered = "Power"', "no such asset"),
        ('metered = "Electricity"', 'metered = "Insurance"', "not electricity"),
        (
            'pledge = "amazon_aws"\nelectricity',
            'pledge = "x"\nelectricity',
            "no electricity of the",
        ),
    ],
)
def test_what_a_satellite_cannot_mean_is_refused_by_name(
    copied: Catalogue, old: str, new: str, words: str
) -> None:
    path = copied.folder / "studies" / "choose_france_2024.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=words):
        Study.load("choose_france_2024", copied)


def test_all_faults_of_the_satellites_are_told_at_once(copied: Catalogue) -> None:
    path = copied.folder / "studies" / "choose_france_2024.toml"
    text = path.read_text("utf-8")
    changes: dict[str, Any] = {"benefits_saved": "b", "fte_per_person": "f", "carbon_european": "c"}
    for old, new in changes.items():
        text = text.replace(f'"{old}"', f'"{new}"', 1)
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="3 faults"):
        Study.load("choose_france_2024", copied)
