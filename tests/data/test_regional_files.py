"""Regional files of every published layout, and what is refused in them."""

import gzip
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from econ.data.dataset import Dataset
from econ.data.regional_files import nuts_versions, read_regional
from econ.errors import InputError

TSV = (
    "freq,unit,nace_r2,geo\\TIME_PERIOD\t2015 \t2016 \t2017 \n"
    "A,THS,TOTAL,FRF11\t540.5 \t541.2 p\t: \n"
    "A,THS,TOTAL,FRF12\t300.25 b\t: c\t302.1 e\n"
    "A,THS,F,FRF12\t18.1 \t18.2 bp\t18.9 \n"
    "A,THS,TOTAL,EU27_2020\t200000.0 \t201000.0 \t202000.0 \n"
)
SDMX = (
    "DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
    "ESTAT:NAMA_10R_3GDP(1.0),11/02/26 11:00:00,A,MIO_EUR,FRF11,2019,38000.5,,\n"
    "ESTAT:NAMA_10R_3GDP(1.0),11/02/26 11:00:00,A,MIO_EUR,FRF12,2019,21000,p,\n"
    "ESTAT:NAMA_10R_3GDP(1.0),11/02/26 11:00:00,A,EUR_HAB,FRF12,2019,27000,p,\n"
)
INSEE_WIDE = (
    "CODGEO;LIBGEO;2018;2019\n"
    "67;Bas-Rhin;540,5;541,25\n"
    "68;Haut-Rhin;1 300,5;nd\n"
    "2A;Corse-du-Sud;60;61,1\n"
)
INSEE_LONG = '"DEP";"ANNEE";"EFF"\n"68";"2019";"21 000,4"\n"67";"2019";"38 000"\n'


def read(tmp_path: Path, text: str | bytes, name: str = "file.csv", **settings: Any) -> Dataset:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_regional(path, **{"measure": "employment", "unit": "thousand persons", **settings})


def refused(tmp_path: Path, text: str | bytes, **settings: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, **settings)
    return str(caught.value)


def cells(found: Dataset) -> dict[tuple[str, int, str], tuple[float, str]]:
    frame = found.frame
    keys = zip(frame["region"], frame["year"], frame["industry"], strict=True)
    values = zip(frame["value"], frame["flag"], strict=True)
    return dict(zip(keys, values, strict=True))


# ---------------------------------------------------------------- layouts


def test_a_eurostat_tsv_keeps_numbers_flags_and_gaps(tmp_path: Path) -> None:
    found = cells(read(tmp_path, TSV, "nama.tsv"))
    assert found["FRF11", 2016, "TOTAL"] == (541.2, "p")
    assert found["FRF12", 2015, "TOTAL"] == (300.25, "b")
    assert found["FRF12", 2016, "F"] == (18.2, "bp")
    gap, flag = found["FRF12", 2016, "TOTAL"]
    assert np.isnan(gap)
    assert flag == "c"


def test_aggregates_of_countries_are_left_out_and_said_so(tmp_path: Path) -> None:
    found = read(tmp_path, TSV)
    assert set(found.frame["region"]) == {"FRF11", "FRF12"}
    assert "left out: EU27_2020" in found.provenance.steps


def test_sdmx_csv_is_read_for_the_unit_chosen(tmp_path: Path) -> None:
    settings = {"measure": "gdp", "unit": None, "where": {"unit": "MIO_EUR"}}
    found = read(tmp_path, SDMX, **settings)
    assert cells(found)["FRF12", 2019, "TOTAL"] == (21000.0, "p")
    assert found.units["value"] == "MIO_EUR"


def test_an_insee_table_has_decimal_commas_spaces_and_departements(tmp_path: Path) -> None:
    settings = {"columns": {"region": "CODGEO"}, "codes": "departement"}
    found = cells(read(tmp_path, INSEE_WIDE, **settings))
    assert found["FRF11", 2019, "TOTAL"][0] == 541.25
    assert found["FRF12", 2018, "TOTAL"][0] == 1300.5
    assert np.isnan(found["FRF12", 2019, "TOTAL"][0])
    assert found["FRM01", 2018, "TOTAL"][0] == 60.0


def test_a_long_insee_table_names_its_columns(tmp_path: Path) -> None:
    columns = {"region": "DEP", "year": "ANNEE", "value": "EFF"}
    found = cells(read(tmp_path, INSEE_LONG, columns=columns, codes="departement"))
    assert found["FRF12", 2019, "TOTAL"][0] == 21000.4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_accents_are_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    text = "CODGEO;Région;2019\n68;Grand Est, Élan;21,5\n"
    settings = {"columns": {"region": "CODGEO"}, "codes": "departement"}
    found = read(tmp_path, text.encode(encoding), **settings)
    assert cells(found)["FRF12", 2019, "TOTAL"][0] == 21.5
    assert ("Latin-1" in found.provenance.steps[0]) == (encoding == "latin-1")


def test_a_packed_file_is_unpacked(tmp_path: Path) -> None:
    found = read(tmp_path, gzip.compress(TSV.encode()), "nama.tsv.gz")
    assert len(found.frame) == 9


def test_our_own_text_is_read_back_the_same() -> None:
    from econ.data.catalogue import catalogue

    held = catalogue()
    path = held.entry("regional_gdp").text
    found = read_regional(path, measure="gdp", unit="MEUR", columns={"region": "geo"})
    stored = held.read("regional_gdp").frame.sort_values(["region", "year"], ignore_index=True)
    extra = stored["region"].str.contains("Z$")
    np.testing.assert_array_equal(found.frame["value"], stored.loc[~extra, "value"])


# ---------------------------------------------------------------- over the network


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "nama.tsv.gz").write_bytes(gzip.compress(TSV.encode()))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    handler = partial(Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as found:
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{found.server_address[1]}"
        found.shutdown()


def test_an_address_is_read_like_a_file(server: str) -> None:
    found = read_regional(
        f"{server}/nama.tsv.gz?format=TSV", measure="employment", unit="thousand persons"
    )
    assert cells(found)["FRF11", 2016, "TOTAL"] == (541.2, "p")


def test_an_address_that_does_not_answer_is_named(server: str) -> None:
    with pytest.raises(InputError, match="no answer: HTTP Error 404"):
        read_regional(f"{server}/gone.tsv", measure="gdp", unit="MEUR")
    with pytest.raises(InputError, match="no answer"):
        read_regional("http://127.0.0.1:9/x.tsv", measure="gdp", unit="MEUR")


# ---------------------------------------------------------------- versions of NUTS


def wide(rows: str) -> str:
    return f"geo,2012\n{rows}\n"


def mapped(tmp_path: Path, rows: str, **settings: Any) -> dict[str, float]:
    found = read(tmp_path, wide(rows), columns={"region": "geo"}, **settings)
    return dict(zip(found.frame["region"], found.frame["value"], strict=True))


def test_every_french_departement_of_2013_has_one_of_2021(tmp_path: Path) -> None:
    versions = nuts_versions()
    old = sorted(c for c in versions.of(2013) if len(c) == 5 and c[:2] == "FR" and "Z" not in c)
    assert len(old) == 101
    found = mapped(tmp_path, "\n".join(f"{code},1" for code in old), nuts=2013)
    new = {c for c in versions.of(2021) if len(c) == 5 and c[:2] == "FR" and "Z" not in c}
    assert set(found) == new
    assert set(found.values()) == {1.0}


def test_a_recoded_region_is_renamed_and_back(tmp_path: Path) -> None:
    assert mapped(tmp_path, "FR422,7", nuts=2013) == {"FRF12": 7.0}
    assert mapped(tmp_path, "FRF12,7", nuts=2021, to=2013) == {"FR422": 7.0}
    assert mapped(tmp_path, "NL31,7", nuts=2021, to=2024) == {"NL35": 7.0}


def test_merged_regions_are_added_up_where_all_are_there(tmp_path: Path) -> None:
    whole = mapped(tmp_path, "HR02,1\nHR05,2\nHR06,4", nuts=2021, to=2016)
    assert whole == {"HR04": 7.0}
    part = mapped(tmp_path, "HR02,1\nHR05,2", nuts=2021, to=2016)
    assert np.isnan(part["HR04"])


def test_a_region_that_grew_is_left_empty_without_what_it_gained(tmp_path: Path) -> None:
    found = mapped(tmp_path, "NL31,7", nuts=2016, to=2021)
    assert np.isnan(found["NL31"])  # it took a part of NL33, which is not in the file


def test_rates_of_merged_regions_do_not_add_up(tmp_path: Path) -> None:
    rows = wide("HR02,5\nHR05,6\nHR06,7")
    settings = {"columns": {"region": "geo"}, "nuts": 2021, "to": 2016}
    said = refused(tmp_path, rows, measure="unemployment_rate", unit="percent", **settings)
    assert "a rate of a merged region, HR04" in said


def test_a_split_region_is_refused_or_divided_by_residents(tmp_path: Path) -> None:
    settings = {"columns": {"region": "geo"}, "nuts": 2016}
    said = refused(tmp_path, wide("HR04,100"), **settings)
    assert "split into HR02, HR05, HR06" in said
    found = mapped(tmp_path, "HR04,100", nuts=2016, apportion=True)
    assert found == pytest.approx({"HR02": 39.62, "HR05": 29.81, "HR06": 30.57})


def test_what_was_mixed_cannot_be_undone(tmp_path: Path) -> None:
    said = refused(tmp_path, wide("NO08,1"), columns={"region": "geo"}, nuts=2021, to=2016)
    assert "made of parts of NO01, NO02, NO03" in said
    said = refused(
        tmp_path, wide("NL33,1"), columns={"region": "geo"}, nuts=2021, to=2016, apportion=True
    )
    assert "made of parts of NL33" in said


def test_a_code_of_another_version_is_refused_with_its_version(tmp_path: Path) -> None:
    said = refused(tmp_path, wide("FR422,1\nFRF12,1\nFRF99,1"), columns={"region": "geo"})
    assert "2 faults" in said
    assert "value FR422: no code of NUTS 2021; it is one of NUTS 2013; say nuts=2013" in said
    assert "value FRF99: unknown code in every version" in said


def test_a_code_we_hold_no_list_of_is_refused_and_can_be_left_out(tmp_path: Path) -> None:
    rows = wide("FRF12,1\nDE111,1")
    assert "we hold no NUTS3 of DE" in refused(tmp_path, rows, columns={"region": "geo"})
    assert mapped(tmp_path, "FRF12,1\nDE111,1", countries=["FR"]) == {"FRF12": 1.0}


def test_every_share_of_a_region_sums_to_one() -> None:
    changes = nuts_versions().changes
    sums = changes.groupby(["from_version", "from_code"])["share"].sum()
    np.testing.assert_allclose(sums, 1.0, atol=0.0016)  # shifts of villages are left out


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("text", "settings", "words"),
    [
        ("geo,2019\nFRF12,12x3\n", {}, "value '12x3': no number"),
        ('geo,2019\nFRF12,"1,234"\n', {}, "a comma that may stand for thousands"),
        ("geo;2018;2019\nFRF12;1,5;1.5\n", {}, "two decimal signs"),
        ("geo,2019\nFRF12,1\nFRF12,2\n", {}, "stands twice in a year"),
        ("geo,2019,2019\nFRF12,1,2\n", {}, "column stands twice"),
        ("geo,2019\nFRF12,1,2\n", {}, "3 cells, the header has 2"),
        ("geo,2019\n", {}, "no rows"),
        ("geo,jobs\nFRF12,1\n", {}, "its columns are no years"),
        ("region,2019\nFRF12,1\n", {}, "no such column for the region"),
        ("geo,2019\n68,1\n67,2\n", {}, "say codes='departement'"),
        ("geo,2019\n99,1\n", {"codes": "departement"}, "no departement"),
        ("geo,2019\nFRF12,-3\n", {}, "negative"),
        ("geo,2019\nFRF12,1\n", {"nuts": 2010}, "no such version of NUTS here"),
        ("geo,2019\nFRF12,1\n", {"measure": "jobs"}, "column measure, value jobs"),
        ("geo,2019\nFRF12,1\n", {"unit": ""}, "no unit: it is empty"),
        ("geo,2019\nFRF12,1\n", {"unit": None}, "no unit"),
        ("geo;2019\nFRF12;1.500\n", {}, "value '1.500': a point that may stand for thousands"),
        ("geo,2019\nFRF12,inf\n", {}, "value 'inf': no number"),
        ("geo,2019\nFRF12,1e999\n", {}, "no finite number"),
        ("geo,2019\nFRF12,1\n", {"decimal": ";"}, "column decimal"),
        ("geo,2019\nFRF12,1\n", {"levels": "NUTS4"}, "did you mean NUTS"),
        ("geo,2019\nFRF1299,1\n", {"levels": ["NUTS3"]}, "value FRF1299: unknown code"),
        ("geo,2019\nFRF12,1\n", {"countries": ["FX"]}, "column countries, value FX"),
        ("geo,2019\nFRF12,1\n", {"cite": ["nobody_1900"]}, "value nobody_1900"),
        ("geo,2019\nFRF12,1\n", {"where": {"sex": "T"}}, "no such column"),
        ("geo,2019\nEU27_2020,1\n", {}, "no region is left"),
        ("just one column\n1\n", {}, "the header is one column"),
        ("", {}, "the file is empty"),
    ],
)
def test_a_bad_file_is_refused_by_name(
    tmp_path: Path, text: str, settings: dict[str, Any], words: str
) -> None:
    assert words in refused(tmp_path, text, **{"columns": {"region": "geo"}, **settings})


@pytest.mark.parametrize(
    "unit", ["persons", "million persons", "percent", "thousand EUR per person"]
)
def test_a_unit_that_contradicts_the_file_is_refused(tmp_path: Path, unit: str) -> None:
    assert f"value {unit}: the file says THS" in refused(tmp_path, TSV, unit=unit)


@pytest.mark.parametrize("unit", ["MEUR", "EUR million", "million euros"])
def test_a_unit_in_other_words_is_no_contradiction(tmp_path: Path, unit: str) -> None:
    found = read(tmp_path, SDMX, measure="gdp", unit=unit, where={"unit": "MIO_EUR"})
    assert found.units["value"] == unit
    said = refused(tmp_path, SDMX, measure="gdp", unit=unit, where={"unit": "EUR_HAB"})
    assert "the file says EUR_HAB" in said


def test_a_decimal_point_between_semicolons_is_read_where_it_is_said(tmp_path: Path) -> None:
    text = "geo;2019\nFRF12;1.500\n"
    found = read(tmp_path, text, columns={"region": "geo"}, decimal=".")
    assert cells(found)["FRF12", 2019, "TOTAL"][0] == 1.5


def test_one_country_may_be_said_as_a_text(tmp_path: Path) -> None:
    assert mapped(tmp_path, "FRF12,1\nDE111,1", countries="FR", levels="NUTS3") == {"FRF12": 1.0}


def test_a_region_twice_is_listed_once_per_line(tmp_path: Path) -> None:
    text = "geo,2018,2019\nFRF12,1,1\nFRF12,2,2\n"
    assert "1 fault:" in refused(tmp_path, text, columns={"region": "geo"})


def test_a_dimension_with_several_values_must_be_chosen(tmp_path: Path) -> None:
    said = refused(tmp_path, SDMX, measure="gdp")
    assert "choose one with where={'unit': ...}" in said
    assert "EUR_HAB, MIO_EUR" in said
    assert "no such value" in refused(tmp_path, SDMX, where={"unit": "MEUR"})


def test_all_bad_cells_are_named_at_once_with_their_lines(tmp_path: Path) -> None:
    said = refused(tmp_path, "geo,2018,2019\nFRF11,x,1\nFRF12,1,y\n", columns={"region": "geo"})
    assert "2 faults" in said
    assert "row 2" in said
    assert "row 3" in said


def test_no_such_file_is_said_with_its_path() -> None:
    with pytest.raises(InputError, match="no such file"):
        read_regional("nowhere/file.tsv", measure="gdp", unit="MEUR")
