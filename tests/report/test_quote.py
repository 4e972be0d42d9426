"""The paragraph that may be quoted is true alone: who, how much, where, and of what."""

import re
from dataclasses import replace

import pytest

from econ.report.contents import Contents
from econ.report.figures import FIGURES
from econ.report.page import page
from econ.report.tables import TABLES
from econ.study import Study
from econ.study.parts.answer import contents


def quoted(shown: Contents) -> str:
    tables = {name: make(shown) for name, make in TABLES.items()}
    text = page(shown, tables, dict.fromkeys(FIGURES, "<svg></svg>"))
    found = re.search(r"<blockquote><p>(.*?)</p></blockquote>", text, re.DOTALL)
    return "" if found is None else found[1]


def test_it_says_who_pledged_where_the_jobs_are_and_gives_gross_with_net(
    without_regions: Study,
) -> None:
    said = quoted(contents(without_regions.with_draws(20)))
    assert "pledged by Microsoft and Amazon" in said
    assert "jobs in France; " in said
    assert said.startswith("In this model, ")
    assert "if everything is carried out as announced" in said.lower()
    assert "are left" in said
    assert "They do not say what the state, or the announcement, caused." in said


@pytest.mark.parametrize("name", ["backtests"])
def test_a_study_whose_jobs_are_of_the_past_has_none(name: str) -> None:
    # Its one pledge is of EUR 200 m; its jobs are of investments of EUR 5 bn.
    study = Study.load(name).with_draws(4)
    assert quoted(contents(replace(study, variants=()))) == ""
