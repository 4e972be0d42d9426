"""Least squares on arrays: standard errors, exposure to shocks, pooling of studies."""
