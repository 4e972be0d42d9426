"""Tables of where the money goes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.interval import interval
from econ.report.contents import Contents

__all__ = ["destinations"]

Array = npt.NDArray[np.float64]


def destinations(contents: Contents) -> pd.DataFrame:
    """Return where each euro of investment goes: abroad first, then what stays in the country.

    The shares of a subject sum to one: every import, whether bought directly or by a supplier, all
    value added, product taxes, and what only changes its owner.
    """
    rows = []
    result = contents.gross_open
    for subject, members in contents.subjects().items():
        amount = np.sum([contents.amounts[name] for name in members], axis=0)

        def of(measure: str, effect: str, names: Sequence[str] = members) -> Array:
            return result.draws(measure, pledges=names, phase="construction", effect=effect)

        foreign = np.sum([contents.bills[name].imported.sum(axis=0) for name in members], axis=0)
        existing = np.sum([contents.bills[name].existing_assets for name in members], axis=0)
        parts = {
            "imported directly": foreign,
            "imported by suppliers": of("imports", "direct") + of("imports", "indirect") - foreign,
            "value added of contractors": of("gva", "direct"),
            "value added of their suppliers": of("gva", "indirect"),
            "product taxes": of("taxes", "direct") + of("taxes", "indirect"),
            "land and financial claims": existing,
        }
        for destination, money in parts.items():
            share = np.divide(money, amount, out=np.zeros_like(money), where=amount > 0)
            value, low, high = interval(share)
            rows.append(
                {
                    "subject": subject,
                    "label": contents.label(subject),
                    "destination": destination,
                    "amount": float(money[0]),
                    "unit": str(contents.unit),
                    "share": float(value),
                    "share_low": float(low),
                    "share_high": float(high),
                }
            )
    return pd.DataFrame(rows)
