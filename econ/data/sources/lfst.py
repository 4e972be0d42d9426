"""Eurostat lfst_r_lfu3rt: unemployment rates by region, in the NUTS version they came in."""

from __future__ import annotations

import pandas as pd

from econ.data.codes import ALL_INDUSTRIES
from econ.data.nuts import level_of
from econ.data.schema import Reading, Schema

__all__ = ["read_unemployment"]


def read_unemployment(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Read unemployment rates, 15 years and over, per cent; codes stay NUTS 2010."""
    columns = {"geo_nuts2010": "region", "unemployment_rate_pct": "value"}
    long = text.rename(columns=columns).assign(
        industry=ALL_INDUSTRIES, measure="unemployment_rate", unit="percent"
    )
    long["level"] = [level_of(code) for code in long["region"]]
    return schema.typed(long[schema.names], file)
