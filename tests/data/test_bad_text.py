"""What a broken file gets: one error with every fault, and the earlier Parquet untouched."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from econ.data.build import build_all
from econ.data.catalogue import Catalogue
from econ.errors import EconError, InputError

Row = dict[str, str]
Edit = Callable[[list[Row]], None]


def rewrite(path: Path, edit: Edit) -> None:
    """Let `edit` change the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    edit(rows)
    write(path, rows)


def write(path: Path, rows: list[Row]) -> None:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(buffer.getvalue(), "utf-8")


def line_of(path: Path, name: str) -> int:
    """Line of a file on which the row with this id stands."""
    lines = path.read_text("utf-8").splitlines()
    return next(i for i, line in enumerate(lines, start=1) if line.startswith(f"{name},"))


def refusal(copied: Catalogue, name: str) -> str:
    """Build, expect a refusal, check that nothing was written, give the message."""
    entry = copied.entry(name)
    before = {p.name: p.read_bytes() for p in copied.folder.glob("*.parquet")}
    with pytest.raises(InputError) as caught:
        copied.build(name)
    assert {p.name: p.read_bytes() for p in copied.folder.glob("*.parquet")} == before
    assert {p.name for p in copied.folder.iterdir() if p.name.startswith(".")} == set()
    message = str(caught.value)
    assert entry.text.name in message
    return message


# ---------------------------------------------------------------- one cell at a time

CELLS = [
    # column, written, words of the message
    ("currency", "EURO", "value EURO: unknown currency; did you mean EUR"),
    ("currency", "", "column currency: an amount without its currency"),
    ("amount", "-4000", "column amount, value -4000.0: negative"),
    ("amount", "four", "value 'four': no number; write digits"),
    ("amount", "4.000,00", "value '4.000,00': no number"),
    ("amount", "inf", "column amount, value inf: not finite"),
    ("amount", "nan", "value 'nan': no number"),
    ("nuts", "FRF99", "value FRF99: unknown NUTS 2021 code; did you mean FRF"),
    ("nuts", "FR;FRXX", "value FRXX: unknown NUTS 2021 code"),
    ("nuts", "france", "value france: unknown NUTS 2021 code"),
    ("announced", "13/05/2024", "value '13/05/2024': no date; write it as YYYY-MM-DD"),
    ("announced", "2024-02-30", "value '2024-02-30': no date"),
    ("deadline", "2023-01-01", "value 2023-01-01: deadline before its announcement"),
    ("source", "", "column source"),
    ("source", "founding_article_2023", "unknown source; did you mean founding_article_2024"),
    ("parent", "choose_france_2042", "no such pledge; did you mean choose_france_2024"),
    ("parent", "microsoft_2024", "circle of parents; a pledge cannot contain itself"),
    ("parent", "microsoft_gpus", "circle of parents"),
    ("same_as", "amazn_2024", "no such pledge; did you mean amazon_2024"),
    ("kind", "capex", "value capex: not one of the choices; choose one of: capital_expenditure"),
    ("bound", "roughly", "value roughly: not one of the choices"),
    ("status", "", "column status"),
    ("label", "", "column label: empty; fill in the cell"),
    ("pledge", "amazon_2024", "value amazon_2024: duplicate row"),
    ("pledge", "", "column pledge: empty"),
]


@pytest.mark.parametrize(("column", "written", "words"), CELLS)
def test_a_wrong_cell_of_a_pledge_is_refused_by_file_row_column_and_value(
    copied: Catalogue, column: str, written: str, words: str
) -> None:
    text = copied.entry("pledges").text
    line = line_of(text, "microsoft_2024")
    if column == "pledge" and written:  # the second of the two rows is the one to name
        line = line_of(text, "amazon_2024")

    def edit(rows: list[Row]) -> None:
        next(row for row in rows if row["pledge"] == "microsoft_2024")[column] = written

    rewrite(text, edit)
    message = refusal(copied, "pledges")
    assert words in message
    assert any(
        fault.strip().split(" ", 1)[1].startswith(f"pledges.csv, row {line}, column {column}")
        for fault in message.splitlines()[1:]
    ), message


def test_every_fault_of_a_pledge_file_is_named_at_once(copied: Catalogue) -> None:
    def edit(rows: list[Row]) -> None:
        by = {row["pledge"]: row for row in rows}
        by["choose_france_2024"]["currency"] = "EURO"
        by["microsoft_amazon_combined"]["amount"] = "-5200"
        by["microsoft_2024"]["nuts"] = "FRF99"
        by["microsoft_mulhouse_site"]["deadline"] = "2020-01-01"
        by["amazon_2024"]["source"] = ""
        by["state_ai_2023"]["source"] = "founding_article_2023"
        by["microsoft_petit_landau"]["parent"] = "microsoft_2042"
        by["microsoft_paris_marseille"]["parent"] = "microsoft_paris_marseille"
        by["microsoft_gpus"]["announced"] = "May 2024"
        by["amazon_aws"]["amount"] = "about 800"
        rows.append(by["amazon_logistics"] | {"label": "again"})

    text = copied.entry("pledges").text
    rewrite(text, edit)
    message = refusal(copied, "pledges")
    missing = [
        words
        for words in (
            "column currency, value EURO: unknown currency; did you mean EUR",
            "column amount, value -5200.0: negative",
            "column nuts, value FRF99: unknown NUTS 2021 code; did you mean",
            "column deadline, value 2020-01-01: deadline before its announcement",
            f"row {line_of(text, 'amazon_2024')}, column source",
            "value founding_article_2023: unknown source; did you mean founding_article_2024",
            "column parent, value microsoft_2042: no such pledge; did you mean microsoft_2024",
            "column parent, value microsoft_paris_marseille: circle of parents",
            "value 'May 2024': no date",
            "value 'about 800': no number",
            "value amazon_logistics: duplicate row",
        )
        if words not in message
    ]
    assert missing == [], message


def test_no_fault_is_named_twice(copied: Catalogue) -> None:
    def edit(rows: list[Row]) -> None:
        rows[2]["source"] = ""
        rows[3]["amount"] = "-1"

    rewrite(copied.entry("pledges").text, edit)
    message = refusal(copied, "pledges")
    places = [
        fault.split(":")[0].split(". ", 1)[1].split(", value")[0]
        for fault in message.splitlines()[1:]
    ]
    assert len(places) == len(set(places)), message


def test_a_range_that_does_not_hold_its_amount_is_refused(copied: Catalogue) -> None:
    rewrite(copied.entry("pledges").text, lambda rows: rows[2].update(amount_low="5000"))
    assert (
        "row 4, column amount, value 5000.0 <= 4000.0: the range does not hold the amount; "
        "order them as low <= amount <= high"
    ) in refusal(copied, "pledges")


def test_a_circle_of_three_names_every_pledge_in_it(copied: Catalogue) -> None:
    def edit(rows: list[Row]) -> None:
        by = {row["pledge"]: row for row in rows}
        by["choose_france_2024"]["parent"] = "microsoft_2024"

    rewrite(copied.entry("pledges").text, edit)
    assert refusal(copied, "pledges").count("circle of parents") == 3


@pytest.mark.parametrize(
    ("column", "written", "words"),
    [
        ("amount", "-3000", "value -3000.0: negative"),
        ("amount", "many", "value 'many': no number"),
        ("unit", "heads", "value heads: not one of the choices; choose one of: persons"),
        ("pledge", "amazon_2042", "no such pledge; did you mean amazon_2024"),
        ("same_as", "amazon_jobs_300", "no such commitment; did you mean amazon_jobs_3000"),
        ("nuts", "FRK99", "value FRK99: unknown NUTS 2021 code; did you mean FRK"),
        ("deadline", "2024-05-12", "deadline before its announcement"),
        ("source", "", "column source"),
        ("commitment", "microsoft_trained_1m", "duplicate row"),
    ],
)
def test_a_wrong_cell_of_a_commitment_is_refused(
    copied: Catalogue, column: str, written: str, words: str
) -> None:
    def edit(rows: list[Row]) -> None:
        next(row for row in rows if row["commitment"] == "amazon_jobs_3000")[column] = written

    rewrite(copied.entry("commitments").text, edit)
    assert words in refusal(copied, "commitments")


# ---------------------------------------------------------------- the file as a whole


def raw(copied: Catalogue, change: Callable[[bytes], bytes], name: str = "pledges") -> None:
    text = copied.entry(name).text
    text.write_bytes(change(text.read_bytes()))


def test_a_header_that_lost_a_name_is_refused_by_its_rows(copied: Catalogue) -> None:
    raw(copied, lambda b: b.replace(b",currency,", b",", 1))
    assert "number of cells" in refusal(copied, "pledges")


def test_a_column_that_is_missing_throughout_is_refused_by_name(copied: Catalogue) -> None:
    def edit(rows: list[Row]) -> None:
        for row in rows:
            del row["currency"], row["source"]

    rewrite(copied.entry("pledges").text, edit)
    message = refusal(copied, "pledges")
    assert "column currency: column missing; add it (PLEDGES)" in message
    assert "column source: column missing; add it (PLEDGES)" in message


def test_a_column_nobody_knows_is_refused_with_its_nearest(copied: Catalogue) -> None:
    def edit(rows: list[Row]) -> None:
        for row in rows:
            row["ammount"] = "1"

    rewrite(copied.entry("pledges").text, edit)
    assert "column ammount: unknown column; did you mean amount" in refusal(copied, "pledges")


def test_a_column_that_stands_twice_is_refused(copied: Catalogue) -> None:
    raw(copied, lambda b: b"\n".join(line + b"," + line[:4] for line in b.splitlines()))
    assert refusal(copied, "pledges")
    text = copied.entry("context").text
    lines = text.read_text("utf-8").splitlines()
    text.write_text(
        "\n".join(f"{line},{'note' if i == 0 else 'x'}" for i, line in enumerate(lines))
    )
    message = refusal(copied, "context")
    assert "column note" in message
    assert "twice" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no CSV table"),
        (b"\n\n", "no CSV table"),
        (b"pledge\n", "column missing"),
        (b"\xff\xfe\x00p", "not UTF-8 text"),
        ("pledge,fact\nélysée,F01\n".encode("latin-1"), "not UTF-8 text"),
        (b'pledge,fact\n"open,F01\nx,F02\n', "no CSV table"),
        (b"pledge,fact\na,b\na,b,c\n", "no CSV table"),
        (b"\x00\x01\x02", "pledges.csv"),
        (b"PAR1\x15\x04PAR1", "pledges.csv"),
    ],
)
def test_a_file_that_is_no_table_is_refused(copied: Catalogue, content: bytes, words: str) -> None:
    raw(copied, lambda _: content)
    assert words in refusal(copied, "pledges")


def test_a_header_without_rows_builds_no_empty_dataset(copied: Catalogue) -> None:
    raw(copied, lambda b: b.splitlines(keepends=True)[0])
    assert "no rows" in refusal(copied, "pledges")


def test_a_line_with_too_many_cells_is_refused_with_its_line(copied: Catalogue) -> None:
    lines = copied.entry("pledges").text.read_text("utf-8").splitlines()
    for place in (1, 5):
        broken = [*lines]
        broken[place] += ",surplus"
        raw(copied, lambda _, b=broken: "\n".join(b).encode())
        message = refusal(copied, "pledges")
        assert f"{place + 1}" in message
        assert "number of cells" in message


def test_a_comma_at_the_end_of_every_row_does_not_move_the_columns(copied: Catalogue) -> None:
    lines = copied.entry("pledges").text.read_text("utf-8").splitlines()
    raw(copied, lambda _: "\n".join([lines[0], *(line + "," for line in lines[1:])]).encode())
    assert "number of cells" in refusal(copied, "pledges")


def test_a_line_with_too_few_cells_is_refused_with_its_line(copied: Catalogue) -> None:
    lines = copied.entry("pledges").text.read_text("utf-8").splitlines()
    lines[3] = ",".join(lines[3].split(",")[:9])
    raw(copied, lambda _: "\n".join(lines).encode())
    message = refusal(copied, "pledges")
    assert "row 4" in message


def test_rows_are_counted_as_an_editor_counts_lines(copied: Catalogue) -> None:
    lines = copied.entry("pledges").text.read_text("utf-8").splitlines()
    lines[5] = lines[5].replace("FRF12", "FRF99")
    assert "FRF99" in lines[5]
    lines.insert(2, "")
    raw(copied, lambda _: "\n".join(lines).encode())
    assert "row 7, column nuts, value FRF99" in refusal(copied, "pledges")


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b.replace(b"\n", b"\r\n"),
        lambda b: b.rstrip(b"\n"),
        lambda b: b"\xef\xbb\xbf" + b.replace(b"\n", b"\r\n"),
    ],
    ids=["BOM", "CRLF", "no newline at the end", "as a spreadsheet saves it"],
)
@pytest.mark.parametrize("name", ["pledges", "commitments", "france_siot_2022"])
def test_how_a_file_was_saved_does_not_change_what_it_builds(
    copied: Catalogue, change: Callable[[bytes], bytes], name: str
) -> None:
    raw(copied, change, name)
    assert copied.build(name).sha256 == copied.entry(name).sha256


@pytest.mark.parametrize(
    "written", ["=cmd|'/c calc'!A1", "Œuvre 東京 🏗", 'he said "no"', "a" * 5000, "a\nb", "  x  "]
)
def test_any_words_may_stand_in_a_label(copied: Catalogue, written: str) -> None:
    text = copied.entry("pledges").text

    def edit(rows: list[Row]) -> None:
        rows[2]["label"] = written

    rewrite(text, edit)
    copied.build("pledges")
    from econ.data.store import read_parquet

    stored = read_parquet(copied.entry("pledges").parquet).frame
    assert stored["label"][2] == written.strip()


@pytest.mark.parametrize(
    ("name", "column", "written"),
    [
        ("france_prices", "year", "2015.5"),
        ("france_prices", "year", "inf"),
        ("france_prices", "year", "20150"),
        ("france_prices", "year", ""),
        ("france_prices", "year", "2031"),
        ("france_prices", "percent_change", "1e400"),
        ("exchange_rates", "rate", "0"),
        ("exchange_rates", "rate", "-1"),
        ("exchange_rates", "period", "May"),
        ("exchange_rates", "observations", "1e30"),
        ("corrections", "judgement", "yes"),
        ("france_employment_2021", "persons", "-3"),
        ("france_siot_2022", "A01", "x"),
        ("regional_gdp", "2019", "-1"),
        ("regional_employment", "geo", ""),
        ("regional_employment", "level", "NUTS9"),
        ("regional_unemployment", "unemployment_rate_pct", "-0.1"),
    ],
)
def test_a_wrong_number_anywhere_is_refused_by_file_and_value(
    copied: Catalogue, name: str, column: str, written: str
) -> None:
    def edit(rows: list[Row]) -> None:
        rows[0][column] = written

    rewrite(copied.entry(name).text, edit)
    message = refusal(copied, name)
    assert f"{copied.entry(name).text.name}, " in message
    assert len(message.splitlines()) < 20  # one slip of the keyboard is no thousand faults


def test_the_fault_of_a_wide_table_names_the_cell_and_not_a_row_of_the_long_one(
    copied: Catalogue,
) -> None:
    def edit(rows: list[Row]) -> None:
        rows[5]["C26"] = "x"

    rewrite(copied.entry("france_siot_2022").text, edit)
    message = refusal(copied, "france_siot_2022")
    assert "C26" in message
    assert "row 7" in message


def test_a_table_that_no_longer_closes_is_not_built(copied: Catalogue) -> None:
    def edit(rows: list[Row]) -> None:
        rows[16]["C26"] = str(float(rows[16]["C26"]) + 5_000)

    rewrite(copied.entry("france_siot_2022").text, edit)
    assert "does not close" in refusal(copied, "france_siot_2022")


# ---------------------------------------------------------------- the catalogue


def test_a_new_pledge_and_its_promise_are_built_one_after_the_other(copied: Catalogue) -> None:
    rewrite(
        copied.entry("pledges").text,
        lambda rows: rows.append({**rows[5], "pledge": "new_pledge"}),
    )
    rewrite(
        copied.entry("commitments").text,
        lambda rows: rows.append({**rows[3], "commitment": "new_jobs", "pledge": "new_pledge"}),
    )
    hashes = {}
    for name in ("pledges", "commitments"):
        hashes[name] = copied.build(name).sha256
        copied.record(hashes)
        copied = Catalogue.load(copied.folder)
    assert "new_jobs" in set(copied.read("commitments").frame["commitment"])


def test_a_text_that_changes_without_a_build_is_refused_by_its_name(copied: Catalogue) -> None:
    def edit(rows: list[Row]) -> None:
        rows[0]["label"] = "another name"

    rewrite(copied.entry("pledges").text, edit)
    with pytest.raises(InputError) as refused:
        Catalogue.load(copied.folder).read("pledges")
    assert "pledges.csv" in str(refused.value)
    assert "is not what pledges.parquet was built from" in str(refused.value)
    assert "econ data build" in str(refused.value)
    build_all(copied.folder, ["pledges"])
    assert Catalogue.load(copied.folder).read("pledges").frame["label"][0] == "another name"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[pledges]", '["pledges"]'),
        ('\nsha256 = "', '\n"sha256" = "'),
        ("\ntext_sha256", '\n"text_sha256"'),
    ],
)
def test_a_catalogue_in_another_spelling_is_recorded_too(
    copied: Catalogue, old: str, new: str
) -> None:
    file = copied.folder / "catalogue.toml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    rewrite(copied.entry("pledges").text, lambda rows: rows[0].update(label="another name"))
    build_all(copied.folder, ["pledges"])
    assert Catalogue.load(copied.folder).read("pledges").frame["label"][0] == "another name"


def test_a_hash_that_cannot_be_recorded_is_refused_and_the_catalogue_stays(
    copied: Catalogue,
) -> None:
    file = copied.folder / "catalogue.toml"
    file.write_text(file.read_text("utf-8").replace("[pledges]", "['pledges']"), "utf-8")
    before = file.read_bytes()
    rewrite(copied.entry("pledges").text, lambda rows: rows[0].update(label="another name"))
    with pytest.raises(InputError, match=r"row pledges, column sha256: cannot be recorded"):
        build_all(copied.folder, ["pledges"])
    assert file.read_bytes() == before


def test_a_text_without_a_hash_is_built_once_more(copied: Catalogue) -> None:
    file = copied.folder / "catalogue.toml"
    kept = [line for line in file.read_text("utf-8").splitlines() if "text_sha256" not in line]
    file.write_text("\n".join(kept), "utf-8")
    with pytest.raises(InputError, match="econ data build"):
        Catalogue.load(copied.folder).read("pledges")
    build_all(copied.folder)
    assert len(Catalogue.load(copied.folder).read("pledges").frame)


def test_a_text_that_is_saved_otherwise_says_the_same(copied: Catalogue) -> None:
    raw(copied, lambda said: b"\xef\xbb\xbf" + said.replace(b"\n", b"\r\n"), "pledges")
    assert len(Catalogue.load(copied.folder).read("pledges").frame)


def test_recording_a_hash_changes_no_other_line(copied: Catalogue) -> None:
    file = copied.folder / "catalogue.toml"
    before = file.read_text("utf-8").splitlines()
    copied.record({"pledges": "0" * 64})
    after = file.read_text("utf-8").splitlines()
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [(f'sha256 = "{copied.entry("pledges").sha256}"', f'sha256 = "{"0" * 64}"')]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            'schema = "PLEDGES"',
            'schema = "PLEDGE"',
            "column schema, value 'PLEDGE': unknown; did you mean PLEDGES",
        ),
        ('reader = "nama_10_a64_e"', 'reader = "nama"', "column reader, value 'nama': unknown; "),
        (
            'source = ["world_bank_deflator"',
            'source = ["world_bank"',
            "value world_bank: unknown source; did you mean world_bank_",
        ),
        ('vintage = "CPA 2.1"\n', "", "row products, column vintage: missing"),
        ("[pledges]", "[pledges", "no TOML"),
        ('text = "pledges/pledges.csv"', "text = 3", "text"),
        ("[pledges]", "pledges = 3\n[x]", "pledges"),
        ('source = ["ecb_reference_rates"]', "source = 3", "source"),
    ],
)
def test_a_broken_catalogue_is_refused(data_copy: Path, old: str, new: str, words: str) -> None:
    file = data_copy / "catalogue.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=r"catalogue\.toml") as caught:
        Catalogue.load(data_copy)
    assert words in str(caught.value)


def test_a_dataset_nobody_knows_and_a_folder_without_a_catalogue_are_refused(
    copied: Catalogue, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no such dataset; did you mean pledges"):
        copied.read("pledge")
    with pytest.raises(EconError, match=r"no catalogue\.toml in this folder"):
        Catalogue.load(tmp_path)
