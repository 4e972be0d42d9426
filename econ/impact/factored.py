"""`Factored`: the values of a response as they arise, not yet multiplied out over products."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from econ.kernels.uncertainty.columns import column_product

__all__ = [
    "Factored",
    "Layer",
    "Lessened",
    "Scaled",
    "Staffed",
    "Summed",
    "cells",
    "scaled",
    "selected",
    "totals",
]

Array = npt.NDArray[np.float64]
Term = tuple[Array, Array]
Layer = Mapping[str, Sequence[Term]]


@dataclass(frozen=True)
class Factored(Mapping[str, Array]):
    """Values by measure that are made when they are asked for, shape (e, n, c).

    A linear model does the same to every draw: what differs between draws are a few numbers (the
    demand for a dozen products, the income of households), k of them. Kept apart they take a
    hundredth of the memory, and a sum over products needs no product at all.

    Parameters
    ----------
    layers : tuple of mapping of str to sequence of (ndarray, ndarray)
        By effect and measure: terms of shape (n, k) and (k, c), whose products are added up.

    Examples
    --------
    >>> unit = np.array([[0.5], [1.5]])
    >>> made = Factored(({"output": [(unit, np.array([[10.0, 20.0]]))]},))
    >>> made["output"].tolist()
    [[[5.0, 10.0], [15.0, 30.0]]]
    >>> made.totals("output").tolist()
    [[20.0, 40.0]]
    """

    layers: tuple[Layer, ...]

    def __getitem__(self, measure: str) -> Array:
        return np.stack([_added(layer[measure]) for layer in self.layers])

    def __iter__(self) -> Iterator[str]:
        return iter(self.layers[0] if self.layers else ())

    def __len__(self) -> int:
        return len(self.layers[0]) if self.layers else 0

    def totals(self, measure: str) -> Array:
        """Return the sum over products, shape (e, c)."""
        return np.stack(
            [
                _added([(left.sum(axis=0)[None, :], right) for left, right in layer[measure]])[0]
                for layer in self.layers
            ]
        )

    def cells(self, measure: str, effect: int, products: slice) -> Array:
        """Return the values of one effect for some products, shape (m, c)."""
        return _added([(left[products], right) for left, right in self.layers[effect][measure]])

    def scaled(self, factors: Mapping[str, float]) -> Factored:
        """Return the values of every measure times its factor."""
        return Factored(
            tuple(
                {
                    measure: [(factors[measure] * left, right) for left, right in terms]
                    for measure, terms in layer.items()
                }
                for layer in self.layers
            )
        )

    def selected(self, effects: Sequence[int]) -> Factored:
        """Return the values of some effects."""
        return Factored(tuple(self.layers[place] for place in effects))

    def with_layer(self, effect: int, layer: Layer) -> Factored:
        """Return the values with another layer in the place of one effect."""
        return Factored((*self.layers[:effect], layer, *self.layers[effect + 1 :]))


@dataclass(frozen=True)
class Scaled(Mapping[str, Array]):
    """Values times a factor by measure, made when they are asked for."""

    values_before: Mapping[str, Array]
    factors: Mapping[str, float]

    def __getitem__(self, measure: str) -> Array:
        factor, found = self.factors[measure], self.values_before[measure]
        return found if factor == 1.0 else found * factor

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_before)

    def __len__(self) -> int:
        return len(self.values_before)


@dataclass(frozen=True)
class Lessened(Mapping[str, Array]):
    """Values less a share of others, made when they are asked for.

    Parameters
    ----------
    values_before, others : mapping of str to ndarray, shape (e, n, c)
    share : ndarray, shape (c,)

    Examples
    --------
    >>> one = {"output": np.array([[[10.0, 20.0]]])}
    >>> Lessened(one, one, np.array([0.5, 1.0]))["output"].tolist()
    [[[5.0, 0.0]]]
    """

    values_before: Mapping[str, Array]
    others: Mapping[str, Array]
    share: Array

    def __getitem__(self, measure: str) -> Array:
        return self.values_before[measure] - self.share * self.others[measure]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_before)

    def __len__(self) -> int:
        return len(self.values_before)


@dataclass(frozen=True)
class Summed(Mapping[str, Array]):
    """Values of several added up, made when they are first asked for, and kept.

    Examples
    --------
    >>> one = {"output": np.array([[[10.0, 20.0]]])}
    >>> Summed((one, one))["output"].tolist()
    [[[20.0, 40.0]]]
    """

    terms: tuple[Mapping[str, Array], ...]
    _made: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    def __getitem__(self, measure: str) -> Array:
        if measure not in self._made:
            self._made[measure] = np.asarray(sum(term[measure] for term in self.terms))
        return self._made[measure]

    def __iter__(self) -> Iterator[str]:
        return iter(self.terms[0])

    def __len__(self) -> int:
        return len(self.terms[0])


@dataclass(frozen=True)
class Staffed(Mapping[str, Array]):
    """Values in which the value added of one effect is pay alone, made when they are asked for.

    Parameters
    ----------
    values_before : mapping of str to ndarray, shape (e, n, c)
    effect : int
        Place of the effect.

    Examples
    --------
    >>> plain = {"gva": np.array([[[5.0]]]), "gdp": np.array([[[6.0]]])}
    >>> staffed = Staffed({**plain, "compensation": np.array([[[3.0]]])}, 0)
    >>> staffed["gva"].tolist(), staffed["gdp"].tolist()
    ([[[3.0]]], [[[4.0]]])
    """

    values_before: Mapping[str, Array]
    effect: int

    def __getitem__(self, measure: str) -> Array:
        found = self.values_before[measure]
        if measure in ("gva", "gdp"):
            gva, pay = (self.values_before[m][self.effect] for m in ("gva", "compensation"))
            found = np.array(self.values_before[measure])
            found[self.effect] -= gva - pay
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_before)

    def __len__(self) -> int:
        return len(self.values_before)


def totals(values: Mapping[str, Array], measure: str) -> Array:
    """Return the sum over products of values in either form, shape (e, c)."""
    if isinstance(values, Factored):
        return values.totals(measure)
    found = values[measure]
    return found[:, 0] if found.shape[1] == 1 else found.sum(axis=1)


def cells(values: Mapping[str, Array], measure: str, effect: int, products: slice) -> Array:
    """Return the values of one effect for some products in any form, shape (m, c).

    Nothing is made of the others.
    """
    if isinstance(values, Factored):
        return values.cells(measure, effect, products)
    if isinstance(values, Scaled):
        return cells(values.values_before, measure, effect, products) * values.factors[measure]
    if isinstance(values, Lessened):
        whole = cells(values.values_before, measure, effect, products)
        return whole - values.share * cells(values.others, measure, effect, products)
    return values[measure][effect, products]


def scaled(values: Mapping[str, Array], factors: Mapping[str, float]) -> Mapping[str, Array]:
    """Return values in either form times a factor by measure."""
    if isinstance(values, Factored):
        return values.scaled(factors)
    return Scaled(values, factors)


def selected(values: Mapping[str, Array], effects: Sequence[int]) -> Mapping[str, Array]:
    """Return values in either form of some effects."""
    if isinstance(values, Factored):
        return values.selected(effects)
    whole = list(effects) == list(range(len(effects)))
    rows = slice(0, len(effects)) if whole else list(effects)
    return {name: array[rows] for name, array in values.items()}


def _added(terms: Sequence[Term]) -> Array:
    total = column_product(*terms[0])
    for left, right in terms[1:]:
        total += column_product(left, right)
    return total
