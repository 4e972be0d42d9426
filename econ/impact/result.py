"""`ImpactResult`: what a shock does, as one tidy frame and the draws behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.impact.blocks import Block, factors_of
from econ.impact.factored import scaled, selected
from econ.impact.joint import Group, write_joint_draws
from econ.impact.response import EFFECTS, MEASURES, PHASES, Response
from econ.quantity.axes import Axis
from econ.quantity.notebook import open_cell, shown, sources_note
from econ.quantity.prices import Prices, convert
from econ.quantity.provenance import Provenance
from econ.quantity.units import Unit
from econ.quantity.wording import in_words

__all__ = ["COLUMNS", "EFFECTS", "MEASURES", "PHASES", "ImpactResult", "Response"]

Array = npt.NDArray[np.float64]

COLUMNS: Final = (
    "scenario",
    "model",
    "pledge",
    "phase",
    "measure",
    "effect",
    "region",
    "product",
    "year",
    "value",
    "low",
    "high",
    "unit",
)
DIMENSIONS: Final = ("pledge", "phase", "effect", "region", "product", "year")


@dataclass(frozen=True, repr=False)
class ImpactResult:
    """What a shock does to an economy: one tidy frame, and the draws behind it.

    Parameters
    ----------
    scenario, model : str
    products : Axis
    years : tuple of int
    units : mapping of str to Unit
        Unit of every measure in a single year.
    responses : tuple of Response
    provenance : Provenance
    """

    scenario: str
    model: str
    products: Axis
    years: tuple[int, ...]
    units: Mapping[str, Unit]
    responses: tuple[Response, ...]
    provenance: Provenance = field(default_factory=Provenance)

    def __post_init__(self) -> None:
        found = {
            "measure": (self.units, MEASURES),
            "phase": ([response.phase for response in self.responses], PHASES),
            "effect": ([e for response in self.responses for e in response.effects], EFFECTS),
        }
        InputError.raise_if(
            [
                Fault("impact", column, "unknown", nearest(value, known), value=value)
                for column, (values, known) in found.items()
                for value in dict.fromkeys(values)
                if value not in known
            ]
        )

    @cached_property
    def pledges(self) -> tuple[str, ...]:
        """Pledges in the order of the shock."""
        return tuple(dict.fromkeys(response.pledge for response in self.responses))

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Regions in the order of the responses."""
        return tuple(dict.fromkeys(response.region for response in self.responses))

    def __repr__(self) -> str:
        """Return scenario, model, years and draws: the numbers are too many for a line."""
        span = f"{self.years[0]} to {self.years[-1]}" if self.years else "no years"
        return (
            f"{type(self).__name__} {self.scenario!r} of {self.model}: "
            f"{len(self.pledges)} pledges, {span}, {max(self._columns() - 1, 0)} draws"
        )

    def _repr_html_(self) -> str:
        """Return totals over all years by phase and measure, as a notebook shows them."""
        rows = [
            (
                row["phase"],
                row["measure"],
                open_cell(row["value"], row["low"], row["high"], unit),
                unit,
            )
            for row in self.by("phase").to_dict("records")
            for unit in [in_words(row["unit"])]
        ]
        span = f"{self.years[0]} to {self.years[-1]}" if self.years else "no years"
        title = f"{self.scenario}, {self.model}, {span}, {max(self._columns() - 1, 0)} draws"
        notes = [
            "Sums over all years; 5 % to 95 % of the draws.",
            sources_note(self.provenance.sources),
        ]
        return shown(title, ("Phase", "Measure", "Value", "Unit"), rows, notes)

    def frame(self) -> pd.DataFrame:
        """Return the tidy frame with the columns of `COLUMNS`; all-zero rows are left out."""
        return self.by(*DIMENSIONS)

    def by(self, *dimensions: str, measures: Iterable[str] | None = None) -> pd.DataFrame:
        """Sum over every dimension that is not named.

        Parameters
        ----------
        *dimensions : str
            Some of ``pledge, phase, effect, region, product, year``. A dimension that is summed
            reads ``_T`` in the frame; a sum over years has year 0, and persons become job-years.
        measures : iterable of str, optional
            All measures where left out.

        Returns
        -------
        pandas.DataFrame
            With the columns of `COLUMNS`.
        """
        _check_dimensions(dimensions)
        wanted = self._measures(measures)
        blocks = [
            block.columns() for measure in wanted for block in self._blocks(measure, dimensions)
        ]
        if not blocks:
            return pd.DataFrame(columns=list(COLUMNS))
        whole = {name: np.concatenate([block[name] for block in blocks]) for name in COLUMNS}
        texts = [name for name in COLUMNS if whole[name].dtype == object]
        return pd.DataFrame(whole).astype(dict.fromkeys(texts, "str"))

    def draws(
        self,
        measure: str,
        *,
        pledges: Iterable[str] | None = None,
        phase: str | None = None,
        effect: str | None = None,
        regions: Iterable[str] | None = None,
        years: Iterable[int] | None = None,
    ) -> Array:
        """Return the total of a measure, central value first and then every draw, shape (c,).

        Where several years are given (or none, meaning all) the total is a sum over years: persons
        become job-years.
        """
        (name,) = self._measures([measure])
        pledges = None if pledges is None else [str(pledge) for pledge in pledges]
        regions = None if regions is None else [str(region) for region in regions]
        years = None if years is None else [int(year) for year in years]
        chosen: dict[str, tuple[Sequence[Any] | None, Iterable[Any]]] = {
            "pledge": (pledges, self.pledges),
            "phase": (None if phase is None else [phase], PHASES),
            "effect": (None if effect is None else [effect], EFFECTS),
            "region": (regions, self.regions),
            "year": (years, self.years),
        }
        faults = [
            Fault("impact", column, "nothing chosen", "choose at least one, or leave it out")
            for column, (values, _) in chosen.items()
            if values is not None and len(values) == 0
        ]
        faults += [
            Fault("impact", column, "no such choice", nearest(value, known), value=value)
            for column, (values, known) in chosen.items()
            for value in values or ()
            if value not in known
        ]
        InputError.raise_if(faults)
        wanted = list(self.years) if years is None else list(years)
        rows = [index for index, year in enumerate(self.years) if year in wanted]
        total = np.zeros(self._columns())
        # The areas of a part share its timing.
        timing: dict[int, Array] = {}
        for response in self.responses:
            if pledges is not None and response.pledge not in pledges:
                continue
            if phase is not None and response.phase != phase:
                continue
            if regions is not None and response.region not in regions:
                continue
            late = timing.get(id(response.profile))
            if late is None:
                late = timing[id(response.profile)] = response.profile[rows].sum(axis=0)
            sizes = response.totals(name)
            for index, found in enumerate(response.effects):
                if effect is None or found == effect:
                    total += sizes[index] * late
        return total

    def without(self, effect: str, model: str) -> ImpactResult:
        """Return this result without one effect, under the name of the model that lacks it.

        Nothing is computed again: the open model is the closed one without its induced effect.
        """
        responses = []
        for response in self.responses:
            kept = [index for index, name in enumerate(response.effects) if name != effect]
            responses.append(
                replace(
                    response,
                    effects=tuple(response.effects[index] for index in kept),
                    values=selected(response.values, kept),
                    weight=response.weight[kept],
                )
            )
        return replace(self, model=model, responses=tuple(responses))

    def to_prices(self, unit: Unit, prices: Prices) -> ImpactResult:
        """Return this result with money in another currency, scale or price year."""
        factors, units = {}, {}
        for measure, old in self.units.items():
            new = replace(unit, valuation=old.valuation) if old.is_money else old
            units[measure] = new
            factors[measure] = convert(1.0, old, new, prices) if old.is_money else 1.0
        responses = tuple(
            replace(response, values=scaled(response.values, factors))
            for response in self.responses
        )
        provenance = self.provenance.step(f"money expressed in {unit}")
        return replace(self, units=units, responses=responses, provenance=provenance)

    def _columns(self) -> int:
        return self.responses[0].profile.shape[-1] if self.responses else 1

    def _measures(self, measures: Iterable[str] | None) -> list[str]:
        names = list(self.units) if measures is None else list(dict.fromkeys(measures))
        InputError.raise_if(
            [
                Fault("impact", "measure", "no such measure", nearest(name, self.units), value=name)
                for name in names
                if name not in self.units
            ]
        )
        return names

    def write_draws(
        self, path: str | Path, *dimensions: str, measures: Iterable[str] | None = None
    ) -> Path:
        """Write every draw of every cell as Parquet, for anyone's own analysis.

        Rows are written in groups of bounded size, so that many draws of many cells need little
        memory. Within a cell and year they run from draw 0, the central value, to the last; the
        same draw of two cells is one possible world, so sums and ratios of cells are taken draw by
        draw.

        Parameters
        ----------
        path : str or Path
        *dimensions : str
            As in `by`: what is not named is summed and reads ``_T``, a sum over years year 0.
        measures : iterable of str, optional
            All measures where left out.

        Returns
        -------
        Path
            Columns ``draw, scenario, model, pledge, phase, measure, effect, region, product, year,
            value, unit``; `econ.read_parquet` reads it with its sources.

        Raises
        ------
        InputError
            When a dimension or measure is unknown.
        """
        _check_dimensions(dimensions)
        wanted = self._measures(measures)
        if not isinstance(path, str | Path):
            mend = 'give the path of the file, such as "net.parquet"'
            raise InputError.one("write_draws", "path", "no path", mend, value=repr(path)[:80])
        groups = (
            self._group(texts, members, dimensions)
            for measure in wanted
            for texts, members in self._groups(measure, dimensions)
        )
        write_joint_draws(Path(path), groups, self.provenance.step("joint draws"))
        return Path(path)

    def _group(
        self, texts: Mapping[str, str], members: Sequence[Response], dimensions: Sequence[str]
    ) -> Group:
        return Group(
            texts=texts,
            members=members,
            products=self.products.labels if "product" in dimensions else ("_T",),
            years=self.years if "year" in dimensions else (0,),
            by_effect="effect" in dimensions,
        )

    def _groups(
        self, measure: str, dimensions: Sequence[str]
    ) -> Iterator[tuple[dict[str, str], list[Response]]]:
        """Return what rows share, and the responses they are made of, by pledge, phase, region."""
        groups: dict[tuple[str, ...], list[Response]] = {}
        for response in self.responses:
            key = tuple(
                getattr(response, name) if name in dimensions else "_T"
                for name in ("pledge", "phase", "region")
            )
            groups.setdefault(key, []).append(response)
        unit = self.units[measure]
        unit = unit if "year" in dimensions else unit.summed_over_years()
        for (pledge, phase, region), members in groups.items():
            texts = {
                "scenario": self.scenario,
                "model": self.model,
                "pledge": pledge,
                "phase": phase,
                "measure": measure,
                "region": region,
                "unit": str(unit),
            }
            yield texts, members

    def _blocks(self, measure: str, dimensions: Sequence[str]) -> Iterator[Block]:
        """Return the cells in which anything happens, by pledge, phase and region."""
        effects = list(EFFECTS) if "effect" in dimensions else ["_T"]
        products = list(self.products.labels) if "product" in dimensions else ["_T"]
        years = self.years if "year" in dimensions else (0,)
        for texts, members in self._groups(measure, dimensions):
            factors = [factors_of(response, measure, dimensions) for response in members]
            # Cells (effect, product) and years in which anything happens at all.
            cells = np.nonzero(np.logical_or.reduce([size.any(axis=-1) for size, _ in factors]))
            when = np.flatnonzero(np.logical_or.reduce([late.any(axis=-1) for _, late in factors]))
            yield Block(
                texts=texts,
                effects=[effects[row] for row in cells[0]],
                products=[products[row] for row in cells[1]],
                years=[years[row] for row in when],
                parts=[(size[cells], late[when]) for size, late in factors],
            )


def _check_dimensions(dimensions: Sequence[str]) -> None:
    InputError.raise_if(
        [
            Fault("by", "dimension", "unknown", nearest(name, DIMENSIONS), value=name)
            for name in dimensions
            if name not in DIMENSIONS
        ]
    )
