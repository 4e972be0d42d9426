"""The values of every parameter in every draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from econ.errors import InputError, nearest
from econ.kernels.uncertainty.sampling import latin_hypercube

__all__ = ["Drawn", "Draws", "bare_name"]

Array = npt.NDArray[np.float64]


def bare_name(name: str) -> str:
    """Return the parameter that ``x`` or ``not x`` speaks of.

    Examples
    --------
    >>> bare_name("not it_share")
    'it_share'
    """
    return name.removeprefix("not ")


class Quantiles(Protocol):
    """What turns probabilities into values: a parameter."""

    def at(self, u: Array) -> Array:
        """Return the quantiles at probabilities `u`, shape (d,)."""
        ...


class Drawn(Mapping[str, Array]):
    """Values of parameters that are made when they are first asked for.

    A study asks for some of the parameters there are, and a quantile takes a microsecond.

    Parameters
    ----------
    central : mapping of str to float
    u : mapping of str to ndarray, shape (d,)
        Probabilities.
    parameter : callable
        From a name to what gives its quantiles.
    """

    def __init__(
        self,
        central: Mapping[str, float],
        u: Mapping[str, Array],
        parameter: Callable[[str], Quantiles],
    ) -> None:
        self._central, self._u, self._parameter = central, u, parameter
        self._made: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._made:
            drawn = self._parameter(name).at(self._u[name])
            self._made[name] = np.concatenate([[self._central[name]], drawn])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._central

    def __iter__(self) -> Iterator[str]:
        return iter(self._central)

    def __len__(self) -> int:
        return len(self._central)


@dataclass(frozen=True)
class Draws:
    """The values of every parameter; column 0 is the central value, the rest are draws.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (1 + d,)
    seed : int, optional
        For what happens or not; without it a chance is its probability in every column.
    places, total : ndarray of int and int, optional
        Of a part of the draws: which of how many they are.
    """

    values: Mapping[str, Array]
    asked: set[str] | None = field(default=None, compare=False)
    seed: int | None = None
    places: npt.NDArray[np.intp] | None = field(default=None, compare=False)
    total: int | None = None

    def __getitem__(self, name: str) -> Array:
        if self.asked is not None:
            self.asked.add(name)
        if name not in self.values:
            problem = "no such parameter"
            raise InputError.one(
                "assumptions.toml", "name", problem, nearest(name, self.values), value=name
            )
        return self.values[name]

    def chance(self, name: str, of: str) -> Array:
        """Return one where it happens and zero where not, shape (c,); first its probability.

        Parameters
        ----------
        name : str
            Parameter that is the probability; it may itself be drawn.
        of : str
            What it happens to: each has chances of its own, independent of all others.
        """
        probability = self[name]
        if self.seed is None or self.columns == 1:
            return probability
        rng = np.random.default_rng([self.seed, *name.encode(), *of.encode()])
        u = latin_hypercube(rng, self.total or self.columns - 1, 1)[0]
        u = u if self.places is None else u[self.places]
        return np.concatenate([probability[:1], (u < probability[1:]).astype(np.float64)])

    def product(self, names: Iterable[str]) -> Array:
        """Return the product of parameters, shape (c,); ``not x`` stands for one minus x."""
        result = np.ones(self.columns)
        for name in names:
            bare = bare_name(name)
            result = result * (1.0 - self[bare] if bare != name else self[bare])
        return result

    def part(self, draws: slice | npt.NDArray[np.intp]) -> Draws:
        """Return the central values and some of the draws; 0 is the first draw.

        Examples
        --------
        >>> Draws({"a": np.array([9.0, 1.0, 2.0, 3.0])}).part(slice(1, None))["a"].tolist()
        [9.0, 2.0, 3.0]
        """
        values = {
            name: np.concatenate([found[:1], found[1:][draws]])
            for name, found in self.values.items()
        }
        of = np.arange(self.columns - 1) if self.places is None else self.places
        total = self.columns - 1 if self.total is None else self.total
        return replace(self, values=values, places=of[draws], total=total)

    def recording(self, asked: set[str]) -> Draws:
        """Return these draws so that every parameter that is asked for is added to `asked`."""
        return replace(self, asked=asked)

    @property
    def columns(self) -> int:
        """Number of columns: one central value and d draws."""
        return len(next(iter(self.values.values())))
