"""Synthetic controls: donors, weights, placebos, and differences between them."""
