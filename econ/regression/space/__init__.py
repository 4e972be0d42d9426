"""Regressions in which neighbours matter."""
