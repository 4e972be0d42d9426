"""The page: one self-contained HTML file with every table and figure."""

from econ.report.page.document import page

__all__ = ["page"]
