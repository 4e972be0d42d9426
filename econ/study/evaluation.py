"""`Evaluation`: everything a study computes for one set of draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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
        The same steps by area; empty where the study has no regions.
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
