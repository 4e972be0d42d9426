"""What a careless or hostile user tries: each is one readable refusal, or the right answer."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from econ.data.build import build_all
from econ.data.catalogue import Catalogue
from econ.data.folder import data_folder
from econ.data.store import read_parquet
from econ.errors import EconError, InputError, SumError
from econ.impact.sums import add_up
from econ.report.contents import Contents
from econ.report.figures.doubt import tornado
from econ.report.figures.money import where_the_money_goes
from econ.report.write import write_report
from econ.study import Evaluation, Study
from econ.study.parts.answer import contents

STUDY = data_folder() / "studies" / "choose_france_2024.toml"


def refused(tmp_path: Path, *changes: tuple[str, str]) -> str:
    text = STUDY.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(EconError) as caught:
        Study.load(path).with_draws(3).run()
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'jobs = { commitment = "amazon_jobs_3000" }',
            'jobs = { commitment = "microsoft_gpus_25000" }',
            "of the kind equipment",
        ),
        (
            'commitment = "microsoft_trained_1m"',
            'commitment = "amazon_jobs_3000"',
            "this place takes people_trained",
        ),
        (
            'commitment = "microsoft_startups_2500"',
            'commitment = "microsoft_trained_1m"',
            "this place takes firms_supported",
        ),
        (
            'jobs = { per_million = "data_centre_jobs" }',
            'jobs = { commitment = "amazon_jobs_3000" }',
            "counted twice",
        ),
        (
            'realised = "realisation"',
            'realised = "gpu_price_installed"',
            "gpu_price_installed is in MEUR 2024 per GPU",
        ),
        (
            'reference_case = "reference_case"',
            'reference_case = "slip_data_centre"',
            "slip_data_centre is in years",
        ),
        ("opening = 2028.0", "opening = 2090.0", "the study ends in 2035"),
        ('region = "FR"', 'region = "FRE11"', "the table is of FR"),
        ('pledge = "state_ai_2018"', 'pledge = "microsoft_2024"', "its parts are modelled"),
        ('jobs_factor = "jobs_factor"', 'jobs_factor = "it_share"', "this place takes ratio"),
        ('amazon_aws = "data_centre_jobs"', 'amazon_aws = "it_share"', "takes persons per MEUR"),
        (
            'commitment = "petit_landau_permanent_jobs"',
            'commitment = "colombier_jobs_o11"',
            "no number",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    assert words in refused(tmp_path, (old, new))


def test_a_changed_assumption_keeps_its_unit_and_a_share_stays_below_one(study: Study) -> None:
    with pytest.raises(InputError, match="it stays in share"):
        study.with_assumptions({"import_share_it": {"value": 3.0, "unit": "ratio"}})
    with pytest.raises(InputError, match="choose beta or triangular"):
        study.with_assumptions({"import_share_it": {"distribution": "lognormal"}})
    with pytest.raises(InputError, match="exceed the price"):
        study.fixing(product_tax_investment=0.9, trade_margin_equipment=0.9).with_draws(2).run()
    with pytest.raises(InputError, match="product taxes and imports exceed one"):
        study.fixing(household_product_taxes=0.9, household_import_share=0.9).with_draws(2).run()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('tax = "product_tax_investment"', 'tax = "slip_warehouse"', "slip_warehouse is in years"),
        ('share = "it_share"', 'share = "warehouse_pay"', "is in MEUR 2024 per person; this pla"),
        ('weight = ["weight_land"]', 'weight = ["startup_population"]', "is in firms"),
    ],
)
def test_a_template_takes_shares_and_weights_only(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    text = (data_folder() / "templates" / "data_centre.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "data_centre.toml").write_text(text.replace(old, new), "utf-8")
    shutil.copy(STUDY, tmp_path / "mine.toml")
    with pytest.raises(InputError) as caught:
        Study.load(tmp_path / "mine.toml")
    assert words in str(caught.value)


def test_rows_that_stand_twice_are_not_added_twice(evaluation: Evaluation) -> None:
    rows = evaluation.gross.by("year", measures=["gdp", "gdp"])
    once, _ = add_up(rows, "gdp")
    np.testing.assert_allclose(once, evaluation.gross.draws("gdp")[0], rtol=1e-9)
    with pytest.raises(SumError, match="repeated"):
        add_up(pd.concat([rows, rows]), "gdp")


def test_a_choice_may_be_any_sequence_but_not_nothing(evaluation: Evaluation) -> None:
    gross = evaluation.gross
    listed = gross.draws("employment", years=[2030, 2031])
    for years in ((y for y in (2030, 2031)), np.array([2030, 2031]), pd.Series([2030, 2031])):
        np.testing.assert_array_equal(gross.draws("employment", years=years), listed)
    for nothing in ({"years": []}, {"pledges": []}, {"phase": ""}, {"effect": ""}):
        with pytest.raises(InputError):
            gross.draws("employment", **nothing)


def test_what_a_user_changes_in_her_copy_stays_there(study: Study) -> None:
    before = study.with_draws(2).run().gross.draws("gdp")
    mine = study.pledges
    mine.loc[:, "amount"] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        study.table.coefficients[:] = 0.0
    np.testing.assert_array_equal(study.with_draws(2).run().gross.draws("gdp"), before)


def test_labels_are_text_and_nothing_else(study: Study) -> None:
    shares = pd.DataFrame(
        {
            "subject": ["a", "b"],
            "label": ["costs $x_{$ and <script>\x07", "costs $x_{$ and <script>\x07"],
            "destination": ["imported directly"] * 2,
            **{name: [1.0, 1.0] for name in ("share", "share_low", "share_high", "amount")},
        }
    )
    none = dict.fromkeys(("share", "share_low", "share_high"), 0.0)
    destinations = pd.concat([shares, *[shares.assign(destination=f"d{i}", **none) for i in "123"]])
    destinations.attrs["sources"] = ("somebody_2024",)
    drawn = where_the_money_goes(destinations)
    assert "<script>" not in drawn
    assert drawn.count("costs $x_{$") >= 2  # two pledges of one name are two bars
    sensitivity = pd.DataFrame(
        {"outcome": "o", "label": ["same", "same"], "low": [0.0, 1.0], "high": [2.0, 3.0],
         "central": 1.0, "swing": 2.0, "unit": "persons", "outcome_low": 0.0, "outcome_high": 4.0}
    )  # fmt: skip
    sensitivity.attrs["sources"] = ("somebody_2024",)
    assert tornado(sensitivity, "o").count(">same<") == 2


@pytest.mark.parametrize(
    "path",
    ["../victim.parquet", "/tmp/victim.parquet", "pledges/pledges.csv", "catalogue.toml"],
)
def test_a_catalogue_writes_only_parquet_and_only_below_its_folder(
    path: str, tmp_path: Path
) -> None:
    where = tmp_path / "data"
    shutil.copytree(data_folder(), where)
    file = where / "catalogue.toml"
    file.write_text(
        file.read_text("utf-8").replace('parquet = "pledges.parquet"', f'parquet = "{path}"'),
        "utf-8",
    )
    with pytest.raises(InputError, match="write it below the folder"):
        build_all(where)
    assert not (tmp_path / "victim.parquet").exists()


def test_hashes_are_recorded_under_any_way_to_write_a_header(tmp_path: Path) -> None:
    where = tmp_path / "data"
    shutil.copytree(data_folder(), where)
    file = where / "catalogue.toml"
    text = file.read_text("utf-8").replace("[products]", "[ products ]  # mine")
    file.write_text(text, "utf-8")
    labels = where / "classifications" / "products.csv"
    labels.write_text(labels.read_text("utf-8").replace("Construction", "Building"), "utf-8")
    assert build_all(where)["products"]
    assert "Building" in set(Catalogue.load(where).read("products").frame["label"])


def test_a_failed_report_leaves_the_earlier_one_whole(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: Contents = contents(study.with_draws(5))
    write_report(shown, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr("econ.report.write.manifest", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(contents(study.with_draws(6)), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\x00" * 100])
def test_a_file_that_is_no_parquet_of_ours_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(InputError, match="not a Parquet file"):
        read_parquet(path)
    pd.DataFrame({"a": [1]}).to_parquet(path)
    with pytest.raises(InputError, match="no provenance"):
        read_parquet(path)


def test_a_place_that_cannot_be_written_is_one_message(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "econ.cli", "run", "choose_france_2024", "--out", str(taken)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "no folder; name a folder to write into" in done.stderr
    assert "Traceback" not in done.stderr
    assert taken.read_text("utf-8") == "mine"
