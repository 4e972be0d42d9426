"""Investments of the past: what was reported, and on which side of it the model lies."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from econ import Study
from econ.data.catalogue import data_folder
from econ.quantity.prices import convert
from econ.quantity.units import Unit
from econ.report.contents import Contents
from econ.report.tables import TABLES
from econ.study.parts.answer import contents

ROOT = data_folder().parent
FACTS = ROOT.parent / "shared" / "evidence" / "article_facts.csv"


@pytest.fixture(scope="module")
def backtests() -> Study:
    return Study.load("backtests").with_draws(200)


@pytest.fixture(scope="module")
def shown(backtests: Study) -> Contents:
    return contents(backtests)


def test_a_forecast_for_denmark_lies_above_the_model_and_the_later_count_within(
    shown: Contents,
) -> None:
    rows = TABLES["benchmarks"](shown).set_index("label")
    forecast = rows.loc["Fredericia: job-years of construction, forecast"]
    # 1,450 jobs a year over four years, Copenhagen Economics 2018.
    assert forecast["reported"] == 4 * 1450
    assert forecast["unit"] == "job-years"
    assert forecast["gross_high"] < forecast["reported"]
    later = rows.loc["Fredericia: the same, as the firm said at the opening"]
    assert later["gross_low"] < later["reported"] * 1.05
    assert later["reported"] < later["gross_high"]


def test_no_country_that_imports_makes_more_gdp_than_is_spent(backtests: Study) -> None:
    nothing = dict.fromkeys(("import_share_it", "import_share_plant", "import_share_works"), 0.0)
    evaluation = backtests.with_draws(2).fixing(it_share_conventional=0.0, **nothing).run()
    for pledge in ("google_fredericia", "google_europe"):
        made = evaluation.gross.draws("gdp", pledges=[pledge], phase="construction")[0]
        # Copenhagen Economics has 1.27 and 1.25.
        assert made / evaluation.scenario.amounts[pledge][0] < 0.9


def test_own_staff_of_a_conventional_centre_is_understated(shown: Contents) -> None:
    promises = TABLES["promises"](shown).set_index("commitment")
    record = TABLES["record"](shown).set_index("commitment")
    counted = record.loc["fredericia_staff", "done"]
    assert counted == 150
    assert promises.loc["fredericia_staff", "modelled_high"] < counted


def test_floor_area_fits_bretigny_and_not_colombier(shown: Contents) -> None:
    checks = TABLES["crosschecks"](shown).set_index("label")
    assert checks.loc["Staff at Brétigny-sur-Orge", "left"] == pytest.approx(142_000 * 0.0047)
    assert checks.loc["Staff at Brétigny-sur-Orge", "verdict"] == "fits"
    assert checks.loc["Staff at Colombier-Saugnieu", "verdict"] == "far apart"


def test_subsidies_that_were_paid_cost_what_was_reported_per_promised_job(
    backtests: Study, shown: Contents
) -> None:
    prices = backtests.data.prices("france_prices", "exchange_rates")
    for pledge, jobs, dollars, year in (
        ("us_data_centre_deals", 1174, 1.95, 2016),  # Good Jobs First 2016
        ("us_mean_deal", 1660, 157 / 1660, 2014),  # Slattery and Zidar 2020
    ):
        (entry,) = (e for e in shown.public_money if e.supports == (pledge,))
        reported = convert(
            convert(dollars, Unit("USD", 10**6, year), Unit("EUR", 10**6, year), prices),
            Unit("EUR", 10**6, year),
            Unit("EUR", 10**6, 2024),
            prices,
        )
        # The sum of the data centres is rounded to a million.
        assert entry.paid[0] / jobs == pytest.approx(reported, rel=2e-4)
        direct = shown.gross.draws("employment", pledges=[pledge], effect="direct", years=[2032])
        np.testing.assert_allclose(direct, jobs)


def test_a_net_job_of_a_subsidy_costs_many_times_a_gross_one(shown: Contents) -> None:
    money = TABLES["public_money"](shown)
    running = money[money["phase"] == "operation"].set_index("label")
    assert len(running) == 2
    assert (running["per_job_low"] > 4 * running["per_gross_job_high"]).all()
    # Over all years the eleven data centres have no net job in any draw but a few.
    whole = money[money["phase"] == "both"]
    centres = whole[whole["label"].str.contains("data centres")].iloc[0]
    assert np.isnan(centres["per_job"])
    assert np.isnan(centres["per_job_high"])
    assert centres["without_jobs"] > 0.95


def test_a_total_is_no_number_per_million_of_money(shown: Contents) -> None:
    rows = TABLES["benchmarks"](shown).set_index("label")
    jobs = shown.gross.draws("employment", pledges=["google_europe"], phase="construction")[0]
    assert rows.loc["Google in Europe: job-years of eleven years", "gross"] == pytest.approx(jobs)
    assert rows.loc["Google in Europe: GDP per euro", "unit"] == "MEUR 2024 per MEUR 2024"


def rows_of(name: str) -> list[dict[str, str]]:
    path: Path = data_folder() / "pledges" / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not FACTS.exists(), reason="shared evidence is not beside the project")
def test_every_fact_of_the_article_and_of_other_sources_is_used_or_said_to_be_unused() -> None:
    with FACTS.open(encoding="utf-8-sig", newline="") as file:
        facts = {row["id"] for row in csv.DictReader(file)}
    used = {
        row["fact"]
        for name in ("pledges", "commitments", "context", "corrections")
        for row in rows_of(name)
    }
    assert facts - used == set()


def test_every_promise_of_the_article_has_an_entry_in_the_record_by_its_deadline() -> None:
    recorded = {row["commitment"] for row in rows_of("realisation_record")}
    promised = {
        row["commitment"]
        for row in rows_of("commitments")
        if row["record"] == "article" and row["amount"] and not row["same_as"]
    }
    assert promised - recorded == set()
