"""The generated parts of the documentation: the data dictionary, and tables inside of other pages.

    python -m scripts.documents [--check]

writes them (`make docs`), or with --check fails where one is not up to date. A table inside of a page stands between
`<!-- generated: NAME -->` and `<!-- end -->`.
"""

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import pandera.pandas as pa

from awayday.exit_codes import MEANINGS
from awayday.service_settings import VARIABLES, default_of
from awayday.settings import GENERAL_VARIABLES
from features.descriptions import describe
from features.table import DISPLAY_ONLY, FAMILIES, MONOTONE
from football.facts import ODDS, STATISTICS
from football.merging import CONFLICTS
from football.tables import ABSENCES, COVERAGE, MATCHES

ROOT: Final = Path(__file__).parents[1]
DICTIONARY: Final = Path("docs/data-dictionary.md")

TABLES: Final[tuple[tuple[str, str, pa.DataFrameSchema], ...]] = (
    ("matches", "Fixtures and results of all sources, one row a match (`football/tables.py`).", MATCHES),
    ("statistics", "Match statistics, where a source tells them (`football/facts.py`).", STATISTICS),
    ("odds", "Bookmakers' odds, one row a match, bookmaker, market and phase (`football/facts.py`).", ODDS),
    ("conflicts", "What the sources of matches disagree on (`football/merging.py`).", CONFLICTS),
    ("absences", "Who is absent, one row a word of a source on a player (`football/tables.py`).", ABSENCES),
    ("coverage", "Who would have told of an absence, and when (`football/tables.py`).", COVERAGE),
)

_HEAD: Final = """# Data dictionary

Made from the table contracts by `make docs`; do not edit it by hand. The contracts are checked whenever a table is
written or read. Null (NaN among features) is unknown, never zero.

A snapshot (`<home>/snapshots/<hash>/`) holds matches, statistics and odds, each in a folder of Parquet files (one for
each year, before 2000 for each ten), and conflicts; the database holds absences and coverage. `awayday sync` writes
them all.
"""

_FEATURES: Final = """
## Features

One row a fixture, all as of its kick-off or `as_of` (`features/table.py`). *Direction*: +1 if more of it never hurts
the home side in the model, −1 if it never helps it; none if the model is free. *For people* are columns that answers
show and the model does not read.
"""

_TEXTS: Final = {"str": "text", "string": "text", "category": "text"}
_MARKED: Final = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def data_dictionary() -> str:
    """The page of tables and features."""
    parts = [_HEAD]
    for name, about, schema in TABLES:
        rows = [
            (f"`{column}`", _kind(found), "may be" if found.nullable else "", found.description or "")
            for column, found in schema.columns.items()
        ]
        parts.append(f"\n## {name.capitalize()}\n\n{about}\n\n{_table(('column', 'type', 'null', 'meaning'), rows)}")
    parts.append(_FEATURES)
    for family, columns in FAMILIES.items():
        rows = [
            (
                f"`{column}`",
                f"{MONOTONE[column]:+d}".replace("-", "−") if column in MONOTONE else "",
                "yes" if column in DISPLAY_ONLY else "",
                describe(column),
            )
            for column in columns
        ]
        parts.append(f"\n### {family}\n\n{_table(('column', 'direction', 'for people', 'meaning'), rows)}")
    return "".join(parts)


def settings_table() -> str:
    """Variables of all commands and of the service, with their defaults."""
    rows = [(f"`{name}`", meaning, default) for name, (meaning, default) in GENERAL_VARIABLES.items()]
    rows += [(f"`{v.name}`", v.meaning, default_of(v) or "") for v in VARIABLES]
    return _table(("variable", "meaning", "if not set"), rows)


def exit_codes_table() -> str:
    """What the exit codes mean."""
    return _table(("code", "meaning"), [(str(code), meaning) for code, meaning in MEANINGS.items()])


GENERATED: Final[dict[str, Callable[[], str]]] = {"settings": settings_table, "exit-codes": exit_codes_table}


def with_generated(page: str) -> str:
    """A page with its generated tables as they ought to be. KeyError for a name that nothing generates."""
    return _MARKED.sub(lambda found: found[1] + GENERATED[found[2]]() + found[3], page)


def documents(root: Path = ROOT) -> dict[Path, str]:
    """Every page that is generated or has generated tables, by its path, as it ought to be."""
    pages = {path: path.read_text(encoding="utf-8") for path in sorted((root / "docs").glob("*.md"))}
    marked = {path: with_generated(page) for path, page in pages.items() if _MARKED.search(page)}
    return {root / DICTIONARY: data_dictionary(), **marked}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.documents", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail where a page is not up to date")
    options = parser.parse_args(arguments)
    stale = [
        (path, page)
        for path, page in documents().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != page
    ]
    for path, page in stale:
        if options.check:
            print(f"{path}: is not up to date; run `make docs`", file=sys.stderr)
        else:
            path.write_text(page, encoding="utf-8")
            print(path)
    return 1 if stale and options.check else 0


def _kind(column: pa.Column) -> str:
    checks = [check for check in column.checks if check.name == "isin"]
    kind = _TEXTS.get(str(column.dtype.type), str(column.dtype.type))
    return f"{kind}: {', '.join(checks[0].statistics['allowed_values'])}" if checks else kind


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
