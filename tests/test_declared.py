"""Whatever a study file holds: an answer, or one readable refusal, and never a traceback."""

from pathlib import Path

import pytest

from econ.data.folder import data_folder
from econ.errors import InputError
from econ.study import Study

STUDY = data_folder() / "studies" / "choose_france_2024.toml"


def test_all_faults_of_a_study_come_at_once(tmp_path: Path) -> None:
    text = STUDY.read_text("utf-8")
    text = text.replace("seed = 20240513", 'seed = "tomorrow"')
    text = text.replace('ramp = "ramp_warehouse"', 'ramps = "ramp_warehouse"')
    text = text.replace("draws = 2000", "draws = 1")
    broken = tmp_path / "broken.toml"
    broken.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(broken)
    message = str(caught.value)
    assert len(caught.value.faults) == 4
    assert "broken.toml, row study, column seed, value 'tomorrow'" in message
    assert "row study, column draws, value 1" in message
    assert "row event amazon_logistics operation, column ramp: missing" in message
    assert "column ramps: unknown; did you mean ramp?" in message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("amount = { remainder = true }", 'amount = { share = "it_share" }', "do not add up"),
        ('amount = { share = "petit_landau_share" }', "amount = { remainder = true }", "twice"),
        (
            'peak = { pledge = "microsoft_petit_landau"',
            'peak = { pledge = "amazon"',
            "not modelled",
        ),
        (
            'pledge = "microsoft_gpus" }',
            'pledge = "microsoft_gpu" }',
            "did you mean microsoft_gpus",
        ),
        ("deadline = 2027", "deadline = 2037", "the study runs 2024 to 2035"),
        ('pledge = "amazon_aws"', 'pledge = "amazon_2024"', "model the whole or its parts"),
        ('why = "Spent before 2023', 'wy = "Spent before 2023', "did you mean why?"),
        ('product = "H52"', 'product = "H25"', "unknown product; did you mean"),
        ("years = [2024, 2035]", "years = [2024, 2028]", "widen the years"),
        ("opening = 2026.5", "opening = 2019.0", "opens before its works"),
        ('template = "warehouse"', 'template = "warehose"', "did you mean warehouse"),
    ],
)
def test_a_study_that_cannot_be_meant_is_refused_with_the_mend(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    text = STUDY.read_text("utf-8")
    assert old in text
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(broken)
    assert message in str(caught.value)


def test_a_changed_assumption_is_a_judgement_unless_it_cites(study: Study) -> None:
    certain = study.fixing(reference_case=0.0)
    assert certain.assumptions["reference_case"].basis == "judgement"
    assert "was 0.6" in certain.assumptions["reference_case"].note
    with pytest.raises(InputError, match="share lies between 0 and 1"):
        study.fixing(reference_case=1.5)
    with pytest.raises(InputError, match="did you mean reference_case"):
        study.fixing(reference_cas=0.5)
