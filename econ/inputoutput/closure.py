"""`Closure`: accounts made endogenous, with the income they earn and the total it is divided by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types, choice, names_of, number
from econ.inputoutput.roles import PARTS, ROLE_OF_MEASURE
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.bordered import BorderedOperator
from econ.quantity.axes import Axis
from econ.quantity.units import Unit

__all__ = ["Account", "Closure"]

Array = npt.NDArray[np.float64]
INCOME: Final = "income"
SPENDING: Final = "spending"
BLOCKS: Final = ("income", "spending", "transfers")
KINDS: Final = ("II", "SAM")


@dataclass(frozen=True, eq=False)
class Account:
    """An institution that earns and spends: households, a group of them, government.

    Parameters
    ----------
    name : str
    income : str, tuple of str, or pandas.Series shape (n,) [unit of the table]
        What it earns of each product's production: measures or primary inputs of the table, or
        amounts by product.
    spends : str, tuple of str, or pandas.Series shape (n,) [unit of the table]
        Its final use, or amounts by product, of home products at basic prices.
    total : float or {"income", "spending"} [unit of the table]
        What its spending is divided by: its income in the table (compensation of employees:
        common, but it overstates, for other incomes are spent too), all it spends at purchasers'
        prices with imports and taxes (all income is then spent; refused where the table has
        neither for final uses, or `spends` is amounts), or a number such as total household income
        from all sources.
    """

    name: str
    income: str | tuple[str, ...] | pd.Series
    spends: str | tuple[str, ...] | pd.Series
    total: float | str = INCOME


@dataclass(frozen=True, eq=False)
class Closure:
    """Which accounts are endogenous, and by which coefficients.

    Parameters
    ----------
    kind : {"II", "SAM"}
        Type of the multipliers: households alone, or several accounts of a social accounting
        matrix.
    accounts : Axis, k
    income : ndarray, shape (k, n) [per unit of output]
    spending : ndarray, shape (n, k) [home products per unit of income]
    transfers : ndarray, shape (k, k) [received by the row per unit of the column's income]
    statement : str
        The closure in words, with its denominators.
    products : tuple of str, n
        Of the table it was made from; another table is refused.

    Raises
    ------
    InputError
        When a block is no matrix of finite numbers, or its shape is not that of the others.

    References
    ----------
    [miller_blair_2009], sections 2.5, 6.4 and chapter 11; [scottish_government_2016] divides by
    total household income from all sources.
    """

    kind: str
    accounts: Axis
    income: Array = field(repr=False)
    spending: Array = field(repr=False)
    transfers: Array = field(default_factory=lambda: np.zeros((0, 0)), repr=False)
    statement: str = ""
    products: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        choice(self.kind, KINDS, "kind", "closure")
        blocks = {name: (getattr(self, name), np.ndarray) for name in BLOCKS}
        others = {"accounts": (self.accounts, Axis), "products": (self.products, tuple)}
        check_types("closure", {**others, **blocks})
        k, n = len(self.accounts), self.income.shape[-1] if self.income.ndim else 0
        if self.transfers.shape == (0, 0):
            object.__setattr__(self, "transfers", np.zeros((k, k)))
        shapes = dict(zip(BLOCKS, ((k, n), (n, k), (k, k)), strict=True))
        InputError.raise_if(
            [
                Fault("closure", name, f"shape {found.shape}", f"give shape {shapes[name]}")
                for name in BLOCKS
                for found in (getattr(self, name),)
                if found.shape != shapes[name] or found.dtype.kind not in "fiu"
            ]
        )
        faults = [
            Fault("closure", name, "not finite", "write a number or zero", value=value)
            for name in BLOCKS
            for value in getattr(self, name)[~np.isfinite(getattr(self, name))][:1]
        ]
        InputError.raise_if(faults)

    @classmethod
    def households(
        cls,
        table: InputOutputTable,
        *,
        spends: str | tuple[str, ...] | pd.Series,
        income: str | tuple[str, ...] | pd.Series = "compensation",
        total: float | str = INCOME,
    ) -> Closure:
        """Close the table to households: Type II.

        Parameters
        ----------
        table : InputOutputTable
        spends : str, tuple of str or pandas.Series
            Household consumption: its final use, or amounts by product.
        income : str, tuple of str or pandas.Series
            What production pays households.
        total : float or {"income", "spending"} [unit of the table]
            What consumption is divided by, see `Account`.

        Returns
        -------
        Closure

        Examples
        --------
        >>> sector = ["all"]
        >>> table = InputOutputTable.from_frames(
        ...     pd.DataFrame([[40.0]], index=sector, columns=sector),
        ...     final=pd.DataFrame({"households": [45.0], "exports": [15.0]}, index=sector),
        ...     primary=pd.DataFrame({"all": {"D1": 50.0, "B2A3G": 10.0}}),
        ...     unit="MEUR 2022 basic",
        ... )
        >>> closure = Closure.households(table, spends="households")
        >>> closure.income.tolist(), closure.spending.tolist()
        ([[0.5]], [[0.9]])
        """
        return cls.of(table, [Account("households", income, spends, total)])

    @classmethod
    def of(
        cls,
        table: InputOutputTable,
        accounts: Sequence[Account],
        transfers: pd.DataFrame | None = None,
    ) -> Closure:
        """Close the table to several accounts: a social accounting matrix, or Miyazawa's groups.

        Parameters
        ----------
        table : InputOutputTable
        accounts : sequence of Account, k
        transfers : pandas.DataFrame, shape (k, k), optional
            Received by the row account per unit of the column account's income: income tax paid
            to government, social benefits paid to households.

        Returns
        -------
        Closure

        Raises
        ------
        InputError
            When an account earns or spends what the table does not have or the same twice, its
            total is not above zero or not in the table, or something is of another type.
        """
        check_types("closure", {"table": (table, InputOutputTable)})
        given = list(accounts) if np.iterable(accounts) else []
        if not given:
            mend = "give a list of econ.Account"
            raise InputError.one(table.name, "accounts", "none", mend, value=repr(accounts))
        types = {f"account {place}": (one, Account) for place, one in enumerate(given, start=1)}
        check_types(table.name, types)
        labels = names_of([account.name for account in given], "accounts", table.name)
        axis = Axis("account", labels)
        names = list(axis.labels)
        moved, faults = _transfers(transfers, names, table.name)
        InputError.raise_if(faults)
        rows, columns, words = [], [], []
        for account in given:
            earned = _amounts(table, account.income, "income")
            spent = _amounts(table, account.spends, "spends")
            total, said = _total(table, account, earned, spent)
            rows.append(table.per_output(earned))
            columns.append(spent / total)
            words.append(f"{account.name}: spending divided by {said}")
        return cls(
            kind="II" if len(names) == 1 else "SAM",
            accounts=axis,
            income=np.array(rows),
            spending=np.array(columns).T,
            transfers=moved,
            statement="; ".join(words),
            products=table.products.labels,
        )

    @classmethod
    def from_coefficients(
        cls,
        table: InputOutputTable,
        *,
        income: pd.DataFrame | str,
        spending: pd.DataFrame,
        transfers: pd.DataFrame | None = None,
        statement: str = "coefficients as given",
    ) -> Closure:
        """Close the table by coefficients that are known, a published household column say.

        Parameters
        ----------
        table : InputOutputTable
        income : pandas.DataFrame, shape (k, n) [per unit of output], or str
            One row per account, or a measure of the table for a single account.
        spending : pandas.DataFrame, shape (n, k) [home products per unit of income]
        transfers : pandas.DataFrame, shape (k, k), optional
        statement : str

        Raises
        ------
        InputError
            When labels do not match, or something is of another type.
        """
        check_types("closure", {"table": (table, InputOutputTable)})
        income_type = str if isinstance(income, str) else pd.DataFrame
        types = {"income": (income, income_type), "spending": (spending, pd.DataFrame)}
        check_types(table.name, {**types, "statement": (statement, str)})
        accounts = Axis("account", labels_of(spending.columns)[0], table.name)
        names, products = list(accounts.labels), list(table.products.labels)
        columns, faults = aligned(spending, products, names, "spending", table.name)
        if isinstance(income, str):
            rows = table.per_output(_earned(table, income))[None]
        else:
            rows, wrong = aligned(income, names, products, "income", table.name)
            faults += wrong
        moved, wrong = _transfers(transfers, names, table.name)
        faults += wrong
        InputError.raise_if(faults)
        kind = "II" if len(names) == 1 else "SAM"
        labels = table.products.labels
        return cls(kind, accounts, rows, columns, moved, statement, labels)

    def on(self, table: InputOutputTable) -> BorderedOperator:
        """Return the solver of the closed model of `table`.

        Raises
        ------
        InputError
            When the accounts respend all they earn, or the closure is of another table.
        """
        check_types("closure", {"table": (table, InputOutputTable)})
        size = self.income.shape[1]
        if size != len(table.products) or self.products not in ((), table.products.labels):
            mend = "make the closure from this very table"
            problem = "made from a table of other products, or in another order"
            raise InputError.one(table.name, "closure", problem, mend)
        try:
            return BorderedOperator(table.operator, self.income, self.spending, self.transfers)
        except ArithmeticError as error:
            mend = "divide the spending by a larger total, or leave out what is not bought at home"
            raise InputError.one(table.name, "closure", str(error), mend) from error


def _transfers(
    given: pd.DataFrame | None, names: list[str], table: str
) -> tuple[Array, list[Fault]]:
    check_types(table, {"transfers": (given, pd.DataFrame)}, ("transfers",))
    if given is None:
        return np.zeros((len(names), len(names))), []
    moved, faults = aligned(given, names, names, "transfers", table)
    mend = "write the share of the column account's income, or zero"
    faults += [
        Fault(table, f"transfers {names[column]}", "not finite", mend, names[row])
        for row, column in np.argwhere(~np.isfinite(moved))
    ]
    return moved, faults


def _amounts(table: InputOutputTable, given: str | tuple[str, ...] | pd.Series, side: str) -> Array:
    if isinstance(given, pd.Series):
        products = table.products.labels
        cells, faults = aligned(given.to_frame(side), list(products), [side], side, table.name)
        mend = "write an amount, or zero"
        faults += [
            Fault(table.name, side, "not finite", mend, products[row])
            for row, _ in np.argwhere(~np.isfinite(cells))
        ]
        InputError.raise_if(faults)
        return cells[:, 0]
    labels = _labels(given, side, table)
    if side == "income":
        InputError.raise_if(_earned_twice(table, labels))
        return np.asarray(sum(_earned(table, label) for label in labels), dtype=np.float64)
    found: Array = table.final[:, list(table.final_uses.positions(labels))].sum(axis=1)
    return found


def _labels(given: object, side: str, table: InputOutputTable) -> list[str]:
    return names_of([given] if isinstance(given, str) else given, side, table.name)


def _earned_twice(table: InputOutputTable, labels: list[str]) -> list[Fault]:
    seen: dict[int, str] = {}
    faults = []
    for label in labels:
        rows = _rows_of(table, label)
        found = [seen[row] for row in rows if row in seen]
        if found:
            mend = f"it is in '{found[0]}' already; name each income once"
            faults.append(Fault(table.name, "income", "counted twice", mend, value=label))
        seen |= dict.fromkeys(rows, label)
    return faults


def _rows_of(table: InputOutputTable, label: str) -> list[int]:
    # As `measure` reads it: a row of the accounts by its role before a row by its label.
    role = ROLE_OF_MEASURE.get(label)
    if role not in (*table.roles, "value_added"):
        known = label in table.primary_inputs
        return [table.primary_inputs.position(label)] if known else []
    # Parts of value added that stand beside all of it are in it.
    roles = (*PARTS, role) if role == "value_added" else (role,)
    return [row for row, given in enumerate(table.roles) if given in roles]


def _earned(table: InputOutputTable, label: str) -> Array:
    values, unit = table.measure(label)
    if label == "output" or (unit.base, unit.scale) != (table.unit.base, table.unit.scale):
        mend = "name rows of primary inputs in the table's money: compensation, taxes, surplus"
        raise InputError.one(table.name, "income", "no income", mend, value=label)
    return values


def _total(
    table: InputOutputTable, account: Account, earned: Array, spent: Array
) -> tuple[float, str]:
    unit = table.unit
    if not isinstance(account.total, str):
        mend = "write 'income', 'spending' or an amount in the unit of the table"
        total = number(account.total, f"total of {account.name}", table.name, mend=mend)
        said = "a total given"
    elif account.total == INCOME:
        total, said = float(earned.sum()), "its income in the table"
    elif account.total == SPENDING:
        total, said = _spent(table, account, spent), "all it spends at purchasers' prices"
    else:
        mend = "write 'income', 'spending' or an amount in the unit of the table"
        raise InputError.one(table.name, "total", "no total", mend, value=account.total)
    if not 0.0 < total < np.inf:
        mend = "give an amount above zero"
        raise InputError.one(table.name, "total", "not above zero", mend, value=total)
    return total, f"{said} ({total:,.0f} {Unit(unit.base, unit.scale)})"


def _spent(table: InputOutputTable, account: Account, spent: Array) -> float:
    # Without what final uses pay abroad and in taxes, the sum is that of home products alone.
    mend = "give the total as an amount"
    if isinstance(account.spends, pd.Series):
        problem = f"amounts of home products do not say what {account.name} spend in all"
        raise InputError.one(table.name, "total", problem, mend, value=SPENDING)
    beyond = table.imports + table.product_taxes + table.other_inputs
    if not beyond[len(table.products) :].any():
        problem = "the table has no imports or product taxes of final uses"
        mend = f"{mend}, or give primary columns for final uses"
        raise InputError.one(table.name, "total", problem, mend, value=SPENDING)
    labels = _labels(account.spends, "spends", table)
    places = [len(table.products) + place for place in table.final_uses.positions(labels)]
    return float(spent.sum() + beyond[places].sum())
