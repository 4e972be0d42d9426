"""The schema of every dataset we hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from econ.data.rules import (
    commitment_rules,
    evidence_rules,
    exchange_rules,
    pledge_rules,
    price_rules,
    source_rules,
)
from econ.data.schema import Column, Schema

__all__ = ["EVIDENCE_UNITS", "REGIONAL_MEASURES", "SCHEMAS"]

NAMED = ""  # the unit is named by the catalogue's entry
BOUNDS = ("exactly", "more than", "at least", "up to", "about", "unstated")
STATUS = (
    "announced",
    "in planning",
    "under construction",
    "executed",
    "past",
    "superseded",
    "ambiguous",
)
RECORDS = ("article", "elsewhere")
CERTAINTY = ("stated", "derived", "judgement")
EVIDENCE_UNITS: Final = ("jobs per direct job", "EUR of GVA per EUR")

_WHO = (
    Column("fact"),
    Column("record", choices=RECORDS),
    Column("actor"),
    Column("label"),
)
_WHERE = (Column("location", empty=True), Column("nuts", empty=True))

PLEDGES = Schema(
    "PLEDGES",
    (
        Column("pledge"),
        *_WHO,
        Column(
            "kind",
            choices=(
                "capital_expenditure",
                "equity",
                "public_funding",
                "aggregate",
                "unquantified",
            ),
        ),
        Column(
            "amount", "number", "million units of the currency as announced", True, positive=True
        ),
        Column("bound", choices=BOUNDS),
        Column(
            "amount_low",
            "number",
            "million units of the currency as announced",
            True,
            positive=True,
        ),
        Column(
            "amount_high",
            "number",
            "million units of the currency as announced",
            True,
            positive=True,
        ),
        Column("currency", empty=True),
        Column("announced", "date", empty=True),
        Column("deadline", "date", empty=True),
        *_WHERE,
        Column("status", choices=STATUS),
        Column("parent", empty=True),
        Column("same_as", empty=True),
        Column("share_parameter", empty=True),
        Column("certainty", choices=CERTAINTY),
        Column("source"),
        Column("note", empty=True),
    ),
    key=("pledge",),
    rules=(pledge_rules, source_rules),
)
COMMITMENTS = Schema(
    "COMMITMENTS",
    (
        Column("commitment"),
        *_WHO,
        Column(
            "kind",
            choices=(
                "jobs_permanent",
                "jobs_construction",
                "people_trained",
                "firms_supported",
                "equipment",
            ),
        ),
        Column("amount", "number", "the row's unit", True, positive=True),
        Column("bound", choices=BOUNDS),
        Column("amount_low", "number", "the row's unit", True, positive=True),
        Column("amount_high", "number", "the row's unit", True, positive=True),
        Column("unit", choices=("persons", "firms", "GPU")),
        Column("announced", "date", empty=True),
        Column("deadline", "date", empty=True),
        *_WHERE,
        Column("status", choices=STATUS),
        Column("pledge", empty=True),
        Column("same_as", empty=True),
        Column("certainty", choices=CERTAINTY),
        Column("source"),
        Column("note", empty=True),
    ),
    key=("commitment",),
    rules=(commitment_rules, source_rules),
)
CONTEXT = Schema(
    "CONTEXT",
    (
        *_WHO,
        Column("kind"),
        Column("date", empty=True),
        Column("location", empty=True),
        Column("nuts", empty=True),
        Column("why_unused"),
        Column("source"),
        Column("note", empty=True),
    ),
    key=("fact", "label"),
    rules=(source_rules,),
)
CORRECTIONS = Schema(
    "CORRECTIONS",
    (
        Column("fact"),
        Column("verdict", choices=("wrong", "doubtful", "imprecise", "omitted", "consistent")),
        Column("article_says"),
        Column("other_sources_say"),
        Column("source", empty=True),
        Column("judgement", "flag"),
    ),
    key=("fact", "article_says"),
    rules=(source_rules,),
)
FLOWS = Schema(
    "FLOWS",
    (
        Column("row"),
        Column("column"),
        Column("block", choices=("domestic", "imported", "primary", "total")),
        Column("value", "number", NAMED),
    ),
    key=("row", "column", "block"),
)
SATELLITES = Schema(
    "SATELLITES",
    (
        Column("product"),
        Column("satellite"),
        Column("year", "integer"),
        Column("value", "number", NAMED, positive=True),
    ),
    key=("product", "satellite", "year"),
)
REGIONAL_MEASURES: Final = (
    "employment",
    "employees",
    "hours",
    "compensation",
    "gva",
    "gdp",
    "investment",
    "population",
    "unemployment",
    "unemployment_rate",
)
_REGIONAL = (
    Column("region"),
    Column("level", choices=("NUTS0", "NUTS1", "NUTS2", "NUTS3")),
    Column("year", "integer"),
    Column("industry"),
    Column("measure", choices=REGIONAL_MEASURES),
    Column("value", "number", empty=True, positive=True),
    Column("unit"),
    Column("flag", empty=True),
)
REGIONAL_ACCOUNTS = Schema(
    "REGIONAL_ACCOUNTS", _REGIONAL, key=("region", "year", "industry", "measure")
)
REGIONAL_PANEL = Schema(
    "REGIONAL_PANEL",
    (*_REGIONAL, Column("base", "integer"), Column("vintage"), Column("source")),
    key=("region", "year", "industry", "measure", "base"),
)
NEIGHBOURS = Schema(
    "NEIGHBOURS",
    (
        Column("region"),
        Column("neighbour"),
        Column("rank", "integer"),
        Column("km", "number", "km", positive=True),
    ),
    key=("region", "neighbour"),
)
NUTS_CODES = Schema(
    "NUTS_CODES",
    (
        Column("code"),
        Column("level", choices=("NUTS0", "NUTS1", "NUTS2", "NUTS3")),
        Column("since", "integer"),
        Column("until", "integer"),
    ),
    key=("code",),
)
NUTS_CHANGES = Schema(
    "NUTS_CHANGES",
    (
        Column("from_version", "integer"),
        Column("from_code"),
        Column("to_version", "integer"),
        Column("to_code"),
        Column("share", "number", "share of residents", positive=True),
        Column("source"),
    ),
    key=("from_version", "from_code", "to_code"),
    rules=(source_rules,),
)
PRICES = Schema(
    "PRICES",
    (
        Column("currency"),
        Column("year", "integer"),
        Column("series", choices=("gdp_deflator", "cpi")),
        Column("percent_change", "number", "percent per year"),
        Column("source"),
    ),
    key=("currency", "year", "series"),
    rules=(price_rules, source_rules),
)
EXCHANGE_RATES = Schema(
    "EXCHANGE_RATES",
    (
        Column("currency"),
        Column("period"),
        Column("frequency", choices=("annual", "daily")),
        Column("rate", "number", "units of the currency per EUR", positive=True),
        Column("observations", "integer", "fixings"),
        Column("source"),
    ),
    key=("currency", "period"),
    rules=(exchange_rules, source_rules),
)
PLACES = Schema(
    "PLACES",
    (
        Column("region"),
        Column("departement"),
        Column("longitude", "number", "degrees east"),
        Column("latitude", "number", "degrees north"),
        Column("area_km2", "number", "km2", positive=True),
        Column("source"),
    ),
    key=("region",),
    rules=(source_rules,),
)
RECORD = Schema(
    "RECORD",
    (
        Column("commitment"),
        Column("as_of", "date"),
        Column(
            "state", choices=("completed", "in progress", "not begun", "nothing known", "abandoned")
        ),
        Column("amount", "number", "the row's unit", True, positive=True),
        Column("unit", choices=("persons", "firms", "GPU")),
        Column("source"),
        Column("note", empty=True),
    ),
    key=("commitment", "as_of"),
    rules=(source_rules,),
)
EVIDENCE = Schema(
    "EVIDENCE",
    (
        Column("row"),
        Column("claim"),
        Column("measure", choices=(*EVIDENCE_UNITS, "not comparable")),
        Column("reported", "number", "the row's reported unit"),
        Column("reported_low", "number", "the row's reported unit"),
        Column("reported_high", "number", "the row's reported unit"),
        Column("reported_unit"),
        Column("counts_direct", "flag"),
        Column("std_error", "number", "the row's reported unit", empty=True, positive=True),
        Column("range_basis", choices=("published", "memory", "judgement")),
        Column("kind", choices=("estimate", "review", "model", "claim")),
        Column("geography"),
        Column("year", "integer"),
        Column("use", "flag"),
        Column("why", empty=True),
        Column("verified", "flag"),
        Column("source", empty=True),
        Column("note", empty=True),
    ),
    key=("row",),
    rules=(evidence_rules,),
)
TILES = Schema(
    "TILES",
    (Column("region"), Column("column", "integer"), Column("row", "integer")),
    key=("region",),
)
CLASSIFICATION = Schema(
    "CLASSIFICATION",
    (Column("code"), Column("label"), Column("group")),
    key=("code",),
)

SCHEMAS: Final[Mapping[str, Schema]] = {
    schema.name: schema
    for schema in (
        PLEDGES,
        COMMITMENTS,
        CONTEXT,
        CORRECTIONS,
        FLOWS,
        SATELLITES,
        REGIONAL_ACCOUNTS,
        REGIONAL_PANEL,
        NEIGHBOURS,
        NUTS_CODES,
        NUTS_CHANGES,
        PRICES,
        EXCHANGE_RATES,
        PLACES,
        RECORD,
        EVIDENCE,
        TILES,
        CLASSIFICATION,
    )
}
