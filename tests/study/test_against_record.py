"""What the main study's model says and what the record says: the figures of the report."""

from pathlib import Path

import numpy as np
import pytest

from econ.errors import InputError
from econ.report.contents import Contents
from econ.report.record_tables import calibration, model_and_record, pooled, two_answers
from econ.report.write import write_report
from econ.study import Evaluation, Study
from econ.study.parts.against_record import against_record, average_job
from econ.study.parts.answer import contents


@pytest.fixture(scope="module")
def answer(study: Study) -> Contents:
    return contents(study.with_draws(40))


def test_the_model_is_asked_what_the_studies_measured(study: Study) -> None:
    shock = average_job(study.table, ["C28", "J61"], 1, "FR")
    (part,) = shock.parts
    rows = list(study.table.products.positions(["C28", "J61"]))
    jobs = study.table.employment[rows].sum()
    assert part.activity is not None
    assert part.activity.employment[0] == 1.0
    assert part.activity.compensation[0] == pytest.approx(
        study.table.compensation[rows].sum() / jobs
    )
    assert part.domestic.sum() == pytest.approx(study.table.flows[:, rows].sum() / jobs)


def test_the_model_lies_inside_the_record_of_local_multipliers(answer: Contents) -> None:
    table = model_and_record(answer)
    model = table.iloc[0]
    record = table[table["kind"] == "pooled"].iloc[0]
    assert model["estimate"] == pytest.approx(0.46, abs=0.005)
    assert record["estimate"] == pytest.approx(0.64, abs=0.005)
    assert model["verdict"] == "inside the record's interval"
    assert (table.loc[table["kind"] == "not pooled", "why"] != "").all()
    ours = table[table["label"].str.startswith("our own")].iloc[0]
    assert ours["estimate"] == pytest.approx(0.84, abs=0.01)


def test_every_way_to_pool_shows_its_prediction_interval(answer: Contents) -> None:
    table = pooled(answer)
    assert len(table) == 5
    ours = table.iloc[-1]
    assert ours["how"] == "our own estimate in place of d09"
    assert ours["estimate"] == pytest.approx(0.65, abs=0.01)
    assert (table["prediction_low"] <= table["low"]).all()
    assert (table["prediction_high"] >= table["high"]).all()


def test_one_shock_has_two_answers_in_one_table(answer: Contents) -> None:
    table = two_answers(answer).set_index(["subject", "model"])
    sites = table.loc["exposed"]
    assert len(set(sites["direct"])) == 1
    assert sites.loc["input-output, all industries", "beyond"] > sites.loc["the record", "beyond"]
    sheltered = sites.loc["input-output, sheltered industries", "beyond"]
    assert 0 < sheltered < sites.loc["input-output, all industries", "beyond"]
    assert sites.loc["the record", "beyond"] == pytest.approx(
        sites.loc["the record", "direct"] * pooled(answer)["estimate"].iloc[0]
    )
    assert not table.loc[("amazon_logistics", "the record"), "speaks"]
    assert table.loc[("microsoft_petit_landau", "the record"), "speaks"]


def test_the_headline_stays_and_the_calibrated_one_stands_beside_it(answer: Contents) -> None:
    table = calibration(answer).set_index(["phase", "measure", "stage"])
    gross = answer.gross.draws("employment", phase="operation", years=[answer.last_year])
    row = table.loc[("operation", "employment", "gross")]
    assert row["before"] == pytest.approx(gross[0])
    assert row["after"] > row["before"]
    assert row["factor"] == pytest.approx(1.79, abs=0.01)


def test_only_the_induced_effect_moves(evaluation: Evaluation, study: Study) -> None:
    held = against_record(study, evaluation)
    assert held is not None
    gross, moved = evaluation.gross, held.calibrated["gross"]
    for effect in ("direct", "indirect"):
        np.testing.assert_array_equal(
            gross.draws("employment", effect=effect), moved.draws("employment", effect=effect)
        )
    induced = gross.draws("employment", phase="operation", effect="induced")
    np.testing.assert_allclose(
        moved.draws("employment", phase="operation", effect="induced"),
        induced * held.calibration.factor,
    )


def test_the_record_names_its_sources_on_the_page(answer: Contents, tmp_path: Path) -> None:
    page = write_report(answer, tmp_path / "report").read_text("utf-8")
    assert "What the model says, what the record says" in page
    assert "frocrain_giraud_2018" in page
    assert "not seen on a page" in page


def test_a_study_without_evidence_has_no_such_section(study: Study, tmp_path: Path) -> None:
    from dataclasses import replace

    file = study.file.model_copy(update={"evidence": None})
    bare = contents(replace(study, file=file).with_draws(20))
    assert bare.against_record is None
    for table in (model_and_record, pooled, two_answers, calibration):
        assert table(bare).empty
    page = write_report(bare, tmp_path / "report").read_text("utf-8")
    assert "what the record says" not in page


def test_our_own_estimate_takes_the_place_of_a_row_that_is_pooled(study: Study) -> None:
    from dataclasses import replace

    assert study.file.evidence is not None
    table = study.file.evidence.model_copy(update={"own_for": "d01"})
    few = replace(study, file=study.file.model_copy(update={"evidence": table})).with_draws(2)
    with pytest.raises(InputError, match="value d01: no row that is pooled"):
        against_record(few, few.run())


def test_evidence_that_is_none_and_industries_on_both_sides_are_refused(
    study: Study, tmp_path: Path
) -> None:
    text = study.path.read_text("utf-8")
    broken = text.replace('data = "evidence_multipliers"', 'data = "evidence"').replace(
        'sheltered = ["F", "G-I", "L", "R-U"]', 'sheltered = ["F", "G_I", "J"]'
    )
    path = tmp_path / "broken.toml"
    path.write_text(broken, "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(path)
    said = str(caught.value)
    assert "evidence.data, value evidence: no such evidence; did you mean evidence_multipli" in said
    assert "evidence.sheltered, value G_I: unknown industry; did you mean G-I" in said
    assert "exposed and sheltered at once" in said
