"""What the record shows: estimators, their inference and their diagnostics."""
