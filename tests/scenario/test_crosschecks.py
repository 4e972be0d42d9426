"""Cross-checks of a pledge's figures, and the record of what has happened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from pydantic import ValidationError

from econ import InputError, Study
from econ.quantity.parameters import Assumptions
from econ.report.contents import Contents
from econ.report.tables import TABLES
from econ.scenario.benchmarks import Benchmark, BenchmarkTable
from econ.scenario.crosschecks import CrossCheck, CrossCheckTable, Quantity, QuantityTable
from econ.study.parts.answer import contents


@pytest.fixture(scope="module")
def shown(study: Study) -> Contents:
    return contents(study.with_draws(200))


def test_the_gpus_cost_what_their_number_and_price_say(shown: Contents) -> None:
    checks = TABLES["crosschecks"](shown).set_index("label")
    money = checks.loc["Money for the GPUs"]
    # 25,000 at EUR 45,500, against 58 % of the EUR 1,920 m for Paris and Marseille.
    assert money["left"] == pytest.approx(25_000 * 0.0455)
    assert money["right"] == pytest.approx(0.58 * (4_000 - 0.52 * 4_000))
    assert money["verdict"] == "fits"


def test_contradictions_between_money_power_and_jobs_are_named(shown: Contents) -> None:
    checks = TABLES["crosschecks"](shown).set_index("label")
    power = checks.loc["Power of Petit-Landau"]
    # Of 4,000 the GPUs take 1,137.5; equipment is 58 % of all, so 41 % of what is left.
    plant = 1.0 - (0.58 * 4_000 - 1_137.5) / (4_000 - 1_137.5)
    assert power["left"] == pytest.approx(0.52 * 4_000 * plant / 10.6 * 1.2 * 0.7)
    # What 350,000 households use in a year, as a mean: 180 MW, and not 350.
    assert power["right"] == pytest.approx(350_000 * 4.5 / 8_760)
    assert power["verdict"] in ("fits", "doubtful")
    assert checks.loc["Permanent jobs at Petit-Landau", "verdict"] == "far apart"
    assert checks.loc["A building for the GPUs", "verdict"] == "fits"
    assert checks.loc["Jobs at Colombier-Saugnieu", "verdict"] == "far apart"


def test_one_press_figure_is_not_read_as_use_and_as_power(shown: Contents) -> None:
    row = TABLES["crosschecks"](shown).set_index("label")
    found = row.loc["What a household stands for at Petit-Landau"]
    assert found["left"] == pytest.approx(350_000 * 4.5 / 1_000)
    assert found["right"] == pytest.approx(350 * 8.76)
    assert found["verdict"] == "doubtful"
    # The same reading wherever the figure is used.
    site = TABLES["electricity"](shown).set_index("pledge").loc["microsoft_petit_landau"]
    assert site["reported"] == pytest.approx(found["left"])
    assert row.loc["Power of Petit-Landau", "right"] == pytest.approx(found["left"] / 8.76)


def test_a_part_larger_than_its_whole_does_not_fit(shown: Contents) -> None:
    check, left, right = shown.crosschecks[1]
    assert check.relation == "at most"
    turned = replace(shown, crosschecks=[(check, 10.0 * right, left)])
    assert TABLES["crosschecks"](turned)["verdict"].item() == "far apart"


def test_units_are_multiplied_and_cancelled() -> None:
    known = Assumptions.load()
    units = {"gpus": "GPU"}
    money = Quantity("", commitment="gpus", times=("gpu_price_installed",))
    assert money.unit(known, units, "MEUR 2024") == "MEUR 2024"
    share = Quantity("", pledges=("site",), times=("not it_share",), per=("facility_cost_per_mw",))
    assert share.unit(known, units, "MEUR 2024") == "MW"
    assert Quantity("", parameter="it_share").unit(known, units, "MEUR 2024") == "ratio"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": "MW"}, "not the check's unit.*MEUR 2024"),
        ({"left": {"words": "w", "commitment": "gpus_of_others"}}, "unknown commitment"),
        ({"left": {"words": "w", "pledges": ["microsoft_2024"]}}, "unknown pledge"),
        (
            {"left": {"words": "w", "parameter": "gpu_prise_installed"}},
            "unknown parameter.*gpu_price_installed",
        ),
    ],
)
def test_checks_that_name_nothing_or_another_unit(
    study: Study, change: dict[str, Any], words: str
) -> None:
    entry = {
        "label": "x",
        "unit": "MEUR 2024",
        "left": {
            "words": "w",
            "commitment": "microsoft_gpus_25000",
            "times": ["gpu_price_installed"],
        },
        "right": {
            "words": "w",
            "commitment": "microsoft_gpus_25000",
            "times": ["gpu_price_installed"],
        },
        **change,
    }
    check = CrossCheck.of(CrossCheckTable.model_validate(entry))
    broken = replace(study, crosschecks=(check,))
    with pytest.raises(InputError, match=f"(?s){words}"):
        InputError.raise_if(broken.faults())


def test_a_quantity_starts_at_one_place() -> None:
    with pytest.raises(ValidationError, match="give one of commitment, pledges, parameter"):
        QuantityTable.model_validate({"words": "w", "commitment": "a", "parameter": "b"})


def test_the_record_says_how_far_a_promise_is_and_how_much_time_has_gone(shown: Contents) -> None:
    record = TABLES["record"](shown).set_index("commitment")
    trained = record.loc["microsoft_trained_1m"]
    assert trained["share_done"] == pytest.approx(0.25)
    # 540 of 1,327 days between the summit and the end of 2027.
    assert trained["share_elapsed"] == pytest.approx(540 / 1327)
    gpus = record.loc["microsoft_gpus_25000"]
    assert pd.isna(gpus["done"])
    assert gpus["share_elapsed"] == 1.0
    assert record.loc[["amazon_jobs_3000"], "share_elapsed"].isna().all()


def test_a_record_of_another_promise_or_unit_is_refused(study: Study) -> None:
    from econ.study.checks.data_and_pledges import record_faults

    frame = pd.DataFrame(
        {"commitment": ["nobody", "microsoft_gpus_25000"], "unit": ["persons", "persons"]}
    )
    faults = record_faults("study.toml", frame, study.commitments)
    assert [fault.problem for fault in faults] == ["no such commitment", "another unit"]


def test_reported_effects_stand_beside_the_studys_own_per_million(shown: Contents) -> None:
    marks = TABLES["benchmarks"](shown).set_index("label")
    denmark = marks.loc["Google's data centre in Denmark, construction 2018 to 2021"]
    # 1,450 jobs a year over four years on EUR 600 m of 2018; French deflator of 2019 to 2024.
    rise = 1.01211 * 1.02978 * 1.01222 * 1.03221 * 1.05304 * 1.023
    assert denmark["stated"] == pytest.approx(1450 * 4 / 600, rel=0.01)
    assert denmark["stated_unit"] == "job-years per MEUR 2018"
    assert denmark["reported"] == pytest.approx(denmark["stated"] / rise)
    gdp = marks.loc["GDP of AWS in France, 2017 to 2031"]
    # Euros of GDP per euro of the same year: the same at any prices.
    assert gdp["reported"] == gdp["stated"] == 2.8
    jobs = shown.gross.draws(
        "employment", pledges=["microsoft_petit_landau"], phase="construction"
    )[0]
    assert denmark["gross"] == pytest.approx(jobs / (0.52 * 4_000))
    assert denmark["ratio"] == pytest.approx(denmark["reported"] / denmark["gross"])
    assert denmark["unit"] == "job-years per MEUR 2024"
    assert (marks["reported"] > marks["gross"]).all()
    assert set(marks["source"]) <= set(TABLES["sources"](shown)["key"])


def test_benchmarks_that_name_nothing_are_refused(study: Study) -> None:
    entry = {
        "label": "x",
        "reported": 1.0,
        "measure": "jobs",
        "phase": "both",
        "years": "all",
        "pledges": ["microsoft_2024"],
        "source": "nobody_2020",
        "why": "w",
        "price_year": 2001,
    }
    broken = replace(study, benchmarks=(Benchmark.of(BenchmarkTable.model_validate(entry)),))
    with pytest.raises(InputError, match=r"(?s)unknown measure.*unknown source.*unknown pledge"):
        InputError.raise_if(broken.faults())
    # Jobs per million of no year, or of a year without prices.
    jobs = {
        **entry,
        "measure": "employment",
        "pledges": ["amazon_aws"],
        "source": "aws_france_2022",
    }
    early = replace(study, benchmarks=(Benchmark.of(BenchmarkTable.model_validate(jobs)),))
    with pytest.raises(InputError, match="column price_year, value 2001: no price change of EUR"):
        InputError.raise_if(early.faults())
    with pytest.raises(ValidationError, match="money of no year"):
        BenchmarkTable.model_validate({**jobs, "price_year": None})
    with pytest.raises(ValidationError, match="named twice"):
        BenchmarkTable.model_validate({**entry, "pledges": ["amazon_aws", "amazon_aws"]})
    with pytest.raises(ValidationError, match="out of order"):
        BenchmarkTable.model_validate({**entry, "low": 2.0})
