"""Strengths ready-made: computed once, then mapped from disk (`features.mapped_arrays`)."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from features.history import PastMatches
from features.mapped_arrays import Arrays, Pieces, load_arrays, ready_path, save_arrays
from features.match_facts import MatchFacts
from features.strength import StrengthHistory
from features.strengths import EVIDENCE, ODDS, SHOTS, Strengths
from features.strengths_before import Continued
from football.errors import StoreError

CACHE_FOLDER: Final = "strength"
"""Under AWAYDAY_HOME."""

_IDS: Final = ("club_ids", "league_ids", "competition_ids")
_MODELS: Final = ("leagues", "others", *EVIDENCE)
_FACTS: Final = ("shots", "edge")
_SOURCES: Final = (
    *("encoding", "evidence", "filter_kernel", "goal_model", "history", "inputs", "mapped_arrays", "match_facts"),
    *("scores", "strength", "strength_blocks", "strength_filter", "strength_fit", "strength_problem"),
    *("strength_store", "strengths", "strengths_before"),
)


def inputs_of(snapshot_id: str, past: PastMatches, config: object = None) -> str:
    """What strengths are computed from, in one text: a snapshot, its encoded matches, hyper-parameters."""
    return f"{snapshot_id} {config!r} {past.cut_s} {past.result_count} {past.leagues!r}"


def kept(folder: Path, inputs: str) -> Strengths | None:
    """What `ready_made` keeps of the same inputs; None if it is not there, or cannot be read."""
    try:
        return _load(_path(folder, inputs))
    except StoreError:
        return None


def ready_made(folder: Path, inputs: str, compute: Callable[[], Strengths | Continued]) -> Strengths:
    """The strengths of `inputs`, a text that tells all of them apart; computed if they are not in `folder` yet.

    What cannot be read is computed anew; what cannot be written is used as computed.
    """
    path = _path(folder, inputs)
    try:
        return _load(path)
    except StoreError:
        computed = compute()
        made = computed if isinstance(computed, Continued) else Continued(computed)
    try:
        _save(made, path)
        # Mapped from here on, so that what was computed need not stay in memory.
        return _load(path)
    except (OSError, StoreError):
        return made.joined()


def _path(folder: Path, inputs: str) -> Path:
    return ready_path(folder, inputs, (("features", f"{name}.py") for name in _SOURCES))


def _save(made: Continued, path: Path) -> None:
    strengths = made.newer
    arrays: dict[str, NDArray[Any] | Pieces] = {}
    models: dict[str, object] = {}
    for name in _MODELS:
        model: StrengthHistory | None = getattr(strengths, name)
        if model is not None:
            models[name] = {
                **{field: list(getattr(model, field)) for field in _IDS},
                "prior_information": model.prior_information,
            }
            for field in _array_fields():
                rows, array = made.rows.get(name, 0), getattr(model, field)
                earlier = getattr(getattr(made.earlier, name), field)[:rows] if rows else None
                arrays[f"{name}.{field}"] = array if earlier is None else (earlier, array)
    if strengths.facts is not None:
        arrays |= {f"facts.{field}": getattr(strengths.facts, field) for field in _FACTS}
    save_arrays(path, arrays, {"league_ids": list(strengths.league_ids), "models": models})


def _load(path: Path) -> Strengths:
    arrays, about = load_arrays(path)
    try:
        models = {name: _model(arrays, name, stored) for name, stored in about["models"].items()}
        facts = MatchFacts(*(arrays[f"facts.{field}"] for field in _FACTS)) if "facts.edge" in arrays else None
        return Strengths(
            models["leagues"], models["others"], tuple(about["league_ids"]), models.get(SHOTS), models.get(ODDS), facts
        )
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(f"{path}: stored strengths cannot be read ({error})") from error


def _model(arrays: Arrays, name: str, stored: Mapping[str, Any]) -> StrengthHistory:
    values: dict[str, Any] = {field: tuple(stored[field]) for field in _IDS}
    values |= {field: arrays[f"{name}.{field}"] for field in _array_fields()}
    return StrengthHistory(**values, prior_information=float(stored["prior_information"]))


def _array_fields() -> list[str]:
    return [f.name for f in fields(StrengthHistory) if f.name not in (*_IDS, "prior_information")]
