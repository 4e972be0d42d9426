"""`Steps`: results on the way from gross to net."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from econ.impact.interval import interval
from econ.impact.result import ImpactResult
from econ.quantity.notebook import open_cell, shown, sources_note
from econ.quantity.wording import in_words

__all__ = ["Steps"]

SHOWN: Final = ("employment", "gdp")


class Steps:
    """What holds results step by step, the first as announced and the last net.

    Parameters
    ----------
    steps : mapping of str to ImpactResult
    """

    steps: Mapping[str, ImpactResult]

    @property
    def gross(self) -> ImpactResult:
        """As announced."""
        return next(iter(self.steps.values()))

    @property
    def net(self) -> ImpactResult:
        """What is left after every step."""
        return list(self.steps.values())[-1]

    def __repr__(self) -> str:
        """Return what the steps lead to: the numbers are too many for a line."""
        return f"{type(self).__name__}: {', '.join(self.steps)}; {self.net!r}"

    def _repr_html_(self) -> str:
        """Return jobs and GDP, net beside gross, as a notebook shows them."""
        gross, net = self.gross, self.net
        rows = []
        for phase, years in (("construction", None), ("operation", [gross.years[-1]])):
            when = "all years" if years is None else str(years[0])
            for measure in (name for name in SHOWN if name in gross.units):
                unit = gross.units[measure]
                words = in_words(unit.summed_over_years() if years is None else unit)
                sides = []
                for result in (net, gross):
                    draws = result.draws(measure, phase=phase, years=years)
                    value, low, high = (float(x) for x in interval(draws))
                    sides.append(open_cell(value, low, high, words))
                rows.append((f"{phase}, {when}", measure, *sides, words))
        notes = ["5 % to 95 % of the draws.", sources_note(gross.provenance.sources)]
        head = ("Phase", "Measure", "Net", "Gross", "Unit")
        return shown(str(getattr(self, "title", gross.scenario)), head, rows, notes)
