"""One module per publication: raw text → frame of our schema; `READERS` finds it by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pandas as pd

from econ.data.schema import Reading, Schema
from econ.data.sources import lfst, naio, nama, own_text

__all__ = ["READERS"]

Reader = Callable[[pd.DataFrame, str, Schema], Reading]

READERS: Final[Mapping[str, Reader]] = {
    "own_text": own_text.read,
    "naio_10_cp1700": naio.read_symmetric_table,
    "naio_10_cp1700_imports": naio.read_imports,
    "naio_10_cp1700_column": naio.read_column,
    "nama_10_a64_e": nama.read_employment,
    "nama_10r_3empers": nama.read_regional_employment,
    "nama_10r_3gva": nama.read_regional_gva,
    "nama_10r_3gdp": nama.read_regional_gdp,
    "lfst_r_lfu3rt": lfst.read_unemployment,
}
