"""The page: one self-contained HTML file with every table and figure."""

from econ.report.page.document import OTHER_PAGES, PAGE, page, pages_in

__all__ = ["OTHER_PAGES", "PAGE", "page", "pages_in"]
