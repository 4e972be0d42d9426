"""Words for probability: the same word for the same share of draws, everywhere."""

from __future__ import annotations

from numbers import Real
from typing import Final

from econ.errors import InputError

__all__ = ["LIKELIHOOD", "likelihood"]

# The scale of the IPCC, [mastrandrea_2010], table 1: the narrowest class that a share is in.
LIKELIHOOD: Final = (
    (0.99, "virtually certain"),
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.01, "very unlikely"),
    (0.0, "exceptionally unlikely"),
)


def likelihood(share: float) -> str:
    """Return the word for a share of draws.

    Parameters
    ----------
    share : float [share]
        Of draws in which something holds.

    Raises
    ------
    InputError
        When it is no share.

    References
    ----------
    [mastrandrea_2010], table 1.

    Examples
    --------
    >>> [likelihood(share) for share in (0.995, 0.9, 0.5, 0.02)]
    ['virtually certain', 'very likely', 'about as likely as not', 'very unlikely']
    """
    if not isinstance(share, Real) or not 0.0 <= share <= 1.0:
        mend = "give a number between 0 and 1"
        raise InputError.one("likelihood", "share", "no share", mend, value=share)
    return next(word for least, word in LIKELIHOOD if share >= least)
