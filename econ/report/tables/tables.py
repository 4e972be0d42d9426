"""Every table of the report; `TABLES` finds the function that makes it by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Final

import pandas as pd

from econ.data.store import parquet_bytes
from econ.report.contents import Contents
from econ.report.tables import (
    doubt,
    energy,
    inputs,
    money,
    national,
    people,
    places,
    promises,
    public_money,
    purse,
    questions,
    record,
)
from econ.report.tables.schema import conformed, schemas

__all__ = ["REPORT", "TABLES", "ReportTable", "impacts", "units_of"]

Maker = Callable[[Contents], pd.DataFrame]
PER_ROW: Final = "as the row's unit says"


class Keys(tuple[str, ...]):
    """Keys of publications. pandas copies what a frame carries at every step: this is itself."""

    __slots__ = ()

    def __deepcopy__(self, memo: object) -> Keys:
        """Return the same."""
        return self


def impacts(contents: Contents) -> pd.DataFrame:
    """Return every impact row of both models, gross and net, and of the programmes.

    The open model's rows are the closed model's without the induced effect.
    """
    frames = []
    for closed, opened in (
        (contents.gross, contents.gross_open),
        (contents.net, contents.net_open),
    ):
        rows = closed.frame()
        frames += [rows[rows["effect"] != "induced"].assign(model=opened.model), rows]
    return pd.concat([*frames, contents.programmes.frame()], ignore_index=True)


def _sourced(table: Maker) -> Maker:
    """Return what makes a table whose ``attrs`` name the publications it rests on."""

    @wraps(table)
    def made(contents: Contents) -> pd.DataFrame:
        frame = table(contents)
        frame.attrs["sources"] = Keys(sorted(contents.provenance.sources))
        return frame

    return made


_TABLES: Final[Mapping[str, Maker]] = {
    "headline": national.headline,
    "effects": national.effects,
    "pledges": inputs.pledges,
    "destinations": money.destinations,
    "kept_at_home": money.kept_at_home,
    "flows": money.flows,
    "flow_nodes": money.flow_nodes,
    "by_year": national.by_year,
    "by_product": national.by_product,
    "by_region": places.by_region,
    "sites": places.sites,
    "own_shares": places.own_shares,
    "by_method": places.by_method,
    "tiles": places.tiles,
    "tile_values": places.tile_values,
    "bridge": national.bridge,
    "attribution": questions.attribution,
    "present_values": questions.present_values,
    "promises": promises.promises,
    "crosschecks": promises.crosschecks,
    "record": promises.record,
    "benchmarks": promises.benchmarks,
    "model_and_record": record.model_and_record,
    "pooled": record.pooled,
    "two_answers": record.two_answers,
    "calibration": record.calibration,
    "regressions": record.regressions,
    "programmes": promises.programmes,
    "purse": purse.purse,
    "purse_by_level": purse.purse_by_level,
    "purse_by_year": purse.purse_by_year,
    "incomes": purse.incomes,
    "levies": purse.levies,
    "public_money": public_money.public_money,
    "people": people.people,
    "pay_by_product": people.pay_by_product,
    "electricity": energy.electricity,
    "carbon": energy.carbon,
    "energy_demand": energy.energy_demand,
    "bill": inputs.bill,
    "sensitivity": doubt.sensitivity,
    "drivers": doubt.drivers,
    "chances": doubt.chances,
    "variants": doubt.variants,
    "readings": doubt.readings,
    "assumptions": inputs.assumptions,
    "sources": inputs.sources,
}

TABLES: Final[Mapping[str, Maker]] = {name: _sourced(table) for name, table in _TABLES.items()}


@dataclass(frozen=True)
class ReportTable:
    """One table of a report: who makes it, what its columns are, and how it is written.

    Parameters
    ----------
    name : str
        Of its file, ``name.parquet``, and of its schema.
    make : callable
        From `Contents` to a frame; one without columns where the study has nothing for it.
    """

    name: str
    make: Maker

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.name}.parquet"

    @property
    def columns(self) -> Mapping[str, str]:
        """Type of every column in order, as ``econ report schema`` prints it."""
        return schemas()[self.name]

    def parquet(self, frame: pd.DataFrame, contents: Contents) -> bytes:
        """Return the bytes of its file: columns of the schema, units, and the answer's sources.

        Parameters
        ----------
        frame : pandas.DataFrame
            As `make` gives it.
        contents : Contents
            The answer it was made of.
        """
        held = conformed(frame, self.name)
        return parquet_bytes(
            held,
            units=units_of(held),
            provenance=contents.provenance.step(f"report of {contents.name}"),
            schema=f"REPORT_{self.name.upper()}",
        )


def units_of(frame: pd.DataFrame) -> Mapping[str, str]:
    """Return the unit of every column of numbers of a report table: its rows say it."""
    numbers = [
        name for name in frame.columns if frame[name].dtype == "float64" and "unit" in frame.columns
    ]
    return dict.fromkeys(numbers, PER_ROW)


# What `econ run` and `econ report build` write alike.
REPORT: Final[Mapping[str, ReportTable]] = {
    name: ReportTable(name, make) for name, make in {"impacts": impacts, **TABLES}.items()
}
