"""The probabilities behind the draws: by which scheme, from which seed, moving together or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from econ.errors import Fault, InputError, nearest
from econ.kernels.uncertainty.copula import gaussian_copula
from econ.kernels.uncertainty.sampling import latin_hypercube, sobol_sequence
from econ.quantity.correlations import Correlation, clusters, matrix

__all__ = ["SCHEMES", "is_whole", "uniforms"]

Array = npt.NDArray[np.float64]
SCHEMES: Final = ("latin_hypercube", "sobol")


def uniforms(
    names: Sequence[str],
    correlations: Sequence[Correlation],
    seed: int,
    count: int,
    scheme: str = "latin_hypercube",
) -> dict[str, Array]:
    """Return the probabilities behind the draws, by parameter, shape (d,).

    Parameters
    ----------
    names : sequence of str
        Parameters; their order does not matter.
    correlations : sequence of Correlation
    seed : int
    count : int
        Number of draws, d.
    scheme : {"latin_hypercube", "sobol"}

    Raises
    ------
    InputError
        When there is no seed, no such scheme, or no number of draws.
    """
    InputError.raise_if(_faults(seed, count, scheme))
    if scheme == "sobol":
        ordered = sorted(names)
        rows = dict(zip(ordered, sobol_sequence(seed, count, len(ordered)), strict=True))
    else:
        # A stream of its own for each parameter, from the seed and its name: a parameter more
        # leaves the draws of the others as they were.
        rows = {
            name: latin_hypercube(np.random.default_rng([seed, *name.encode()]), count, 1)[0]
            for name in names
        }
    for cluster in clusters(correlations) if count else []:
        held = np.stack([rows[name] for name in cluster])
        mixed = gaussian_copula(held, matrix(cluster, correlations))
        rows |= dict(zip(cluster, mixed, strict=True))
    return rows


def _faults(seed: object, count: object, scheme: str) -> list[Fault]:
    faults = []
    if not is_whole(seed):
        mend = "give a whole number of zero or more: without one nobody can draw the same again"
        faults.append(Fault("draws", "seed", "no seed", mend, value=seed))
    if not is_whole(count):
        mend = "give a whole number of zero or more"
        faults.append(Fault("draws", "count", "no number of draws", mend, value=count))
    if scheme not in SCHEMES:
        mend = nearest(scheme, SCHEMES)
        faults.append(Fault("draws", "scheme", "unknown scheme", mend, value=scheme))
    return faults


def is_whole(number: object) -> bool:
    """Return whether something is a whole number of zero or more, and no truth value."""
    return (
        isinstance(number, int | np.integer) and not isinstance(number, bool) and int(number) >= 0
    )
