"""The values of every parameter in every draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from econ.errors import InputError, nearest

__all__ = ["Draws", "bare_name"]

Array = npt.NDArray[np.float64]


def bare_name(name: str) -> str:
    """Return the parameter that ``x`` or ``not x`` speaks of.

    Examples
    --------
    >>> bare_name("not it_share")
    'it_share'
    """
    return name.removeprefix("not ")


@dataclass(frozen=True)
class Draws:
    """The values of every parameter; column 0 is the central value, the rest are draws.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (1 + d,)
    """

    values: Mapping[str, Array]
    asked: set[str] | None = field(default=None, compare=False)

    def __getitem__(self, name: str) -> Array:
        if self.asked is not None:
            self.asked.add(name)
        if name not in self.values:
            problem = "no such parameter"
            raise InputError.one(
                "assumptions.toml", "name", problem, nearest(name, self.values), value=name
            )
        return self.values[name]

    def product(self, names: Iterable[str]) -> Array:
        """Return the product of parameters, shape (c,); ``not x`` stands for one minus x."""
        result = np.ones(self.columns)
        for name in names:
            bare = bare_name(name)
            result = result * (1.0 - self[bare] if bare != name else self[bare])
        return result

    def recording(self, asked: set[str]) -> Draws:
        """Return these draws so that every parameter that is asked for is added to `asked`."""
        return Draws(self.values, asked)

    @property
    def columns(self) -> int:
        """Number of columns: one central value and d draws."""
        return len(next(iter(self.values.values())))
