"""`Evaluation`: everything a study computes for one set of draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from econ.errors import InputError
from econ.impact.result import ImpactResult
from econ.impact.shock import DemandShock
from econ.impact.steps import Steps
from econ.scenario.scenario import Scenario

__all__ = ["Evaluation"]


@dataclass(frozen=True, repr=False)
class Evaluation(Steps):
    """Everything a study computes for one set of draws.

    Parameters
    ----------
    shock : DemandShock
    gross_open, net_open : ImpactResult
        Open model, money in the study's unit.
    steps : dict of str to ImpactResult
        Model closed to households, from gross to net.
    programmes : ImpactResult
    regional : dict of str to ImpactResult
        The same steps by area, by name of the step; empty where the study has no regions. The first
        and the last of them are `gross_by_area` and `net_by_area`.
    attributed : ImpactResult, optional
        What policy caused of it, by the study's own share; another question than net.
    """

    scenario: Scenario
    shock: DemandShock
    gross_open: ImpactResult
    net_open: ImpactResult
    steps: Mapping[str, ImpactResult]
    programmes: ImpactResult
    regional: Mapping[str, ImpactResult] = field(default_factory=dict)
    attributed: ImpactResult | None = None

    @property
    def gross_by_area(self) -> ImpactResult:
        """As announced, by area of the study's regions.

        Raises
        ------
        InputError
            When the study has no regions.
        """
        return self._by_area()[0]

    @property
    def net_by_area(self) -> ImpactResult:
        """What is left after every step, by area of the study's regions.

        Raises
        ------
        InputError
            When the study has no regions.
        """
        return self._by_area()[-1]

    def _by_area(self) -> list[ImpactResult]:
        if not self.regional:
            mend = "add a [regions] section to the study file"
            raise InputError.one(self.gross.scenario, "regions", "the study has no areas", mend)
        return list(self.regional.values())
