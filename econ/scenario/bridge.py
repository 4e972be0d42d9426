"""The bill of goods: from purchasers' prices of an investment to basic prices by product."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.impact.shock import ProductionTable
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions, Draws

__all__ = ["Bill", "Line", "Template", "bill_of_goods"]

Array = npt.NDArray[np.float64]
FATES: Final = ("production", "existing_assets")
TRADE: Final = "G46"


@dataclass(frozen=True)
class Line:
    """One line of a bill of goods.

    Parameters
    ----------
    asset : str
        What is bought.
    group : str
    weight : tuple of str
        Parameters whose product is the line's weight in its group; ``not x`` is one minus x.
    fate : {"production", "existing_assets"}
    product : str
        Empty for existing assets.
    import_share : str
        A parameter, or ``table``.
    margin, tax : str
        Parameters, or empty.
    """

    asset: str
    group: str
    weight: tuple[str, ...]
    fate: str = "production"
    product: str = ""
    import_share: str = "table"
    margin: str = ""
    tax: str = ""


@dataclass(frozen=True)
class Template:
    """What an investment or a year of operation buys: groups with shares, lines with weights.

    Parameters
    ----------
    groups : mapping of str to str
        Group to the parameter that is its share; one group may be empty: the remainder.
    use : str
        Column of the table from which import shares are read where a line says ``table``.
    """

    name: str
    label: str
    use: str
    groups: Mapping[str, str]
    lines: tuple[Line, ...]
    path: Path

    @classmethod
    def load(cls, path: Path) -> Template:
        """Read a template file.

        Raises
        ------
        InputError
            With every fault of the file.
        """
        if not path.is_file():
            known = [found.stem for found in path.parent.glob("*.toml")]
            raise InputError.one(
                path.name, "template", "no such template", nearest(path.stem, known)
            )
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InputError.one(path.name, "", f"no TOML: {error}", "mend the line") from error
        InputError.raise_if(_template_faults(path.name, table))
        return cls(
            name=path.stem,
            label=table["label"],
            use=table["use"],
            groups={name: group.get("share", "") for name, group in table["groups"].items()},
            path=path,
            lines=tuple(
                Line(**{**line, "weight": tuple(line["weight"])}) for line in table["line"]
            ),
        )

    def faults(self, products: Axis, assumptions: Assumptions) -> list[Fault]:
        """Return products and parameters the template names and nobody knows."""
        file = f"{self.name}.toml"
        faults = []
        for number, line in enumerate(self.lines, start=1):
            if line.fate == "production" and line.product not in products:
                mend = nearest(line.product, products.labels)
                faults.append(Fault(file, "product", "unknown product", mend, number, line.product))
            names = [name.removeprefix("not ") for name in line.weight] + [line.margin, line.tax]
            names += [] if line.import_share == "table" else [line.import_share]
            faults += [
                Fault(
                    file, "parameter", "unknown parameter", _near(name, assumptions), number, name
                )
                for name in names
                if name and name not in assumptions
            ]
        faults += [
            Fault(file, "share", "unknown parameter", _near(share, assumptions), group, share)
            for group, share in self.groups.items()
            if share and share not in assumptions
        ]
        return faults


def _near(name: str, assumptions: Assumptions) -> str:
    return nearest(name, [parameter.name for parameter in assumptions])


def _template_faults(file: str, table: Mapping[str, Any]) -> list[Fault]:
    faults = [
        Fault(file, key, "missing", "write it")
        for key in ("label", "use", "groups", "line")
        if key not in table
    ]
    groups = table.get("groups", {})
    open_groups = [name for name, group in groups.items() if not group.get("share")]
    if groups and len(open_groups) != 1:
        mend = "give every group but one a share; the one without takes the remainder"
        faults.append(Fault(file, "groups", "shares do not sum to one", mend, value=open_groups))
    known = Line.__dataclass_fields__
    for number, line in enumerate(table.get("line", []), start=1):
        faults += [
            Fault(file, key, "unknown field of a line", nearest(key, known), number)
            for key in line
            if key not in known
        ]
        faults += [
            Fault(file, key, "missing", "write it", number)
            for key in ("asset", "group", "weight")
            if key not in line
        ]
        if line.get("group", "") not in groups:
            mend = nearest(line.get("group", ""), groups)
            faults.append(Fault(file, "group", "unknown group", mend, number, line.get("group")))
        if line.get("fate", "production") not in FATES:
            faults.append(Fault(file, "fate", "unknown fate", nearest(line["fate"], FATES), number))
    used = {line.get("group") for line in table.get("line", [])}
    faults += [
        Fault(file, "groups", "a group without lines", "give it a line or delete it", value=name)
        for name in groups
        if name not in used
    ]
    return faults


@dataclass(frozen=True)
class Bill:
    """Where an amount goes, by product: every array (n, c) but `existing_assets` and `lines` (c,).

    Parameters
    ----------
    lines : mapping of str to ndarray, shape (c,)
        Amount per asset, at purchasers' prices.
    """

    domestic: Array
    imported: Array
    margins: Array
    taxes: Array
    existing_assets: Array
    lines: Mapping[str, Array]

    def scaled(self, factor: float) -> Bill:
        """Return the bill in another unit of money."""
        return Bill(
            domestic=factor * self.domestic,
            imported=factor * self.imported,
            margins=factor * self.margins,
            taxes=factor * self.taxes,
            existing_assets=factor * self.existing_assets,
            lines={asset: factor * money for asset, money in self.lines.items()},
        )


def bill_of_goods(
    template: Template,
    amount: Array,
    draws: Draws,
    table: ProductionTable,
    shares: Mapping[str, Array] | None = None,
) -> Bill:
    """Spread an amount over the lines of a template and bring it to basic prices.

    A line's purchasers' price is split into product tax, trade margin and basic price; the basic
    price into imports and home production. The trade margin is demand for wholesale trade.

    Parameters
    ----------
    template : Template
    amount : ndarray, shape (c,) [money of the table, purchasers' prices]
    draws : Draws
    table : ProductionTable
    shares : mapping of str to ndarray, shape (c,), optional
        Group shares that replace those of the template.

    Returns
    -------
    Bill
        The sum over all destinations is the amount in every column.

    References
    ----------
    [eurostat_manual_2008], chapter 6 (valuation); [miller_blair_2009], section 4.4.
    """
    n, c = len(table.products), len(amount)
    domestic, imported, margins, taxes = (np.zeros((n, c)) for _ in range(4))
    existing = np.zeros(c)
    foreign = table.import_share(template.use)
    lines: dict[str, Array] = {}
    for line, share in zip(template.lines, line_shares(template, draws, shares), strict=True):
        paid = amount * share
        lines[line.asset] = lines.get(line.asset, np.zeros(c)) + paid
        if line.fate == "existing_assets":
            existing += paid
            continue
        row = table.products.position(line.product)
        tax = paid * draws[line.tax] if line.tax else np.zeros(c)
        margin = paid * draws[line.margin] if line.margin else np.zeros(c)
        basic = paid - tax - margin
        abroad = foreign[row] if line.import_share == "table" else draws[line.import_share]
        taxes[row] += tax
        imported[row] += basic * abroad
        domestic[row] += basic * (1.0 - abroad)
        if line.margin:
            margins[table.products.position(TRADE)] += margin
    return Bill(domestic, imported, margins, taxes, existing, lines)


def line_shares(
    template: Template, draws: Draws, shares: Mapping[str, Array] | None = None
) -> list[Array]:
    """Return every line's share of the amount, each of shape (c,); they sum to one."""
    group_shares = _group_shares(template, draws, shares or {})
    weights = [_product(line.weight, draws) for line in template.lines]
    sums = {
        group: sum(
            w for w, line in zip(weights, template.lines, strict=True) if line.group == group
        )
        for group in template.groups
    }
    return [
        group_shares[line.group] * weight / sums[line.group]
        for line, weight in zip(template.lines, weights, strict=True)
    ]


def _group_shares(
    template: Template, draws: Draws, replaced: Mapping[str, Array]
) -> dict[str, Array]:
    ones = np.ones(draws.columns)
    given = {
        name: replaced.get(name, draws[share] if share else ones)
        for name, share in template.groups.items()
        if share
    }
    rest = ones - sum(given.values(), np.zeros(draws.columns))
    return {name: given.get(name, rest) for name in template.groups}


def _product(names: Sequence[str], draws: Draws) -> Array:
    """Return the product of parameters, shape (c,); ``not x`` stands for one minus x."""
    result = np.ones(draws.columns)
    for name in names:
        bare = name.removeprefix("not ")
        result = result * (1.0 - draws[bare] if bare != name else draws[bare])
    return result
