"""`Places`: what a report gets of what happens where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from econ.impact.result import ImpactResult
from econ.impact.steps import Steps

__all__ = ["Places"]


@dataclass(frozen=True, repr=False)
class Places(Steps):
    """What a study does area by area.

    Parameters
    ----------
    steps : mapping of str to ImpactResult
        By area, from gross to net.
    titles : mapping of str to str
        Words for every area, in order.
    regions : mapping of str to str
        The region (NUTS 1) that each area is in.
    whole : frozenset of str
        Regions whose departements are all in areas of theirs.
    region_titles : mapping of str to str
    sites : mapping of str to tuple of str
        Areas of each pledge's sites.
    tiles : mapping of str to tuple of int
        Column and row of each region on the map of tiles; empty for no map.
    own : pandas.DataFrame
        What each area covers itself of every product, in the central table.
    statement : str
        How the table is cut by place, in words.
    year : int
        Of the regional employment.
    industries : int
        How many of them it has.
    note : str
        What the page says of this study's places.
    tables : int
        How many tables of regions stand behind the draws, beside the central one.
    sheltered : tuple of str
        Products that areas cover themselves as far as they can.
    by_method : pandas.DataFrame
        Jobs in the areas of each site by method: method, method_label, pledge, region, phase,
        gross, net, share (of the pledge's gross jobs in the country), unit, and the intervals of
        all three.
    """

    steps: Mapping[str, ImpactResult]
    titles: Mapping[str, str]
    regions: Mapping[str, str]
    whole: frozenset[str]
    region_titles: Mapping[str, str]
    sites: Mapping[str, tuple[str, ...]]
    tiles: Mapping[str, tuple[int, int]]
    own: pd.DataFrame
    statement: str
    year: int
    industries: int
    note: str
    tables: int
    sheltered: tuple[str, ...]
    by_method: pd.DataFrame
