"""Axes and classifications: labels that are unique, keep their order and name their neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest

__all__ = ["Axis", "Classification", "Concordance"]

# Shares are published with a few decimals.
SHARE_ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class Axis:
    """Labels along one side of a table, in the order given and never re-sorted.

    Parameters
    ----------
    name : str
        What the labels are: ``product``, ``region``, ``year``.
    labels : sequence of str, shape (n,)
        Unique labels.

    Raises
    ------
    InputError
        When a label stands twice or is empty, all of them at once; or when there is no list.

    Examples
    --------
    >>> products = Axis("product", ["F", "J62_63"])
    >>> products.positions(["J62_63", "F"])
    (1, 0)
    """

    name: str
    labels: tuple[str, ...]
    _position: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __init__(self, name: str, labels: Sequence[str], file: str = "axis") -> None:
        _check_list(labels, file, name)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "labels", tuple(str(label) for label in labels))
        faults = []
        position: dict[str, int] = {}
        for row, label in enumerate(self.labels, start=1):
            if not label.strip() or label == "nan":
                faults.append(Fault(file, name, "empty label", "name every row", row, repr(label)))
            elif label in position:
                mend = f"it stands at {position[label] + 1} already; merge or rename one of the two"
                faults.append(Fault(file, name, "duplicate label", mend, row, label))
            position.setdefault(label, row - 1)
        InputError.raise_if(faults)
        object.__setattr__(self, "_position", position)

    def __len__(self) -> int:
        return len(self.labels)

    def __contains__(self, label: object) -> bool:
        return isinstance(label, str) and label in self._position

    def position(self, label: str) -> int:
        """Return where `label` stands; refuse an unknown label with its nearest neighbours."""
        return self.positions([label])[0]

    def positions(self, labels: Iterable[str]) -> tuple[int, ...]:
        """Return where each of `labels` stands.

        Raises
        ------
        InputError
            When labels are unknown; all of them at once, each with its nearest valid choices.
        """
        _check_list(labels, self.name, self.name)
        wanted = list(labels)
        unknown = [str(label) for label in wanted if label not in self]
        InputError.raise_if(
            [
                Fault(
                    self.name, self.name, "unknown label", nearest(label, self.labels), value=label
                )
                for label in dict.fromkeys(unknown)
            ]
        )
        return tuple(self._position[label] for label in wanted)


@dataclass(frozen=True)
class Classification:
    """Codes with their words: a NACE, CPA or NUTS list.

    Parameters
    ----------
    name : str
        For example ``NUTS 2021``.
    titles : mapping of str to str
        Code to heading.

    Examples
    --------
    >>> nuts = Classification("NUTS 2021", {"FRF12": "Haut-Rhin"})
    >>> nuts.title("FRF12")
    'Haut-Rhin'
    """

    name: str
    titles: Mapping[str, str]

    def __contains__(self, code: object) -> bool:
        return code in self.titles

    def title(self, code: str) -> str:
        """Return the heading of a code, or the code itself where it has none."""
        return self.titles.get(code, code)

    def nearest(self, code: object) -> str:
        """Say which codes look most like `code`."""
        return nearest(code, self.titles)


@dataclass(frozen=True)
class Concordance:
    """Which labels of one axis go to which of another, and with what share.

    Parameters
    ----------
    source, target : Axis, n and m
    weights : ndarray, shape (n, m) [share]
        Each row sums to one: nothing is lost and nothing counted twice.
    name : str

    Raises
    ------
    InputError
        With every source whose shares do not sum to one and every target that receives nothing.

    Examples
    --------
    >>> whole = Axis("product", ["A01", "A02", "C"])
    >>> groups = Concordance.from_pairs(whole, [("A01", "A"), ("A02", "A"), ("C", "C")])
    >>> groups.weights.T.tolist()
    [[1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """

    source: Axis
    target: Axis
    weights: npt.NDArray[np.float64]
    name: str = "concordance"

    def __post_init__(self) -> None:
        for side in ("source", "target"):
            _check_axis(getattr(self, side), self.name, side)
        mend = "give a matrix of shares, one row per source"
        try:
            kind = np.asarray(self.weights).dtype
        except ValueError as error:
            raise InputError.one(self.name, "weights", "no matrix", mend) from error
        if kind.kind not in "fiu":
            raise InputError.one(self.name, "weights", "not numbers", mend, value=str(kind))
        weights = np.array(self.weights, dtype=np.float64)
        weights.flags.writeable = False
        object.__setattr__(self, "weights", weights)
        shape = (len(self.source), len(self.target))
        if weights.shape != shape:
            problem = f"shape {weights.shape}"
            raise InputError.one(self.name, "weights", problem, f"give shape {shape}")
        faults = []
        mend = "give shares of zero to one that sum to one"
        for label, row in zip(self.source.labels, weights, strict=True):
            if not ((row >= 0).all() and np.isclose(row.sum(), 1.0, rtol=0, atol=SHARE_ROUNDING)):
                problem = "goes nowhere" if not row.any() else "shares do not sum to one"
                faults.append(Fault(self.name, label, problem, mend, value=float(row.sum())))
        for label, column in zip(self.target.labels, weights.T, strict=True):
            if not (column > 0).any():
                mend_target = "map something to it, or leave it out"
                faults.append(Fault(self.name, label, "receives nothing", mend_target))
        InputError.raise_if(faults)

    @classmethod
    def from_pairs(
        cls,
        source: Axis,
        pairs: Iterable[tuple[str, str] | tuple[str, str, float]],
        name: str = "concordance",
    ) -> Concordance:
        """Build a concordance from pairs of source and target, or triples with a share.

        Parameters
        ----------
        source : Axis
        pairs : iterable of tuple
            ``(source, target)`` or ``(source, target, share)``; targets keep the order in which
            they first stand.
        name : str

        Raises
        ------
        InputError
            When something is no pair, a label no string or a share no number; or when a source is
            unknown, stands twice with the same target, or has no target.
        """
        _check_axis(source, name, "source")
        if isinstance(pairs, Mapping):
            mend = "give pairs: mapping.items()"
            raise InputError.one(name, "pairs", "a mapping", mend, value=type(pairs).__name__)
        _check_list(pairs, name, "pairs")
        given = list(pairs)
        faults = [
            Fault(name, "pairs", problem, mend, row, repr(pair))
            for row, pair in enumerate(given, start=1)
            for problem, mend in _pair_faults(pair)
        ]
        InputError.raise_if(faults)
        rows = [(pair[0], pair[1], float(pair[2]) if len(pair) == 3 else 1.0) for pair in given]
        twice = Counter((origin, to) for origin, to, _ in rows)
        InputError.raise_if(
            [
                Fault(name, "pairs", "stands twice", "add the shares up", value=f"{origin} to {to}")
                for (origin, to), times in twice.items()
                if times > 1
            ]
        )
        target = Axis(source.name, list(dict.fromkeys(to for _, to, _ in rows)), name)
        places = source.positions(origin for origin, _, _ in rows)
        weights = np.zeros((len(source), len(target)))
        for place, (_, to, share) in zip(places, rows, strict=True):
            weights[place, target.position(to)] += share
        return cls(source, target, weights, name)


def _check_list(given: object, file: str, name: str) -> None:
    # A string would be read letter by letter.
    if isinstance(given, str | bytes) or not np.iterable(given):
        raise InputError.one(file, name, "no list", "give a list of them", value=repr(given))


def _check_axis(given: object, file: str, side: str) -> None:
    if not isinstance(given, Axis):
        mend = "give an axis, such as the products of a table"
        raise InputError.one(file, side, "of another type", mend, value=type(given).__name__)


def _pair_faults(pair: object) -> Iterator[tuple[str, str]]:
    if not isinstance(pair, tuple | list) or len(pair) not in (2, 3):
        yield "no pair", "give (source, target) or (source, target, share)"
        return
    if not all(isinstance(label, str) for label in pair[:2]):
        yield "a label that is no string", "write labels as strings, as the table does"
    if len(pair) == 3:
        share = pair[2]
        if not isinstance(share, Real) or isinstance(share, bool) or share < 0 or not share <= 1:
            yield "no share", "give a share of zero to one"
