"""`ImpactModel`: what every model of this package is to the rest of it."""

from __future__ import annotations

from typing import Protocol

from econ.impact.result import ImpactResult
from econ.impact.shock import DemandShock

__all__ = ["ImpactModel"]


class ImpactModel(Protocol):
    """Anything that turns a demand shock into an impact."""

    def run(self, shock: DemandShock, scenario: str) -> ImpactResult:
        """Return what the shock does."""
        ...
