"""The formula of a regression, read and never evaluated."""
