"""`sam_multipliers`: a social accounting matrix as it is published, and its multipliers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError, nearest
from econ.inputoutput.alignment import aligned
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types, names_of, number
from econ.inputoutput.rounding import COARSEST_ROUNDING, usual_rounding
from econ.inputoutput.totals import TOTAL, looks_like_total
from econ.kernels.inputoutput.leontief import is_productive
from econ.kernels.inputoutput.social_accounts import accounting_multipliers

__all__ = ["SamMultipliers", "sam_multipliers"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SamMultipliers:
    """What the endogenous accounts of a social accounting matrix make of an injection.

    Parameters
    ----------
    coefficients : pandas.DataFrame, shape (n, n) [-]
        Payments of the column to the row per unit of the column's receipts.
    multipliers : pandas.DataFrame, shape (n, n) [-]
        Receipts of the row per unit that the column receives from an exogenous account.
    leakages : pandas.DataFrame, shape (e, n) [-]
        Payments to each exogenous account per unit of the column's receipts.
    transfer, open_loop, closed_loop : pandas.DataFrame, shape (n, n) [-]
        Factors of the multipliers by groups: ``closed_loop @ open_loop @ transfer``.
    """

    coefficients: pd.DataFrame
    multipliers: pd.DataFrame
    leakages: pd.DataFrame
    transfer: pd.DataFrame
    open_loop: pd.DataFrame
    closed_loop: pd.DataFrame

    @property
    def contributions(self) -> dict[str, pd.DataFrame]:
        """The parts that sum to the multipliers: Stone's additive form of the factors."""
        index = self.multipliers.index
        first = pd.DataFrame(np.eye(len(index)), index, index)
        between = self.open_loop @ self.transfer
        return {
            "initial": first,
            "transfer": self.transfer - first,
            "open loop": between - self.transfer,
            "closed loop": self.multipliers - between,
        }


def sam_multipliers(
    sam: pd.DataFrame,
    exogenous: str | Sequence[str],
    *,
    groups: Mapping[str, Sequence[str]] | None = None,
    rounding: float | None = None,
    name: str = "sam",
) -> SamMultipliers:
    """Return the accounting multipliers of a social accounting matrix.

    Parameters
    ----------
    sam : pandas.DataFrame, shape (n + e, n + e) [money]
        Receipts in rows, payments in columns, the same accounts on both sides; no totals.
    exogenous : str or sequence of str
        Accounts that do not respond: government, capital, the rest of the world.
    groups : mapping of str to sequence of str, optional
        Endogenous accounts by kind, for the decomposition: activities, factors, institutions. By
        default each account is a group.
    rounding : float [money], optional
        Half of the last published digit; where left out as `InputOutputTable.from_frames` has it.
    name : str
        How errors call the matrix.

    Returns
    -------
    SamMultipliers

    Raises
    ------
    InputError
        With every label that does not match, every account whose receipts are not its payments,
        and when nothing leaks out of the endogenous accounts.

    References
    ----------
    [pyatt_round_1979]; [miller_blair_2009], sections 11.9 to 11.11.

    Examples
    --------
    >>> accounts = ["production", "households", "abroad"]
    >>> sam = pd.DataFrame([[0, 80, 20], [100, 0, 0], [0, 20, 0]], accounts, accounts)
    >>> sam_multipliers(sam, "abroad").multipliers.round(2).values.tolist()
    [[5.0, 4.0], [5.0, 5.0]]
    """
    check_types(name, {"sam": (sam, pd.DataFrame)})
    labels = labels_of(sam.index)[0]
    cells, faults = aligned(sam, None, labels, "payments", name)
    faults += _label_faults(labels, name)
    outside = names_of([exogenous] if isinstance(exogenous, str) else exogenous, "exogenous", name)
    faults += [
        Fault(name, "exogenous", "unknown account", nearest(label, labels), value=label)
        for label in outside
        if label not in labels
    ]
    InputError.raise_if(faults)
    InputError.raise_if(_balance_faults(cells, labels, rounding, name))
    inside = [place for place, label in enumerate(labels) if label not in outside]
    away = [place for place, label in enumerate(labels) if label in outside]
    kept = [labels[place] for place in inside]
    codes = _codes(kept, groups, name)
    receipts = cells.sum(axis=1)[inside]
    paid = np.divide(
        cells[:, inside], receipts, out=np.zeros_like(cells[:, inside]), where=receipts != 0.0
    )
    A = paid[inside]
    if not is_productive(A, np.ones(len(A)), A.sum(axis=0), negative=bool((A < 0.0).any())):
        mend = "make an account exogenous: government, capital, the rest of the world"
        raise InputError.one(name, "exogenous", "nothing leaks out of the others", mend)
    found = accounting_multipliers(A, codes)

    def frame(given: Array) -> pd.DataFrame:
        return pd.DataFrame(given, kept, kept)

    return SamMultipliers(
        coefficients=frame(A),
        multipliers=frame(found.multipliers),
        leakages=pd.DataFrame(paid[away], [labels[place] for place in away], kept),
        transfer=frame(found.transfer),
        open_loop=frame(found.open_loop),
        closed_loop=frame(found.closed_loop),
    )


def _label_faults(labels: Sequence[str], name: str) -> list[Fault]:
    faults = [
        Fault(name, "account", TOTAL, "leave it out, sums are computed", value=label)
        for label in labels
        if looks_like_total(label)
    ]
    return faults + [
        Fault(name, "account", "stands twice", "merge or rename it", value=label)
        for label, times in Counter(labels).items()
        if times > 1
    ]


def _balance_faults(
    cells: Array, labels: Sequence[str], rounding: float | None, name: str
) -> list[Fault]:
    mend = "write a number, or zero"
    faults = [
        Fault(name, labels[column], "not finite", mend, labels[row])
        for row, column in np.argwhere(~np.isfinite(cells))
    ]
    if faults:
        return faults
    received, paid = cells.sum(axis=1), cells.sum(axis=0)
    off = usual_rounding(received)
    if rounding is not None:
        mend = "give half of the last published digit"
        off = number(rounding, "rounding", name, least=0.0, mend=mend)
        mean = float(np.abs(received).mean()) if len(labels) else 0.0
        if mean > 0.0 and off > COARSEST_ROUNDING * mean:
            problem = "too coarse to check the accounts"
            faults.append(Fault(name, "rounding", problem, mend, value=f"{off:g}"))
            return faults
    allowed = off * 2 * len(labels) + np.finfo(np.float64).eps * np.abs(cells).sum()
    mend = "receipts are the row and payments the column; mend a cell, or balance the matrix"
    return [
        Fault(
            name,
            "account",
            f"receives {received[place]:,.6g} and pays {paid[place]:,.6g}",
            mend,
            value=labels[place],
        )
        for place in np.flatnonzero(np.abs(received - paid) > allowed).tolist()
    ]


def _codes(
    kept: Sequence[str], groups: Mapping[str, Sequence[str]] | None, name: str
) -> npt.NDArray[np.int64]:
    if groups is None:
        return np.arange(len(kept))
    check_types(name, {"groups": (groups, Mapping)})
    held = {key: names_of(members, f"group {key}", name) for key, members in groups.items()}
    listed = [label for members in held.values() for label in members]
    faults = [
        Fault(name, "groups", "no endogenous account", nearest(label, kept), value=label)
        for label in listed
        if label not in kept
    ]
    faults += [
        Fault(name, "groups", "in two groups", "name it once", value=label)
        for label, times in Counter(listed).items()
        if times > 1
    ]
    faults += [
        Fault(name, "groups", "in no group", "put it into one", value=label)
        for label in kept
        if label not in listed
    ]
    InputError.raise_if(faults)
    code = {label: place for place, members in enumerate(held.values()) for label in members}
    return np.array([code[label] for label in kept], dtype=np.int64)
