"""What a refusal says: where, what, and how to mend it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from econ.errors import EconError, Fault, InputError, SumError, UnitError, nearest


def test_a_fault_names_file_row_column_value_problem_and_mend() -> None:
    fault = Fault("a.csv", "amount", "negative amount", "write it as positive", 4, -3)
    assert str(fault) == (
        "a.csv, row 4, column amount, value -3: negative amount; write it as positive"
    )


def test_what_is_not_known_of_a_fault_is_left_out() -> None:
    assert str(Fault("a.toml", "", "no TOML", "mend the line")) == "a.toml: no TOML; mend the line"
    assert "row 0, column x, value 0" in str(Fault("a", "x", "p", "m", 0, 0))


def test_one_error_carries_every_fault_numbered() -> None:
    faults = [Fault("a.csv", "x", "wrong", "mend", row) for row in (2, 3)]
    with pytest.raises(InputError) as caught:
        InputError.raise_if(faults)
    assert caught.value.faults == tuple(faults)
    assert str(caught.value).splitlines() == [
        "input refused, 2 faults:",
        "  1. a.csv, row 2, column x: wrong; mend",
        "  2. a.csv, row 3, column x: wrong; mend",
    ]
    InputError.raise_if([])


def test_a_long_list_of_faults_is_cut_in_the_message_and_whole_in_the_record() -> None:
    error = InputError([Fault("a.csv", "x", "wrong", "mend", row) for row in range(23_644)])
    lines = str(error).splitlines()
    assert len(lines) == 52
    assert lines[0] == "input refused, 23644 faults:"
    assert lines[-1] == "  and 23594 more, in `faults`: wrong"
    assert len(error.faults) == 23_644


@pytest.mark.parametrize("kind", [InputError, UnitError, SumError])
def test_every_refusal_can_be_caught_as_one_kind(kind: type[Exception]) -> None:
    assert issubclass(kind, EconError)


@pytest.mark.parametrize(
    ("value", "choices", "words"),
    [
        ("FRF21", ["FRF12", "DE111"], "did you mean FRF12?"),
        ("EURO", ["USD", "EUR"], "did you mean EUR?"),
        ("zzz", ["FRF12"], "choose one of: FRF12"),
        ("zzz", [], "there is nothing to choose from"),
        (None, ["a"], "choose one of: a"),
        (3, [33, 4], "did you mean 33?"),
    ],
)
def test_the_nearest_valid_choice_is_offered(
    value: object, choices: list[object], words: str
) -> None:
    assert nearest(value, choices) == words


def test_a_long_list_of_choices_is_cut_short() -> None:
    assert nearest("zzz", [f"F{i}" for i in range(100)]).endswith("F7, ...")


@given(value=st.text(max_size=50), choices=st.lists(st.text(max_size=20), max_size=10))
def test_any_value_finds_words(value: str, choices: list[str]) -> None:
    assert nearest(value, choices) != ""
