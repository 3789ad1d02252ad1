"""Predictions of a file of fixtures: read, answered in one pass, written with what is wrong beside each bad row."""

import sys
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from awayday import console
from football.errors import InvalidValueError, SourceError
from serving.batch import COLUMNS
from serving.field_errors import words_of
from serving.predictor import Predictor
from serving.row_checks import check_rows

REQUIRED: Final = ("home", "away", "kickoff")
OPTIONAL: Final = ("competition", "neutral", "as_of")
PROBLEM: Final = "problem"
_ANSWERED: Final = tuple(name for name in COLUMNS if name not in ("index", *REQUIRED, *OPTIONAL))
_FLAGS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_SHOWN: Final = 10


def predict_file(predictor: Predictor, source: Path, target: Path | None) -> int:
    """Predict the fixtures of a file into another, or as CSV to stdout; returns how many rows could not be answered.

    Raises:
        InvalidValueError: a name that ends in neither .csv nor .parquet.
        SourceError: the file cannot be read, or lacks a column.
    """
    if target is not None:
        _kind("out", target)
    table = _read(source)
    answers = answered(predictor, table)
    if target is None:
        answers.to_csv(sys.stdout, index=False)
    elif _kind("out", target) == ".csv":
        answers.to_csv(target, index=False)
    else:
        answers.to_parquet(target, index=False)
    bad = answers[answers[PROBLEM] != ""]
    say = console.stderr()
    for row, problem in bad[PROBLEM].head(_SHOWN).items():
        say.print(f"{source}, row {int(str(row)) + 1}: {problem}", markup=False, soft_wrap=True)
    if len(bad) > _SHOWN:
        say.print(f"and {len(bad) - _SHOWN} more; the column `{PROBLEM}` has them all", markup=False)
    say.print(f"{len(answers) - len(bad)} of {len(answers)} fixtures predicted", markup=False)
    return len(bad)


def answered(predictor: Predictor, table: pd.DataFrame) -> pd.DataFrame:
    """A table of fixtures with the columns of their compact predictions, and `problem` (empty where there is none)."""
    rows = [_row(values) for values in table[[c for c in (*REQUIRED, *OPTIONAL) if c in table]].to_dict("records")]
    places, requests, wrong = check_rows(rows, {})
    batch = predictor.predict_many(requests)
    answers = pd.DataFrame(batch.documents(), columns=list(COLUMNS)).set_index("index")
    answers.index = pd.Index([places[i] for i in answers.index.tolist()], dtype="int64")
    answers["warnings"] = [" ".join(_code(code) for code in codes) for codes in answers["warnings"]]
    problems = {place: words_of(details) for place, details in wrong.items()}
    problems |= {places[i]: str(error) for i, error in batch.refused.items()}
    kept = table.reset_index(drop=True).drop(columns=[*_ANSWERED, PROBLEM], errors="ignore")
    found = answers[[*_ANSWERED]].reindex(kept.index)
    return kept.join(found).assign(**{PROBLEM: [problems.get(place, "") for place in kept.index]})


def _code(code: dict[str, str | None]) -> str:
    return f"{code['code']}:{code['side']}" if code["side"] else str(code["code"])


def _row(values: Mapping[Hashable, object]) -> dict[str, object]:
    """A fixture of a file as JSON would have it: empty cells are absent, and texts of flags are flags."""
    row: dict[str, object] = {}
    for name, value in values.items():
        if value is None or value != value or value == "":
            continue
        if name == "neutral" and isinstance(value, str):
            value = _FLAGS.get(value.strip().lower(), value)
        row[str(name)] = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    return row


def _read(source: Path) -> pd.DataFrame:
    kind = _kind("file", source)
    try:
        if kind == ".csv":
            table = pd.read_csv(source, dtype=str, keep_default_na=False, encoding="utf-8")
        else:
            table = pd.read_parquet(source)
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError) as error:
        raise SourceError(source, f"cannot be read as {kind} ({str(error).splitlines()[0]})") from error
    missing = [name for name in REQUIRED if name not in table]
    if missing:
        raise SourceError(source, f"has no column {', '.join(missing)}; the columns are {', '.join(map(str, table))}")
    return table


def _kind(field: str, path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise InvalidValueError(field, str(path), "a file that ends in .csv or .parquet")
    return kind
