"""What an event may know of the scenario it is in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from econ.impact.shock import ProductionTable
from econ.quantity.parameters import Draws
from econ.scenario.energy import EnergyTable

__all__ = ["Setting"]

Array = npt.NDArray[np.float64]


class Setting(Protocol):
    """What an event may know of the scenario it is in."""

    @property
    def draws(self) -> Draws:
        """Parameters, central value first."""
        ...

    @property
    def years(self) -> tuple[int, ...]:
        """Calendar years, y."""
        ...

    @property
    def region(self) -> str:
        """Where it happens."""
        ...

    @property
    def amounts(self) -> Mapping[str, Array]:
        """Money of every event, shape (c,)."""
        ...

    @property
    def spent(self) -> Mapping[str, Array]:
        """Money of every event, and of the groups of its template, shape (c,)."""
        ...

    @property
    def energy(self) -> EnergyTable | None:
        """What the study says of electricity."""
        ...

    def promised(self, commitment: str) -> float:
        """Return the number a commitment names."""
        ...

    def in_table_money(self, amount: Array, table: ProductionTable) -> Array:
        """Return the scenario's money in that of a table."""
        ...

    def jobs(self, event: Any) -> Array:
        """Return the permanent jobs of an event's site, shape (c,) [persons]."""
        ...

    def group_shares(self, event: Any) -> dict[str, Array]:
        """Return the group shares that siblings of an event change, each of shape (c,)."""
        ...
