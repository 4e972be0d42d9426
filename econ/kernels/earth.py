"""The size of the Earth, for every distance on it."""

from typing import Final

__all__ = ["EARTH_RADIUS_KM"]

EARTH_RADIUS_KM: Final = 6371.0088  # mean radius of GRS 80, [moritz_2000]
