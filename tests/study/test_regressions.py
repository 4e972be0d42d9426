"""The regressions a study file asks for: parsed by a whitelist, shown beside the model, sourced."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from econ import LocalMultiplier, regional_panel
from econ.data.folder import data_folder
from econ.errors import InputError
from econ.report.contents.regressions import Regression
from econ.report.tables.record import regressions
from econ.report.write import write_report
from econ.study import Study
from econ.study.parts.answer import contents
from econ.study.regressions import regressions_of

STUDY = data_folder() / "studies" / "choose_france_2024.toml"
PLAIN = {
    "name": "gdp_per_job",
    "label": "GDP of a departement by its jobs",
    "data": "regional_panel",
    "level": "NUTS3",
    "formula": "log(gdp) ~ log(employment) | region + year",
    "term": "log(employment)",
    "estimator": "FixedEffects",
    "unit": "percent per percent",
}

Asking = Callable[..., Study]


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """Return the main study with one more regression, its entries changed."""

    def load(**changes: object) -> Study:
        told = {name: held for name, held in {**PLAIN, **changes}.items() if held is not None}
        lines = [f"{name} = {_toml(held)}" for name, held in told.items()]
        entry = "\n".join(["", "[[regression]]", *lines, ""])
        (tmp_path / "mine.toml").write_text(STUDY.read_text("utf-8") + entry, "utf-8")
        return Study.load(tmp_path / "mine.toml")

    return load


def _toml(held: object) -> str:
    if isinstance(held, list):
        return f"[{', '.join(_toml(item) for item in held)}]"
    return repr(held) if isinstance(held, int | float) else "'''" + str(held) + "'''"


def found(study: Study) -> Regression:
    asked = [entry for entry in study.file.regression if entry.name == PLAIN["name"]]
    (held,) = regressions_of(asked, study.data, study.path.name)
    return held


def test_the_studys_own_regression_is_the_local_multiplier_by_least_squares(study: Study) -> None:
    (held,) = regressions_of(study.file.regression, study.data, study.path.name)
    estimate = held.fit.params[held.fit.terms[held.fit.index(held.asked.term)]]
    ours = LocalMultiplier(instrument="none").fit(regional_panel(overseas=False))
    assert held.fit.nobs == ours.nobs == 96
    assert estimate == pytest.approx(ours.params["traded"], rel=1e-9)
    assert held.source == ("eurostat_nama_10r_3empers",)
    assert held.vintage == study.data.entry("regional_employment").vintage


def test_a_regression_beside_the_model_moves_nothing(asking: Asking, study: Study) -> None:
    few = asking().with_draws(3)
    ours = study.with_draws(3)
    for measure in ("employment", "gdp"):
        np.testing.assert_array_equal(few.run().net.draws(measure), ours.run().net.draws(measure))


def test_an_estimate_takes_the_place_of_an_assumption_with_its_interval(
    asking: Asking, study: Study
) -> None:
    mine = asking(
        formula="I(employment_B_E / employment) ~ 1",
        term="Intercept",
        estimator="OLS",
        unit="ratio",
        years=[2018],
        without=["FRY"],
        assumption="jobs_factor",
    )
    held = found(mine)
    factor = mine.assumptions["jobs_factor"]
    low, high = held.fit.conf_int(level=0.90).loc["Intercept"]
    assert (factor.value, factor.low, factor.high) == (held.fit.params["Intercept"], low, high)
    assert (factor.basis, factor.distribution) == ("evidence", "normal")
    assert factor.source == ("eurostat_nama_10r_3empers",)
    assert "I(employment_B_E / employment) ~ 1" in factor.note
    assert factor.value != study.assumptions["jobs_factor"].value
    assert mine.with_draws(5).draws()["jobs_factor"][0] == factor.value


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"data": "regional_panels"}, "no such dataset; did you mean regional_panel"),
        ({"data": "products"}, "no regional accounts"),
        ({"data": "products", "level": None}, "no such column"),
        ({"level": "NUTS9"}, "no such level; did you mean NUTS3"),
        ({"years": [1066]}, "no figures"),
        ({"estimator": "OSL"}, "no such estimator; did you mean OLS"),
        ({"formula": "log(gpd) ~ log(employment)"}, "no such column; did you mean gdp"),
        ({"formula": "log(gdp) ~ log(employment"}, "lacks ')'"),
        ({"term": "log(gdp)"}, "not in the formula"),
        ({"vcov": "HC9"}, "HC9"),
        ({"cluster": "city"}, "no such column"),
        ({"vcov": "HC1", "cluster": "region"}, "vcov and cluster at once"),
        ({"weights": "heads"}, "no such column"),
        ({"assumption": "it_shares"}, "a parameter no model uses; did you mean it_share"),
        ({"formula": "log(gdp) ~ log(gva)", "term": "log(gva)"}, "different base years"),
        ({"formula": "x" * 5000}, "2000"),
        ({"estimator": "IV"}, "IV without instruments"),
        ({"estimator": "WLS"}, "WLS without weights"),
        ({"estimator": "OLS", "weights": "gdp"}, "OLS has no weights"),
        (
            {"data": "products", "level": None, "formula": "a ~ b", "term": "b"},
            "no fixed effects",
        ),
        ({"sead": 1}, "unknown"),
        ({"unit": None}, "missing"),
    ],
)
def test_what_a_regression_cannot_mean_is_refused_by_name(
    changes: dict[str, object], words: str, asking: Asking
) -> None:
    with pytest.raises(InputError) as caught:
        asking(**changes)
    assert words in str(caught.value)
    assert "mine.toml" in str(caught.value)


def test_all_faults_of_a_regression_come_at_once(asking: Asking) -> None:
    with pytest.raises(InputError) as caught:
        asking(data="regional_panels", estimator="OSL", vcov="xx", term="log(gva)")
    message = str(caught.value)
    for words in ("no such dataset", "no such estimator", "xx", "not in the formula"):
        assert words in message


def test_a_name_given_twice_hides_no_other_fault(asking: Asking) -> None:
    (own,) = Study.load(STUDY).file.regression
    with pytest.raises(InputError) as caught:
        asking(name=own.name, cluster="city")
    assert {"name", "formula"} <= {fault.column for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("formula", "term", "unit", "meant"),
    [
        ("log(gdp) ~ log(employment)", "log(employment)", "share", ""),
        ("gdp ~ employment", "employment", "MEUR per thousand persons", ""),
        ("gdp ~ employment", "employment", "MEUR per person", "1000 EUR per person"),
        ("gdp ~ I(employment * 1000)", "I(employment*1000)", "MEUR per person", ""),
        ("diff(employment) ~ lag(gdp)", "lag(gdp)", "persons per MEUR", "0.001 person per EUR"),
        ("I(diff(gdp) / lag(gdp)) ~ employment", "employment", "share", "per person"),
        ("log(gdp) ~ employment", "employment", "a thing nobody knows", ""),
        ("sqrt(gdp) ~ employment", "employment", "share", ""),
    ],
)
def test_a_unit_that_contradicts_the_formula_is_refused_by_name(
    formula: str, term: str, unit: str, meant: str, asking: Asking
) -> None:
    entry = {"formula": formula, "term": term, "unit": unit, "estimator": "OLS"}
    if not meant:
        asking(**entry)
        return
    with pytest.raises(InputError, match="another than its formula's") as caught:
        asking(**entry)
    (fault,) = caught.value.faults
    assert (fault.column, fault.value, fault.row) == ("unit", unit, "regression gdp_per_job")
    assert meant in fault.mend


def test_an_estimate_in_another_unit_or_of_a_share_takes_no_ones_place(asking: Asking) -> None:
    with pytest.raises(InputError, match="a changed unit"):
        asking(assumption="jobs_factor")
    with pytest.raises(InputError, match="no distribution of a share"):
        asking(assumption="reference_case", unit="share")


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os').system('touch pwned') ~ gdp",
        "gdp ~ eval('1')",
        "gdp ~ exec(employment)",
        "gdp ~ open(employment)",
        "gdp ~ employment.__class__",
        "gdp ~ I(employment.__class__.__bases__)",
        "gdp ~ I(lambda: 0)",
        "gdp ~ I([x for x in (1, 2)])",
        "gdp ~ Q('gdp'); import os",
        "gdp ~ np.load(employment)",
        "gdp ~ getattr(gdp, 'x')",
        "gdp ~ {{ 7 * 7 }}",
        "gdp ~ ${HOME}",
        "=cmd|' /C calc'!A0",
        "gdp ~ @SUM(A1)",
        "gdp ~ I(2 ** 9 ** 9 ** 9 ** 9)",
        "gdp ~ " + "(" * 900 + "employment" + ")" * 900,
        "gdp ~ \u202eemployment",
        "gdp ~ `../../etc/passwd`",
        "<script>alert(1)</script> ~ gdp",
        "gdp ~ employment\n[study]",
        "",
        "~",
        "1 ~ 1",
    ],
)
def test_a_hostile_formula_is_refused_and_runs_nothing(
    formula: str, asking: Asking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(InputError):
        asking(formula=formula, term="employment", estimator="OLS")
    assert {path.name for path in tmp_path.iterdir()} - set(before) <= {"mine.toml"}


def test_a_regression_that_cannot_be_run_names_itself(asking: Asking) -> None:
    mine = asking(
        formula="log(gdp) ~ log(employment - employment)", term="log(employment-employment)"
    )
    with pytest.raises(InputError, match="regression gdp_per_job") as caught:
        found(mine)
    assert "mine.toml" in str(caught.value)


def test_the_page_shows_an_estimate_with_its_data_and_nothing_hostile(
    asking: Asking, tmp_path: Path
) -> None:
    mine = asking(label="<script>alert(1)</script>", note="=HYPERLINK(1)")
    small = replace(mine, file=mine.file.model_copy(update={"regions": None}), variants=())
    shown = contents(small.with_draws(5))
    page = write_report(shown, tmp_path / "out").read_text("utf-8")
    (ours, own) = regressions(shown).to_dict("records")
    assert ours["name"] == "sheltered_per_exposed"
    assert own["vintage"] in page
    assert own["source"] in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert ours["low"] < ours["estimate"] < ours["high"]


def test_contents_of_a_result_asks_for_the_study_itself(study: Study) -> None:
    with pytest.raises(InputError, match=r"no Study; give the Study itself"):
        contents(study.with_draws(2).run())  # type: ignore[arg-type]
