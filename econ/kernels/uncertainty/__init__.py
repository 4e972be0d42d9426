"""Draws on arrays: designs, correlation, what drives a variance."""
