"""What a study hands over to its report: everything computed, nothing drawn yet."""

from econ.report.contents.contents import Contents
from econ.report.contents.places import Places

__all__ = ["Contents", "Places"]
