"""Figures: what may be drawn, what is refused by name, and what is read without colours."""

import re
from io import BytesIO
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from econ.errors import InputError
from econ.report.contents import Contents
from econ.report.figures import FIGURES, looks, money, record
from econ.report.figures.bridge import gross_to_net
from econ.report.figures.doubt import ALL, HIGH, LOW
from econ.report.figures.drawing import chart
from econ.report.figures.looks import ADDED, GROSS, NET, PROMISED, TAKEN_OFF, Look
from econ.report.figures.rows import Line, Mark, Row, row_chart
from econ.report.language import ENGLISH
from econ.report.tables import TABLES

# The table whose numbers each figure draws, and a number of it.
DRAWN_FROM = {
    "bridge_construction": ("bridge", "lost"),
    "bridge_operation": ("bridge", "left"),
    "map_construction_gross": ("tile_values", "gross"),
    "map_construction_net": ("tile_values", "net"),
    "map_operation_gross": ("tile_values", "gross"),
    "map_operation_net": ("tile_values", "net"),
    "jobs_by_year": ("by_year", "gross"),
    "gdp_by_year": ("by_year", "net"),
    "flows": ("flows", "amount"),
    "where_the_money_goes": ("destinations", "share"),
    "products_construction": ("by_product", "gross"),
    "products_operation": ("by_product", "net"),
    "relative_construction": ("by_product", "gross_share"),
    "relative_operation": ("by_product", "net_share"),
    "promises": ("promises", "modelled"),
    "tornado_operation": ("sensitivity", "outcome"),
    "tornado_construction": ("sensitivity", "outcome"),
    "model_and_record": ("model_and_record", ""),
}
# Their axis is a share, stated beside the rows, which hold the unit of what it is a share of.
SHARES = {"where_the_money_goes", "relative_construction", "relative_operation"}


@pytest.fixture(scope="module")
def tables(shown: Contents) -> dict[str, pd.DataFrame]:
    return {name: table(shown) for name, table in TABLES.items()}


def test_every_figure_is_checked_here() -> None:
    assert list(DRAWN_FROM) == list(FIGURES)


@pytest.mark.parametrize("name", FIGURES)
def test_without_interval_source_or_one_unit_nothing_is_drawn(
    tables: dict[str, pd.DataFrame], name: str
) -> None:
    table, column = DRAWN_FROM[name]
    good = tables[table]
    low = f"{column}_low".removeprefix("_")

    def drawn(other: pd.DataFrame) -> str:
        return FIGURES[name]({**tables, table: other})

    assert drawn(good).startswith("<svg")
    bare = good.copy()
    bare[low] = np.nan
    with pytest.raises(InputError, match=rf"{table}.*no interval"):
        drawn(bare)
    unsourced = good.copy()
    unsourced.attrs = {}
    with pytest.raises(InputError, match=rf"{table}.*no source"):
        drawn(unsourced)
    if name in SHARES:
        return
    mixed = good.copy()
    mixed["unit"] = [f"unit {row}" for row in range(len(mixed))]
    with pytest.raises(InputError, match=rf"{table}.*mixed units"):
        drawn(mixed)


def test_a_number_outside_of_its_interval_is_refused(tables: dict[str, pd.DataFrame]) -> None:
    wrong = tables["bridge"].copy()
    wrong["left_low"] = wrong["left"] + 1.0
    with pytest.raises(InputError, match=r"bridge.*outside of its interval"):
        gross_to_net(wrong, "operation", "employment")


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_its_unit_and_prints_intervals(
    tables: dict[str, pd.DataFrame], name: str
) -> None:
    words = re.sub(r"<[^>]+>", " ", FIGURES[name](tables))
    units = ("persons", "job-years", "EUR m", "per cent", "jobs per direct job")
    assert any(unit in words for unit in units)
    assert "90 %" in words or name.startswith("map_")
    if "by_year" not in name:  # there every year would stand on the other
        assert re.search(r"\d to \S*\d", words)


def test_the_bridge_floats_from_gross_to_net(tables: dict[str, pd.DataFrame]) -> None:
    drawn = gross_to_net(tables["bridge"], "construction", "employment")
    words = re.sub(r"<[^>]+>", " ", drawn)
    steps = tables["bridge"]["step"].unique()[1:]
    places = [words.index(text) for text in ("Gross", *(s.capitalize() for s in steps), "Net")]
    assert places == sorted(places)


# ---------------------------------------------------------------- without colours

KEYS = {
    "bridge": (GROSS, TAKEN_OFF, NET),
    "bridge that adds": (GROSS, TAKEN_OFF, ADDED, NET),
    "tornado": (ALL, LOW, HIGH),
    "promises": (PROMISED, NET),
    "pledges": tuple(Look("", *filling) for filling in money.FILLINGS),
    "record": (record.STUDY, record.POOLED, record.MODEL),
}


def _grey(look: Look) -> np.ndarray:
    """A bar or point of this look as a picture in grey, shape (height, width)."""
    from PIL import Image

    def draw(axes: object) -> None:
        if look.shape:
            axes.plot([0.5], [0.5], **look.point(60))  # type: ignore[attr-defined]
        else:
            axes.barh([0.5], [1.0], height=1.0, **look.patch())  # type: ignore[attr-defined]
        axes.axis("off")  # type: ignore[attr-defined]

    picture = Image.open(BytesIO(chart(draw, 1.0, width=2.0).png(100))).convert("L")
    return np.asarray(picture, dtype=float)


@pytest.mark.parametrize("key", KEYS)
def test_series_are_told_apart_in_grey(key: str) -> None:
    pictures = {look: _grey(look) for look in dict.fromkeys(KEYS[key])}
    for one, other in combinations(pictures.values(), 2):
        # Of what is printed, a tenth differs by a quarter of the way from black to white.
        printed = (one < 250) | (other < 250)
        assert (np.abs(one - other) > 64)[printed].mean() > 0.1


def test_the_line_of_an_interval_is_seen_on_dark_and_light_bars() -> None:
    for look in (GROSS, NET, TAKEN_OFF):
        row = Row("a", (Line((Mark(look, 10.0, 5.0, 15.0),), "10 (5 to 15)"),))
        drawn = row_chart([row], "persons", (look,), ENGLISH)
        strokes = re.findall(r"stroke: (#\w{6})", drawn)
        assert looks.INK in strokes
        assert "#ffffff" in strokes


def test_hostile_names_are_text_in_every_row() -> None:
    row = Row("<b>\u202e$x$", (Line((Mark(NET, 1.0, 0.0, 2.0),), "1 (0 to 2)"),))
    drawn = row_chart([row], "persons", (NET,), ENGLISH)
    assert "<b>" not in drawn
    assert "\u202e" not in drawn
    assert "$x$" in drawn
