"""The page in French: every word of it, its numbers, its spaces; and languages nobody knows."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from typer.testing import CliRunner

from econ.cli import app
from econ.data.build import build_all
from econ.data.catalogue import Catalogue
from econ.errors import InputError
from econ.report.contents import Contents
from econ.report.language import Language
from econ.report.language.catalogues import OWN_WORDS, known
from econ.report.messages import as_po, own_messages, untranslated
from econ.report.write import write_report
from econ.study import Study
from econ.study.parts.answer import contents

SECOND = Path(__file__).parents[1] / "second_country"
ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parents[2] / "data" / "languages"
# Names of methods, licences, and of those who made an estimate: the same in every language.
NAMES = re.compile(r"[AFRS]LQ|AFLQ|CILQ|CHARM|CC BY 4\.0|.* \d{4} \(d\d\d\)")
# Words that stand in any English sentence and in no French one.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|which|with|from|for|by|not|that|than|where|would|its|this)\b"
)
BAD_SPACE = re.compile(r"\w [;!?%»]|« \w|\d \d{3}\b|\w [:](?= )")
VERSION = re.compile(r"econ \d[\w.+]*,")
HOLES = re.compile(r"%\(\w+\)s|\{\w*\}")


@dataclass
class Texts(HTMLParser):
    """What a reader reads: texts of the page and of its figures, but for names and titles."""

    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag in {"style", "code", "li", "a", "metadata"}:
            self._silent.append(tag)
        self.texts += [
            words for name in ("aria-label", "alt", "title") if (words := found.get(name))
        ]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.texts.append(" ".join(data.split(" ")).strip("\n"))


def texts(page: Path) -> list[str]:
    found = Texts()
    found.feed(page.read_text("utf-8"))
    return found.texts


@pytest.fixture(scope="module")
def backtests() -> Contents:
    return contents(Study.load("backtests").with_draws(20))


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("second") / "data"
    shutil.copytree(SECOND, where)
    build_all(where)
    return where


@pytest.fixture(scope="module")
def acme(second: Path) -> Contents:
    study = Study.load(second / "studies" / "acme.toml", Catalogue.load(second))
    return contents(study.with_draws(20))


@pytest.fixture(scope="module")
def french(
    folder: Path, backtests: Contents, tmp_path_factory: pytest.TempPathFactory
) -> list[Path]:
    out = tmp_path_factory.mktemp("backtests")
    return [folder / "report.fr.html", write_report(backtests, out, languages=["fr"])]


def lacking(shown: Contents) -> Iterator[str]:
    for message in untranslated(shown, Language.load("fr", shown.catalogues)):
        text = message if isinstance(message, str) else message[0]
        if not NAMES.fullmatch(text):
            yield text


def test_every_message_of_our_studies_has_a_translation(
    shown: Contents, backtests: Contents
) -> None:
    assert list(lacking(shown)) == []
    assert list(lacking(backtests)) == []


def test_no_translation_is_of_words_that_nobody_says(
    shown: Contents, backtests: Contents, acme: Contents
) -> None:
    said = {message if isinstance(message, str) else message[0] for message in own_messages()}
    for study in (shown, backtests, acme):
        said |= set(untranslated(study, Language("fr", {}, "fr")))  # type: ignore[arg-type]
    written = [
        re.sub(r'"\s*\n\s*f?"', "", path.read_text("utf-8"))
        for folder in (ROOT / "econ", ROOT / "data")
        for path in folder.rglob("*")
        if path.suffix in {".py", ".toml", ".j2", ".csv"}
    ]
    stale = []
    for message in Language.load("fr").catalogue:
        parts = [part for part in message.split("{}") if part.strip(" ,:()")]
        somewhere = any(all(part in text for part in parts) for text in written)
        if message not in said and not somewhere:
            stale.append(message)
    assert stale == ["Changed by {}; was {} ({} to {})."]  # put together from two parts


def test_of_a_users_study_only_his_own_words_stay_as_he_wrote_them(acme: Contents) -> None:
    assert set(lacking(acme)) == {
        "Acme at Examplestad",
        "Acme: A factory at Examplestad",
        "Buildings",
        "Compensation per job, factory",
        "Examplestad",
        "Farming",
        "Machines",
        "Services",
    }


def test_no_english_sentence_is_left(french: list[Path]) -> None:
    for page in french:
        left = [
            text
            for text in texts(page)
            if ENGLISH.search(text) and not NAMES.fullmatch(text.strip())
        ]
        assert left == []


def test_spaces_apostrophes_and_decimal_marks_are_french(french: list[Path]) -> None:
    for page in french:
        read = texts(page)
        assert [text for text in read if BAD_SPACE.search(text)] == []
        assert [text for text in read if "'" in text] == []
        assert [text for text in read if re.search(r"\d\.\d", VERSION.sub("", text))] == []


@pytest.mark.parametrize(
    ("file", "other"),
    [("report.html", r"\d[ \u00a0\u202f]\d{3}"), ("report.fr.html", r"[1-9],\d{3},\d{3}")],
)
def test_thousands_are_set_apart_in_one_way(folder: Path, file: str, other: str) -> None:
    bare = re.compile(
        rf"(?<![\w.,\u202f/-])(?!(?:19|20)\d\d(?!\d))\d{{4,}}(?![\w.-])|{other}(?!\d)"
    )
    read = [re.sub(r"(?:seed|graine) \d+", "", text) for text in texts(folder / file)]
    assert [text for text in read if bare.search(text)] == []


def test_the_terms_are_those_of_the_national_accounts(french: list[Path]) -> None:
    read = " ".join(texts(french[0])).replace("\u2019", "'")
    for term in (
        "valeur ajoutée",
        "emplois-années",
        "équivalents temps plein",
        "effet d'éviction",
        "effet d'aubaine",
        "contrefactuel",
        "prix d'acquisition",
        "rémunération des salariés",
        "excédent",
        "impôts sur la production",
        "administrations publiques locales",
        "Md€",
        "M€ aux prix de 2024",
        "4 novembre 2025",
    ):
        assert term in read, term


def test_a_translation_has_the_holes_of_its_message() -> None:
    for catalogue in (OWN_WORDS / "fr.po", DATA / "fr.po"):
        with catalogue.open("rb") as stream:
            for message in read_po(stream, locale="fr"):
                ids = message.id if isinstance(message.id, tuple) else (message.id,)
                said = message.string if isinstance(message.id, tuple) else (message.string,)
                for one, other in zip(ids, said, strict=True):
                    # French writes millions of a currency with its sign alone.
                    assert set(HOLES.findall(one)) == set(HOLES.findall(other)), one


def test_what_lacks_a_translation_is_written_as_a_catalogue_to_fill(acme: Contents) -> None:
    text = as_po(untranslated(acme, Language("de", {}, "de")))
    assert 'msgid "How the jobs and GDP come about"\nmsgstr ""\n' in text
    assert 'msgid "Farming"\nmsgstr ""\n' in text
    assert "msgid_plural" in text


@pytest.mark.parametrize("asked", ["tlh", "../../etc/passwd", "", "fr\x00", "français", "日本語"])
def test_a_language_nobody_knows_gives_an_english_page_that_says_so(asked: str) -> None:
    language = Language.load(asked)
    assert language.code == "en"
    assert "this is English" in language.fell_back


@pytest.mark.parametrize("asked", ["fr", "FR", "fr-FR", "fr_CA.UTF-8", " fr "])
def test_a_language_is_known_by_its_code_in_any_spelling(asked: str) -> None:
    assert Language.load(asked).code == "fr"
    assert Language.load(asked).fell_back == ""


def test_the_english_page_in_place_of_another_says_so(acme: Contents, tmp_path: Path) -> None:
    page = write_report(acme, tmp_path, languages=["tlh"]).read_text("utf-8")
    assert '<html lang="en">' in page
    assert "No words for the language" in page
    assert known() == ("en", "fr")


def test_pages_of_an_earlier_run_in_another_language_do_not_stay(
    acme: Contents, tmp_path: Path
) -> None:
    write_report(acme, tmp_path, languages=["en", "fr"])
    write_report(acme, tmp_path, languages=["fr"])
    assert [path.name for path in tmp_path.glob("report*.html")] == ["report.html"]
    assert '<html lang="fr">' in (tmp_path / "report.html").read_text("utf-8")


def test_the_command_says_which_language_is_not_there_and_writes_the_page(
    second: Path, tmp_path: Path
) -> None:
    study = str(second / "studies" / "acme.toml")
    told = ["run", study, "--data", str(second), "--draws", "5", "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*told, "--lang", "fr, tlh"])
    assert done.exit_code == 0
    assert "No words for the language 'tlh'" in done.stderr
    assert {path.name for path in tmp_path.glob("*.html")} == {"report.html", "report.en.html"}
    assert '<html lang="fr">' in (tmp_path / "report.html").read_text("utf-8")


def test_a_translation_beside_a_study_goes_before_that_of_its_data(
    second: Path, tmp_path: Path
) -> None:
    for folder, words in ((second, "Culture"), (tmp_path, "Les champs")):
        (folder / "languages").mkdir()
        text = f'msgid "Farming"\nmsgstr "{words}"\n'
        (folder / "languages" / "fr.po").write_text(text, "utf-8")
    language = Language.load("fr", [second / "languages", tmp_path / "languages"])
    assert language.translate("Farming") == "Les champs"


def test_a_catalogue_that_is_none_is_refused_by_its_name(tmp_path: Path) -> None:
    for text in ('msgid "Farming\nmsgstr oops', "hello", 'msgid "a"\nmsgid "b"'):
        (tmp_path / "fr.po").write_text(text, "utf-8")
        with pytest.raises(InputError, match=r"fr\.po.*no catalogue"):
            Language.load("fr", [tmp_path])


def test_a_translation_with_other_holes_is_refused_before_a_page_is_made(tmp_path: Path) -> None:
    text = 'msgid "{low} to {high}"\nmsgstr "de {bas} à {high}"\n'
    (tmp_path / "fr.po").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"other holes.*\{low\}, \{high\}"):
        Language.load("fr", [tmp_path])
