"""The bill of goods: from purchasers' prices of an investment to basic prices by product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from econ.data.codes import INTERMEDIATE
from econ.declared import Declared, NonEmpty, declared, is_file, read_toml
from econ.errors import Fault, InputError, nearest
from econ.impact.by_product import Amounts, ByProduct
from econ.impact.shock import ProductionTable
from econ.quantity.axes import Axis
from econ.quantity.parameters import Assumptions, Draws, bare_name

__all__ = ["Bill", "Line", "Template", "bill_of_goods", "line_shares"]

Array = npt.NDArray[np.float64]


class GroupTable(Declared):
    """One group of a template."""

    share: str = ""


class LineTable(Declared):
    """One ``[[line]]`` of a template."""

    asset: Annotated[str, Field(min_length=1)]
    group: str
    weight: list[str]
    fate: Literal["production", "existing_assets"] = "production"
    product: str = ""
    import_share: Annotated[str, Field(min_length=1)] = "table"
    margin: str = ""
    tax: str = ""
    source: list[NonEmpty] = Field(default=[])
    life: str = ""

    @model_validator(mode="after")
    def _made_or_not(self) -> Self:
        made = self.fate == "production"
        if made and not self.product:
            raise ValueError("unknown product, a line of production names none; write product")
        if not made and (self.product or self.margin or self.tax or self.life):
            raise ValueError(
                "existing assets are no production; leave out product, margin, tax and life"
            )
        return self


class TemplateFile(Declared):
    """A whole template file."""

    label: Annotated[str, Field(min_length=1)]
    use: Annotated[str, Field(min_length=1)]
    margin_product: str = ""
    groups: Annotated[dict[str, GroupTable], Field(min_length=1)]
    line: Annotated[list[LineTable], Field(min_length=1)]
    assumptions: dict[str, dict[str, Any]] = Field(default={})

    @model_validator(mode="after")
    def _one_remainder(self) -> Self:
        rest = [name for name, group in self.groups.items() if not group.share]
        if len(rest) != 1:
            raise ValueError(
                f"shares do not sum to one, groups without share: {', '.join(rest) or 'none'}; "
                "give every group but one a share, the one without takes the remainder"
            )
        return self

    @model_validator(mode="after")
    def _groups_meet_lines(self) -> Self:
        used = [line.group for line in self.line]
        unknown = [group for group in dict.fromkeys(used) if group not in self.groups]
        empty = [group for group in self.groups if group not in used]
        if unknown:
            mends = [f"'{group}': {nearest(group, self.groups)}" for group in unknown]
            raise ValueError(f"unknown group; {', '.join(mends)}")
        if empty:
            raise ValueError(
                f"a group without lines: {', '.join(empty)}; give it a line or delete it"
            )
        return self


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
    source : tuple of str
        Publications that the line rests on; without any it is judgement.
    life : str
        Parameter [years]: how long it lasts; empty for longer than any study.
    """

    asset: str
    group: str
    weight: tuple[str, ...]
    fate: str = "production"
    product: str = ""
    import_share: str = "table"
    margin: str = ""
    tax: str = ""
    source: tuple[str, ...] = ()
    life: str = ""


@dataclass(frozen=True)
class Template:
    """What an investment or a year of operation buys: groups with shares, lines with weights.

    Parameters
    ----------
    groups : mapping of str to str
        Group to the parameter that is its share; one group may be empty: the remainder.
    use : str
        Column of the table from which import shares are read where a line says ``table``.
    margin_product : str
        The product a trade margin is demand for.
    assumptions : mapping of str to mapping
        Parameters of its own, as in ``assumptions.toml``.
    """

    name: str
    label: str
    use: str
    groups: Mapping[str, str]
    lines: tuple[Line, ...]
    path: Path
    margin_product: str = ""
    assumptions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: str | Path) -> Template:
        """Read a template file.

        Raises
        ------
        InputError
            With every fault of the file.
        """
        if not isinstance(path, str | Path):
            mend = 'give the path of the file, such as "battery.toml"'
            raise InputError.one("Template.load", "path", "no path", mend, value=str(path)[:80])
        path = Path(path)
        if not is_file(path):
            known = [found.stem for found in path.parent.glob("*.toml")]
            mend = nearest(path.stem[:80], known)
            raise InputError.one(path.name[:80], "template", "no such template", mend)
        table = declared(TemplateFile, read_toml(path), path.name)
        return cls(
            name=path.stem,
            label=table.label,
            use=table.use,
            margin_product=table.margin_product,
            groups={name: group.share for name, group in table.groups.items()},
            path=path,
            lines=tuple(_line(line) for line in table.line),
            assumptions=table.assumptions,
        )

    def faults(self, products: Axis, uses: Axis, assumptions: Assumptions) -> list[Fault]:
        """Return products and parameters the template names and nobody knows."""
        file = f"{self.name}.toml"
        known = (INTERMEDIATE, *uses.labels)
        faults = [
            Fault(file, "use", "unknown use", nearest(self.use, known), value=use)
            for use in (self.use,)
            if use not in known
        ]
        if any(line.margin for line in self.lines) and self.margin_product not in products:
            mend = f"name what margins buy: {nearest(self.margin_product, products.labels)}"
            value = self.margin_product or None
            faults.append(Fault(file, "margin_product", "unknown product", mend, value=value))
        for number, line in enumerate(self.lines, start=1):
            if line.fate == "production" and line.product not in products:
                mend = nearest(line.product, products.labels)
                faults.append(Fault(file, "product", "unknown product", mend, number, line.product))
            names = [bare_name(name) for name in line.weight] + [line.margin, line.tax, line.life]
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
        given = [assumptions.drawn(s) for s in self.groups.values() if s in assumptions]
        if sum(parameter.high for parameter in given) > 1.0:
            mend = "lower their ranges so that even the highest leave something for the remainder"
            value = ", ".join(parameter.name for parameter in given)
            faults.append(Fault(file, "share", "shares do not sum to one", mend, value=value))
        return faults

    def parameter_units(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the parameters the template names, each with the units its place takes."""
        named: list[tuple[str, tuple[str, ...]]]
        named = [(share, ("share",)) for share in self.groups.values()]
        for line in self.lines:
            named += [(name, ("share",)) for name in (line.import_share, line.margin, line.tax)]
            named += [(bare_name(name), ("weight", "share")) for name in line.weight]
            named.append((line.life, ("years",)))
        return [(name, units) for name, units in named if name not in ("", "table")]


def _line(table: LineTable) -> Line:
    lists = {name: tuple(getattr(table, name)) for name in ("weight", "source")}
    return Line(**{**table.model_dump(), **lists})


def _near(name: str, assumptions: Assumptions) -> str:
    return nearest(name, [parameter.name for parameter in assumptions])


@dataclass(frozen=True)
class Bill:
    """Where an amount goes, by product: every amount (n, c) but `existing_assets` and `lines` (c,).

    Parameters
    ----------
    lines : mapping of str to ndarray, shape (c,)
        Amount per asset, at purchasers' prices.
    home : mapping of str to ndarray, shape (c,)
        Per asset: what of it home producers and traders get, at basic prices.
    sources : mapping of str to tuple of str
        Per asset: publications it rests on.
    """

    domestic: Amounts
    imported: Amounts
    margins: Amounts
    taxes: Amounts
    existing_assets: Array
    lines: Mapping[str, Array]
    home: Mapping[str, Array] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def destinations(self) -> dict[str, Amounts]:
        """Return where the amount goes, as a part of a shock takes it."""
        names = ("domestic", "imported", "margins", "taxes", "existing_assets")
        return {name: getattr(self, name) for name in names}

    def scaled(self, factor: float) -> Bill:
        """Return the bill in another unit of money."""
        return Bill(
            domestic=factor * self.domestic,
            imported=factor * self.imported,
            margins=factor * self.margins,
            taxes=factor * self.taxes,
            existing_assets=factor * self.existing_assets,
            lines={asset: factor * money for asset, money in self.lines.items()},
            home={asset: factor * money for asset, money in self.home.items()},
            sources=self.sources,
        )


def bill_of_goods(
    template: Template,
    amount: Array,
    draws: Draws,
    table: ProductionTable,
    shares: Mapping[str, Array] | None = None,
    *,
    life: str = "",
    metered: Mapping[str, Array] | None = None,
) -> Bill:
    """Spread an amount over the lines of a template and bring it to basic prices.

    A line's purchasers' price is split into product tax, trade margin and basic price; the basic
    price into imports and home production. The trade margin is demand for the margin product.

    Parameters
    ----------
    template : Template
    amount : ndarray, shape (c,) [money of the table, purchasers' prices]
    draws : Draws
    table : ProductionTable
    shares : mapping of str to ndarray, shape (c,), optional
        Group shares that replace those of the template.
    life : str
        Only the lines that last as long as this parameter says; all where left out.
    metered : mapping of str to ndarray, shape (c,), optional
        What is paid for an asset in place of its share of the amount.

    Returns
    -------
    Bill
        The sum over all destinations is the amount in every column, or what it spends on the lines
        of one life; with metered assets, what these cost and the others' shares of the amount.

    References
    ----------
    [eurostat_manual_2008], chapter 6 (valuation); [miller_blair_2009], section 4.4.
    """
    n, c = len(table.products), len(amount)
    domestic, imported, margins, taxes = (dict[int, Array]() for _ in range(4))
    existing = np.zeros(c)
    foreign = table.import_share(template.use)
    known = metered or {}
    lines: dict[str, Array] = {}
    home: dict[str, Array] = {}
    for line, share in zip(template.lines, line_shares(template, draws, shares), strict=True):
        if life and line.life != life:
            continue
        paid = amount * share if line.asset not in known else known[line.asset]
        lines[line.asset] = lines.get(line.asset, np.zeros(c)) + paid
        home.setdefault(line.asset, np.zeros(c))
        if line.fate == "existing_assets":
            existing += paid
            continue
        row = table.products.position(line.product)
        tax = paid * draws[line.tax] if line.tax else np.zeros(c)
        margin = paid * draws[line.margin] if line.margin else np.zeros(c)
        basic = paid - tax - margin
        if (basic < 0.0).any():
            mend = f"lower {line.tax or 'the tax'} or {line.margin or 'the margin'}"
            problem = "tax and margin exceed the price in some draws"
            raise InputError.one(f"{template.name}.toml", "line", problem, mend, value=line.asset)
        abroad = foreign[row] if line.import_share == "table" else draws[line.import_share]
        made_here = basic * (1.0 - abroad)
        _add(domestic, row, made_here)
        _add(imported, row, basic * abroad)
        home[line.asset] = home[line.asset] + made_here + margin
        if line.tax:
            _add(taxes, row, tax)
        if line.margin:
            _add(margins, table.products.position(template.margin_product), margin)
    sources = {line.asset: line.source for line in template.lines}
    held = partial(ByProduct, (n, c))
    amounts = held(domestic), held(imported), held(margins), held(taxes)
    return Bill(*amounts, existing, lines, home, sources)


def _add(rows: dict[int, Array], place: int, amounts: Array) -> None:
    rows[place] = rows[place] + amounts if place in rows else amounts


def line_shares(
    template: Template, draws: Draws, shares: Mapping[str, Array] | None = None
) -> list[Array]:
    """Return every line's share of the amount, each of shape (c,); they sum to one."""
    group_shares = _group_shares(template, draws, shares or {})
    weights = [draws.product(line.weight) for line in template.lines]
    sums = {
        group: sum(
            w for w, line in zip(weights, template.lines, strict=True) if line.group == group
        )
        for group in template.groups
    }
    empty = [group for group, total in sums.items() if not np.all(total > 0.0)]
    if empty:
        mend = "give at least one line of the group a weight above zero"
        raise InputError.one(
            f"{template.name}.toml", "weight", "the weights of a group are zero", mend, value=empty
        )
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
