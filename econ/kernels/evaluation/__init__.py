"""Evaluation after the fact on arrays: staggered effects, synthetic controls, honest intervals."""
