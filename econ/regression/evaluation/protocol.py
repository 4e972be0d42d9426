"""`Protocol`: an evaluation fixed before its data exist, and what it could see today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from econ.data.catalogue import Catalogue, catalogue
from econ.declared import declared, read_toml
from econ.errors import InputError
from econ.regression.evaluation.power import Power
from econ.regression.evaluation.power_study import PowerStudy
from econ.regression.evaluation.protocol_file import ProtocolFile, Registration, find_protocol
from econ.regression.evaluation.synthetic.donors import DonorRule
from econ.regression.evaluation.synthetic.placebo import PermutationP, ranked
from econ.regression.evaluation.synthetic.placebo_noise import (
    DESIGNS,
    found_where_nothing_happened,
    relative,
)
from econ.regression.evaluation.synthetic.pool import Pool, Question, pool_of
from econ.regression.evaluation.synthetic.synthetic_control import panel_of
from econ.regression.panel.panel import Panel
from econ.regression.panel.regional_panel import regional_panel

__all__ = ["DryRun", "Protocol", "SiteEffect"]


@dataclass(frozen=True)
class SiteEffect:
    """What one design says of the site at one date.

    Parameters
    ----------
    design : str
    at, until : str
        First and last period that is averaged.
    jobs : float [jobs]
    noise : float [jobs]
        Standard deviation of the placebos, at the size of the site.
    p_value : PermutationP
    """

    design: str
    at: str
    until: str
    jobs: float
    noise: float
    p_value: PermutationP


@dataclass(frozen=True)
class DryRun:
    """The protocol at dates when nothing happened, and the power it has.

    Parameters
    ----------
    title, site, status : str
    effects : tuple of SiteEffect
        At the placebo dates; noise, as nothing happened.
    power : PowerStudy
    sentence : str
    """

    title: str
    site: str
    status: str
    effects: tuple[SiteEffect, ...]
    power: PowerStudy
    sentence: str

    def table(self) -> pd.DataFrame:
        """Return what each design finds at each placebo date, in jobs."""
        return effects_table(self.effects)

    def __str__(self) -> str:
        shown = self.power.table()[["design", "mde", "low", "high", "power_at_announced"]]
        text = {"mde": "{:,.0f}", "low": "{:,.0f}", "high": "{:,.0f}"}
        text |= {"power_at_announced": "{:.0%}"}
        smallest = shown.assign(**{k: shown[k].map(form.format) for k, form in text.items()})
        found = self.table()
        for name in ("jobs", "noise"):
            found[name] = found[name].map("{:,.0f}".format)
        for name in ("p_value", "p_floor"):
            found[name] = found[name].map("{:.3f}".format)
        return "\n".join(
            [
                self.title,
                f"Protocol: {self.status}.",
                "",
                "Smallest effect that would be seen [jobs]",
                smallest.to_string(index=False),
                "",
                "At dates when nothing happened [jobs]",
                found.to_string(index=False),
                "",
                self.sentence,
            ]
        )


@dataclass(frozen=True)
class Protocol:
    """An evaluation whose units, donors, dates and estimator are fixed in a registered file.

    Parameters
    ----------
    name : str
    file : ProtocolFile
    registration : Registration
        Hash of the file, and whether it is the registered one.
    data : Catalogue
    """

    name: str
    file: ProtocolFile
    registration: Registration
    data: Catalogue

    @classmethod
    def load(cls, name: str | Path, data: Catalogue | None = None) -> Protocol:
        """Read a protocol by its name in the folder ``protocols`` of the data, or by its path.

        Raises
        ------
        InputError
            With every fault of the file.

        Examples
        --------
        >>> protocol = Protocol.load("petit_landau")
        >>> print(protocol.registration)
        as registered on 2026-11-26
        """
        held = data or catalogue()
        path = find_protocol(name, held)
        file = declared(ProtocolFile, read_toml(path), path.name)
        InputError.raise_if(file.faults(path.name, held))
        return cls(path.stem, file, Registration(path.stem, path), held)

    @property
    def donors(self) -> DonorRule:
        """The rule by which donors are chosen."""
        rule = self.file.donors
        return DonorRule(
            neighbours={self.file.protocol.unit: rule.neighbours},
            similar=rule.similar,
            exclude=rule.exclude,
        )

    def panel(self) -> Panel:
        """Return the record there is."""
        asked = self.file.outcome
        return regional_panel(
            asked.measure, level=asked.level, overseas=asked.overseas, data=self.data
        )

    def power(self, data: Panel | None = None) -> PowerStudy:
        """Return the smallest effect each design could see in the record there is."""
        file = self.file
        panel = _until(data or self.panel(), file.dates.first, file.dates.fit_last)
        rule = Power(
            file.outcome.measure,
            dates=file.dry_run.dates,
            after=file.dry_run.after,
            donors=self.donors,
            designs=(file.estimator.method, *file.estimator.beside),
            size=file.estimator.size,
            power=file.estimator.power,
            unit="jobs",
            scale=1.0 / file.outcome.jobs_per_unit,
        )
        return rule.run(panel, {file.protocol.unit: file.protocol.announced})

    def dry_run(self, data: Panel | None = None) -> DryRun:
        """Return the protocol at its placebo dates, with the power it has.

        Parameters
        ----------
        data : Panel, optional
            The record there is where left out.
        """
        file = self.file
        panel = _until(data or self.panel(), file.dates.first, file.dates.fit_last)
        study = self.power(panel)
        effects = []
        for date in file.dry_run.dates:
            pool = pool_of(panel, self._question(date))
            pool = pool.until(pool.before + file.dry_run.after, pool.before)
            effects += [self._effect(pool, design) for design in self._designs]
        return DryRun(
            title=file.protocol.title,
            site=file.protocol.unit,
            status=str(self.registration),
            effects=tuple(effects),
            power=study,
            sentence=study.sentence(
                file.protocol.unit, file.estimator.method, name=file.protocol.site
            ),
        )

    def evaluate(self, data: Panel, *, changed: bool = False) -> tuple[SiteEffect, ...]:
        """Return the answer once the figures have come: the method first, the others beside.

        Parameters
        ----------
        data : Panel
            With the periods from the event on.
        changed : bool
            Leave to evaluate by a file that is not the registered one.

        Raises
        ------
        InputError
            When the record does not reach the event, or the file was changed.
        """
        if not (self.registration.unchanged or changed):
            mend = "restore the registered file, or write changed=True and say what and why"
            problem = f"the protocol is {self.registration}"
            raise InputError.one(f"{self.name}.toml", "", problem, mend)
        panel, when = panel_of(data), self.file.dates
        last = int(panel.frame[panel.time].max())
        if last < when.event:
            mend = f"come back when figures of {when.event} are out; dry_run() works today"
            raise InputError.one(
                f"{self.name}.toml", "event", f"the record ends in {last}", mend, value=when.event
            )
        kept = panel.frame[panel.time].between(when.first, when.fit_last)
        kept |= panel.frame[panel.time] >= when.event
        chosen = replace(panel, frame=panel.frame[kept], spacing="order")
        pool = pool_of(chosen, self._question(when.event))
        return tuple(self._effect(pool, design) for design in self._designs)

    @property
    def _designs(self) -> tuple[str, ...]:
        return (self.file.estimator.method, *self.file.estimator.beside)

    def _question(self, date: Any) -> Question:
        head = self.file.protocol
        return Question(self.file.outcome.measure, (head.unit,), date, donors=self.donors)

    def _effect(self, pool: Pool, design: str) -> SiteEffect:
        """Return the effect in jobs, and its rank among placebos in shares of their own size."""
        found = found_where_nothing_happened(relative(pool), design)
        jobs = float(pool.outcomes[0, pool.before - 1]) * self.file.outcome.jobs_per_unit
        return SiteEffect(
            design=DESIGNS[design],
            at=str(pool.periods[pool.before]),
            until=str(pool.periods[-1]),
            jobs=float(found[0]) * jobs,
            noise=float(np.std(found[1:], ddof=1)) * jobs,
            p_value=ranked(np.abs(found)),
        )


def effects_table(effects: Sequence[SiteEffect]) -> pd.DataFrame:
    """Return a row per design and date: jobs, noise, p-value and the smallest possible one."""
    return pd.DataFrame(
        [
            {
                "at": found.at,
                "until": found.until,
                "design": found.design,
                "jobs": found.jobs,
                "noise": found.noise,
                "p_value": found.p_value.value,
                "p_floor": found.p_value.floor,
            }
            for found in effects
        ]
    )


def _until(panel: Panel, first: int, last: int) -> Panel:
    """Return the periods of a panel from one to another."""
    kept = panel.frame[panel.time].between(first, last)
    return replace(panel, frame=panel.frame[kept], spacing="order")
