"""All matches of a snapshot as the service needs them, made once and then mapped from disk.

Reading tables, encoding and rating 200,000 matches takes seconds and half a gigabyte; mapped, the service starts
without, and only the pages that are asked for are in memory, shared by all processes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from features.club_log import ClubLog
from features.history import PastMatches, leagues_of, places_of_all
from features.mapped_arrays import Arrays, load_arrays, ready_path, save_arrays
from features.ties import Ties
from football.clubs import ClubRegistry
from football.competitions import Competition
from football.errors import StoreError
from football.formats import competitions_with_format
from serving.fixture_index import ARRAYS as FIXTURE_ARRAYS
from serving.fixture_index import FixtureIndex
from serving.match_list import ARRAYS as LIST_ARRAYS
from serving.match_list import MatchList, Span

if TYPE_CHECKING:
    import pandas as pd

    from serving.season_index import SeasonIndex

FOLDER: Final = "past"
"""Under AWAYDAY_HOME."""

_SOURCES: Final = (
    *(("features", f"{name}.py") for name in ("calendar", "club_log", "elo", "history", "mapped_arrays", "places")),
    ("features", "ties.py"),
    *(("football", name) for name in ("clubs.csv", "competitions.csv", "rounds.py", "statuses.py")),
    *(("serving", f"{name}.py") for name in ("fixture_index", "match_list", "past", "season_index")),
)


@dataclass(frozen=True)
class Past:
    """The matches, encoded for features and indexed for questions.

    `names` are those of the clubs that the registry lacks, `season_sizes` how many matches each season of a competition
    whose format is known has. `table` reads the matches table; the matches of a season alone need it.
    """

    matches: PastMatches
    fixtures: FixtureIndex
    listed: MatchList
    names: Mapping[str, str]
    season_sizes: Mapping[str, Mapping[str, int]]
    table: "Callable[[], pd.DataFrame]"

    @classmethod
    def of(
        cls,
        table: "pd.DataFrame",
        matches: PastMatches,
        registry: ClubRegistry,
        competitions: Mapping[str, Competition],
    ) -> "Past":
        """From a matches table (contract `football.tables.MATCHES`) and the same, encoded."""
        from serving.season_index import SeasonIndex

        seasons = SeasonIndex(table)
        return cls(
            matches,
            FixtureIndex.of(table, competitions),
            MatchList.of(table, competitions),
            provisional_names(table, registry),
            {name: dict(seasons.sizes(name)) for name in competitions_with_format()},
            lambda: table,
        )

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
    path = _path(home, snapshot_id)
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
        return _load(_path(home, snapshot_id), registry, competitions, table)
    except StoreError:
        return None


def make(registry: ClubRegistry, competitions: Mapping[str, Competition], table: "Callable[[], pd.DataFrame]") -> Past:
    """From the table alone; takes seconds."""
    from features.history import History

    matches = table()
    return Past.of(matches, History.build(matches, registry, competitions), registry, competitions)


def keep(home: Path, snapshot_id: str, past: Past) -> None:
    """Have `ready_past` find the matches of a snapshot; what cannot be written is left for it to make."""
    try:
        save(_path(home, snapshot_id), past)
    except OSError:
        return


def _path(home: Path, snapshot_id: str) -> Path:
    return ready_path(home / FOLDER, snapshot_id, _SOURCES)


def save(path: Path, past: Past) -> None:
    """Write for `ready_past`; OSError if it cannot be written."""
    matches, listed = past.matches, past.listed
    parts: dict[str, Mapping[str, Any]] = {
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
        "spans": {name: asdict(span) for name, span in listed.spans.items()},
        "names": dict(past.names),
        "season_sizes": past.season_sizes,
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
        listed = MatchList(
            about["list"]["ids"],
            _part(arrays, "list", LIST_ARRAYS),
            {name: Span(**span) for name, span in about["spans"].items()},
            int(about["list"]["cut_s"]),
        )
        fixtures = FixtureIndex(**about["fixtures"], arrays=_part(arrays, "fixtures", FIXTURE_ARRAYS))
        return Past(matches, fixtures, listed, about["names"], about["season_sizes"], table)
    except (KeyError, ValueError, TypeError, IndexError) as error:
        raise StoreError(f"{path}: stored matches cannot be read ({error})") from error


def provisional_names(matches: "pd.DataFrame", registry: ClubRegistry) -> dict[str, str]:
    """Names, as the newest match has them, of the clubs of a matches table that the registry lacks."""
    names: dict[str, str] = {}
    newest_last = matches.sort_values("date", kind="stable")
    for side in ("home", "away"):
        pairs = newest_last[[f"{side}_id", f"{side}_name"]].drop_duplicates(f"{side}_id", keep="last")
        for club_id, name in pairs.itertuples(index=False):
            if club_id not in registry:
                names[str(club_id)] = str(name)
    return names


def _part(arrays: Arrays, part: str, names: Iterable[str]) -> Arrays:
    return {name: arrays[f"{part}.{name}"] for name in names}


def _names(kind: type[ClubLog]) -> list[str]:
    return [f.name for f in fields(kind)]
