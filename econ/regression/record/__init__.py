"""Estimates and the literature together: pooled, triangulated, and used as a model."""
