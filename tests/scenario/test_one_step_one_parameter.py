"""No parameter is used twice for one thing: each enters gross or one step on the way to net."""

import ast
import itertools
import re
from pathlib import Path

import pytest

from econ.data.folder import data_folder
from econ.errors import InputError
from econ.inputoutput.model import HouseholdClosure, LeontiefModel
from econ.scenario.additionality import Clearing, Slack, gross_to_net
from econ.scenario.steps_to_net import ATTRIBUTION, REALISATION, REFERENCE, STEPS
from econ.study import Study
from econ.study.parts.answer import used_parameters

STUDIES = sorted(path.stem for path in (data_folder() / "studies").glob("*.toml"))

ROOT = Path(__file__).resolve().parents[2]
OWNER = ROOT / "econ/scenario/steps_to_net.py"


def test_one_module_owns_the_names_of_the_steps() -> None:
    names = {name for name in (*STEPS, ATTRIBUTION) if " " in name}
    again = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}: {node.value}"
        for path in sorted((ROOT / "econ").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if path != OWNER and isinstance(node, ast.Constant) and node.value in names
    ]
    assert again == []


def test_the_explanation_of_gross_and_net_lists_every_step_in_order() -> None:
    text = (ROOT / "docs/explanation/gross_and_net.md").read_text("utf-8")
    table = text.partition("| Step | Question |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| ([a-z][\w -]+) \|", table, re.MULTILINE)) == STEPS[1:]


def read_by(study: Study) -> dict[str, set[str]]:
    """The parameters that gross and each step ask for when they are worked out alone."""
    found: dict[str, set[str]] = {"gross": set(study.household_names().values())}
    draws = study.assumptions.draws(study.seed, 2)
    scenario = study.scenario(draws.recording(found["gross"]))
    shock = scenario.shock(study.table)
    losers = scenario.losers(study.table)
    early = set(found["gross"])
    settings = study.file.additionality
    slack = None if settings.slack is None else Slack(**settings.slack.model_dump())
    later = settings.clearing
    clearing = None if later is None else Clearing(**later.model_dump())
    given = settings.model_dump(exclude={"slack", "clearing"})
    late: set[str] = set()
    scenario_late = study.scenario(draws.recording(late))
    rules = scenario_late.additionality(**given, slack=slack, clearing=clearing)
    closure = HouseholdClosure.from_parameters(
        draws, study.household_names(), study.file.households.basket
    )
    model = LeontiefModel(study.table, closure)
    gross = model.run(shock, "gross")
    units = model.run(losers, "units").responses if losers.parts else ()
    for step in rules.steps[1:]:
        seen: set[str] = set()
        gross_to_net(
            gross, rules, draws.recording(seen), "net", steps=["gross", step], losers=units
        )
        found[step] = seen
    # The delay is what late works and openings ask for beyond those on time.
    found[REALISATION] |= late - early
    return found


@pytest.mark.parametrize("name", STUDIES)
def test_each_parameter_of_a_shipped_study_enters_gross_or_one_step(name: str) -> None:
    study = Study.load(name)
    read = read_by(study)
    for (one, left), (other, right) in itertools.combinations(read.items(), 2):
        assert left & right == set(), f"{one} and {other}"
    assert all(read.values())
    assert read[REFERENCE] >= {study.file.additionality.reference_case}
    # Nothing is read that the page does not list with its source or the word judgement.
    everything = set().union(*read.values())
    assert everything <= used_parameters(study)
    for parameter in everything:
        assert study.assumptions[parameter].source or (
            study.assumptions[parameter].basis == "judgement"
        )


@pytest.mark.parametrize(
    ("step", "old", "new", "words"),
    [
        (
            "leakage",
            'leakage = "leakage_abroad"',
            'leakage = "household_import_share"',
            "value household_import_share: one parameter in a step and in the households: leakage",
        ),
        (
            "reference case",
            'reference_case = "reference_case_warehouse"',
            'reference_case = "import_share_works"',
            "value import_share_works: one parameter in a step and in a template: reference case",
        ),
        (
            "transfer",
            'transfer = "intra_firm_transfer"',
            'transfer = "petit_landau_share"',
            "one parameter in a step and in the size or time of an event: intra-firm transfer",
        ),
    ],
)
def test_a_parameter_in_a_step_and_elsewhere_is_refused(
    step: str, old: str, new: str, words: str, tmp_path: Path
) -> None:
    text = (data_folder() / "studies" / "choose_france_2024.toml").read_text("utf-8")
    assert old in text, step
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(path)
    assert words in str(caught.value)
