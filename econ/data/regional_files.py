"""`read_regional`: any long or wide regional file into the schema REGIONAL_ACCOUNTS."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pandas as pd

from econ.data.catalogue import Catalogue, catalogue
from econ.data.codes import ALL_INDUSTRIES
from econ.data.dataset import Dataset
from econ.data.nuts import LEVELS, Nuts, level_of
from econ.data.nuts_mapping import map_nuts
from econ.data.regional_text import RegionalText, number_of, read_bytes, regional_text
from econ.data.regional_units import unit_faults
from econ.data.rules import Known
from econ.data.schemas import REGIONAL_MEASURES, SCHEMAS
from econ.errors import Fault, InputError, nearest
from econ.quantity.provenance import Provenance

__all__ = ["CURRENT", "nuts_versions", "read_regional"]

CURRENT: Final = 2021  # the version of our own regions
INDUSTRY: Final = ("nace_r2", "NACE_R2", "industry", "na_item")
UNITS: Final = ("unit", "UNIT", "unit_measure", "UNIT_MEASURE")
AGGREGATES: Final = ("EU", "EA", "EFTA", "EEA")
ADMINISTRATIVE: Final = ("DATAFLOW", "LAST UPDATE", "STRUCTURE", "STRUCTURE_ID", "CONF_STATUS")
DECIMALS: Final = (".", ",")
FEW: Final = 20


def nuts_versions(data: Catalogue | None = None) -> Nuts:
    """Return the versions of NUTS we hold, with their codes and changes."""
    held = catalogue() if data is None else data
    return Nuts(held.read("nuts_codes").frame, held.read("nuts_changes").frame)


def read_regional(
    source: str | Path,
    *,
    measure: str,
    unit: str | None = None,
    nuts: int = CURRENT,
    to: int = CURRENT,
    codes: str = "nuts",
    where: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
    industry: str = "",
    decimal: str | None = None,
    countries: str | Iterable[str] = (),
    levels: str | Iterable[str] = (),
    apportion: bool = False,
    cite: Sequence[str] = (),
) -> Dataset:
    """Read a regional file: Eurostat TSV or SDMX-CSV, INSEE CSV, or any long or wide table.

    The layout is read off the header. A code that is not one of the version named is refused with
    the version it belongs to, and nothing is mapped by guess.

    Parameters
    ----------
    source : str or Path
        A path, or an address that begins with http; gzip is unpacked.
    measure : str
        ``employment``, ``gdp``, ``gva``, ``unemployment_rate`` ...
    unit : str, optional
        Of the values; where left out it is the file's own, if it has one. One that contradicts the
        file's own is refused.
    nuts : int
        Version of the codes in the file: 2013, 2016, 2021 or 2024.
    to : int
        Version of the result.
    codes : {"nuts", "departement"}
        What stands in the column of the region: NUTS codes, or INSEE's of French departements.
    where : mapping of str to str, optional
        Which value to keep of a dimension that has several: ``{"unit": "MIO_EUR"}``.
    columns : mapping of str to str, optional
        The file's own names of ``region``, ``year``, ``value``; a wide file needs ``region`` only.
    industry : str
        The column of the industry; where left out, ``nace_r2`` if the file has it, else all rows
        are totals.
    decimal : {".", ","}, optional
        The decimal sign; where left out, the comma in a file set apart by semicolons and the point
        in all others.
    countries, levels : str or iterable of str
        Which regions to keep: ``["FR"]``, ``["NUTS3"]``; all where left out.
    apportion : bool
        Whether a region that was split is divided by residents; such values are flagged ``e``.
    cite : sequence of str
        Keys of ``references.toml``.

    Returns
    -------
    Dataset
        Of the schema REGIONAL_ACCOUNTS; its provenance says what was renamed, added up, left out.

    Raises
    ------
    InputError
        With every cell that is no number, every code that is unknown or of another version, every
        dimension with several values, and every region twice in a year.
    """
    held = catalogue()
    raw, name = read_bytes(source)
    versions, ranks = nuts_versions(held), _listed(levels)
    faults = versions.version_faults(nuts, "nuts", name) + versions.version_faults(to, "to", name)
    for column, value, known in (
        ("measure", measure, REGIONAL_MEASURES),
        ("codes", codes, ("nuts", "departement")),
        *(("levels", level, tuple(LEVELS.values())) for level in ranks),
        *(("decimal", sign, DECIMALS) for sign in (() if decimal is None else (decimal,))),
        *(("source", key, sorted(held.sources)) for key in cite),
    ):
        if value not in known:
            faults.append(Fault(name, column, "unknown", nearest(value, known), value=value))
    if unit is not None and not unit.strip():
        mend = "leave unit= out, or say it, for example 'thousand persons'"
        faults.append(Fault(name, "unit", "no unit: it is empty", mend))
    InputError.raise_if(faults)
    text = regional_text(raw, name, dict(columns or {}))
    text = text if decimal is None else replace(text, decimal=decimal)
    long = _chosen(text, name, where or {}, industry, unit)
    if codes == "departement":
        long = _from_departements(long, held, name)
        nuts = CURRENT
    long, dropped = _kept(long, _listed(countries), ranks, name)
    InputError.raise_if(_code_faults(long, versions, nuts, name))
    frame = _typed(long, text, measure, name)
    frame, mapped = map_nuts(frame, versions, nuts, to, apportion=apportion, file=name)
    frame = frame.sort_values(["region", "year", "industry"], ignore_index=True)
    steps = [f"read {name}, {text.layout}, {text.encoding}, decimal {text.decimal}"]
    steps += [f"NUTS {nuts}" + (f" to {to}: {'; '.join(mapped)}" if to != nuts else "")]
    steps += [f"left out: {', '.join(dropped)}"] if dropped else []
    units = {"value": ", ".join(dict.fromkeys(frame["unit"]))}
    provenance = Provenance(frozenset(cite), tuple(steps))
    return Dataset(name, frame, SCHEMAS["REGIONAL_ACCOUNTS"], provenance, units, Known())


def _chosen(
    text: RegionalText, name: str, where: Mapping[str, str], industry: str, unit: str | None
) -> pd.DataFrame:
    """Return region, year, cell, industry, unit and flag of the rows asked for."""
    frame = text.frame.assign(stated="" if text.flags is None else text.flags)
    taken = {"region", "year", "cell", "stated", *ADMINISTRATIVE}
    faults = [
        Fault(name, column, "no such column", nearest(column, frame.columns), value=value)
        for column, value in where.items()
        if column not in frame.columns
    ]
    if industry and industry not in frame.columns:
        mend = nearest(industry, frame.columns)
        faults.append(Fault(name, "industry", "no such column", mend, value=industry))
    InputError.raise_if(faults)
    for column, value in where.items():
        present = sorted(set(frame[column]))
        if value not in present:
            mend = nearest(value, present)
            raise InputError.one(name, column, "no such value", mend, value=value)
        frame = frame[frame[column] == value]
    branch = industry or next((c for c in INDUSTRY if c in frame.columns), "")
    stated = next((c for c in UNITS if c in frame.columns), "")
    several = {
        column: sorted(set(frame[column]))
        for column in frame.columns
        if column not in {*taken, branch} and _varies_within_regions(frame, column)
    }
    if several and frame.duplicated(["region", "year", *([branch] if branch else [])]).any():
        faults = [
            Fault(
                name,
                column,
                f"{len(values)} values for one region and year",
                f"choose one with where={{'{column}': ...}}",
                value=", ".join(values[:8]) + (", ..." if len(values) > 8 else ""),
            )
            for column, values in several.items()
        ]
        InputError.raise_if(faults)
    if not unit and not stated:
        raise InputError.one(name, "unit", "no unit", "say unit=, for example 'thousand persons'")
    if unit and stated:
        InputError.raise_if(unit_faults(frame[stated].str.strip(), unit, name))
    return pd.DataFrame(
        {
            "region": frame["region"].str.strip(),
            "year": frame["year"].str.strip(),
            "cell": frame["cell"],
            "industry": frame[branch].str.strip() if branch else ALL_INDUSTRIES,
            "unit": unit or frame[stated],
            "flag": frame["stated"].str.strip(),
        }
    )


def _listed(names: str | Iterable[str]) -> list[str]:
    """Return names as a list; one name alone is a list of it."""
    return [names] if isinstance(names, str) else list(names)


def _varies_within_regions(frame: pd.DataFrame, column: str) -> bool:
    """Return whether a dimension has several values in one region: a label of it has not."""
    return bool(frame[["region", column]].drop_duplicates().duplicated("region").any())


def _from_departements(long: pd.DataFrame, held: Catalogue, name: str) -> pd.DataFrame:
    """Return the rows with INSEE's codes of departements turned into NUTS 3."""
    places = held.read("places_france").frame
    known = dict(zip(places["departement"], places["region"], strict=True))
    shown = long["region"].str.removeprefix("DEP-").str.replace(r"^\d{4}-DEP-", "", regex=True)
    unknown = shown[~shown.isin(known)]
    InputError.raise_if(
        [
            Fault(name, "region", "no departement", nearest(code, known), int(str(line)), code)
            for line, code in unknown.drop_duplicates().head(FEW).items()
        ]
    )
    return long.assign(region=shown.map(known))


def _kept(
    long: pd.DataFrame, countries: Sequence[str], levels: Sequence[str], name: str
) -> tuple[pd.DataFrame, list[str]]:
    """Return rows of the countries and levels asked for, and which codes are no regions."""
    wanted, ranks = set(countries), {*levels, ""}  # what has no level is named as no code
    aggregate = long["region"].str.startswith(AGGREGATES) & (long["region"].map(level_of) == "")
    aggregate |= long["region"].str.startswith(("EU2", "EA1", "EA2"))
    extra = long["region"].str.contains(r"^[A-Z]{2}Z+$")
    dropped = sorted(set(long.loc[aggregate | extra, "region"]))
    kept = long[~(aggregate | extra)]
    present = sorted(set(kept["region"].str[:2]))
    InputError.raise_if(
        [
            Fault(
                name, "countries", "no region of it here", nearest(country, present), None, country
            )
            for country in sorted(wanted - set(present))
        ]
    )
    if wanted:
        kept = kept[kept["region"].str[:2].isin(wanted)]
    if levels:
        kept = kept[kept["region"].map(level_of).isin(ranks)]
    if kept.empty:
        mend = "check countries and levels, and what the column of the region holds"
        shown = ", ".join(sorted(set(long["region"]))[:8])
        raise InputError.one(name, "region", "no region is left", mend, value=shown)
    return kept, dropped


def _code_faults(long: pd.DataFrame, versions: Nuts, nuts: int, name: str) -> list[Fault]:
    first = long["region"].drop_duplicates()
    faults = [
        fault
        for line, code in first.items()
        for fault in versions.code_faults(str(code), nuts, name, int(str(line)))
    ]
    if faults and len(faults) == len(first) and first.str.fullmatch(r"\d{2,3}|2[AB]").all():
        mend = "say codes='departement'"
        return [Fault(name, "region", "codes of departements, not of NUTS", mend)]
    more = len(faults) - FEW
    if more > 0:
        faults = faults[:FEW]
        mend = "mend the first ones, or choose countries and levels"
        faults.append(Fault(name, "region", f"{more} more codes like these", mend))
    return faults


def _typed(long: pd.DataFrame, text: RegionalText, measure: str, name: str) -> pd.DataFrame:
    faults = []
    numbers, flags = [], []
    for line, cell, stated in zip(long.index, long["cell"], long["flag"], strict=True):
        value, beside, wrong = number_of(cell, text.decimal)
        numbers.append(value)
        flags.append(beside or stated)
        if wrong:
            mend = "write digits with one decimal sign, or : where there is none"
            faults.append(Fault(name, "value", wrong, mend, int(str(line)), repr(cell)))
    if text.decimal == ",":
        signs = {sign: long["cell"].str.contains(sign, regex=False) for sign in ",."}
        if all(found.any() for found in signs.values()):
            mend = "write all numbers with the same decimal sign"
            lines = [int(str(long.index[found.to_numpy()][0])) for found in signs.values()]
            problem = "two decimal signs in one file"
            faults.append(Fault(name, "value", problem, mend, min(lines)))
    years = long["year"].str.fullmatch(r"\d{4}")
    faults += [
        Fault(name, "year", "no year", "give yearly data as YYYY", int(str(line)), year)
        for line, year in long.loc[~years, "year"].head(FEW).items()
    ]
    keys = ["region", "year", "industry"]
    twice = long.duplicated(keys) & ~long.reset_index().duplicated(["index", "region"]).to_numpy()
    faults += [
        Fault(name, "region", "stands twice in a year", "keep one row", int(str(line)), code)
        for line, code in long.loc[twice, "region"].head(FEW).items()
    ]
    InputError.raise_if(faults)
    return pd.DataFrame(
        {
            "region": long["region"].to_numpy(),
            "level": [level_of(code) for code in long["region"]],
            "year": long["year"].astype("int64").to_numpy(),
            "industry": long["industry"].to_numpy(),
            "measure": measure,
            "value": pd.array(numbers, dtype="float64").to_numpy(),
            "unit": long["unit"].to_numpy(),
            "flag": flags,
        }
    ).astype(dict.fromkeys(("region", "level", "industry", "measure", "unit", "flag"), "str"))
