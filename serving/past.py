"""All matches of a snapshot as the service needs them, made once and then mapped from disk.

Reading tables, encoding and rating 200,000 matches takes seconds and half a gigabyte; mapped, the service starts
without, and only the pages that are asked for are in memory, shared by all processes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from features.club_log import ClubLog
from features.encoding import EncodedTable
from features.history import PastMatches, leagues_of, places_of_all
from features.mapped_arrays import Arrays, load_arrays, ready_path, save_arrays
from features.ties import Ties
from football.clubs import ClubRegistry
from football.competitions import Competition
from football.errors import StoreError
from serving.fixture_index import ARRAYS as FIXTURE_ARRAYS
from serving.fixture_index import FixtureIndex
from serving.match_list import ARRAYS as LIST_ARRAYS
from serving.match_list import MatchList
from serving.period_facts import COLUMNS, PeriodFacts

if TYPE_CHECKING:
    import pandas as pd

    from serving.season_index import SeasonIndex

FOLDER: Final = "past"
"""Under AWAYDAY_HOME."""

_SOURCES: Final = (
    *(("features", f"{name}.py") for name in ("calendar", "club_log", "elo", "encoding", "history", "mapped_arrays")),
    *(("features", f"{name}.py") for name in ("places", "ties")),
    *(("football", name) for name in ("clubs.csv", "competitions.csv", "rounds.py", "statuses.py")),
    *(("serving", f"{name}.py") for name in ("fixture_index", "match_list", "past", "period_facts", "season_index")),
)


@dataclass(frozen=True)
class Past:
    """The matches, encoded for features and indexed for questions.

    `periods` are what each period tells besides (`football.snapshot_parts`), in their order. `table` reads the matches
    table; the matches of a season alone need it.
    """

    encoded: EncodedTable
    matches: PastMatches
    fixtures: FixtureIndex
    listed: MatchList
    periods: Mapping[str, PeriodFacts]
    table: "Callable[[], pd.DataFrame]"

    @classmethod
    def of(
        cls,
        encoded: EncodedTable,
        matches: PastMatches,
        periods: Mapping[str, PeriodFacts],
        competitions: Mapping[str, Competition],
        table: "Callable[[], pd.DataFrame]",
    ) -> "Past":
        """From encoded matches, and the same as features take them."""
        in_order = {name: periods[name] for name in sorted(periods)}
        spans = PeriodFacts.together(in_order.values()).spans
        listed = MatchList.of(encoded, spans, competitions)
        return cls(encoded, matches, FixtureIndex.of(encoded), listed, in_order, table)

    @cached_property
    def facts(self) -> PeriodFacts:
        """What all periods tell."""
        return PeriodFacts.together(self.periods.values())

    def seasons(self) -> "SeasonIndex":
        """The matches by season, read now."""
        from serving.season_index import SeasonIndex

        return SeasonIndex(self.table())


def ready_past(
    home: Path,
    snapshot_id: str,
    registry: ClubRegistry,
    competitions: Mapping[str, Competition],
    table: "Callable[[], pd.DataFrame]",
    make_apart: Callable[[Path], None] | None = None,
) -> Past:
    """The matches of a snapshot, kept ready-made under `home`; made from its table if they are not, or are damaged.

    What cannot be written is used as made. `make_apart` may write them to a path before anything is made here.
    """
    path = past_path(home, snapshot_id)
    past = kept_past(home, snapshot_id, registry, competitions, table)
    if past is None and make_apart is not None:
        make_apart(path)
        past = kept_past(home, snapshot_id, registry, competitions, table)
    if past is not None:
        return past
    made = make(registry, competitions, table)
    try:
        save(path, made)
        # Mapped from here on, so that what was made need not stay in memory.
        return _load(path, registry, competitions, table)
    except (OSError, StoreError):
        return made


def kept_past(
    home: Path,
    snapshot_id: str,
    registry: ClubRegistry,
    competitions: Mapping[str, Competition],
    table: "Callable[[], pd.DataFrame]",
) -> Past | None:
    """What `ready_past` keeps; None where there is none, or it is damaged."""
    try:
        return _load(past_path(home, snapshot_id), registry, competitions, table)
    except StoreError:
        return None


def make(registry: ClubRegistry, competitions: Mapping[str, Competition], table: "Callable[[], pd.DataFrame]") -> Past:
    """From the table alone; takes seconds."""
    from features.history import History

    matches = table()
    encoded = EncodedTable.of(matches, competitions)
    history = History.of(encoded, registry, competitions)
    return Past.of(encoded, history, period_facts(matches, registry), competitions, lambda: matches)


def keep(home: Path, snapshot_id: str, past: Past) -> None:
    """Have `ready_past` find the matches of a snapshot; what cannot be written is left for it to make."""
    try:
        save(past_path(home, snapshot_id), past)
    except OSError:
        return


def past_path(home: Path, snapshot_id: str) -> Path:
    """Where the matches of a snapshot are kept, or would be."""
    return ready_path(home / FOLDER, snapshot_id, _SOURCES)


def save(path: Path, past: Past) -> None:
    """Write for `ready_past`; OSError if it cannot be written."""
    matches, listed = past.matches, past.listed
    parts: dict[str, Mapping[str, Any]] = {
        "encoded": {name: getattr(past.encoded, name) for name in EncodedTable.arrays()},
        "log": {name: getattr(matches.log, name) for name in _names(ClubLog)},
        "ties": matches.ties.arrays,
        "fixtures": past.fixtures.arrays,
        "list": listed.arrays,
    }
    about = {
        "club_ids": matches.club_ids,
        "competition_ids": matches.competition_ids,
        "result_count": matches.result_count,
        "cut_s": matches.cut_s,
        "cut_day": matches.cut_day,
        "fixtures": {"club_ids": past.fixtures.club_ids, "competition_ids": past.fixtures.competition_ids},
        "list": {"ids": listed.ids, "cut_s": listed.cut_s},
        "seasons": past.encoded.seasons,
        "periods": {name: facts.to_json() for name, facts in past.periods.items()},
    }
    save_arrays(path, {f"{part}.{name}": a for part, arrays in parts.items() for name, a in arrays.items()}, about)


def _load(
    path: Path,
    registry: ClubRegistry,
    competitions: Mapping[str, Competition],
    table: "Callable[[], pd.DataFrame]",
) -> Past:
    arrays, about = load_arrays(path)
    try:
        club_ids, competition_ids = tuple(about["club_ids"]), tuple(about["competition_ids"])
        place_code, places = places_of_all(club_ids, registry)
        matches = PastMatches(
            club_ids=club_ids,
            competition_ids=competition_ids,
            leagues=leagues_of(competition_ids, competitions),
            places=places,
            log=ClubLog(**_part(arrays, "log", _names(ClubLog))),
            result_count=int(about["result_count"]),
            cut_s=int(about["cut_s"]),
            cut_day=int(about["cut_day"]),
            club_code={name: i for i, name in enumerate(club_ids)},
            place_code=place_code,
            ties=Ties(_part(arrays, "ties", Ties.ARRAYS), club_ids, competition_ids),
        )
        periods = {name: PeriodFacts.from_json(facts) for name, facts in about["periods"].items()}
        listed = MatchList(
            about["list"]["ids"],
            _part(arrays, "list", LIST_ARRAYS),
            PeriodFacts.together(periods.values()).spans,
            int(about["list"]["cut_s"]),
        )
        fixtures = FixtureIndex(**about["fixtures"], arrays=_part(arrays, "fixtures", FIXTURE_ARRAYS))
        encoded = EncodedTable(
            club_ids=club_ids,
            competition_ids=competition_ids,
            seasons=tuple(about["seasons"]),
            match_id=None,
            **_part(arrays, "encoded", EncodedTable.arrays()),
        )
        return Past(encoded, matches, fixtures, listed, periods, table)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise StoreError(f"{path}: stored matches cannot be read ({error})") from error


def period_facts(table: "pd.DataFrame", registry: ClubRegistry) -> dict[str, PeriodFacts]:
    """What each period of a matches table tells."""
    from football.snapshot_parts import periods_of

    periods = table[list(COLUMNS)].groupby(periods_of(table["date"]).to_numpy(), sort=True)
    return {str(name): PeriodFacts.of(rows, registry) for name, rows in periods}


def _part(arrays: Arrays, part: str, names: Iterable[str]) -> Arrays:
    return {name: arrays[f"{part}.{name}"] for name in names}


def _names(kind: type[ClubLog]) -> list[str]:
    return [f.name for f in fields(kind)]
