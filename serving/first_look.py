"""Whether a database holds any absences, asked in milliseconds: without the packages that read and write it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

_OF_SQLITE: Final = "sqlite:///"
_TOLD: Final = "SELECT EXISTS (SELECT 1 FROM absences) OR EXISTS (SELECT 1 FROM absence_coverage)"


def nobody_told(database_url: str) -> bool:
    """True if the database at a URL certainly holds no absences and no word on who would tell of them.

    False for whatever cannot be seen that easily: another kind of database, one in an older form, one that cannot be
    read.
    """
    if not database_url.startswith(_OF_SQLITE):
        return False
    path = Path(unquote(database_url.removeprefix(_OF_SQLITE).partition("?")[0]))
    if not path.exists():
        return True
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=1.0)) as connection:
            return bool(connection.execute(_TOLD).fetchone() == (0,))
    except sqlite3.Error:
        return False
