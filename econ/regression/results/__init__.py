"""What every estimator returns: the fit, its diagnostics, its summary and its tables."""
