"""Other ways to see the same question: each a set of changes, with a weight or for comparison."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field

from econ.declared import Declared, NonEmpty
from econ.errors import Fault, nearest

__all__ = ["Variant", "VariantTable", "variant_faults"]

# Weights are written with a few digits.
ROUNDING: Final = 1e-6


class VariantTable(Declared):
    """One ``[[variant]]`` of a study."""

    name: NonEmpty
    label: NonEmpty
    weight: float | None = None
    why: str = ""
    source: list[str] = Field(default=[])
    model: str | None = None
    method: str | None = None
    templates: dict[str, str] = Field(default={})
    assumptions: dict[str, dict[str, Any]] = Field(default={})


@dataclass(frozen=True)
class Variant:
    """Another way to see a study: what it changes, and how much it weighs.

    Parameters
    ----------
    name, label : str
    weight : float or None [share]
        In the mixture of all variants; None for one that is only compared.
    why : str
    source : tuple of str
    changes : mapping of str to object
        As ``Study.with_`` takes them.
    """

    name: str
    label: str
    weight: float | None
    why: str
    source: tuple[str, ...]
    changes: Mapping[str, Any]

    @classmethod
    def of(cls, table: VariantTable) -> Variant:
        """Turn a ``[[variant]]`` table into its record."""
        settings = {
            key: value for key in ("model", "method", "templates") if (value := getattr(table, key))
        }
        changes = {**settings, **table.assumptions}
        return cls(table.name, table.label, table.weight, table.why, tuple(table.source), changes)


def variant_faults(
    file: str, variants: Sequence[Variant], sources: Mapping[str, object]
) -> list[Fault]:
    """Return names that stand twice, weights that are none or do not sum to one, and sources.

    Parameters
    ----------
    file : str
    variants : sequence of Variant
    sources : mapping of str to object
        Publications by key.
    """
    names = [variant.name for variant in variants]
    faults = [
        Fault(file, "variant", "two of one name", "give each its own", value=name)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    weights = {v.name: v.weight for v in variants if v.weight is not None}
    faults += [
        Fault(file, "weight", "no weight", "write a share above 0, up to 1", name, weight)
        for name, weight in weights.items()
        if not 0.0 < weight <= 1.0
    ]
    total = sum(weights.values())
    if weights and not abs(total - 1.0) <= ROUNDING:
        shown = " + ".join(f"{weight:g}" for weight in weights.values())
        mend = "change them; a variant without a weight is compared and not mixed in"
        problem = f"weights of {', '.join(weights)} do not sum to one but to {total:g}"
        faults.append(Fault(file, "weight", problem, mend, "variant", shown))
    faults += [
        Fault(file, "source", "unknown source", nearest(key, list(sources)), variant.name, key)
        for variant in variants
        for key in variant.source
        if key not in sources
    ]
    return faults
