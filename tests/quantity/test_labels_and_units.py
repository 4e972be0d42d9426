"""Axes, classifications, units and provenance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.errors import InputError, UnitError
from econ.quantity.axes import Axis, Classification
from econ.quantity.provenance import Provenance, bibliography, sources_by_key
from econ.quantity.units import Unit

HOSTILE = [
    "two words",
    "Œuvre 東京 🏗",
    'quoted "label"',
    "it's",
    "=cmd|'/c calc'!A1",
    "a;b,c\td",
    "x" * 10_000,
    "_T",
    "../../etc",
]


def test_an_axis_keeps_the_order_given_and_any_words() -> None:
    axis = Axis("product", HOSTILE)
    assert axis.labels == tuple(HOSTILE)
    assert axis.positions(HOSTILE[::-1]) == tuple(range(len(HOSTILE)))[::-1]
    assert len(axis) == len(HOSTILE)


@given(labels=st.lists(st.text(min_size=1), max_size=20))
def test_an_axis_finds_each_label_or_names_what_is_wrong(labels: list[str]) -> None:
    sound = len(set(labels)) == len(labels) and all(x.strip() and x != "nan" for x in labels)
    if sound:
        axis = Axis("product", labels)
        assert [axis.labels[axis.position(label)] for label in labels] == labels
    else:
        with pytest.raises(InputError, match=r"duplicate label|empty label"):
            Axis("product", labels)


def test_every_unknown_label_is_named_once_with_its_nearest() -> None:
    with pytest.raises(InputError) as caught:
        Axis("product", ["C26", "C27", "F"]).positions(["C26", "C2_6", "f", "C2_6"])
    assert [fault.value for fault in caught.value.faults] == ["C2_6", "f"]
    assert "did you mean C26" in str(caught.value)


def test_every_duplicate_and_every_empty_label_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Axis("product", ["A", "", "A", "nan", "A"], "t.csv")
    assert [fault.row for fault in caught.value.faults] == [2, 3, 4, 5]
    assert "t.csv, row 3, column product, value A: duplicate label" in str(caught.value)


def test_a_classification_gives_the_heading_or_the_code() -> None:
    nuts = Classification("NUTS", {"FRF12": "Haut-Rhin"})
    assert (nuts.title("FRF12"), nuts.title("X")) == ("Haut-Rhin", "X")
    assert nuts.nearest("FRF13") == "did you mean FRF12?"


@pytest.mark.parametrize(
    "text", ["", "   ", "MEUR MEUR", "2022", "a b c", "MEUR 2022 basic extra", "per MEUR", "x per "]
)
def test_a_text_that_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(UnitError, match="is no unit; write for example 'MEUR 2022 basic'"):
        Unit.parse(text)


@pytest.mark.parametrize(
    ("text", "money"),
    [("MEUR 2022 basic", True), ("USD", True), ("FTE", False), ("persons", False), ("GPU", False)],
)
def test_only_a_currency_is_money(text: str, money: bool) -> None:
    assert Unit.parse(text).is_money is money


def test_a_unit_that_cannot_be_written_cannot_be_made() -> None:
    for scale in (5, 10**9, 0, -1):
        with pytest.raises(UnitError):
            Unit("persons", scale)
    with pytest.raises(UnitError):
        Unit("EUR", 12)


def test_persons_summed_over_years_are_job_years_and_money_stays_money() -> None:
    assert str(Unit.parse("thousand persons").summed_over_years()) == "thousand job-years"
    assert str(Unit.parse("FTE").summed_over_years()) == "FTE-years"
    assert str(Unit.parse("MEUR 2024").summed_over_years()) == "MEUR 2024"


def test_provenance_keeps_every_source_and_the_order_of_its_steps() -> None:
    keys = sorted(sources_by_key())[:3]
    left = Provenance(frozenset(keys[:2]), ("read", "deflate"))
    right = Provenance(frozenset(keys[1:]), ("read", "convert"))
    both = left | right
    assert both.sources == set(keys)
    assert both.steps == ("read", "deflate", "convert")
    assert Provenance.from_json(both.to_json()) == both
    assert [source.key for source in bibliography(both.sources)] == keys


def test_every_unknown_source_is_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        bibliography(["nobody_1900", "ecb_reference_rate", "ecb_reference_rates"])
    assert len(caught.value.faults) == 2
    assert "did you mean ecb_reference_rates" in str(caught.value)
