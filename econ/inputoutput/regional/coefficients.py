"""`regional_coefficients`: national input coefficients times the quotient of a method."""

from __future__ import annotations

import pandas as pd

from econ.inputoutput.frames import product_index
from econ.inputoutput.options import check_types
from econ.inputoutput.regional.activity import RegionalActivity
from econ.inputoutput.regional.methods import Regionalisation
from econ.inputoutput.table import InputOutputTable

__all__ = ["regional_coefficients"]


def regional_coefficients(
    table: InputOutputTable, activity: RegionalActivity, method: Regionalisation, region: str
) -> pd.DataFrame:
    """Return the input coefficients of one region by a location quotient, as textbooks have them.

    Each national coefficient times its quotient, at most one (but for the augmented one). Nothing
    is balanced: `regionalise` makes a table in which regions supply and use what there is.

    Parameters
    ----------
    table : InputOutputTable
        Of the country.
    activity : RegionalActivity
    method : Regionalisation
        A quotient: ``slq``, ``cilq``, ``rlq``, ``flq``, ``aflq``.
    region : str

    Returns
    -------
    pandas.DataFrame, shape (n, n) [-]

    Raises
    ------
    InputError
        When the region is unknown, a product has no industry, or the method is no quotient.

    References
    ----------
    [miller_blair_2009], section 8.2; [flegg_webber_elliott_1995].

    Examples
    --------
    >>> two = ["farms", "plants"]
    >>> table = InputOutputTable.from_frames(
    ...     pd.DataFrame([[150, 500], [200, 100]], two, two), final=[350, 1700],
    ...     unit="MUSD 2000 basic",
    ... )
    >>> jobs = pd.DataFrame({"farms": [30, 70], "plants": [120, 80]}, ["North", "South"])
    >>> activity = RegionalActivity.from_frame(jobs)
    >>> found = regional_coefficients(table, activity, Regionalisation("slq"), "North")
    >>> found.round(3).values.tolist()
    [[0.09, 0.15], [0.2, 0.05]]
    """
    types = {"table": (table, InputOutputTable), "activity": (activity, RegionalActivity)}
    check_types("regional_coefficients", {**types, "method": (method, Regionalisation)})
    place = activity.areas.axis.position(region)
    between, _ = method.covered(activity.quotients(table.products), activity.size)
    index = product_index(table)
    return pd.DataFrame(table.coefficients * between[place], index, index)
