"""Tables of what the public purse gets, and of who gets the GDP."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.impact.fiscal import FiscalAccount
from econ.impact.interval import interval
from econ.impact.response import PHASES
from econ.impact.taxes import BENEFITS, TAXES
from econ.report.contents import Contents
from econ.report.contents.satellites import Purse
from econ.report.tables.ranges import ranged

__all__ = ["EVERYTHING", "incomes", "levies", "purse", "purse_by_level", "purse_by_year"]

Array = npt.NDArray[np.float64]
TOTAL_TAXES: Final = "all taxes and contributions"
TOTAL: Final = "taxes and benefits saved"
EVERYTHING: Final = (*TAXES, BENEFITS)


def _paid(account: FiscalAccount, taxes: Iterable[str], **chosen: Any) -> Array:
    return account.draws(taxes, **chosen)


def _income(account: FiscalAccount, name: str, **chosen: Any) -> Array:
    return account.incomes(**chosen)[name]


def _row(found: Purse, of: Callable[[FiscalAccount], Array]) -> dict[str, float]:
    row: dict[str, float] = {}
    for name, account in (("gross", found.gross), ("net", found.net)):
        draws = of(account)
        value, low, high = interval(draws)
        row |= {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}
        row[f"{name}_median"] = float(np.median(draws[1:]))
    return row


def _spans(contents: Contents) -> list[tuple[str, str, list[int] | None]]:
    first, last = contents.gross.years[0], contents.last_year
    return [
        ("construction", f"total {first}-{last}", None),
        ("operation", f"in {last}", [last]),
    ]


def purse(contents: Contents) -> pd.DataFrame:
    """Return taxes, contributions and benefits saved, by kind and phase, gross and net.

    Columns phase, when, tax, unit, gross, gross_low, gross_high, gross_median, net, net_low,
    net_high, net_median. The rows of `TAXES` sum to `TOTAL_TAXES`.
    """
    found = contents.purse
    if found is None:
        return pd.DataFrame()
    kinds = {tax: [tax] for tax in TAXES}
    kinds |= {TOTAL_TAXES: list(TAXES), BENEFITS: [BENEFITS], TOTAL: list(EVERYTHING)}
    return pd.DataFrame(
        [
            {
                "phase": phase,
                "when": when,
                "tax": name,
                "unit": str(found.gross.unit),
                **_row(found, partial(_paid, taxes=taxes, phase=phase, years=years)),
            }
            for phase, when, years in _spans(contents)
            for name, taxes in kinds.items()
        ]
    )


def purse_by_level(contents: Contents) -> pd.DataFrame:
    """Return what each level of government gets of each pledge, taxes and benefits saved.

    Columns subject, label, phase, when, level, unit, and gross and net with their intervals.
    """
    found = contents.purse
    if found is None:
        return pd.DataFrame()
    rows = []
    for subject, members in contents.subjects().items():
        for phase, when, years in _spans(contents):
            for level in (*found.gross.level_names, None):
                chosen: dict[str, Any]
                chosen = {"level": level, "pledges": members, "phase": phase, "years": years}
                rows.append(
                    {
                        "subject": subject,
                        "label": contents.label(subject),
                        "phase": phase,
                        "when": when,
                        "level": level or "all levels",
                        "unit": str(found.gross.unit),
                        **_row(found, partial(_paid, taxes=EVERYTHING, **chosen)),
                    }
                )
    return pd.DataFrame(rows)


def purse_by_year(contents: Contents) -> pd.DataFrame:
    """Return taxes and benefits saved in each year and phase, gross and net."""
    found = contents.purse
    if found is None:
        return pd.DataFrame()
    return pd.DataFrame(
        [
            {
                "year": year,
                "phase": phase,
                "unit": str(found.gross.unit),
                **_row(found, partial(_paid, taxes=EVERYTHING, phase=phase, years=[year])),
            }
            for year in contents.gross.years
            for phase in PHASES
        ]
    )


def incomes(contents: Contents) -> pd.DataFrame:
    """Return who gets the GDP: households, firms and every level of government.

    The rows of a phase sum to its GDP, gross and net; `share` is of the gross GDP.
    """
    found = contents.purse
    if found is None:
        return pd.DataFrame()
    rows = []
    for phase, when, years in _spans(contents):
        whole = contents.gross.draws("gdp", phase=phase, years=years)
        for name in found.gross.incomes():
            row = _row(found, partial(_income, name=name, phase=phase, years=years))
            own = _income(found.gross, name=name, phase=phase, years=years)
            share = np.divide(own, whole, out=np.zeros_like(whole), where=whole != 0.0)
            unit = str(found.gross.unit)
            head = {"phase": phase, "when": when, "recipient": name, "unit": unit}
            rows.append({**head, **row, **ranged("share", share)})
    return pd.DataFrame(rows)


def levies(contents: Contents) -> pd.DataFrame:
    """Return the share of taxes and contributions in GDP: of the table, as published, and here.

    Columns what, kind (``economy``, ``published`` or ``study``), share, share_low, share_high. The
    study's rates on the whole table stand kind by kind and in all, then the published share, then
    the pledges' own, gross, which is of other products and no check.
    """
    found = contents.purse
    if found is None:
        return pd.DataFrame()
    shares = {("economy", name): share for name, share in found.of_economy.items()}
    whole = np.asarray(sum(found.of_economy.values()))
    shares["economy", "together"] = whole
    shares["published", f"published, {found.published_of}"] = found.published
    shares["gap", "gap"] = whole - found.published
    for phase, _, years in _spans(contents):
        gdp = contents.gross.draws("gdp", phase=phase, years=years)
        taxes = found.gross.draws(phase=phase, years=years)
        ratio = np.divide(taxes, gdp, out=np.zeros_like(gdp), where=gdp != 0.0)
        shares["study", f"of the pledges' GDP, {phase}"] = ratio
    rows = []
    for (kind, what), share in shares.items():
        value, low, high = (float(x) for x in interval(share))
        row = {"kind": kind, "what": what, "share": value, "share_low": low, "share_high": high}
        rows.append({**row, "unit": "share of GDP"})
    return pd.DataFrame(rows)
