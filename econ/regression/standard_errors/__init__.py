"""The one grammar of standard errors, and the covariances it asks for."""
