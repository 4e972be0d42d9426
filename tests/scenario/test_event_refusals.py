"""Events that cannot be meant are refused by name, all faults at once."""

from pathlib import Path

import pytest

from econ.data.folder import data_folder
from econ.errors import InputError
from econ.study import Study

TEXT = (data_folder() / "studies" / "choose_france_2024.toml").read_text("utf-8")


def refusal(folder: Path, *edits: tuple[str, str]) -> str:
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('kind = "equity"', 'kind = "equty"', "no such kind of event; did you mean equity"),
        ('kind = "equity"', 'kind = "hiring"', "row event microsoft_mistral, column jobs: missing"),
        ("opening = 2028.0", "opening = 2028.0\nclosing = 2027.5", "closes before it opens"),
        ('abandoned = "abandonment"', 'abandoned = "slip_warehouse"', "takes share"),
        (
            'transfer = "intra_firm_transfer"',
            'transfer = "leakage_abroad"',
            "one parameter in two steps",
        ),
        ('abandoned = "abandonment"', 'abandoned = "realisation"', "one parameter in two steps"),
        ('template = "data_centre"', 'template = "../templates/data_centre"', "a path, not a name"),
        ('template = "data_centre"', 'template = "/tmp/data_centre"', "a path, not a name"),
        ('product = "G47" }]', 'product = "G74" }]', "value G74: unknown product; did you mean G4"),
        ('product = "G47" }]', 'product = "L68A" }]', "value L68A: nobody to displace"),
        ('times = ["gpu_price_installed"]', 'times = ["gpu_power"]', "its parts make MW"),
        ('curve = "s-curve"', 'curve = "scurve"', "unknown curve scurve; did you mean s-curve"),
        ("[households]", "[assumptions]\nramp_warehous = { value = 3 }\n[households]", "unknown"),
        ("years = [2024, 2035]", "years = [2020, 2023]", "a horizon before the pledge"),
        (
            'renewal = { spread = "life_spread"',
            'renewal = { spread = "life_spred"',
            "value life_spred: unknown parameter; did you mean life_spread",
        ),
    ],
)
def test_an_event_that_cannot_be_meant_is_refused(
    old: str, new: str, words: str, tmp_path: Path
) -> None:
    assert words in refusal(tmp_path, (old, new))


def test_a_site_opens_when_its_works_are_done_or_says_that_it_opens_in_stages(
    tmp_path: Path,
) -> None:
    # The works of Petit-Landau run from 2025 to 2027.
    early = ("opening = 2028.0", "opening = 2026.5")
    message = refusal(tmp_path, early)
    assert "row microsoft_petit_landau, column opening, value 2026.5" in message
    assert "opens before the last year of its works; they end in 2027" in message
    assert "stages = true" in message
    path = tmp_path / "staged.toml"
    path.write_text(TEXT.replace(early[0], f"{early[1]}\nstages = true"), "utf-8")
    assert Study.load(path).events[0].operation.stages  # type: ignore[attr-defined]
    # In the last year itself it may open, and never before the first.
    path.write_text(TEXT.replace(early[0], "opening = 2027.0"), "utf-8")
    Study.load(path)
    before = ("opening = 2028.0", "opening = 2024.0\nstages = true")
    assert "opens before its works; works start in 2025" in refusal(tmp_path, before)


def test_all_of_them_are_named_at_once(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        ('kind = "equity"', 'kind = "equty"'),
        ('curve = "s-curve"', 'curve = "scurve"'),
        ("draws = 2000", "draws = 1"),
        ("opening = 2028.0", "opening = true"),
    )
    for words in ("equty", "scurve", "column draws", "column opening"):
        assert words in message


def test_a_site_is_metered_once_and_lies_within_one_that_lies_within_none(tmp_path: Path) -> None:
    within = 'within = "microsoft_paris_marseille"'
    message = refusal(tmp_path, (within, 'within = "microsoft_gpus"'))
    assert (
        "row energy microsoft_gpus, column within, value microsoft_gpus: no site apart" in message
    )
    twice = 'pledge = "amazon_aws"\nelectricity'
    assert "named twice" in refusal(tmp_path, ('pledge = "amazon_logistics"\nelectricity', twice))


def test_public_money_comes_from_somewhere_and_energy_is_bought_once(tmp_path: Path) -> None:
    funded = """[[event]]
kind = "public_funding"
pledge = "state_ai_2023"
amount = { own = 2023 }
template = "gpu_cluster"
works = { start = 2024, curve = "even", until = 2026 }
funding = { taxes = "it_share", lottery = "remainder" }

"""
    mark = '[[event]]\nkind = "equity"'
    assert "no such source of money, lottery" in refusal(tmp_path, (mark, funded + mark))
    unmatched = funded.replace("lottery", "borrowing")
    assert "offset does not match funding" in refusal(tmp_path, (mark, unmatched + mark))
    given = funded.replace('template = "gpu_cluster"', 'supports = ["amazon_logistic"]')
    given = given.replace("lottery", "relabelled").replace(
        "\nfunding", '\ninstead = "office"\nfunding'
    )
    given = given.replace("\n\n", '\noffset = { taxes = "realisation" }\n\n')
    message = refusal(tmp_path, (mark, given + mark))
    assert "value amazon_logistic: no event that spends; did you mean amazon_logistics" in message
    for old, new, words in (
        ('supports = ["amazon_logistic"]', "", "give a template where the state buys"),
        ('["amazon_logistic"]', '["amazon_aws", "amazon_aws"]', "supported twice"),
        ('instead = "office"', "", "instead is the template of what a re-labelled budget"),
        ("{ own = 2023 }", "{ remainder = true }", "support is no part of a parent"),
        ("amount =", 'realised = "realisation"\namount =', "paid as far as its pledge is carried"),
    ):
        assert old in given
        assert words in refusal(tmp_path, (mark, given.replace(old, new) + mark))
    power = """[[event]]
kind = "energy_supply"
pledge = "state_ai_2023"
yearly = { parameter = "warehouse_pay" }
product = "D"
use = "CPA_TOTAL"
span = { start = 2028.0 }
site = "microsoft_petit_landau"

"""
    message = refusal(tmp_path, (mark, power + mark))
    assert "value D: bought twice; take D out of data_centre_operation.toml" in message
    assert "column yearly: not in MEUR 2024" in message
