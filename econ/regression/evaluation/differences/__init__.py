"""Differences in differences: two groups, many dates, event studies, honest intervals."""
