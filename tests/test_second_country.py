"""A country of our own making: three products, kronor, a pledge in dollars, a folder of its own."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from econ.data.build import build_all
from econ.data.catalogue import Catalogue
from econ.errors import InputError
from econ.report.write import write_report
from econ.study import Study
from econ.study.parts.answer import contents

HERE = Path(__file__).with_name("second_country")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("second") / "data"
    shutil.copytree(HERE, where)
    build_all(where)
    return where


def load(folder: Path) -> Study:
    return Study.load(folder / "studies" / "acme.toml", Catalogue.load(folder))


def written(folder: Path, old: str, new: str, name: str) -> Path:
    path = folder / "studies" / name
    text = (folder / "studies" / "acme.toml").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_datasets_are_built_after_those_they_refer_to(folder: Path) -> None:
    order = Catalogue.load(folder).build_order()
    assert order.index("regions") < order.index("pledges") < order.index("commitments")


def test_the_pledge_in_dollars_is_counted_in_kronor(folder: Path) -> None:
    answer = load(folder).run()
    # USD 50 m at the mean rates of 2023: 11.478758 SEK and 1.081269 USD per euro.
    expected = 50 / 1.081269 * 11.478758
    np.testing.assert_allclose(answer.scenario.amounts["acme_plant"], expected, rtol=1e-12)
    # Deflated to 2020 by 2.8, 6.1 and 5.7 per cent before it meets the table.
    shocked = answer.shock.parts[0].amount
    np.testing.assert_allclose(shocked, expected / (1.028 * 1.061 * 1.057), rtol=1e-12)
    assert str(answer.shock.unit) == "MSEK 2020 basic"


def test_jobs_are_those_of_a_hand_made_inverse(folder: Path) -> None:
    study = load(folder)
    answer = study.run()
    flows = np.array([[20, 60, 10], [30, 200, 90], [25, 150, 160]], dtype=float)
    output = np.array([240.0, 820.0, 1100.0])
    jobs = np.array([900.0, 1500.0, 4200.0]) / output
    part = answer.shock.parts[0]
    demanded = (part.domestic + part.margins)[:, 0]
    expected = jobs @ np.linalg.inv(np.eye(3) - flows / output) @ demanded
    found = answer.gross_open.draws("employment", phase="construction")[0]
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_its_report_speaks_of_it_alone(folder: Path, tmp_path: Path) -> None:
    page = write_report(contents(load(folder).with_draws(20)), tmp_path).read_text("utf-8")
    visible = re.sub(r"<svg.*?</svg>", "", page[: page.index('id="sources"')], flags=re.DOTALL)
    visible = re.sub(r"<details>.*?</details>", "", visible, flags=re.DOTALL)
    for word in ("France", "French", "Microsoft", "Amazon", "Mistral", "summit", "EUR", "GPU"):
        assert word not in visible, word
    assert "Sweden" in visible
    assert "SEK m" in visible
    assert "The article against other sources" not in page
    assert "Examplestad Daily" in page


def test_jobs_do_not_depend_on_the_prices_of_the_report(folder: Path) -> None:
    changed = {"price_year = 2023": "price_year = 2022", "MSEK 2023 per": "MSEK 2022 per"}
    text = (folder / "studies" / "acme.toml").read_text("utf-8")
    for old, new in changed.items():
        text = text.replace(old, new)
    path = folder / "studies" / "prices.toml"
    path.write_text(text, "utf-8")
    earlier = Study.load(path, Catalogue.load(folder)).run().gross
    jobs = earlier.draws("employment", phase="construction")
    expected = load(folder).run().gross.draws("employment", phase="construction")
    np.testing.assert_allclose(jobs, expected, rtol=1e-12)
    assert str(earlier.units["gdp"]) == "MSEK 2022"


def test_a_study_without_operation_has_a_report(folder: Path, tmp_path: Path) -> None:
    text = (folder / "studies" / "acme.toml").read_text("utf-8")
    path = folder / "studies" / "works.toml"
    begin, end = text.index("[assumptions.acme_pay]"), text.index("[additionality]")
    works = text[:begin] + text[end : text.index("[event.operation]")]
    path.write_text(works, "utf-8")
    study = Study.load(path, Catalogue.load(folder)).with_draws(5)
    assert write_report(contents(study), tmp_path).is_file()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('pay = "acme_pay"', 'pay = "data_centre_pay"', "data_centre_pay is in MEUR 2024"),
        ('pay = "acme_pay"', 'pay = "reference_case"', "reference_case is in share"),
        (
            'ramp = "ramp_warehouse"',
            'ramp = "startup_population"',
            "startup_population is in firms",
        ),
        ('region = "SE"', 'region = "SE110"', "the table is of SE"),
        ('basket = "P3_S14"', 'basket = "P3_S1"', "did you mean P3_S14"),
        ("[assumptions.acme_pay]\nlabel", "[assumptions.acme_pai]\nlable", "write basis, label"),
        ('source = ["examplestad_daily_2023"]', 'source = ["daily"]', "unknown source"),
    ],
)
def test_what_does_not_fit_the_country_is_refused(
    folder: Path, old: str, new: str, words: str
) -> None:
    path = written(folder, old, new, "broken.toml")
    with pytest.raises(InputError) as caught:
        Study.load(path, Catalogue.load(folder))
    assert words in str(caught.value)


def test_a_table_without_its_unit_is_refused(folder: Path, tmp_path: Path) -> None:
    where = tmp_path / "data"
    shutil.copytree(folder, where)
    file = where / "catalogue.toml"
    text = file.read_text("utf-8").replace('unit = "MSEK 2020 basic"\n', "")
    file.write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"row siot.*no unit.*\n.*row imports"):
        Catalogue.load(where)
