"""What the assumptions of a linear regression look like in the data: a row each, with a reason."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import stats

from econ.kernels.regression.least_squares import leverage, orthogonal_factors
from econ.regression.inference.partialled import Regression, regression
from econ.regression.results.diagnostic import SIZE
from econ.regression.results.fit import Diagnostic

__all__ = ["diagnose"]

Array = npt.NDArray[np.float64]
ILL_CONDITIONED: Final = 30.0  # Belsley, Kuh and Welsch: of columns scaled to unit length
INFLUENTIAL: Final = 2.0  # Hoaglin and Welsch: times the mean leverage
POWERS: Final = (2, 3)


def diagnose(estimator: Any, data: Any) -> tuple[Diagnostic, ...]:
    """Look at the assumptions of a linear regression.

    Heteroskedasticity (Breusch-Pagan, Koenker-Bassett, White), normality (Jarque-Bera), functional
    form (Ramsey's RESET), collinearity (condition number), leverage, and, on a `Panel`, serial
    correlation within units (Wooldridge).

    Parameters
    ----------
    estimator : OLS, WLS, FixedEffects, FirstDifferences or LongDifferences
    data : Panel, Dataset or DataFrame

    Returns
    -------
    tuple of Diagnostic
        After fixed effects were taken out and weights put in, where there are any.

    References
    ----------
    [breusch_pagan_1979]; [koenker_bassett_1982]; [white_1980]; [jarque_bera_1987]; [ramsey_1969];
    [belsley_kuh_welsch_1980], chapter 3; [hoaglin_welsch_1978]; [wooldridge_2010], section 10.6.3.

    Examples
    --------
    >>> import pandas as pd
    >>> from econ.regression.estimators.least_squares import OLS
    >>> frame = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]})
    >>> frame["y"] = [0.1, 1.0, 1.9, 3.2, 3.9, 5.1, 5.8, 7.1]
    >>> [row.name for row in diagnose(OLS("y ~ x"), frame)][:2]
    ['Breusch-Pagan', 'Koenker-Bassett']
    """
    model = regression(estimator, data)
    rows = [
        *_heteroskedasticity(model),
        _normality(model),
        _functional_form(model),
        _collinearity(model),
        _leverage(model),
    ]
    serial = _serial_correlation(model)
    return tuple(row for row in [*rows, serial] if row is not None)


def _with_constant(columns: Array) -> Array:
    """Return the columns with a constant, unless they hold one."""
    ones = np.ones((len(columns), 1))
    fitted = columns @ np.linalg.lstsq(columns, ones, rcond=None)[0]
    return columns if np.allclose(fitted, ones) else np.column_stack([ones, columns])


def _heteroskedasticity(model: Regression) -> list[Diagnostic | None]:
    from statsmodels.stats.diagnostic import het_breuschpagan, het_white  # noqa: PLC0415  (heavy)

    columns = _with_constant(model.columns)
    if columns.shape[1] < 2:
        return []
    reason = "the variance is the same in every row; where it is not, use HC1 or clusters"
    df = (float(columns.shape[1] - 1),)
    rows: list[Diagnostic | None] = []
    for name, robust in (("Breusch-Pagan", False), ("Koenker-Bassett", True)):
        lm, p = het_breuschpagan(model.residuals, columns, robust=robust)[:2]
        rows.append(Diagnostic(name, float(lm), float(p), df, bool(p > SIZE), reason))
    squares = columns.shape[1] * (columns.shape[1] + 1) // 2
    if squares < len(columns):
        lm, p = het_white(model.residuals, columns)[:2]
        rows.append(Diagnostic("White", float(lm), float(p), (), bool(p > SIZE), reason))
    return rows


def _normality(model: Regression) -> Diagnostic:
    from statsmodels.stats.stattools import jarque_bera  # noqa: PLC0415  (heavy)

    statistic, p = jarque_bera(model.residuals)[:2]
    reason = "residuals are normal; small samples rest on it, large ones do not"
    return Diagnostic("Jarque-Bera", float(statistic), float(p), (2.0,), bool(p > SIZE), reason)


def _functional_form(model: Regression) -> Diagnostic | None:
    """Return Ramsey's test: powers of the fitted values add nothing."""
    fitted = model.y - model.residuals
    scale = float(np.abs(fitted).max())
    if scale == 0.0:
        return None
    powers = np.column_stack([(fitted / scale) ** power for power in POWERS])
    if model.absorption is not None:
        powers = model.absorption.residuals(powers)
    wide = np.column_stack([model.columns, powers])
    rank = int(np.linalg.matrix_rank(wide))
    added, df = rank - model.columns.shape[1], len(wide) - rank - model.absorbed
    if added < 1 or df < 1:
        return None
    left = model.y - wide @ np.linalg.lstsq(wide, model.y, rcond=None)[0]
    rss, own = float(left @ left), float(model.residuals @ model.residuals)
    f = (own - rss) / added / (rss / df)
    p = float(stats.f.sf(f, added, df))
    reason = "powers of the fitted values add nothing; else try logarithms, squares or products"
    return Diagnostic("RESET", f, p, (float(added), float(df)), p > SIZE, reason)


def _collinearity(model: Regression) -> Diagnostic:
    scaled = model.columns / np.linalg.norm(model.columns, axis=0)
    number = float(np.linalg.cond(scaled))
    reason = f"below {ILL_CONDITIONED:g} terms can be told apart; above, errors are large"
    return Diagnostic("condition number", number, holds=number < ILL_CONDITIONED, reason=reason)


def _leverage(model: Regression) -> Diagnostic:
    held = leverage(orthogonal_factors(model.columns).q)
    many = INFLUENTIAL * float(held.mean())
    count = int((held > many).sum())
    row = model.design.columns.frame.index[model.design.kept[int(np.argmax(held))]]
    reason = f"largest in row {row}; {count} rows above twice the mean: look at them"
    return Diagnostic("leverage", float(held.max()), holds=None, reason=reason)


def _serial_correlation(model: Regression) -> Diagnostic | None:
    """Return the regression of residuals on those of the period before, errors by unit."""
    panel = model.design.panel
    if panel is None:
        return None
    whole = np.full(len(panel.frame), np.nan)
    whole[model.design.kept] = model.residuals
    before = panel.shifted(whole, 1)
    rows = ~np.isnan(whole) & ~np.isnan(before)
    units = panel.units[rows]
    if len(np.unique(units)) < 2:
        return None
    now, lagged = whole[rows], before[rows]
    square = float(lagged @ lagged)
    slope = float(lagged @ now) / square
    scores = np.bincount(units, weights=lagged * (now - slope * lagged))
    groups = len(np.unique(units))
    error = float(np.sqrt(scores @ scores * groups / (groups - 1))) / square
    expected = 0.0 if model.absorption is None else -1.0 / (np.bincount(panel.units).mean() - 1.0)
    t = (slope - expected) / error
    p = float(2.0 * stats.t.sf(abs(t), groups - 1))
    reason = (
        f"residuals do not go on within units (slope {slope:.2f}); else cluster by unit, as is the "
        "rule here"
    )
    return Diagnostic("serial correlation", t, p, (float(groups - 1),), p > SIZE, reason)
