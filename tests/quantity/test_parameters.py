"""Parameters: no number without a source, a range that holds it, and all faults at once."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from econ.errors import EconError, InputError
from econ.quantity.parameters import Assumptions, Parameter

GOOD: dict[str, Any] = {
    "label": "IT share",
    "value": 0.5,
    "low": 0.4,
    "high": 0.7,
    "unit": "share",
    "basis": "judgement",
}


def refusal(**changes: Any) -> str:
    entry = {key: item for key, item in (GOOD | changes).items() if item is not ...}
    with pytest.raises(InputError) as caught:
        Assumptions.parse({"it_share": entry}, "mine.toml")
    message = str(caught.value)
    assert "mine.toml, row it_share" in message
    return message


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": 0.9}, "value 0.4 <= 0.9 <= 0.7: the range does not hold the value"),
        ({"low": 0.8}, "the range does not hold the value; widen the range"),
        ({"value": float("nan")}, "column value"),
        ({"high": float("inf")}, "high"),
        ({"value": "half"}, "column value"),
        ({"value": True}, "column value"),
        ({"value": ...}, "column value: missing; write it"),
        ({"unit": ...}, "column unit: missing"),
        ({"label": ""}, "column label"),
        ({"distribution": "gauss"}, "value gauss: unknown distribution; "),
        ({"distribution": "normal"}, "value normal: no distribution of a share"),
        ({"distribution": "triangle"}, "did you mean triangular"),
        ({"distribution": "lognormal", "low": 0.0}, "a lognormal is positive"),
        ({"distribution": "zero_inflated"}, "no such zero-inflated distribution; give zero"),
        ({"distribution": "fixed"}, "a fixed value has no range"),
        ({"basis": "guess"}, "value guess: unknown basis"),
        ({"basis": "evidence"}, "no number without a source; cite a key of references.toml"),
        ({"source": ["nobody_1900"]}, "value nobody_1900: unknown source"),
        ({"source": "ecb_reference_rates"}, "column source"),
        ({"vlaue": 1.0}, "column vlaue: unknown; did you mean value"),
        ({"value": 1.4, "low": 1.3, "high": 1.6}, "share"),
        ({"value": -0.1, "low": -0.2, "high": 0.0}, "share"),
        ({"least": 0.45}, "beyond the known limits; it lies between 0.45 and inf"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_name_and_field(
    changes: dict[str, Any], words: str
) -> None:
    assert words in refusal(**changes)


def test_the_faults_of_all_parameters_are_named_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Assumptions.parse(
            {
                "a": GOOD | {"value": 2.0},
                "b": GOOD | {"basis": "evidence", "distribution": "normal"},
                "c": GOOD | {"unit": 3},
            },
            "mine.toml",
        )
    assert len(caught.value.faults) == 4
    assert [fault.row for fault in caught.value.faults] == ["a", "b", "b", "c"]


@pytest.mark.parametrize("entry", [0.5, "x", [1], None])
def test_an_entry_that_is_no_table_is_refused(entry: object) -> None:
    with pytest.raises(EconError, match=r"mine\.toml, row it_share"):
        Assumptions.parse({"it_share": entry}, "mine.toml")  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe", b"[x", b"x = 3", b"[x]\nvalue = 1\n[x]\nvalue = 2", b"[x]\nvalue = nan"],
)
def test_a_file_that_is_no_table_of_assumptions_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"mine\.toml"):
        Assumptions.load(path)
    with pytest.raises(InputError, match="no such file"):
        Assumptions.load(tmp_path / "none.toml")


def test_an_unknown_parameter_is_refused_with_its_nearest() -> None:
    own = Assumptions.load()
    with pytest.raises(InputError, match="did you mean it_share"):
        own["it_shares"]
    with pytest.raises(InputError, match="did you mean it_share"):
        own.draws(1, 2)["it_shares"]
    with pytest.raises(InputError, match=r"s\.toml.*value it_shares: .*did you mean it_share"):
        own.override({"it_shares": {"value": 0.5}}, "s.toml")


def test_a_changed_number_no_longer_is_what_its_source_says() -> None:
    own = Assumptions.load()
    changed = own.override({"realisation": {"value": 0.6}}, "s.toml")["realisation"]
    was = own["realisation"]
    assert (changed.value, changed.low, changed.high) == (0.6, was.low, was.high)
    assert changed.basis == "judgement"
    assert "s.toml" in changed.note
    assert own["realisation"].value != 0.6
    with pytest.raises(InputError, match="the range does not hold the value"):
        own.override({"realisation": {"value": 0.2}}, "s.toml")


def test_every_draw_of_our_own_assumptions_is_what_its_distribution_promises() -> None:
    own = Assumptions.load()
    draws = own.draws(20240513, 2000)
    for said in own:
        parameter = own.drawn(said.name)
        drawn = draws[parameter.name]
        assert drawn[0] == said.value
        assert np.isfinite(drawn).all()
        if parameter.distribution in ("uniform", "triangular", "beta", "fixed"):
            assert drawn.min() >= parameter.low - 1e-12
            assert drawn.max() <= parameter.high + 1e-12
        if parameter.distribution == "lognormal":
            assert np.quantile(drawn[1:], 0.5) == pytest.approx(parameter.value, rel=0.01)
        if parameter.distribution == "zero_inflated":
            assert (drawn[1:] == 0.0).mean() == pytest.approx(parameter.zero, abs=0.001)
            assert np.quantile(drawn[1:], 0.95) == pytest.approx(parameter.high, rel=0.02)


def test_judgement_is_drawn_wider_than_it_says_and_evidence_as_it_is() -> None:
    own = Assumptions.load()
    factor = own["judgement_widening"].value
    assert factor > 1.0
    share, jobs = own["crowding_out"], own["data_centre_jobs"]
    drawn = own.drawn(share.name)
    assert drawn.low == pytest.approx(share.value - factor * (share.value - share.low))
    assert drawn.high == pytest.approx(share.value + factor * (share.high - share.value))
    # A lognormal is stretched on a scale of ratios.
    wide = own.drawn(jobs.name)
    assert wide.high == pytest.approx(jobs.value * (jobs.high / jobs.value) ** factor)
    measured = [parameter for parameter in own if parameter.basis == "evidence"]
    assert measured
    assert [own.drawn(parameter.name) for parameter in measured] == measured
    for parameter in own:
        most = 1.0 if parameter.unit.startswith("share") else np.inf
        assert 0.0 <= own.drawn(parameter.name).low <= own.drawn(parameter.name).high <= most


def test_without_a_widening_judgement_is_drawn_as_it_says() -> None:
    judged = Parameter("a", "A", 0.3, 0.1, 0.8, "share", "uniform", "judgement")
    drawn = Assumptions({"a": judged}).draws(1, 500)["a"]
    assert drawn.min() >= 0.1
    assert drawn.max() <= 0.8


def test_the_5_and_95_per_cent_quantiles_of_a_lognormal_are_its_low_and_high() -> None:
    for parameter in Assumptions.load():
        if parameter.distribution == "lognormal":
            low, high = parameter.at(np.array([0.05, 0.95]))
            assert low == pytest.approx(parameter.low, rel=0.02), parameter.name
            assert high == pytest.approx(parameter.high, rel=0.02), parameter.name


def test_every_share_of_our_own_lies_between_nothing_and_all_of_it() -> None:
    for parameter in Assumptions.load():
        if parameter.unit == "share":
            assert parameter.low >= 0.0, parameter.name
            assert parameter.high <= 1.0, parameter.name


def test_evidence_has_a_source_and_judgement_says_so() -> None:
    text = (Path(__file__).parents[2] / "econ/quantity/assumptions.toml").read_text("utf-8")
    for name, entry in tomllib.loads(text).items():
        assert entry["basis"] in ("evidence", "judgement"), name
        assert entry["basis"] == "judgement" or entry["source"], name


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        *[(name, "half", "not a number") for name in ("low", "value", "high", "zero", "most")],
        ("low", None, "not a number"),
        ("value", True, "not a number"),
        ("least", float("nan"), "not a number"),
        ("unit", 3, "not a text"),
        ("distribution", None, "not a text"),
    ],
)
def test_a_parameter_made_by_hand_of_the_wrong_kinds_is_refused_by_field(
    field: str, wrong: Any, words: str
) -> None:
    given: dict[str, Any] = {"name": "tax", "distribution": "beta", **GOOD, field: wrong}
    with pytest.raises(InputError, match=f"row tax, column {field}.*: {words}"):
        Parameter(**given)


def test_a_parameter_is_frozen() -> None:
    parameter = Parameter("a", "A", 0.3, 0.1, 0.8, "share", "uniform", "judgement")
    with pytest.raises(AttributeError):
        parameter.value = 1.0  # type: ignore[misc]
    np.testing.assert_allclose(parameter.at(np.array([0.0, 0.5, 1.0])), [0.1, 0.45, 0.8])


def test_an_estimate_becomes_a_normal_parameter_that_may_lie_below_zero() -> None:
    estimate = Parameter("m", "Multiplier", 0.2, -0.3, 0.7, "jobs per job", "normal", "judgement")
    drawn = estimate.at(np.array([0.05, 0.5, 0.95, 0.001]))
    np.testing.assert_allclose(drawn[:3], [-0.3, 0.2, 0.7], atol=1e-12)
    assert drawn[3] < -0.3
