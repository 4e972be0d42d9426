"""`triangulate`: what models and studies say of one thing, side by side. `calibrate`: and then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.impact.interval import interval
from econ.kernels.regression.calibration import induced_factor
from econ.regression.record.pooled import Pooled
from econ.regression.record.response import drawn

__all__ = ["VERDICTS", "Calibration", "calibrate", "triangulate"]

Array = npt.NDArray[np.float64]

VERDICTS: Final = (
    "inside the record's interval",
    "inside what places differ by",
    "above the record",
    "below the record",
)


@dataclass(frozen=True)
class Calibration:
    """A model's answer before and after its induced effect is set by the record.

    Parameters
    ----------
    wanted : ndarray, shape (c,)
        What the record says, central value and draws [unit of the record].
    indirect, induced : ndarray, shape (c,)
        What the model says beyond the direct effect.
    factor : ndarray, shape (c,) [-]
        What the induced effect is multiplied with.
    """

    wanted: Array
    indirect: Array
    induced: Array
    factor: Array

    @property
    def before(self) -> Array:
        """The model's own answer, shape (c,)."""
        return self.indirect + self.induced

    @property
    def cut(self) -> float:
        """Share of draws in which suppliers alone make more than is wanted: the factor is zero."""
        return float((self.wanted < self.indirect)[1:].mean()) if len(self.wanted) > 1 else 0.0

    @property
    def after(self) -> Array:
        """The answer with the factor, shape (c,): what is wanted, or the suppliers alone."""
        return self.indirect + self.factor * self.induced


def calibrate(
    record: Pooled, indirect: Array, induced: Array, *, seed: int = 0, of: str = "new place"
) -> Calibration:
    """Return what a model's induced effect must be multiplied with to say what the record says.

    Parameters
    ----------
    record : Pooled
        Beyond the direct effect, per unit of it.
    indirect, induced : ndarray, shape (c,)
        The model's answer to the record's own question, central value and draws.
    seed : int
        Of the record's draws.
    of : {"new place", "mean"}
        Whether the record's doubt holds what places differ by.

    Raises
    ------
    InputError
        When the two arrays differ in shape or an effect is not finite or below zero.

    Examples
    --------
    >>> from econ.regression.record.pooling import pool
    >>> record = pool([0.6, 0.6, 0.6], [0.1, 0.1, 0.1], unit="jobs per direct job")
    >>> calibrate(record, np.array([0.2]), np.array([0.2])).factor.round(6).tolist()
    [2.0]
    """
    sizes = {"indirect": np.asarray(indirect, float), "induced": np.asarray(induced, float)}
    faults = [
        Fault("calibrate", name, "not finite or below zero", "give effects per direct job")
        for name, values in sizes.items()
        if values.ndim != 1 or not (np.isfinite(values).all() and (values >= 0.0).all())
    ]
    if not faults and sizes["indirect"].shape != sizes["induced"].shape:
        shown = f"{sizes['indirect'].shape} and {sizes['induced'].shape}"
        faults = [
            Fault("calibrate", "induced", "shapes differ", "give draws of one run", value=shown)
        ]
    InputError.raise_if(faults)
    wanted = drawn(record, len(sizes["indirect"]), seed=seed, of=of)
    factor = induced_factor(wanted, sizes["indirect"], sizes["induced"])
    return Calibration(wanted, sizes["indirect"], sizes["induced"], factor)


def triangulate(record: Pooled, answers: Mapping[str, npt.ArrayLike]) -> pd.DataFrame:
    """Return models, studies and what studies say together in one table.

    Parameters
    ----------
    record : Pooled
    answers : mapping of str to array_like, shape (c,)
        A model's central value and draws, in the record's unit, by name.

    Returns
    -------
    pandas.DataFrame
        Columns kind (model, study, pooled, new place), label, estimate, low, high, weight [share],
        ratio (to the pooled mean), verdict, unit. A study stands with the standard error it has in
        the pool; the range it was reported with is in `Evidence`.

    Raises
    ------
    InputError
        When an answer is empty or not finite, or the record is none.

    Examples
    --------
    >>> from econ.regression.record.pooling import pool
    >>> record = pool([0.6, 0.5, 0.7], [0.1, 0.1, 0.1], unit="jobs per direct job")
    >>> triangulate(record, {"input-output": [0.58]})["verdict"].iloc[0]
    "inside the record's interval"
    """
    rows: list[dict[str, Any]] = []
    faults = [
        Fault("triangulate", name, f"no {what}", mend, value=type(given).__name__)
        for name, given, kind, what, mend in (
            ("record", record, Pooled, "pooled record", "give what `pool` returns"),
            ("answers", answers, Mapping, "mapping", 'write {"input-output": draws}'),
        )
        if not isinstance(given, kind)
    ]
    InputError.raise_if(faults)
    for label, given in answers.items():
        draws = np.atleast_1d(np.asarray(given, dtype=np.float64))
        if draws.size == 0 or not np.isfinite(draws).all():
            mend = "give a central value, and draws where there are any"
            faults.append(Fault("triangulate", "answers", "no finite number", mend, label))
            continue
        value, low, high = (float(x) for x in interval(draws))
        rows.append(_row("model", label, value, low, high))
    InputError.raise_if(faults)
    for study in record.studies().to_dict("records"):
        spread = (study["estimate"], study["low"], study["high"])
        rows.append({**_row("study", study["study"], *spread), "weight": study["weight"]})
    rows.append(_row("pooled", f"pooled, {record.method}", record.mean, record.low, record.high))
    beyond = (record.mean, record.prediction_low, record.prediction_high)
    rows.append(_row("new place", "in a new place", *beyond))
    table = pd.DataFrame(rows)
    table["ratio"] = table["estimate"] / record.mean
    table["verdict"] = [
        _verdict(row["estimate"], record) if row["kind"] == "model" else "" for row in rows
    ]
    order = ["kind", "label", "estimate", "low", "high", "weight", "ratio", "verdict"]
    return table[order].assign(unit=record.unit)


def _row(kind: str, label: str, *spread: float) -> dict[str, Any]:
    estimate, low, high = spread
    return {
        "kind": kind,
        "label": label,
        "estimate": estimate,
        "low": low,
        "high": high,
        "weight": float("nan"),
    }


def _verdict(estimate: float, record: Pooled) -> str:
    inside, spread, above, below = VERDICTS
    if record.low <= estimate <= record.high:
        return inside
    if record.prediction_low <= estimate <= record.prediction_high:
        return spread
    return above if estimate > record.mean else below
