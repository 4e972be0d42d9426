"""Results in a notebook: intervals, units, sources, net beside gross, and text that stays text."""

from dataclasses import replace

import numpy as np

from econ import Fit, Provenance, Study, compare
from econ.report.contents import Contents

HOSTILE = "<script>alert(1)</script>\u202e"


def test_an_answer_shows_net_beside_gross_with_intervals_units_and_sources(
    shown: Contents,
) -> None:
    html = shown._repr_html_()
    assert html.index("Net") < html.index("Gross")
    for words in ("job-years", "persons", "EUR m at 2024 prices", " to ", "Sources: "):
        assert words in html


def test_an_answer_is_a_line_where_only_text_is_shown(shown: Contents) -> None:
    assert "gross" in repr(shown)
    assert "200 draws" in repr(shown.net)
    assert max(len(repr(shown)), len(repr(shown.net))) < 400


def test_a_result_shows_every_measure_with_its_interval(shown: Contents) -> None:
    html = shown.net._repr_html_()
    for measure in shown.net.units:
        assert f">{measure}<" in html
    assert html.count("<small>(") + html.count(" to ") > len(shown.net.units)


def test_names_with_markup_or_marks_are_text(shown: Contents) -> None:
    fit = Fit(
        "OLS", HOSTILE, (HOSTILE,), np.ones(1), np.eye(1), np.inf, 9, "iid", unit="persons",
        provenance=Provenance(frozenset({"moretti_2010"})),
    )  # fmt: skip
    for html in (
        replace(shown.net, scenario=HOSTILE)._repr_html_(),
        replace(shown, title=HOSTILE)._repr_html_(),
        fit._repr_html_(),
    ):
        assert "<script" not in html
        assert "\u202e" not in html
        assert "[U+202E]" in html
    assert "Unit: persons." in fit._repr_html_()
    assert "moretti_2010" in fit._repr_html_()


def test_a_comparison_shows_what_explains_it(study: Study) -> None:
    few = study.with_draws(10)
    html = compare(few, few.with_(realisation=1.0))._repr_html_()
    assert "What explains it" in html
    assert "<small>(" in html
