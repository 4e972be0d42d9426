"""What drives the answer: shares that add up, errors that agree, variants that are weighed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from econ import Correlation, InputError, Outcome, Study
from econ.quantity.likelihood import LIKELIHOOD, likelihood
from econ.study.doubt.drivers import OTHERS, sensitivity, sobol_indices
from econ.study.doubt.linear_errors import error_propagation
from econ.study.doubt.mixture import ALL, chances, mixture
from econ.study.doubt.moving import national
from econ.study.outcomes import OUTCOMES

GROSS = Outcome("gross jobs", "employment", "operation", "gross", year="last")
LINEAR = ("data_centre_jobs", "data_centre_opex", "warehouse_purchases")


@pytest.fixture(scope="module")
def plain(study: Study) -> Study:
    return national(study.with_draws(200))


@pytest.fixture(scope="module")
def linear(study: Study) -> Study:
    """The study with all assumptions held but three, in which its gross jobs are linear."""
    held = {p.name: p.value for p in study.assumptions if p.name not in LINEAR}
    return national(study.with_draws(4000).fixing(**held))


def test_errors_through_a_linear_study_equal_its_draws_to_their_error(linear: Study) -> None:
    found = error_propagation(linear, [GROSS]).iloc[0]
    assert found["linear"] == pytest.approx(found["draws"], abs=3 * found["draws_error"])
    assert found["draws_error"] < 0.03 * found["draws"]


def test_errors_that_hang_together_add_up_otherwise(linear: Study) -> None:
    pair = Correlation(("data_centre_opex", "warehouse_purchases"), 0.8, "judgement")
    held = replace(linear, assumptions=linear.assumptions.correlated([pair]))
    apart, together = (error_propagation(s, [GROSS]).iloc[0] for s in (linear, held))
    assert together["linear"] > 1.05 * apart["linear"]
    assert together["linear"] == pytest.approx(together["draws"], abs=3 * together["draws_error"])


def test_shares_of_a_linear_study_are_those_of_its_errors(linear: Study) -> None:
    found = sobol_indices(linear, [GROSS], samples=2048).set_index("parameter")
    assert set(found.index) == set(LINEAR)
    # Nothing interacts: what a parameter explains alone is all it explains, and all is explained.
    assert (found["first"] - found["total"]).abs().max() < 0.05
    assert found["total"].sum() == pytest.approx(1.0, abs=0.05)
    for name in LINEAR:
        others = {p: linear.assumptions[p].value for p in LINEAR if p != name}
        alone = error_propagation(linear.fixing(**others), [GROSS])["linear"].iloc[0]
        share = alone**2 / error_propagation(linear, [GROSS])["linear"].iloc[0] ** 2
        assert found["total"][name] == pytest.approx(share, abs=0.05)


def test_nothing_is_left_out_of_the_shares_of_the_main_study(plain: Study) -> None:
    found = sobol_indices(plain, samples=256)
    assert list(found["outcome"].unique()) == [outcome.name for outcome in OUTCOMES]
    for _, rows in found.groupby("outcome"):
        assert OTHERS in set(rows["parameter"])
        # First-order shares are at most all of the variance, total ones at least; to their errors.
        assert rows["first"].sum() <= 1.0 + 3 * np.hypot.reduce(rows["first_error"])
        assert rows["total"].sum() >= 1.0 - 3 * np.hypot.reduce(rows["total_error"])
    pd.testing.assert_frame_equal(found, sobol_indices(plain, samples=256))


def test_what_moves_together_is_looked_at_as_one(plain: Study) -> None:
    pair = Correlation(("realisation", "jobs_realisation"), 0.6, "judgement")
    held = replace(plain, assumptions=plain.assumptions.correlated([pair]))
    found = sobol_indices(held, samples=64, names=["realisation", "crowding_out"])
    assert set(found["parameter"]) == {"jobs_realisation and realisation", "crowding_out", OTHERS}


def test_the_tornado_moves_one_assumption_at_a_time(plain: Study) -> None:
    asked = ["net GDP of construction"]
    row = sensitivity(plain, ["realisation"], asked).iloc[0]
    low, high = plain.assumptions.drawn("realisation").at(np.array([0.05, 0.95]))
    # What is built is proportional to the share that is carried out.
    whole = row["central"] / plain.assumptions["realisation"].value
    assert row["low"] == pytest.approx(whole * low)
    assert row["high"] == pytest.approx(whole * high)


def test_unknown_and_idle_names_are_refused_at_once(plain: Study) -> None:
    with pytest.raises(InputError) as caught:
        sobol_indices(plain, names=["realization", "flq_delta"], samples=1)
    message = str(caught.value)
    assert "value realization: no such assumption; did you mean realisation" in message
    assert "value flq_delta: moves no outcome" in message
    assert "value 1: not that many" in message


def test_what_is_no_study_no_outcome_and_no_seed_is_refused_by_name(plain: Study) -> None:
    nothing: Any = None
    for ask in (sensitivity, sobol_indices, error_propagation, mixture, chances):
        with pytest.raises(InputError, match="column study, value None: no study; give what"):
            ask(nothing)
    wrong: Any
    for wrong in ("net jobs in operation", 5, [{"a": 1}], [None]):
        with pytest.raises(InputError, match="outcomes, column name"):
            error_propagation(plain, wrong)
    for wrong in (-1, "seven", 1.5, float("nan")):
        with pytest.raises(InputError, match="column seed") as caught:
            sobol_indices(plain, names=["realisation"], samples=10**12, seed=wrong)
        assert "column samples, value 1000000000000: not that many" in str(caught.value)


# ---------------------------------------------------------------- variants and chances


def with_doubt(folder: Path, study: Study, more: str) -> Study:
    """Return the main study with more tables at the end of its file."""
    path = folder / "doubtful.toml"
    path.write_text(study.path.read_text("utf-8").split("[[variant]]")[0] + more, "utf-8")
    return Study.load(path)


def variant(name: str, weight: Any, more: str = "") -> str:
    given = "" if weight is None else f"weight = {weight}\n"
    return f'\n[[variant]]\nname = "{name}"\nlabel = "{name}"\n{given}{more}'


def test_a_mixture_is_between_its_variants_and_weighs_them(tmp_path: Path, study: Study) -> None:
    text = variant("as stated", 0.75) + variant("open", 0.25, 'model = "open"\n')
    text += variant("bold", None, "[variant.assumptions]\nrealisation = { value = 0.95 }\n")
    doubtful = with_doubt(tmp_path, study, text).with_draws(400)
    found = mixture(doubtful, ["net GDP of construction"]).set_index("variant")
    assert list(found.index) == ["as stated", "open", "bold", ALL]
    value, weight = found["value"], found["weight"]
    assert np.isnan(weight["bold"])
    expected = 0.75 * value["as stated"] + 0.25 * value["open"]
    assert value[ALL] == pytest.approx(expected)
    for column in ("low", "high"):
        ends = sorted([found[column]["as stated"], found[column]["open"]])
        assert ends[0] <= found[column][ALL] <= ends[1]
    assert value["bold"] > value["as stated"] > value["open"]


def test_every_fault_of_every_variant_is_named_at_once(tmp_path: Path, study: Study) -> None:
    text = variant("a", 0.5) + variant("a", 0.4) + variant("b", 1.2, 'source = ["nobody_1900"]\n')
    text += variant("c", None, 'model = "shut"\nmethod = "floq"\n')
    text += variant("d", None, "[variant.assumptions]\nrealization = { value = 1.0 }\n")
    text += '\n[[threshold]]\noutcome = "net job"\nvalue = 1.0\nwhy = "none"\n'
    text += (
        '\n[assumptions.idle]\nlabel = "Idle"\nvalue = 1.0\nunit = "share"\nbasis = "judgement"\n'
    )
    with pytest.raises(InputError) as caught:
        with_doubt(tmp_path, study, text)
    message = str(caught.value)
    for words in (
        "value a: two of one name",
        "weights of a, b do not sum to one",
        "row b, column weight, value 1.2: no weight",
        "value nobody_1900: unknown source",
        "row variant c, column model, value shut: unknown model",
        "row variant c, column method, value floq: unknown method",
        "value realization: unknown assumption or setting; did you mean realisation",
        "value net job: unknown outcome; did you mean net jobs in operation",
        "value idle: a parameter no model uses",
    ):
        assert words in message


def test_pairs_of_a_study_that_cannot_hold_at_once_are_refused_by_name(
    tmp_path: Path, study: Study
) -> None:
    names = ["realisation", "crowding_out", "reference_case"]
    text = "".join(
        f'\n[[correlation]]\nbetween = ["{a}", "{b}"]\nvalue = {value}\nbasis = "judgement"\n'
        for (a, b), value in zip([names[:2], names[1:], names[::2]], [0.9, 0.9, -0.9], strict=True)
    )
    with pytest.raises(InputError, match="not positive definite") as caught:
        with_doubt(tmp_path, study, text)
    assert "realisation and crowding_out (0.9)" in str(caught.value)


def test_a_study_without_a_seed_is_refused_by_name(tmp_path: Path, study: Study) -> None:
    path = tmp_path / "seedless.toml"
    lines = study.path.read_text("utf-8").splitlines()
    path.write_text("\n".join(line for line in lines if not line.startswith("seed")), "utf-8")
    with pytest.raises(InputError, match="seed: missing; write it"):
        Study.load(path)


def test_chances_are_shares_of_draws_with_their_words(plain: Study) -> None:
    evaluation = plain.run()
    found = chances(plain, evaluation)
    for row in found.to_dict("records"):
        outcome = next(o for o in OUTCOMES if o.name == row["outcome"])
        share = (outcome.draws(evaluation)[1:] > row["threshold"]).mean()
        assert row["share"] == share
        assert row["words"] == likelihood(share)


def test_every_share_has_one_word_and_a_larger_share_no_lesser_one() -> None:
    words = [word for _, word in LIKELIHOOD]
    found = [words.index(likelihood(share)) for share in np.linspace(1.0, 0.0, 1001)]
    assert found == sorted(found)
    assert set(found) == set(range(len(words)))
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match="no share"):
            likelihood(wrong)
