"""Every table a reader gets: one function each, one module per subject."""

from econ.report.tables.tables import REPORT, TABLES, ReportTable, impacts, units_of

__all__ = ["REPORT", "TABLES", "ReportTable", "impacts", "units_of"]
