"""Axes and classifications: labels that are unique, keep their order and name their neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from econ.errors import Fault, InputError, nearest

__all__ = ["Axis", "Classification"]


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
        When a label stands twice or is empty; all of them at once.

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
        return label in self._position

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
        wanted = list(labels)
        unknown = [label for label in wanted if label not in self._position]
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
