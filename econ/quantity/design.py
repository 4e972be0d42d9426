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

__all__ = ["SCHEMES", "is_whole", "seed_faults", "uniforms"]

Array = npt.NDArray[np.float64]
BEYOND: Final = 2**63  # the whole numbers that Parquet and TOML hold
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
    faults = seed_faults(seed, "draws")
    if not is_whole(count):
        mend = "give a whole number of zero or more"
        faults.append(Fault("draws", "count", "no number of draws", mend, value=count))
    if scheme not in SCHEMES:
        mend = nearest(scheme, SCHEMES)
        faults.append(Fault("draws", "scheme", "unknown scheme", mend, value=scheme))
    return faults


def seed_faults(seed: object, file: str) -> list[Fault]:
    """Return the fault of a seed that is no whole number, or larger than a file can hold.

    Examples
    --------
    >>> seed_faults(7, "draws"), [fault.problem for fault in seed_faults(True, "draws")]
    ([], ['no seed'])
    """
    if is_whole(seed) and int(seed) < BEYOND:  # type: ignore[call-overload]
        return []
    mend = "write a whole number of zero or more, below 2**63: else nobody can draw the same again"
    return [Fault(file, "seed", "no seed", mend, value=seed)]


def is_whole(number: object) -> bool:
    """Return whether something is a whole number of zero or more, and no truth value."""
    return (
        isinstance(number, int | np.integer) and not isinstance(number, bool) and int(number) >= 0
    )
