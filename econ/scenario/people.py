"""The study's own words for people: full-time equivalents and hours per person employed."""

from __future__ import annotations

from econ.declared import Declared, NonEmpty

__all__ = ["PeopleTable"]


class PeopleTable(Declared):
    """``[people]`` of a study."""

    full_time: NonEmpty
    hours: NonEmpty
    note: str = ""

    def parameters(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return both parameters with the units their place takes."""
        return [(self.full_time, ("FTE per person",)), (self.hours, ("hours per person",))]
