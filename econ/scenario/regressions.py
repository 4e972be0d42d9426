"""The ``[[regression]]`` of a study: an estimate of its own, shown beside the model."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from econ.declared import Declared, NonEmpty

__all__ = ["LONGEST", "RegressionTable"]

LONGEST: Final = 2000  # letters of a formula: more than any that a reader could check


class RegressionTable(Declared):
    """One ``[[regression]]``: a formula on a dataset of the catalogue, and the term that is asked.

    `level` and `years` choose rows of a dataset of regional accounts, `without` leaves out regions
    whose codes begin so; the rows are then a panel, one per region and year, with a column per
    measure (``employment``) and per measure of an industry (``employment_B_E``). With `assumption`
    the estimate takes the place of that assumption in the model; without it is shown beside the
    model and moves nothing.
    """

    name: NonEmpty
    label: NonEmpty
    data: NonEmpty
    formula: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    term: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    unit: NonEmpty
    estimator: NonEmpty = "OLS"
    vcov: str = ""
    cluster: str = ""
    weights: str = ""
    level: str = ""
    years: list[int] = Field(default=[])
    without: list[NonEmpty] = Field(default=[])
    assumption: str = ""
    note: str = ""
