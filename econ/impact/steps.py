"""`Steps`: results on the way from gross to net."""

from __future__ import annotations

from collections.abc import Mapping

from econ.impact.result import ImpactResult

__all__ = ["Steps"]


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
