"""Rows of a pandas table as SQL takes them."""

from datetime import datetime

import pandas as pd

from football.sql_tables import entry_key


def absence_rows(absences: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of the table `absences` from a table of that contract, each entry once."""
    rows = plain_rows(absences)
    for row in rows:
        for day in ("absent_from", "absent_until"):
            moment = row[day]
            row[day] = moment.date() if isinstance(moment, datetime) else None
        row["entry"] = entry_key(row)
        row["note"] = None
    # Should a table tell the same twice, the last one counts: PostgreSQL would not update a row twice in one statement.
    return list({row["entry"]: row for row in rows}.values())


def plain_rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows with Python's own values, None where null."""
    columns = {}
    for name in table.columns:
        missing = table[name].isna().to_numpy()
        values = [_plain(value) for value in table[name]]
        columns[str(name)] = [None if gone else value for gone, value in zip(missing, values, strict=True)]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _plain(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    item = getattr(value, "item", None)  # numpy scalars
    return item() if callable(item) else value
