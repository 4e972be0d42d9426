"""A study that cannot be run is refused with every fault; the one we ship says what it should."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from econ.data.catalogue import Catalogue
from econ.data.folder import data_folder
from econ.errors import EconError, InputError
from econ.study import Study

OWN = data_folder() / "studies/choose_france_2024.toml"
TEXT = OWN.read_text("utf-8")
Edits = list[tuple[str, str]]


def written(folder: Path, edits: Edits, name: str = "mine") -> Path:
    """The main study with some of its text replaced, in another folder."""
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / f"{name}.toml"
    path.write_text(text, "utf-8")
    return path


def refusal(folder: Path, *edits: tuple[str, str]) -> str:
    path = written(folder, list(edits))
    with pytest.raises(InputError) as caught:
        Study.load(path)
    return str(caught.value)


def event(pledge: str, amount: str, more: str = "") -> tuple[str, str]:
    """One more event, put before the programmes."""
    mark = "# Near zero with a fat tail"
    entry = f"""[[event]]
pledge = "{pledge}"
amount = {amount}
template = "data_centre"
works = {{ start = 2024, shares = [1.0] }}
realised = "realisation"
{more}
"""
    return mark, entry + mark


# ---------------------------------------------------------------- faults, one by one


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[study]\n", "[study]\ncolour = 3\n", "row study, column colour: unknown"),
        ("price_year = 2024", "price_yaer = 2024", "column price_yaer: unknown; did you mean pri"),
        ("price_year = 2024", "", "row study, column price_year: missing; write it"),
        ("[households]", "[housholds]", "column housholds: unknown; did you mean households"),
        ('without = ["L68A"]', 'wihtout = ["L68A"]', "wihtout: unknown; did you mean without"),
        ('template = "data_centre"', 'template = "datacentre"', "no such template; did you mean"),
        ('"petit_landau_share"', '"petit_landau_shar"', "value petit_landau_shar: unknown param"),
        ('"works_year_1"', '"works_year_9"', "value works_year_9: unknown parameter; did you mean"),
        ('"reference_case"', '"refrence_case"', "unknown parameter; did you mean reference_case"),
        ('overlap = "training_overlap"', 'overlap = "trained"', "value trained: unknown paramet"),
        ('"startup_population"', '"startups"', "value startups: unknown parameter"),
        ('"displacement_cloud"', '"displacment"', "unknown parameter; did you mean displacement_"),
        (
            '[[event]]\npledge = "microsoft_petit_landau"',
            '[[event]]\npledge = "microsoft_petit"',
            "value microsoft_petit: no such pledge; did you mean microsoft_petit_landau",
        ),
        (
            '[[excluded]]\npledge = "state_ai_2023"',
            '[[excluded]]\npledge = "state_ai_2032"',
            "value state_ai_2032: no such pledge; did you mean state_ai_2023",
        ),
        (
            'commitment = "amazon_jobs_3000" }',
            'commitment = "amazon_jobs_300" }',
            "value amazon_jobs_300: no such commitment; did you mean amazon_jobs_3000",
        ),
        ('product = "H52"', 'product = "H25"', "value H25: unknown product; did you mean H5"),
        ('table = "france_siot_2022"', 'table = "france_2022"', "no such dataset; did you mean"),
        ("years = [2024, 2035]", "years = [2024, 2027]", "works outside the years"),
        ("years = [2024, 2035]", "years = [2025, 2035]", "works outside the years"),
        ("years = [2024, 2035]", "years = [2035, 2024]", "write [first, last]"),
        ("opening = 2028.0", "opening = 2024.0", "opens before its works; works start in 2025"),
        ("draws = 2000", "draws = 1", "column draws, value 1"),
        ("draws = 2000", "draws = 0", "column draws, value 0"),
        ("draws = 2000", "draws = -5", "column draws, value -5"),
        ("seed = 20240513", "seed = -1", "column seed, value -1"),
        ('{ share = "petit_landau_share" }', "{}", "give exactly one of: commitment, own, param"),
        (
            '{ share = "petit_landau_share" }',
            '{ share = "petit_landau_share", own = 2024 }',
            "give exactly one of: commitment, own, parameter, remainder, share",
        ),
        ("{ own = 2024 }", "{ remainder = true }", "value microsoft_mistral: a part of no parent"),
        ('currency = "EUR"', 'currency = "EURO"', "column currency, value 'EURO'"),
        ("shares = [0.5, 0.5]", "shares = []", "column shares"),
        ("shares = [0.5, 0.5]", "shares = [0, 0]", "all of them zero"),
        ("shares = [0.5, 0.5]", "shares = [-1, 2]", "below zero"),
        ("shares = [0.5, 0.5]", "shares = [nan, 1]", "shares"),
        ('group = "it", pledge', 'group = "facility", pledge', "facility"),
        ('group = "it", pledge', 'group = "ti", pledge', "value ti: unknown; did you mean it"),
        (
            'pledge = "microsoft_gpus" }',
            'pledge = "microsoft_gpu" }',
            "value microsoft_gpu: unknown; did you mean microsoft_gpus",
        ),
        ('without = ["L68A"]', 'without = ["L68X"]', "value L68X"),
        ('product = "F" }', 'product = "FF" }', "value FF"),
        (
            'peak = { pledge = "microsoft_petit_landau"',
            'peak = { pledge = "microsoft_petit"',
            "microsoft_petit",
        ),
        (
            'implied = { amazon_logistics = "warehouse_jobs"',
            'implied = { amazon_logistic = "warehouse_jobs"',
            "amazon_logistic",
        ),
    ],
)
def test_a_wrong_line_of_a_study_is_refused_with_its_value_and_the_nearest_choice(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    message = refusal(tmp_path, (old, new))
    assert "mine.toml" in message or "template" in message
    assert words in message


def test_every_fault_of_a_study_is_named_at_once(tmp_path: Path) -> None:
    message = refusal(
        tmp_path,
        ('"petit_landau_share"', '"petit_landau_shar"'),
        ('product = "H52"', 'product = "H25"'),
        ("opening = 2028.0", "opening = 2024.0"),
        ('commitment = "amazon_jobs_3000" }', 'commitment = "amazon_jobs_300" }'),
        ('pledge = "state_ai_2023"', 'pledge = "state_ai_2032"'),
        ('"reference_case"', '"refrence_case"'),
        ("years = [2024, 2035]", "years = [2025, 2035]"),
    )
    for words in (
        "petit_landau_shar",
        "H25",
        "opens before its works",
        "amazon_jobs_300",
        "state_ai_2032",
        "refrence_case",
        "works outside the years",
    ):
        assert words in message


# ---------------------------------------------------------------- what would count twice


def test_a_pledge_modelled_with_its_parent_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, event("microsoft_2024", "{ own = 2024 }"))
    assert "value microsoft_petit_landau: counted twice" in message
    assert "'microsoft_2024' contains 'microsoft_petit_landau'" in message


def test_a_pledge_modelled_twice_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path, event("amazon_aws", "{ remainder = true }"))
    assert "value amazon_aws: counted twice; a pledge is an event once" in message


@pytest.mark.parametrize(
    "pledge", ["microsoft_2024_o08", "microsoft_petit_landau_o07", "choose_france_2024_o19"]
)
def test_another_source_s_words_on_a_modelled_pledge_are_no_second_pledge(
    tmp_path: Path, pledge: str
) -> None:
    message = refusal(tmp_path, event(pledge, "{ own = 2024 }"))
    assert f"value {pledge}: counted twice" in message


def test_two_remainders_of_one_pledge_are_refused(tmp_path: Path) -> None:
    message = refusal(
        tmp_path, ('amount = { share = "petit_landau_share" }', "amount = { remainder = true }")
    )
    assert "microsoft_2024" in message
    assert "remainder" in message


def test_a_pledge_of_which_a_part_is_forgotten_is_refused(tmp_path: Path) -> None:
    start = TEXT.index('[[event]]\npledge = "amazon_aws"')
    end = TEXT.index("[[event]]", start + 1)
    without_promise = (', amazon_aws = "data_centre_jobs"', "")
    message = refusal(tmp_path, without_promise, (TEXT[start:end], ""))
    assert "amazon_2024" in message


def test_a_pledge_of_the_same_tree_that_is_forgotten_is_refused(tmp_path: Path) -> None:
    start = TEXT.index('[[excluded]]\npledge = "microsoft_mulhouse_site"')
    end = TEXT.index("[[excluded]]", start + 1)
    message = refusal(tmp_path, (TEXT[start:end], ""))
    assert "value microsoft_mulhouse_site: neither modelled nor excluded" in message
    assert "make it an [[event]], or an [[excluded]] with why" in message


def test_pledges_of_another_tree_are_none_of_a_study_s_business(tmp_path: Path) -> None:
    start = TEXT.index('[[excluded]]\npledge = "state_ai_2018"')
    path = written(tmp_path, [(TEXT[start:], "")])
    assert "state_ai_2018" not in Study.load(path).excluded


def test_a_pledge_both_modelled_and_excluded_is_refused(tmp_path: Path) -> None:
    entry = '[[excluded]]\npledge = "amazon_aws"\nwhy = "x"\n\n[[excluded]]'
    assert "amazon_aws" in refusal(tmp_path, ("[[excluded]]", entry))


# ---------------------------------------------------------------- assumptions


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("it_shares = { value = 0.5 }", "value it_shares: unknown parameter; did you mean it_sha"),
        ("it_share = { value = 0.9 }", "the range does not hold the value"),
        ("it_share = 0.5", "it_share"),
        ("it_share = { value = 1.5, low = 1.4, high = 1.6 }", "share"),
        ("it_share = { value = 'half' }", "column value"),
        ("it_share = { vlaue = 0.5 }", "column vlaue: unknown; did you mean value"),
        ("slip_data_centre = { value = 0, low = -1, high = 1 }", "slip_data_centre"),
        ("ramp_data_centre = { value = 0, low = -1, high = 1 }", "ramp_data_centre"),
        ("propensity_to_consume = { value = 9, low = 9, high = 9 }", "propensity_to_consume"),
        ("slip_data_centre = { value = 20, low = 20, high = 20 }", "works outside the years"),
        (
            "weight_electricity = { value = 0, low = 0, high = 0 }\n"
            "weight_maintenance = { value = 0, low = 0, high = 0 }\n"
            "weight_site_services = { value = 0, low = 0, high = 0 }\n"
            "weight_it_support = { value = 0, low = 0, high = 0 }\n"
            "weight_insurance = { value = 0, low = 0, high = 0 }",
            "purchases",
        ),
    ],
)
def test_an_assumption_that_cannot_be_is_refused_at_the_latest_when_the_study_runs(
    tmp_path: Path, entry: str, words: str
) -> None:
    path = written(tmp_path, [("[households]", f"[assumptions]\n{entry}\n\n[households]")])
    with pytest.raises(EconError, match=r"\w") as caught:
        Study.load(path).with_draws(5).run()
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{ own = 2024 }", "{ own = 1066 }", "1066"),
        ('currency = "EUR"', 'currency = "XYZ"', "XYZ"),
        ("price_year = 2024", "price_year = 1990", "this place takes MEUR 1990"),
        ("price_year = 2024", "price_year = 2030", "this place takes MEUR 2030"),
    ],
)
def test_money_of_an_unknown_year_or_currency_is_refused_at_the_latest_when_the_study_runs(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = written(tmp_path, [(old, new)])
    with pytest.raises(EconError) as caught:
        Study.load(path).with_draws(5).run()
    assert words in str(caught.value)


def test_a_long_tailed_delay_still_ends_within_the_years_or_is_refused(tmp_path: Path) -> None:
    entry = "slip_data_centre = { value = 1.5, low = 0.5, high = 4.5, distribution = 'lognormal' }"
    path = written(tmp_path, [("[households]", f"[assumptions]\n{entry}\n\n[households]")])
    with pytest.raises(EconError, match=r"slip_data_centre|years|delay"):
        Study.load(path).with_draws(2000).run()


def test_a_study_may_change_an_assumption_and_the_result_moves(
    tmp_path: Path, study: Study
) -> None:
    entry = "[assumptions]\nreference_case = { value = 0.3, low = 0.3, high = 0.9 }\n\n[households]"
    mine = Study.load(written(tmp_path, [("[households]", entry)])).with_draws(5).run()
    own = study.with_draws(5).run()
    # The warehouse has a reference case of its own.
    others = [name for name in own.net.pledges if name not in ("amazon_logistics",)]
    ratio = mine.net.draws("gdp", pledges=others)[0] / own.net.draws("gdp", pledges=others)[0]
    kept = 1 - study.assumptions["reference_case"].value
    assert ratio == pytest.approx(0.7 / kept, rel=1e-12)


# ---------------------------------------------------------------- TOML of the wrong kind

WRONG = [
    ('pledges = "pledges"', 'pledges = "context"'),
    ('commitments = "commitments"', 'commitments = "pledges"'),
    ('table = "france_siot_2022"', 'table = "pledges"'),
    ('table = "france_siot_2022"', 'table = "france_j63_2022"'),
    ('imports = "france_imports_2022"', 'imports = "france_siot_2022"'),
    ('employment = "france_employment_2021"', 'employment = "france_prices"'),
    ('prices = "france_prices"', 'prices = "products"'),
    ("years = [2024, 2035]", "years = [2024.0, 2035.5]"),
    ("years = [2024, 2035]", "years = [2024, 99999999999]"),
    ("price_year = 2024", "price_year = 2024-05-13"),
    ("draws = 2000", "draws = 2e3"),
    ("draws = 2000", "draws = 99999999999999"),
    ('amount = { share = "petit_landau_share" }', "amount = { share = 0.52 }"),
    ('template = "data_centre"', 'template = "../studies/choose_france_2024"'),
    ("works = { start = 2024, shares = [0.5, 0.5]", "works = { start = 2024.5, shares = [1, 1]"),
    ("shares = [0.5, 0.5]", 'shares = "works_year_1"'),
    ("shares = [0.5, 0.5]", "shares = [[0.5], 0.5]"),
    ("opening = 2028.0", "opening = inf"),
    ("opening = 2028.0", "opening = 2028-01-01"),
    ('jobs = { per_million = "data_centre_jobs" }', "jobs = { per_million = 0.06 }"),
    ('displacement = ["displacement_cloud"]', 'displacement = [["displacement_cloud"]]'),
    ("[event.operation]", "[[event.operation]]"),
    ("deadline = 2027", "deadline = 2027-12-31"),
    ("[households]", "[assumptions]\nit_share = [0.5]\n\n[households]"),
    ("[households]", "\x00[households]"),
    ("[study]", "\ufeff[study"),
]


@pytest.mark.parametrize(("old", "new"), WRONG)
def test_a_value_of_the_wrong_kind_is_refused_and_never_a_traceback(
    tmp_path: Path, old: str, new: str
) -> None:
    path = written(tmp_path, [(old, new)])
    loaded = None
    with pytest.raises(EconError, match=r"refused|cannot|no ") as caught:
        loaded = Study.load(path).with_draws(3).run()
    assert loaded is None
    assert str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff", b"\xff\xfe[\x00s\x00", b"[study]\n", b"a" * 100_000, b"[[[[["]
)
def test_a_file_that_is_no_study_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"mine\.toml"):
        Study.load(path)


@pytest.mark.parametrize(
    "name",
    [
        "choose_france_2025",
        "",
        ".",
        "..",
        "../",
        "/etc/passwd",
        "nowhere.toml",
        "study name with spaces",
        "été ☃",
        "=cmd|'/c calc'!A1",
        "x" * 5000,
        "a\x00b",
        "x" * 5000 + ".toml",
        "a\x00b.toml",
        "-rf",
    ],
)
def test_a_name_that_is_no_study_is_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"no such (study|file)"):
        Study.load(name)


def test_a_name_with_a_path_in_it_never_names_a_result(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"equity"):
        Study.load("../templates/equity")
    for name in ("../studies/choose_france_2024", "./choose_france_2024"):
        assert Study.load(name).name == "choose_france_2024"


def test_an_almost_right_name_gets_the_right_one() -> None:
    with pytest.raises(InputError, match="did you mean choose_france_2024"):
        Study.load("choose_france_2023")


def test_a_folder_is_no_study(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()
    with pytest.raises(InputError, match="no such file"):
        Study.load(tmp_path / "folder.toml")


# ---------------------------------------------------------------- templates


@pytest.fixture
def template(tmp_path: Path) -> Callable[[str, str], str]:
    """Load the study with a changed data-centre template beside it, and give the refusal."""
    text = (data_folder() / "templates/data_centre.toml").read_text("utf-8")
    study_path = written(tmp_path, [])

    def refused(old: str, new: str) -> str:
        assert old in text
        (tmp_path / "data_centre.toml").write_text(text.replace(old, new, 1), "utf-8")
        with pytest.raises(InputError, match=r"data_centre\.toml") as caught:
            Study.load(study_path)
        return str(caught.value)

    return refused


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[groups.facility]", '[groups.facility]\nshare = "it_share"', "shares do not sum to one"),
        ('share = "it_share"', "", "shares do not sum to one"),
        ('share = "it_share"', 'share = "it_shares"', "did you mean it_share"),
        ('product = "C26"', 'product = "C62"', "value C62: unknown product; did you mean C2"),
        ('product = "C26"', "", "a line of production names none"),
        ('group = "it"', 'group = "ti"', "unknown group"),
        ('asset = "Land"', 'asset = "Land"\ncolour = 3', "column colour: unknown"),
        ('asset = "Land"', "", "column asset: missing"),
        ('fate = "existing_assets"', 'fate = "sold"', "fate"),
        ('weight = ["weight_land"]', 'weight = ["weight_lnad"]', "did you mean weight_land"),
        ('weight = ["weight_land"]', 'weight = "weight_land"', "column weight"),
        ('weight = ["weight_land"]', "weight = [0.1]", "weight"),
        ('import_share = "table"', 'import_share = "tabel"', "value tabel: unknown parameter"),
        ('import_share = "table"', "import_share = 0.5", "import_share"),
        ('tax = "product_tax_investment"', 'tax = "vat"', "value vat: unknown parameter"),
        ('use = "P51G"', 'use = "P51"', "P51"),
        ('use = "P51G"', "use = 3", "column use"),
        ('use = "P51G"', "", "column use: missing"),
        ("[groups.it]", "[groups.none]\nshare = 'it_share'\n[groups.it]", "without lines"),
        ("[groups.facility]", "[groups]\nfacility = 3", "column facility, value 3"),
        ("[groups.it]", "[groups.it", "no TOML"),
        ('fate = "existing_assets"', 'fate = "existing_assets"\nproduct = "F"', "product"),
    ],
)
def test_a_broken_template_is_refused_by_file_line_and_value(
    template: Callable[[str, str], str], old: str, new: str, words: str
) -> None:
    assert words in template(old, new)


def test_every_fault_of_a_template_is_named_at_once(tmp_path: Path) -> None:
    text = (data_folder() / "templates/data_centre.toml").read_text("utf-8")
    for old, new in (
        ('product = "C26"', 'product = "C62"'),
        ('"weight_land"', '"weight_lnad"'),
        ('share = "it_share"', 'share = "it_shares"'),
        ('use = "P51G"', 'use = "P51"'),
    ):
        text = text.replace(old, new, 1)
    (tmp_path / "data_centre.toml").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        Study.load(written(tmp_path, []))
    for words in ("value C62", "value weight_lnad", "value it_shares", "value P51:"):
        assert words in str(caught.value).replace("'", "")


def test_a_template_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data_centre.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"data_centre\.toml.*UTF-8"):
        Study.load(written(tmp_path, []))


# ---------------------------------------------------------------- elsewhere


def test_a_study_in_another_folder_runs_by_its_path_and_says_the_same(
    tmp_path: Path, study: Study
) -> None:
    folder = tmp_path / "Étude n° 1 (=cmd)"
    folder.mkdir()
    mine = Study.load(written(folder, [], "my study")).with_draws(5)
    assert mine.name == "my study"
    left, right = mine.run().net.frame(), study.with_draws(5).run().net.frame()
    np.testing.assert_array_equal(left["value"], right["value"])
    assert set(left["scenario"]) == {"my study.net"}


def test_a_study_on_its_own_data_reads_nothing_else(data_copy: Path) -> None:
    own = Study.load("choose_france_2024", Catalogue.load(data_copy))
    assert own.path.is_relative_to(data_copy)
    shutil.rmtree(data_copy / "templates")
    with pytest.raises(InputError, match="no such template"):
        Study.load("choose_france_2024", Catalogue.load(data_copy))


@pytest.mark.parametrize("role", ["pledges", "table", "exchange_rates"])
def test_a_study_whose_data_were_touched_is_refused(data_copy: Path, role: str) -> None:
    name = {"table": "france_siot_2022"}.get(role, role)
    file = data_copy / f"{name}.parquet"
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(InputError, match="not the one the catalogue knows"):
        Study.load("choose_france_2024", Catalogue.load(data_copy)).with_draws(3).run()


def test_too_few_draws_are_refused_wherever_they_are_asked_for(study: Study) -> None:
    for count in (1, 0, -3):
        with pytest.raises(EconError, match="draws"):
            study.with_draws(count)


def test_a_study_at_the_prompt_is_a_few_lines() -> None:
    shown = repr(Study.load("choose_france_2024").with_draws(50))
    assert "50 draws" in shown
    assert "microsoft_petit_landau" in shown
    assert len(shown) < 500


@pytest.mark.parametrize("name", [5, None, ["choose_france_2024"]])
def test_what_is_no_name_of_a_study_is_refused(name: Any) -> None:
    with pytest.raises(InputError, match="give the name of a study"):
        Study.load(name)
