"""Codes of Eurostat that more than one room reads."""

from typing import Final

__all__ = ["ALL_INDUSTRIES", "INTERMEDIATE"]

INTERMEDIATE: Final = "CPA_TOTAL"  # the column of intermediate use in a block of imports
ALL_INDUSTRIES: Final = "TOTAL"  # every branch together in the regional accounts
