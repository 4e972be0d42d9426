"""The words, numbers, units and dates of a report in the language of its reader."""

from econ.report.language.language import ENGLISH, Language, Written

__all__ = ["ENGLISH", "Language", "Written"]
