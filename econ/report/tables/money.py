"""Tables of where the money goes: shares of each pledge, and flows that lose nothing on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.report.contents import Contents
from econ.report.tables.ranges import ends, ranged

__all__ = ["destinations", "flow_nodes", "flows", "kept_at_home"]

Array = npt.NDArray[np.float64]

# Products with a node of their own in the flows; the rest are one.
SHOWN: Final = 5
REST: Final = "other products"
LAND: Final = "land and financial claims"
TAXES: Final = "product taxes"
IMPORTS: Final = "imports"
CONTRACTORS: Final = "value added of contractors"
SUPPLIERS: Final = "value added of their suppliers"
ABROAD: Final = ("imported directly", "imported by suppliers")
# What the published table itself does not close by.
GAP: Final = "discrepancy of the table"


def destinations(contents: Contents) -> pd.DataFrame:
    """Return where each euro of investment goes: abroad first, then what stays in the country.

    Columns subject, label, destination, amount, unit, share, and the intervals of both. The shares
    of a subject sum to one: every import, whether bought directly or by a supplier, all value
    added, product taxes, and what only changes its owner.
    """
    return pd.DataFrame(
        [
            {
                "subject": subject,
                "label": contents.label(subject),
                "destination": destination,
                "amount": float(money[0]),
                "unit": str(contents.unit),
                **ranged("share", _share(money, amount)),
                **ends("amount", money),
            }
            for subject, members in contents.subjects().items()
            for amount, parts in [_parts(contents, members)]
            for destination, money in parts.items()
        ]
    )


def kept_at_home(contents: Contents) -> pd.DataFrame:
    """Return the share of each investment that is imported and that becomes value added at home.

    Columns subject, label, unit, imported and value_added with their intervals. Besides the
    subjects of `Contents`, ``pledged`` is what was still a pledge: not what its record calls done.
    """
    subjects = {**contents.subjects(), "pledged": contents.still_pledged}
    rows = []
    for subject, members in subjects.items():
        amount, parts = _parts(contents, members)
        rows.append(
            {
                "subject": subject,
                "label": "What was still a pledge"
                if subject == "pledged"
                else contents.label(subject),
                "unit": "share of the investment",
                **ranged("imported", _share(parts[ABROAD[0]] + parts[ABROAD[1]], amount)),
                **ranged("value_added", _share(parts[CONTRACTORS] + parts[SUPPLIERS], amount)),
            }
        )
    return pd.DataFrame(rows)


def _share(money: Array, amount: Array) -> Array:
    return np.divide(money, amount, out=np.zeros_like(amount), where=amount > 0.0)


def _parts(contents: Contents, members: Sequence[str]) -> tuple[Array, dict[str, Array]]:
    """Return an amount and its parts by destination, each of shape (c,)."""
    result = contents.gross_open

    def of(measure: str, effect: str) -> Array:
        return result.draws(measure, pledges=members, phase="construction", effect=effect)

    columns = contents.shock.columns
    if not members:
        names = (*ABROAD, CONTRACTORS, SUPPLIERS, TAXES, LAND)
        return np.zeros(columns), {name: np.zeros(columns) for name in names}
    amount = np.sum([contents.amounts[name] for name in members], axis=0)
    foreign = np.sum([contents.bills[name].imported.sum(axis=0) for name in members], axis=0)
    existing = np.sum([contents.bills[name].existing_assets for name in members], axis=0)
    directly, by_suppliers = ABROAD
    return amount, {
        directly: foreign,
        by_suppliers: of("imports", "direct") + of("imports", "indirect") - foreign,
        CONTRACTORS: of("gva", "direct"),
        SUPPLIERS: of("gva", "indirect"),
        TAXES: of("taxes", "direct") + of("taxes", "indirect"),
        LAND: existing,
    }


# ---------------------------------------------------------------- from pledge to effect


@dataclass(frozen=True)
class _Flow:
    """Money from one node to the next, shape (c,)."""

    stage: int
    origin: str
    destination: str
    money: Array


def flows(contents: Contents) -> pd.DataFrame:
    """Return the money of all pledges on its way: pledge, product, who is paid, what it becomes.

    Columns stage (1 pledge to product, 2 product to who is paid, 3 who is paid to what it becomes),
    origin, destination, amount with its interval, unit. What enters a node leaves it, in every
    draw: what the published table does not close by is a flow of its own.
    """
    unit = str(contents.unit)
    return pd.DataFrame(
        [
            {
                "stage": flow.stage,
                "origin": flow.origin,
                "destination": flow.destination,
                **ranged("amount", flow.money),
                "unit": unit,
            }
            for flow in _flows(contents)
        ]
    )


def flow_nodes(contents: Contents) -> pd.DataFrame:
    """Return what passes through every node of the flows.

    Columns stage (0 pledge, 1 product, 2 who is paid, 3 what it becomes), node, amount with its
    interval, unit.
    """
    nodes: dict[tuple[int, str], Array] = {}
    for flow in _flows(contents):
        ends = [(flow.stage, flow.destination)]
        ends += [(0, flow.origin)] if flow.stage == 1 else []
        for end in ends:
            nodes[end] = nodes.get(end, np.zeros_like(flow.money)) + flow.money
    unit = str(contents.unit)
    return pd.DataFrame(
        [
            {"stage": stage, "node": node, **ranged("amount", nodes[stage, node]), "unit": unit}
            for stage, node in sorted(nodes, key=lambda end: end[0])
        ]
    )


def _flows(contents: Contents) -> list[_Flow]:
    pledges = _pledges(contents)
    groups = _product_groups(contents)
    columns = contents.shock.columns
    home = f"producers in {contents.texts.economy}"
    found: list[_Flow] = []
    through: dict[str, dict[str, Array]] = {name: {} for name in (*groups, LAND)}
    for label, members in pledges.items():
        for group, rows in groups.items():
            paid = {who: np.zeros(columns) for who in (home, IMPORTS, TAXES)}
            for name in members:
                bill = contents.bills[name]
                paid[home] += (bill.domestic + bill.margins)[rows].sum(axis=0)
                paid[IMPORTS] += bill.imported[rows].sum(axis=0)
                paid[TAXES] += bill.taxes[rows].sum(axis=0)
            found.append(_Flow(1, label, group, sum(paid.values(), np.zeros(columns))))
            for who, money in paid.items():
                through[group][who] = through[group].get(who, np.zeros(columns)) + money
        land = np.sum([contents.bills[name].existing_assets for name in members], axis=0)
        found.append(_Flow(1, label, LAND, land))
        through[LAND][LAND] = through[LAND].get(LAND, np.zeros(columns)) + land
    second = [
        _Flow(2, group, who, money)
        for group, paid in through.items()
        for who, money in paid.items()
    ]
    found += second
    entered = {
        who: np.sum([flow.money for flow in second if flow.destination == who], axis=0)
        for who in dict.fromkeys(flow.destination for flow in second)
    }
    found += _last(contents, home, entered)
    return [flow for flow in found if np.any(flow.money)]


def _last(contents: Contents, home: str, entered: Mapping[str, Array]) -> list[_Flow]:
    """Return what the money of each who is paid becomes; what is left over is the table's own."""
    _, parts = _parts(contents, list(contents.amounts))
    paid = entered[home]
    at_home = {
        CONTRACTORS: parts[CONTRACTORS],
        SUPPLIERS: parts[SUPPLIERS],
        IMPORTS: parts["imported by suppliers"],
        TAXES: parts[TAXES] - entered.get(TAXES, np.zeros_like(paid)),
    }
    at_home[GAP] = paid - np.sum(list(at_home.values()), axis=0)
    found = [_Flow(3, home, becomes, money) for becomes, money in at_home.items()]
    return found + [_Flow(3, who, who, money) for who, money in entered.items() if who != home]


def _pledges(contents: Contents) -> dict[str, tuple[str, ...]]:
    """Return announced pledges with the parts that are modelled; a part of none stands alone."""
    groups = contents.subjects()
    announced = {n: m for n, m in groups.items() if n != "all" and m != (n,)}
    within = {member for members in announced.values() for member in members}
    alone = {name: (name,) for name in contents.amounts if name not in within}
    return {contents.label(name): members for name, members in {**announced, **alone}.items()}


def _product_groups(contents: Contents) -> dict[str, list[int]]:
    """Return the products that most is spent on, each with its row, and all others as one."""
    bills = [contents.bills[name] for name in contents.amounts]
    spent = np.sum([(b.domestic + b.imported + b.margins + b.taxes)[:, 0] for b in bills], axis=0)
    bought = [int(row) for row in np.argsort(-spent, kind="stable") if spent[row] > 0.0]
    labels = contents.gross_open.products.labels
    groups = {contents.products.title(labels[row]): [row] for row in bought[:SHOWN]}
    first = set(bought[:SHOWN])
    rest = [row for row in range(len(labels)) if row not in first]
    return {**groups, REST: rest}
