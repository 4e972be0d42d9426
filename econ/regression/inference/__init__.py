"""What is asked of a fit afterwards: resampling, families of tests, diagnostics."""
