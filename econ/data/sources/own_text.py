"""Our own text: a CSV that has the columns of its schema already."""

from __future__ import annotations

import pandas as pd

from econ.data.schema import Reading, Schema

__all__ = ["read"]


def read(text: pd.DataFrame, file: str, schema: Schema) -> Reading:
    """Turn texts into the kinds of the schema."""
    return schema.typed(text, file)
