"""Any reader of Parquet takes the vintages of a table for one table; old ones stay comparable."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

from econ.builds.account import account
from econ.builds.build import build
from econ.builds.causes import causes
from econ.builds.difference import difference
from econ.builds.graph import Ledger, digest
from econ.builds.manifest import Manifest
from econ.builds.order import Order, orders
from econ.builds.place import Place
from econ.builds.steps import FILES, study_graph
from econ.builds.trouble import DamagedError
from econ.data.catalogue import Catalogue
from econ.errors import InputError
from econ.report.figures import FIGURES
from econ.report.tables import REPORT
from econ.report.tables.schema import conformed, found_types, schemas
from econ.study import Study
from econ.study.parts.answer import contents

FIRST, SECOND = "study=acme/vintage=2026-01", "study=acme/vintage=2026-02"


@pytest.fixture
def two(built: Order, order: Callable[..., Order], data: Path) -> Path:
    """A place with two vintages: in the second a job costs more, and a note is another."""
    study = data / "studies" / "acme.toml"
    text = study.read_text("utf-8").replace("value = 0.6\n", "value = 0.65\n")
    study.write_text(text, "utf-8")
    build(order(vintage="2026-02"))
    return built.out.path


@pytest.mark.parametrize("table", ["headline", "impacts"])
def test_every_reader_sees_one_table_with_study_and_vintage(two: Path, table: str) -> None:
    pattern = str(two / "study=*" / "vintage=*" / f"{table}.parquet")
    files = sorted(two.glob(f"study=*/vintage=*/{table}.parquet"))
    frames = {
        "pyarrow": ds.dataset(files, partitioning="hive", partition_base_dir=str(two))
        .to_table()
        .to_pandas(),
        "duckdb": duckdb.sql(
            f"select * from read_parquet('{pattern}', hive_partitioning=true)"
        ).df(),
        "polars": pl.read_parquet(pattern, hive_partitioning=True).to_pandas(),
        "pandas": pd.concat(
            pd.read_parquet(file, partitioning=None).assign(
                study=file.parts[-3].split("=")[1], vintage=file.parts[-2].split("=")[1]
            )
            for file in files
        ),
    }
    words = [*schemas()[table], "study", "vintage"]
    shown = {
        name: frame[words].astype("str").sort_values(words, ignore_index=True)
        for name, frame in frames.items()
    }
    for name, frame in shown.items():
        assert frame["vintage"].nunique() == 2, name
        assert len(frame) == len(shown["pandas"]), name
        assert frame.columns.tolist() == shown["pandas"].columns.tolist(), name


def test_two_vintages_differ_where_the_assumption_reaches_and_say_so(two: Path) -> None:
    found = difference((Place.at(two), FIRST), (Place.at(two), SECOND))
    assert found.assumptions["parameter"].tolist() == ["acme_pay"]
    assert found.assumptions[["old", "new"]].to_numpy().tolist() == [[0.6, 0.65]]
    assert found.inputs["input"].tolist() == ["studies/acme.toml"]
    headline = found.moved[found.moved["table"] == "headline"]
    row = headline[(headline["figure"] == "gross") & headline["row"].str.contains("employment")]
    frames = [
        pd.read_parquet(two / name / "headline.parquet", partitioning=None).query(
            "subject == 'all' and measure == 'employment' and phase == 'operation'"
        )
        for name in (FIRST, SECOND)
    ]
    (moved,) = row[row["row"].str.startswith("all · operation")].itertuples()
    assert (moved.old, moved.new) == (frames[0]["gross"].item(), frames[1]["gross"].item())
    assert moved.change == moved.new - moved.old
    assert "parameter.acme_pay" in found.causes["headline"]
    told = account(found, 6)
    assert "\n\nof the headline:\n" in told
    beneath = told.split("what changed beneath")[1].split("\n\n")[0]
    assert re.search(r"^  assumption acme_pay: .*\bheadline\b", beneath, re.MULTILINE)
    assert len(beneath.splitlines()) == 2


def test_the_gap_is_shared_out_by_assumption(two: Path, data: Path) -> None:
    found = difference((Place.at(two), FIRST), (Place.at(two), SECOND))
    study = Study.load(data / "studies" / "acme.toml", Catalogue.load(data)).with_draws(5)
    parts = causes(found, study)
    assert set(parts.parts["change"]) == {"acme_pay"}
    assert np.allclose(parts.parts["part"], parts.differences["difference"])
    with pytest.raises(InputError, match="no assumption changed"):
        causes(difference((Place.at(two), FIRST), (Place.at(two), FIRST)), study)


def test_a_build_and_itself_do_not_differ(two: Path) -> None:
    found = difference((Place.at(two), FIRST), (Place.at(two), FIRST))
    assert found.nothing
    assert account(found, 5) == "no figure moved"


def test_a_build_that_was_tampered_with_is_not_compared(two: Path) -> None:
    (two / SECOND / "headline.parquet").unlink()
    with pytest.raises(DamagedError, match=r"headline\.parquet is missing"):
        difference((Place.at(two), FIRST), (Place.at(two), SECOND))


def test_the_main_study_is_compared_with_a_bolder_one(study: Study, tmp_path: Path) -> None:
    built = []
    for name, reading in (("one", study), ("two", study.with_(displacement_retail=0.5))):
        few = reading.with_draws(5)
        graph = study_graph(few, Ledger(tmp_path / name / "steps"), lambda step: None)
        told = ("assumptions", "headline", "pledges", "promises", "record", "sites")
        steps = graph.run([f"tables/{table}" for table in told])
        made = {FILES[step]: content for step, content in steps.items()}
        for file, content in made.items():
            (tmp_path / name / file).write_bytes(content)
        hashes = {file: digest(content) for file, content in made.items()}
        held = Manifest(name, "v", 5, few.seed, {}, hashes, {}, {})
        (tmp_path / name / "steps").rename(tmp_path / f"{name} steps")
        (tmp_path / name / "manifest.json").write_bytes(held.to_json())
        built.append((Place.at(tmp_path / name), ""))
    found = difference(*built)
    assert set(found.assumptions["parameter"]) == {"displacement_retail"}
    assert "headline" in set(found.moved["table"])


def test_what_is_no_build_is_refused(two: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no build"):
        difference((Place.at(two), FIRST), (Place.at(tmp_path), "study=acme/vintage=none"))
    shutil.copytree(two / FIRST, tmp_path / "broken")
    (tmp_path / "broken" / "manifest.json").write_text('{"study": 1}')
    with pytest.raises(InputError, match="not that of a build"):
        difference((Place.at(two), FIRST), (Place.at(tmp_path / "broken"), ""))


def test_every_table_has_the_columns_and_types_of_its_schema(study: Study) -> None:
    answer = contents(study.with_draws(10))
    found = {name: found_types(table.make(answer)) for name, table in REPORT.items()}
    # A new table or column is added to schema.toml beside the tables; what is there stays.
    # What the study has nothing for has no columns; its schema says what others find there.
    expected = {name: list(schemas()[name].items()) if found[name] else [] for name in schemas()}
    assert {name: list(columns.items()) for name, columns in found.items()} == expected


def test_a_build_holds_every_row_of_every_table_of_the_study(study: Study, tmp_path: Path) -> None:
    few = {"out": tmp_path / "out", "work": tmp_path / "work", "draws": 10}
    (one,) = orders([study.name], **few)
    made = build(replace(one, vintage="one"))
    answer = contents(study.with_draws(10))
    for name, table in REPORT.items():
        expected = conformed(table.make(answer), name)
        found = pd.read_parquet(one.out.path / made.folder / f"{name}.parquet")
        pd.testing.assert_frame_equal(found, expected, check_dtype=False, obj=name)
        assert len(found) or name == "attribution"


def test_what_policy_caused_has_the_columns_of_its_schema(study: Study) -> None:
    answer = contents(study.with_draws(10))
    caused = replace(answer, attributed=answer.net)
    found = found_types(REPORT["attribution"].make(caused))
    assert list(found.items()) == list(schemas()["attribution"].items())


def test_every_figure_stands_on_the_page() -> None:
    sections = resources.files("econ.report.page").joinpath("sections").iterdir()
    page = "".join(section.read_text("utf-8") for section in sections)
    assert [name for name in FIGURES if not re.search(rf"\b{name}\b", page)] == []
