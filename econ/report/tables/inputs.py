"""Tables of what goes into a study: pledges, bills of goods, assumptions, sources."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from econ.impact.interval import interval
from econ.quantity.provenance import bibliography
from econ.report.contents import Contents
from econ.scenario.pledges import ancestors

__all__ = ["assumptions", "bill", "pledges", "sources"]

# Of an end that is reckoned: enough to tell it from any other, without the noise of the last bit.
DIGITS: Final = 6


def pledges(contents: Contents) -> pd.DataFrame:
    """Return what was pledged: the article's amounts, and the parts they are modelled in."""
    rows = _containing(contents)
    for subject, members in _family_order(contents):
        row = contents.pledges.set_index("pledge").loc[subject]
        amount = np.sum([contents.amounts[name] for name in members], axis=0)
        value, low, high = interval(amount)
        rows.append(
            {
                "pledge": subject,
                "label": contents.label(subject),
                "level": "announced" if row["record"] == "article" else "part",
                "announced": row["amount"],
                "currency": row["currency"],
                "bound": row["bound"],
                "location": row["location"],
                "certainty": row["certainty"],
                "unit": str(contents.unit),
                "modelled": float(value),
                "modelled_low": float(low),
                "modelled_high": float(high),
            }
        )
    return pd.DataFrame(rows)


def _containing(contents: Contents) -> list[dict[str, object]]:
    """Return the totals that contain the pledges of the study; they are never added to them."""
    shown = set(contents.subjects())
    above = [name for part in contents.amounts for name in ancestors(contents.pledges, part)]
    totals = [name for name in dict.fromkeys(above) if name not in shown]
    facts = contents.pledges.set_index("pledge")
    return [
        {
            "pledge": name,
            "label": contents.label(name),
            "level": "total",
            "announced": facts["amount"][name],
            "currency": facts["currency"][name],
            "bound": facts["bound"][name],
            "location": facts["location"][name],
            "certainty": facts["certainty"][name],
            "unit": str(contents.unit),
            "modelled": np.nan,
            "modelled_low": np.nan,
            "modelled_high": np.nan,
        }
        for name in reversed(totals)
    ]


def _family_order(contents: Contents) -> list[tuple[str, tuple[str, ...]]]:
    """Return subjects with each announced pledge before its own parts."""
    groups = contents.subjects()
    announced = {name: members for name, members in groups.items() if (name,) != members}
    placed: list[tuple[str, tuple[str, ...]]] = []
    for name, members in announced.items():
        if name != "all":
            placed += [(name, members), *[(member, (member,)) for member in members]]
    done = {name for name, _ in placed}
    return placed + [(n, m) for n, m in groups.items() if n not in done and n != "all"]


def bill(contents: Contents) -> pd.DataFrame:
    """Return the bill of goods of each investment, line by line, at purchasers' prices.

    `home` is the share of a line that home producers and traders get, at basic prices; without a
    `source` a line is judgement.
    """
    rows = []
    for name, goods in contents.bills.items():
        for asset, money in goods.lines.items():
            value, low, high = interval(money)
            zero = np.zeros_like(money)
            at_home = np.divide(goods.home.get(asset, zero), money, out=zero, where=money > 0.0)
            home, home_low, home_high = interval(at_home)
            rows.append(
                {
                    "pledge": name,
                    "label": contents.label(name),
                    "asset": asset,
                    "amount": float(value),
                    "amount_low": float(low),
                    "amount_high": float(high),
                    "unit": str(contents.unit),
                    "home": float(home),
                    "home_low": float(home_low),
                    "home_high": float(home_high),
                    "source": ";".join(goods.sources.get(asset, ())),
                }
            )
    return pd.DataFrame(rows)


def assumptions(contents: Contents) -> pd.DataFrame:
    """Return every assumption the study uses, with its range, basis and sources.

    Columns parameter, group, label, value, low, high (as stated), unit, distribution, basis,
    verified, source, note, drawn_low, drawn_high (judgement is drawn wider than it says).
    """
    rows = [
        {
            "parameter": parameter.name,
            "group": parameter.group,
            "label": parameter.label,
            "value": parameter.value,
            "low": parameter.low,
            "high": parameter.high,
            "unit": parameter.unit,
            "distribution": parameter.distribution,
            "basis": parameter.basis,
            "verified": parameter.verified,
            "source": ";".join(parameter.source),
            "note": parameter.note,
            "drawn_low": float(f"{drawn.low:.{DIGITS}g}"),
            "drawn_high": float(f"{drawn.high:.{DIGITS}g}"),
        }
        for parameter in contents.assumptions
        for drawn in [contents.assumptions.drawn(parameter.name)]
        if parameter.name in contents.used
    ]
    return pd.DataFrame(rows)


def sources(contents: Contents) -> pd.DataFrame:
    """Return the bibliography of the study."""
    return pd.DataFrame(
        [
            {
                "key": source.key,
                "author": source.author,
                "year": source.year,
                "title": source.title,
                "url": f"https://doi.org/{source.doi}" if source.doi else source.url,
                "licence": source.licence,
                "verified": source.verified,
            }
            for source in bibliography(contents.provenance.sources, contents.sources)
        ]
    )
