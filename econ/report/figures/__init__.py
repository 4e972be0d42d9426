"""Every figure a reader gets, drawn from the tables as text of an SVG."""

from econ.report.figures.figures import FIGURES

__all__ = ["FIGURES"]
