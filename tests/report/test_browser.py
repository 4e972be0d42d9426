"""The page as a browser shows it: at a desk, on a phone, light and dark, on paper, by keyboard."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

WIDTHS = (1280, 390)
PAGES = ("report.html", "report.fr.html")
# A4 with margins of 1.4 cm, in CSS pixels of 1/96 inch.
PAPER = int((21.0 - 2 * 1.4) / 2.54 * 96)
LARGEST = 1_500_000


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_fits_the_screen_and_the_console_is_silent(
    browser: Any, folder: Path, page: str, width: int, dark: bool
) -> None:
    browser.open(folder / page, width=width, dark=dark)
    shot = f"{width}_{'dark' if dark else 'light'}{'_fr' if '.fr.' in page else ''}.png"
    browser.keep(f"first_{shot}")
    browser.keep(f"whole_{shot}", whole=True)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert browser.value("document.documentElement.scrollWidth") == width
    assert browser.troubles() == []


FIRST_SCREEN = {
    "report.html": (
        ("jobs in 2035", "job-years from building", "GDP", "EUR", "gross", " to "),
        "How sure",
    ),
    "report.fr.html": (
        ("emplois en 2035", "emplois-années issus des travaux", "PIB", "M€", "brut", " à "),
        "Degré de certitude",
    ),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_screen_says_how_many_by_when_and_how_sure(
    browser: Any, folder: Path, page: str, width: int
) -> None:
    browser.open(folder / page, width=width)
    words, how_sure = FIRST_SCREEN[page]
    cards = browser.value(
        "[...document.querySelectorAll('.card')].map("
        "c => [c.getBoundingClientRect().bottom <= window.innerHeight, c.innerText])"
    )
    assert all(seen for seen, _ in cards)
    said = " ".join(text for _, text in cards)
    for word in words:
        assert word in said
    sure = "[...document.querySelectorAll('p')].find(p => p.innerText.startsWith("
    sure += f"'{how_sure}'))"
    assert browser.value(f"{sure}.getBoundingClientRect().top < window.innerHeight - 60")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_violation(
    browser: Any, folder: Path, axe: str, page: str, dark: bool
) -> None:
    browser.open(folder / page, width=390, dark=dark)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    browser.value(f"{axe}; undefined")
    found = browser.value(
        "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map("
        "v => [v.impact, v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)]))"
    )
    assert [v for v in found if v[0] in ("serious", "critical")] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_lost_with_scripts_off_and_the_page_is_light(
    browser: Any, folder: Path, name: str
) -> None:
    page = folder / name
    assert page.stat().st_size < LARGEST
    assert "<script" not in page.read_text("utf-8")
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.open(page, width=1280)
        browser.keep("first_without_scripts.png")
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("width", "media"), [(1280, "screen"), (390, "screen"), (PAPER, "print")])
def test_no_column_of_a_table_is_beyond_its_edge(
    browser: Any, folder: Path, page: str, width: int, media: str
) -> None:
    browser.open(folder / page, width=width, media=media)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    cut = browser.value(
        "[...document.querySelectorAll('.scroll')].filter(s => s.querySelector('table') && "
        "s.scrollWidth > s.clientWidth).map(s => s.innerText.slice(0, 80))"
    )
    assert cut == []


@pytest.mark.parametrize("page", PAGES)
def test_every_word_of_a_figure_is_legible_on_a_phone(
    browser: Any, folder: Path, page: str
) -> None:
    browser.open(folder / page, width=390)
    least = browser.value(
        "Math.min(...[...document.querySelectorAll('figure svg text')].map(t => parseFloat("
        "getComputedStyle(t).fontSize) * t.ownerSVGElement.getBoundingClientRect().width / "
        "t.ownerSVGElement.viewBox.baseVal.width))"
    )
    # Smaller print is read by nobody; the ranges in the tiles of a map are the smallest.
    assert least >= 9.0


@pytest.mark.parametrize("page", PAGES)
def test_every_head_of_a_table_says_what_it_is_the_head_of(
    browser: Any, folder: Path, page: str
) -> None:
    browser.open(folder / page, width=1280)
    bare = "[...document.querySelectorAll('th:not([scope]), thead td')].map(t => t.outerHTML)"
    assert browser.value(bare) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_table_is_cut_on_paper_and_folded_ones_are_printed(
    browser: Any, folder: Path, page: str
) -> None:
    browser.open(folder / page, width=PAPER, media="print")
    beyond = browser.value(
        "[...document.querySelectorAll('table')].filter("
        f"t => t.getBoundingClientRect().right > {PAPER}).map(t => t.innerText.slice(0, 80))"
    )
    assert beyond == []
    folded = "document.querySelector('details:last-of-type table')"
    assert browser.value(f"{folded}.getBoundingClientRect().height") > 0
    assert browser.printed("report.pdf").read_bytes().startswith(b"%PDF")


def test_every_link_and_fold_is_reached_by_the_keyboard_and_headings_skip_no_level(
    browser: Any, folder: Path
) -> None:
    browser.open(folder / "report.html", width=1280)
    for key in ("keyDown", "keyUp"):
        browser.ask(
            "Input.dispatchKeyEvent", type=key, key="Tab", code="Tab", windowsVirtualKeyCode=9
        )
    assert browser.value("document.activeElement.getAttribute('href')") == "#answer"
    for key in ("keyDown", "keyUp"):
        browser.ask(
            "Input.dispatchKeyEvent", type=key, key="Tab", code="Tab", windowsVirtualKeyCode=9
        )
    assert browser.value("document.activeElement.closest('nav') !== null")
    levels = browser.value(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
