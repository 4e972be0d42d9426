"""`spillovers`: every region of a country against the rest of it, in one sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from econ.data.dataset import Dataset
from econ.inputoutput.regional.activity import RegionalActivity
from econ.inputoutput.regional.areas import Areas
from econ.inputoutput.regional.methods import Regionalisation
from econ.inputoutput.regional.trade import RegionalTrade, regional_trade
from econ.inputoutput.table import InputOutputTable
from econ.kernels.inputoutput.operator import LeontiefOperator

__all__ = ["spillovers"]

Array = npt.NDArray[np.float64]


def spillovers(
    table: InputOutputTable,
    method: Regionalisation,
    *,
    regional: Dataset,
    classification: Dataset,
    industries: Dataset,
    year: int,
    places: Dataset | None = None,
    regions: Sequence[str] | None = None,
    products: Sequence[str] | None = None,
    measures: Sequence[str] = ("output", "employment"),
    spread: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Return, for each region against the rest of its country, what stays and what spills over.

    Each region makes a table of two areas of its own: trade is balanced between it and all
    others, and what comes back to it from the others is counted.

    Parameters
    ----------
    table : InputOutputTable
        Of the country.
    method : Regionalisation
    regional : Dataset
        Employment by region and industry (REGIONAL_ACCOUNTS).
    classification : Dataset
        Regions (CLASSIFICATION).
    industries : Dataset
        Products of the table, each with its industry (CLASSIFICATION).
    year : int
        Of the employment.
    places : Dataset, optional
        Centres and areas (PLACES), where the method has a distance decay.
    regions : sequence of str, optional
        Codes; all smallest regions where left out.
    products : sequence of str, optional
        All of them where left out.
    measures : sequence of str
    spread : mapping of str to str, optional
        As in `regional_trade`.

    Returns
    -------
    pandas.DataFrame
        One row per region, product and measure: region, title, size (share of the country's
        jobs), product, measure, direct, here, elsewhere (per unit of final demand for the
        region's product), spillover (elsewhere over both), unit. Here and elsewhere sum to the
        country's effect.

    Raises
    ------
    InputError
        With every code, product or measure that is unknown, and all that `regional_trade` refuses.

    References
    ----------
    [miller_blair_2009], sections 3.3 and 3.4 (spillover and feedback).
    """
    titles = dict(zip(classification.frame["code"], classification.frame["label"], strict=True))
    codes = list(regions or _smallest(classification))
    labels = list(products or table.products.labels)
    columns = list(table.products.positions(labels))
    rows, units = [], []
    for measure in measures:
        row, unit = table.measure(measure)
        rows.append(table.per_output(row))
        units.append(f"{unit} per {table.unit}")
    per_output = np.array(rows)
    frames = []
    for code in codes:
        areas = Areas.of(classification, [code])
        activity = RegionalActivity.from_dataset(regional, areas, industries, year=year)
        distances = None
        if places is not None:
            alone = RegionalActivity.from_dataset(regional, areas.apart(), industries, year=year)
            distances = areas.distances(places, alone.values.sum(axis=1))
        trade = regional_trade(table, activity, method, distances=distances, spread=spread)
        effect = _by_area(table, trade, per_output, columns)
        m, k = per_output.shape[0], len(labels)
        here, elsewhere = effect[0].ravel(), effect[1:].sum(axis=0).ravel()
        total = here + elsewhere
        frames.append(
            pd.DataFrame(
                {
                    "region": code,
                    "title": titles[code],
                    "size": float(activity.size[0]),
                    "product": np.tile(np.array(labels, dtype=object), m),
                    "measure": np.repeat(np.array(measures, dtype=object), k),
                    "direct": per_output[:, columns].ravel(),
                    "here": here,
                    "elsewhere": elsewhere,
                    "spillover": np.divide(
                        elsewhere, total, out=np.zeros_like(total), where=total != 0.0
                    ),
                    "unit": np.repeat(np.array(units, dtype=object), k),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _smallest(classification: Dataset) -> list[str]:
    frame = classification.frame
    country = frame.loc[frame["group"] == "NUTS0", "code"].iloc[0]
    return list(Areas.of(classification, [country]).smallest)


def _by_area(
    table: InputOutputTable, trade: RegionalTrade, per_output: Array, columns: list[int]
) -> Array:
    """Return effects of a unit made in the first area, by area of effect, shape (r, m, k)."""
    r, n = trade.shares.shape
    flows = np.einsum("irs,ij->risj", trade.coefficients, table.coefficients)
    sides = np.zeros((r * n, len(columns)))
    sides[columns, np.arange(len(columns))] = 1.0
    output = LeontiefOperator(flows.reshape(r * n, r * n)).solve(sides)
    found: Array = np.einsum("mi,rik->rmk", per_output, output.reshape(r, n, -1))
    return found
