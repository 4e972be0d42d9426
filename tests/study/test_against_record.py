"""What the main study's model says and what the record says: the figures of the report."""

import re
from pathlib import Path

import pytest

from econ.errors import InputError
from econ.report.contents import Contents
from econ.report.tables.record import calibration, model_and_record, pooled, two_answers
from econ.report.write import write_report
from econ.study import Study
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


def test_the_sites_and_an_average_job_are_held_against_the_record(answer: Contents) -> None:
    table = model_and_record(answer).set_index("label")
    record = table[table["kind"] == "pooled"].iloc[0]
    average = table.loc["this model, an average exposed job, sheltered jobs in the country"]
    sites = table.loc["this model, the study's own exposed sites, sheltered jobs in the country"]
    assert average["estimate"] == pytest.approx(0.46, abs=0.005)
    assert sites["estimate"] == pytest.approx(1.50, abs=0.005)
    assert record["estimate"] == pytest.approx(0.83, abs=0.005)
    assert average["verdict"] == "inside the record's interval"
    assert (table.loc[table["kind"] == "not pooled", "why"] != "").all()
    ours = table.loc["our own estimate, 2008 to 2018"]
    assert ours["estimate"] == pytest.approx(0.84, abs=0.01)


def test_a_study_stands_with_the_range_it_was_reported_with(answer: Contents) -> None:
    table, known = model_and_record(answer), answer.against_record
    assert known is not None
    for row in table[table["kind"] == "study"].to_dict("records"):
        held = known.evidence.frame.set_index("study").loc[row["label"]]
        assert (row["low"], row["high"]) == (held["low"], held["high"])


def test_every_way_to_pool_shows_its_prediction_interval(answer: Contents) -> None:
    table = pooled(answer).set_index("how")
    assert len(table) == 7
    assert table.loc["our own estimate in place of d09", "estimate"] == pytest.approx(
        0.83, abs=0.01
    )
    wider = table.loc["with d07, of a wider outcome"]
    assert wider["studies"] == table["studies"].iloc[0] + 1
    assert wider["estimate"] == pytest.approx(0.75, abs=0.005)
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


def test_the_calibrated_answers_are_gross_and_only_of_exposed_jobs(answer: Contents) -> None:
    table = calibration(answer).set_index("question")
    assert list(table.index) == ["the study's own exposed sites", "an average exposed job"]
    sites = two_answers(answer).set_index(["subject", "model"]).loc["exposed"]
    sheltered = sites.loc["input-output, sheltered industries"]
    own = table.loc["the study's own exposed sites"]
    assert own["before"] == pytest.approx(sheltered["beyond"] / sheltered["direct"])
    assert own["factor"] == 0.0
    assert own["after"] == own["suppliers"] > own["record"]
    average = table.loc["an average exposed job"]
    assert average["after"] == pytest.approx(average["record"])
    assert (table["cut"] > 0.0).all()


def test_the_record_names_its_sources_on_the_page(answer: Contents, tmp_path: Path) -> None:
    page = write_report(answer, tmp_path / "report").read_text("utf-8")
    assert "What the model says, what the record says" in page
    assert "frocrain_giraud_2018" in page
    assert "not seen on a page" in page
    malgouyres = page[page.index("C. Malgouyres 2017 (d10)") :]
    assert re.search('<td class="n"[^>]*>1.5</td>', malgouyres[: malgouyres.index("</tr>")])


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
    table = study.file.evidence.model_copy(update={"wider": ["d99"]})
    few = replace(study, file=study.file.model_copy(update={"evidence": table})).with_draws(2)
    with pytest.raises(InputError, match=r"evidence\.wider, value d99: no such row"):
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
