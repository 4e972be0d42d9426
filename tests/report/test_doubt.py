"""What the page says of its doubt is what the numbers say, in the words that are fixed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from econ import Study, contents, likelihood
from econ.report.contents import Contents
from econ.report.contents.doubt import Doubt
from econ.report.page.sentences import sentences
from econ.report.tables import TABLES


@pytest.fixture(scope="module")
def shown(study: Study) -> Contents:
    return contents(study.with_draws(100))


def test_three_sentences_are_justified_by_their_tables(shown: Contents) -> None:
    drivers, chances, readings = (sentence.text for sentence in sentences(shown))
    table = TABLES["drivers"](shown)
    first = table[table["outcome"] == "net jobs in operation"].nlargest(1, "total").iloc[0]
    assert f"{first['label']}\u201d explains {100 * first['total']:.0f} %" in drivers
    for row in TABLES["chances"](shown).to_dict("records"):
        if row["outcome"] == "net jobs in operation":
            assert f"{row['words']} ({100 * row['share']:.0f} %" in chances
            assert row["words"] == likelihood(row["share"])
    parts = TABLES["readings"](shown)
    largest = parts[parts["outcome"] == "net job-years of construction"].nlargest(1, "part")
    assert f"{100 * largest['share'].iloc[0]:.0f} % is" in readings


def test_sentences_follow_the_numbers(shown: Contents) -> None:
    before = shown.doubt.chances
    other = before.assign(share=0.02, words=likelihood(0.02))
    text = sentences(replace(shown, doubt=replace(shown.doubt, chances=other)))[1].text
    assert "above zero is very unlikely (2 % of draws)" in text


def test_without_doubt_nothing_is_said_of_it(shown: Contents) -> None:
    bare = replace(shown, doubt=Doubt())
    assert sentences(bare) == []
    assert all(TABLES[name](bare).empty for name in ("drivers", "chances", "variants", "readings"))


def test_every_other_reading_is_explained_to_the_last_job(shown: Contents) -> None:
    by = ["reading", "outcome"]
    parts = shown.doubt.readings.groupby(by)["part"].sum()
    whole = shown.doubt.differences.set_index(by)["difference"]
    np.testing.assert_allclose(parts[whole.index], whole, rtol=1e-9)
    assert (whole["consultants"] > 0).all()
    assert (whole["full employment"] < 0).all()


def test_weights_on_the_page_sum_to_one(shown: Contents) -> None:
    table = TABLES["variants"](shown)
    weighted = table[table["variant"].isin(list(shown.doubt.whys))]
    sums = weighted.groupby("outcome")["weight"].sum()
    pd.testing.assert_series_equal(sums, pd.Series(1.0, sums.index, name="weight"))
