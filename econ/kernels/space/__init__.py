"""Regression in space on arrays: weights, determinants, effects, autocorrelation."""
