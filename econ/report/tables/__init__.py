"""Every table a reader gets: one function each, one module per subject."""

from econ.report.tables.tables import TABLES, impacts

__all__ = ["TABLES", "impacts"]
