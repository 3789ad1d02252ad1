"""Tables of Arrow as those of pandas, with the types of the contracts (`football.tables`)."""

from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa

_TYPES: Final = {
    pa.large_string(): pd.StringDtype(na_value=np.nan),
    pa.int16(): pd.Int16Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
"""For types that may hold nulls."""


def frame_of(table: pa.Table) -> pd.DataFrame:
    """The same rows and columns."""
    return table.to_pandas(types_mapper=_TYPES.get)
