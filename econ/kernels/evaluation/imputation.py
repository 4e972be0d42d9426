"""Effects as what is left of treated outcomes after the untreated ones are fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from econ.kernels.regression.least_squares import column_sizes

__all__ = ["Imputed", "imputed_effects"]

Array = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Imputed:
    """Average effects by cell.

    Parameters
    ----------
    values : ndarray, shape (c,)
    leads : ndarray, shape (l,)
        Coefficients of the columns of `leads`, from a regression on untreated rows.
    covariance : ndarray, shape (c + l, c + l)
    effects : ndarray, shape (n,)
        Of each treated row; NaN for the others.
    """

    values: Array
    leads: Array
    covariance: Array
    effects: Array


def imputed_effects(
    outcome: Array,
    unit: Codes,
    time: Codes,
    *,
    covariates: Array,
    weights: Array,
    cell: Codes,
    clusters: Codes,
    leads: Array | None = None,
) -> Imputed:
    """Return effects by cell: fit unit, period and covariates on untreated rows, impute the rest.

    Parameters
    ----------
    outcome : ndarray, shape (n,)
    unit, time : ndarray of int, shape (n,)
        Codes from zero. Every unit and every period needs an untreated row.
    covariates : ndarray, shape (n, k)
    weights : ndarray, shape (n,)
    cell : ndarray of int, shape (n,)
        Code of the average a treated row belongs to, -1 where it is untreated.
    clusters : ndarray of int, shape (n,)
    leads : ndarray, shape (n, l), optional
        Columns that test untreated rows: ones some periods before treatment.

    Returns
    -------
    Imputed

    References
    ----------
    [borusyak_jaravel_spiess_2024], (the imputation estimator, and its
    conservative variance with averages within cells).

    Examples
    --------
    >>> found = imputed_effects(np.array([0.0, 5.0, 1.0, 2.0]), np.array([0, 0, 1, 1]),
    ...                         np.array([0, 1, 0, 1]), covariates=np.zeros((4, 0)),
    ...                         weights=np.ones(4), cell=np.array([-1, 0, -1, -1]),
    ...                         clusters=np.array([0, 0, 1, 1]))
    >>> found.values.tolist()
    [4.0]
    """
    covariates = covariates / column_sizes(covariates)
    n, k = covariates.shape
    treated = cell >= 0
    free = ~treated
    rows = np.arange(n)
    units = sparse.csr_matrix((np.ones(n), (rows, unit)), shape=(n, unit.max() + 1))
    periods = sparse.csr_matrix((np.ones(n), (rows, time)), shape=(n, time.max() + 1))
    others = sparse.hstack([periods, sparse.csr_matrix(covariates)]).tocsr() if k else periods
    held = weights * free
    # Units are eliminated first, so what is left to solve is as small as periods and covariates.
    mass = units.T @ held
    cross = (units.T @ sparse.diags_array(held) @ others).toarray()
    gram = (others.T @ sparse.diags_array(held) @ others).toarray()
    reduced = np.linalg.pinv(gram - cross.T @ (cross / mass[:, None]), hermitian=True)

    def solve(by_unit: Array, by_other: Array) -> Array:
        rest = reduced @ (by_other - cross.T @ (by_unit / mass))
        found: Array = units @ ((by_unit - cross @ rest) / mass) + others @ rest
        return found

    residual = outcome - solve(units.T @ (held * outcome), others.T @ (held * outcome))
    count = int(cell.max()) + 1
    total = np.bincount(cell[treated], weights[treated], minlength=count)
    values = np.bincount(cell[treated], (weights * residual)[treated], minlength=count) / total
    # Within a cell the weighted mean with squared weights centres the effects.
    squares = np.bincount(cell[treated], (weights**2)[treated], minlength=count)
    centre = np.bincount(cell[treated], (weights**2 * residual)[treated], minlength=count) / squares
    left = residual.copy()
    left[treated] -= centre[cell[treated]]
    lead = np.zeros((n, 0)) if leads is None else leads
    scores = np.empty((int(clusters.max()) + 1, count + lead.shape[1]))
    for place in range(count):
        part = np.where(cell == place, weights, 0.0) / total[place]
        weigh = part - held * solve(units.T @ part, others.T @ part)
        scores[:, place] = np.bincount(clusters, weigh * left, minlength=len(scores))
    columns = [
        (column - solve(units.T @ (held * column), others.T @ (held * column))) * free
        for column in lead.T
    ]
    alone = np.array(columns).reshape(lead.shape[1], n).T
    bread = np.linalg.pinv(alone.T @ (held[:, None] * alone), hermitian=True)
    slopes: Array = bread @ (alone.T @ (held * residual))
    rest = (held * (residual - alone @ slopes))[:, None] * alone @ bread
    for place in range(lead.shape[1]):
        scores[:, count + place] = np.bincount(clusters, rest[:, place], minlength=len(scores))
    effects = np.where(treated, residual, np.nan)
    return Imputed(values, slopes, scores.T @ scores, effects)
