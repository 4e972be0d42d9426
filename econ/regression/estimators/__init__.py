"""Least squares, panels, instruments and Poisson: one module each."""
