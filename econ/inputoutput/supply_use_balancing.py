"""Supply and use tables made to meet new totals, aligned by label and refused by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.errors import Fault, InputError
from econ.inputoutput.alignment import aligned
from econ.inputoutput.balancing_labels import (
    check_search,
    duplicate_labels,
    told,
    totals_by_label,
    unmet,
)
from econ.inputoutput.levels import labels_of
from econ.inputoutput.options import check_types, number
from econ.kernels.inputoutput.balancing import MOST_ITERATIONS, TOLERANCE, NotBalancedError
from econ.kernels.inputoutput.sut_ras import BalancedSupplyUse, supply_use_faults, sut_ras

__all__ = ["BalancedSupplyUseTables", "balance_supply_use"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BalancedSupplyUseTables:
    """Supply and use tables balanced together, and how it was reached.

    Parameters
    ----------
    supply, use : pandas.DataFrame
        Use is domestic.
    imported_use : pandas.DataFrame or None
    products : pandas.Series
        Output by product that came out.
    product_multipliers, use_multipliers, industry_multipliers : pandas.Series [-]
    import_multipliers : pandas.Series or None [-]
    iterations : int
    gap : float [-]
        Largest gap to a total or between supply and use, relative to the gross sum of its row or
        column.
    """

    supply: pd.DataFrame
    use: pd.DataFrame
    imported_use: pd.DataFrame | None
    products: pd.Series[float]
    product_multipliers: pd.Series[float]
    use_multipliers: pd.Series[float]
    industry_multipliers: pd.Series[float]
    import_multipliers: pd.Series[float] | None
    iterations: int
    gap: float


def balance_supply_use(
    supply: pd.DataFrame,
    use: pd.DataFrame,
    industry_output: pd.Series[float],
    use_totals: pd.Series[float],
    *,
    imported_use: pd.DataFrame | None = None,
    imports: float | pd.Series[float] | None = None,
    tolerance: float = TOLERANCE,
    most_iterations: int = MOST_ITERATIONS,
    name: str = "supply and use",
) -> BalancedSupplyUseTables:
    """Return supply and use tables that meet the totals of industries and uses: SUT-RAS.

    At basic prices; the output of products need not be known.

    Parameters
    ----------
    supply : pandas.DataFrame, shape (p, i) [money]
        Product by industry.
    use : pandas.DataFrame, shape (p, i + u) [money]
        Domestic use, intermediate and final; all use where `imported_use` is not given.
    industry_output : pandas.Series, shape (i,) [money]
    use_totals : pandas.Series, shape (i + u,) [money]
        Of domestic and imported use together.
    imported_use : pandas.DataFrame, shape (p, i + u) [money], optional
    imports : float or pandas.Series, shape (p,) [money], optional
        Total imports, or imports of each product; with `imported_use`.
    tolerance : float [-]
        Largest gap to a total, as `gap` has it; above zero and below 0.01.
    most_iterations : int
    name : str
        How errors call the tables.

    Returns
    -------
    BalancedSupplyUseTables

    Raises
    ------
    InputError
        With every label that does not match and every total that cannot be met; or when an option
        is of another type.

    References
    ----------
    [temurshoev_timmer_2011], the settings at basic prices.

    Examples
    --------
    >>> goods, makers = ["bread", "steel"], ["bakers", "mills"]
    >>> supply = pd.DataFrame([[10.0, 0.0], [0.0, 10.0]], index=goods, columns=makers)
    >>> use = pd.DataFrame([[4.0, 6.0], [6.0, 4.0]], index=goods, columns=["mills", "households"])
    >>> made = pd.Series({"mills": 12.0, "bakers": 12.0})
    >>> totals = pd.Series({"mills": 12.0, "households": 12.0})
    >>> balance_supply_use(supply, use, made, totals).products.round(8).to_dict()
    {'bread': 12.0, 'steel': 12.0}
    """
    check_search(tolerance, most_iterations, name)
    tables = {"supply": supply, "use": use, "imported use": imported_use}
    series = {"industry output": industry_output, "use totals": use_totals}
    types: dict[str, tuple[object, type]] = {
        **{what: (given, pd.DataFrame) for what, given in tables.items()},
        **{what: (given, pd.Series) for what, given in series.items()},
    }
    check_types(name, types, ("imported use",))
    labels = {
        "product": labels_of(use.index)[0],
        "use": labels_of(use.columns)[0],
        "industry": labels_of(supply.columns)[0],
    }
    asked = _Asked.of(
        {what: given for what, given in tables.items() if given is not None},
        {**series, "imports": imports},
        labels,
        name,
    )
    labels["imports"] = labels["product"]
    blocks = (asked.supply, asked.use, asked.output, asked.totals)
    faults = supply_use_faults(*blocks, imported_use=asked.imported_use, imports=asked.imports)
    InputError.raise_if([told(fault, labels, name) for fault in faults])
    try:
        found = sut_ras(
            *blocks,
            imported_use=asked.imported_use,
            imports=asked.imports,
            tolerance=tolerance,
            most_iterations=most_iterations,
        )
    except NotBalancedError as error:
        raise InputError([unmet(error, labels, name)]) from error
    return _labelled(found, supply, use)


@dataclass(frozen=True)
class _Asked:
    """The tables to be balanced and the totals they have to meet, in one order."""

    supply: Array
    use: Array
    output: Array
    totals: Array
    imported_use: Array | None
    imports: float | Array | None

    @classmethod
    def of(
        cls,
        tables: Mapping[str, pd.DataFrame],
        totals: Mapping[str, float | pd.Series[float] | None],
        labels: Mapping[str, list[str]],
        name: str,
    ) -> _Asked:
        """Align everything by label, all faults at once."""
        faults = [
            fault
            for axis in ("product", "use", "industry")
            for fault in duplicate_labels(labels[axis], axis, name)
        ]
        cells: dict[str, Array] = {}
        for what, across in (("use", "use"), ("supply", "industry")):
            cells[what], wrong = aligned(
                tables[what], labels["product"], labels[across], what, name
            )
            faults += wrong
        for what, axis in (("industry output", "industry"), ("use totals", "use")):
            given = totals[what]
            assert isinstance(given, pd.Series)
            cells[what], wrong = totals_by_label(given, labels[axis], what, name)
            faults += wrong
        if "imported use" in tables:
            cells["imported use"], wrong = aligned(
                tables["imported use"], labels["product"], labels["use"], "imported use", name
            )
            faults += wrong
        bought: float | Array | None
        imports = totals["imports"]
        if isinstance(imports, pd.Series):
            bought, wrong = totals_by_label(imports, labels["product"], "imports", name)
            faults += wrong
        else:
            mend = "give one amount, or a pandas.Series by product"
            bought = None if imports is None else number(imports, "imports", name, mend=mend)
        if ("imported use" in tables) != (bought is not None):
            mend = "give both, or leave both out"
            faults.append(Fault(name, "imports", "imported use and imports go together", mend))
        InputError.raise_if(faults)
        return cls(
            cells["supply"],
            cells["use"],
            cells["industry output"],
            cells["use totals"],
            cells.get("imported use"),
            bought,
        )


def _labelled(
    found: BalancedSupplyUse, supply: pd.DataFrame, use: pd.DataFrame
) -> BalancedSupplyUseTables:
    """Return what was found under the labels of the tables that were given."""
    abroad, by_import = found.imported_use, found.import_multipliers
    return BalancedSupplyUseTables(
        supply=pd.DataFrame(found.supply, index=use.index, columns=supply.columns),
        use=pd.DataFrame(found.use, index=use.index, columns=use.columns),
        imported_use=None
        if abroad is None
        else pd.DataFrame(abroad, index=use.index, columns=use.columns),
        products=pd.Series(found.products, index=use.index),
        product_multipliers=pd.Series(found.product_multipliers, index=use.index),
        use_multipliers=pd.Series(found.use_multipliers, index=use.columns),
        industry_multipliers=pd.Series(found.industry_multipliers, index=supply.columns),
        import_multipliers=None if by_import is None else pd.Series(by_import, index=use.index),
        iterations=found.iterations,
        gap=found.gap,
    )
