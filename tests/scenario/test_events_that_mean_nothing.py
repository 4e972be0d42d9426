"""What an event cannot mean is refused by name, and all of it at once."""

from pathlib import Path

import pytest

from econ.data.folder import data_folder
from econ.errors import InputError
from econ.study import Study

TEXT = (data_folder() / "studies" / "choose_france_2024.toml").read_text("utf-8")
# Digits that look like digits and are none of ASCII's.
WIDE = "2027".translate({digit: digit + 0xFEE0 for digit in range(ord("0"), ord("9") + 1)})
WAREHOUSE_WORKS = 'shares = [0.5, 0.5], slip = "slip_warehouse"'


def refusal(folder: Path, *edits: tuple[str, str], assumptions: str = "") -> str:
    text = TEXT.replace("[households]", f"[assumptions]\n{assumptions}\n[households]", 1)
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(path)
    return "\n".join(map(str, caught.value.faults))


def test_what_a_table_cannot_hold_is_refused_before_anything_is_reckoned(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        (WAREHOUSE_WORKS, 'curve = "even", until = 999999999'),
        ("start = 2025, shares", f"start = {'9' * 400}, shares"),
        ("opening = 2028.0", f"opening = {'9' * 400}"),
        ("{ own = 2024 }", "{ own = 2024.0 }"),
        ("years = [2024, 2035]", "years = [2024-01-01, 2035]"),
        ("deadline = 2027", f'deadline = "{WIDE}"'),
        ('displacement = ["displacement_cloud"]', 'displacement = [{ produkt = "G47" }]'),
        ('jobs = { commitment = "amazon_jobs_3000" }', "jobs = { commitment = nan }"),
        ('kind = "equity"', 'kind = "equity"\nunemployed = 3'),
    )
    for words in (
        "row event amazon_logistics works, column until, value 999999999",
        "row event microsoft_petit_landau works, column start, value 9999",
        "row event microsoft_petit_landau operation, column opening, value 9999",
        "row event microsoft_mistral amount, column own, value 2024.0",
        "column years 1, value datetime.date(2024, 1, 1)",
        f"column deadline, value '{WIDE}'",
        "row event microsoft_petit_landau operation displacement",
        "row event amazon_logistics operation jobs, column commitment, value nan",
        "column unemployed: unknown; did you mean",
    ):
        assert words in message


def test_what_numbers_cannot_mean_is_refused_all_at_once(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        (
            'displacement = ["displacement_cloud"]',
            'displacement = ["displacement_cloud", "displacement_cloud"]',
        ),
        ('amount = { share = "petit_landau_share" }', 'amount = { share = "displacement_retail" }'),
        (
            'times = ["gpu_price_installed"] }\ntemplate',
            'times = ["not gpu_price_installed"] }\ntemplate',
        ),
        (
            'net_of = { group = "it", pledge = "microsoft_gpus" }',
            'net_of = { group = "it", pledge = "amazon_aws" }',
        ),
        ('effect = "training_effect"', 'effect = "gpu_power"'),
        ('at_most = "startup_population"', 'at_most = "gpu_power"'),
        ("{ own = 2024 }", "{ own = 1900 }"),
        assumptions="""
warehouse_pay = { value = 0.04, low = -0.02, high = 0.1, distribution = "normal" }
ramp_warehouse = { value = 1, low = -2, high = 4, distribution = "normal" }
server_life = { value = 0.5, low = 0.2, high = 0.9, distribution = "triangular" }
""",
    )
    for words in (
        "column displacement, value displacement_cloud: taken off twice; name it once",
        "value displacement_retail, up to 2.8: more than all",
        "value not gpu_price_installed: not of a MEUR 2024 per GPU",
        "row microsoft_petit_landau net_of, column pledge, value amazon_aws: no sibling",
        "gpu_power is in MW per GPU; this place takes persons per person",
        "gpu_power is in MW per GPU; this place takes firms",
        "row microsoft_mistral, column own, value 1900: no rate of USD for 1900",
        "value warehouse_pay: normal draws may fall below zero",
        "value ramp_warehouse: normal draws may fall below zero",
        "column life, value server_life, from 0.05: a life below one year",
    ):
        assert words in message


def test_the_rest_of_what_counts_twice_or_not_at_all(tmp_path: Path) -> None:
    retail = '{ parameter = "displacement_retail", product = "G47" }'
    message = refusal(
        tmp_path,
        (f"[{retail}]", f"[{retail}, {retail}]"),
        (
            'slack = { response = "crowding_out_slack", unemployment = "unemployment_country" }\n',
            "",
        ),
        (
            'net_of = { group = "it", pledge = "microsoft_gpus" }',
            'net_of = { group = "it", pledge = "microsoft_petit_landau" }',
        ),
    )
    assert "value displacement_retail in G47: taken off twice; name it once" in message
    assert "value unemployment_grand_est: a parameter no model uses; add slack" in message
    assert "value microsoft_petit_landau: net of itself" in message


@pytest.mark.parametrize(
    ("milestones", "words"),
    [
        ('"2024-01-01" = 0.4, "2026-01-01" = 1.0', "a milestone lies before start"),
        ('"2025-01-01" = 0.4, "2025-W01-3" = 0.6, "2026-01-01" = 1.0', "two milestones on one day"),
        (f'"{WIDE}-01-01" = 0.4, "2028-01-01" = 1.0', "a milestone is no date"),
        ('"2025-01-01" = 0.4, "9999-12-31" = 1.0', "a milestone is no date"),
        ('"2025-01-01" = 2025-01-01', "valid number"),
    ],
)
def test_milestones_that_say_nothing(milestones: str, words: str, tmp_path: Path) -> None:
    assert words in refusal(tmp_path, (WAREHOUSE_WORKS, f"milestones = {{ {milestones} }}"))


def test_the_five_of_the_issue_are_refused_by_name_at_once(copied_templates: Path) -> None:
    """Shares not of one, a probability beyond one, no output, a horizon too early, an idle name."""
    folder = copied_templates
    message = refusal(
        folder,
        ("years = [2024, 2035]", "years = [2018, 2023]"),
        ('product = "H52"', 'product = "U"'),
        ('product = "G47" }]', 'product = "L68A" }]'),
        assumptions="""
abandonment = { value = 6, low = 3, high = 10 }
it_share = { value = 0.9, low = 0.6, high = 0.95 }
facility_too = { label = "x", value = 0.5, unit = "share", basis = "judgement" }
startup_growth = { label = "x", value = 1, unit = "share", basis = "judgement" }
""",
    )
    for words in (
        "data_centre.toml, column share, value it_share, facility_too: shares do not sum to one",
        "row abandonment, column low, value 3.0 to 10.0: no range of a share; a share lies between",
        "row amazon_logistics, column product, value U: a product without output",
        "value L68A: nobody to displace",
        "a horizon before the pledge",
        "value startup_growth: a parameter no model uses",
    ):
        assert words in message


def test_a_new_assumption_at_fault_is_told_once_and_with_all_else(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        ('realised = "jobs_realisation"', 'realised = "mine"'),
        ('product = "H52"', 'product = "U"'),
        assumptions='mine = { label = "x", value = 2, unit = "share", basis = "judgement" }',
    )
    assert "row mine, column low, value 2.0 to 2.0: no range of a share" in message
    assert "value U: a product without output" in message
    assert "unknown parameter" not in message


def test_lives_and_responses_that_no_year_or_labour_market_has(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        assumptions="""
life_spread = { value = 1.0, low = 1.0, high = 1.0, distribution = "fixed" }
crowding_out_slack = { value = 3.0, low = -2.0, high = 8.0, distribution = "normal" }
crowding_out_years = { value = 8.0, low = -4.0, high = 20.0, distribution = "normal" }
""",
    )
    for words in (
        "row microsoft_gpus, column spread, value life_spread, up to 1: single lives below one",
        "with gpu_life from 3 years the spread may be up to 0.67",
        "value crowding_out_slack: normal draws may fall below zero",
        "value crowding_out_years: normal draws may fall below zero",
    ):
        assert words in message


def test_crowding_out_stays_within_nothing_and_all_however_tight_the_labour_market(
    study: Study,
) -> None:
    """A response of 400 would take 1.2 of one job where unemployment is 0.2 points lower."""
    asked = study.with_draws(10).fixing(crowding_out_slack=400.0)
    found = asked.nationally(asked.draws())
    before, after = (list(found.steps.values())[at] for at in (-2, -1))
    for pledge in ("microsoft_petit_landau", "amazon_aws"):
        chosen = {"pledges": [pledge], "phase": "construction", "effect": "direct"}
        left, whole = (result.draws("employment", **chosen) for result in (after, before))
        assert ((left >= 0.0) & (left <= whole)).all()


@pytest.fixture
def copied_templates(tmp_path: Path) -> Path:
    """A folder with a data centre of three groups beside the study, two of them with a share."""
    text = (data_folder() / "templates" / "data_centre.toml").read_text("utf-8")
    mark = "[groups.facility]\n"
    assert mark in text
    text = text.replace(mark, f'{mark}share = "facility_too"\n\n[groups.rest]\n', 1)
    line = '\n[[line]]\nasset = "Rest"\ngroup = "rest"\nproduct = "F"\nweight = []\n'
    (tmp_path / "data_centre.toml").write_text(text + line, "utf-8")
    return tmp_path
