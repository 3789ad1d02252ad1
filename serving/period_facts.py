"""What a period of a snapshot tells beside its matches, so that the facts of all periods are had from each one's."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from features.encoding import days_of
from football.clubs import ClubRegistry
from football.formats import competitions_with_format
from football.statuses import PLAYED, SCHEDULED
from serving.match_list import Span

if TYPE_CHECKING:
    import pandas as pd


COLUMNS: Final = (
    *("match_id", "competition_id", "season", "date", "status", "home_id", "away_id", "home_name", "away_name"),
)
"""Columns of `football.tables.MATCHES` that tell."""


@dataclass(frozen=True)
class PeriodFacts:
    """What some matches tell of clubs and competitions.

    `names` are those of clubs that the registry lacks, as the newest match has them; `spans` how much of each
    competition there is, played or scheduled; `season_sizes` how many matches each season of a competition whose format
    is known has.
    """

    names: Mapping[str, str]
    spans: Mapping[str, Span]
    season_sizes: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, matches: "pd.DataFrame", registry: ClubRegistry) -> Self:
        """Of a matches table (contract `football.tables.MATCHES`)."""
        in_order = matches[list(COLUMNS)].sort_values(["date", "competition_id", "match_id"])
        return cls(_names(in_order, registry), _spans(in_order), _season_sizes(in_order))

    @classmethod
    def together(cls, periods: Iterable[Self]) -> Self:
        """Of periods in order of time."""
        names: dict[str, str] = {}
        spans: dict[str, Span] = {}
        sizes: dict[str, dict[str, int]] = {}
        for period in periods:
            names |= period.names
            spans |= {name: span.after(spans.get(name)) for name, span in period.spans.items()}
            for competition_id, seasons in period.season_sizes.items():
                known = sizes.setdefault(competition_id, {})
                for season, matches in seasons.items():
                    known[season] = known.get(season, 0) + matches
        return cls(names, spans, {name: dict(sorted(seasons.items())) for name, seasons in sizes.items()})

    def to_json(self) -> dict[str, Any]:
        """For JSON; `from_json` reads it."""
        return asdict(self)

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        return cls(told["names"], {name: Span(**span) for name, span in told["spans"].items()}, told["season_sizes"])


def _names(in_order: "pd.DataFrame", registry: ClubRegistry) -> dict[str, str]:
    import pandas as pd

    place = range(len(in_order))
    sides = [
        pd.DataFrame({"place": place, "club": in_order[f"{side}_id"], "name": in_order[f"{side}_name"]})
        for side in ("home", "away")
    ]
    newest = pd.concat(sides).sort_values("place", kind="stable").drop_duplicates("club", keep="last")
    told = zip(newest["club"].astype(str), newest["name"].astype(str), strict=True)
    return {club: name for club, name in told if club not in registry}


def _season_sizes(in_order: "pd.DataFrame") -> dict[str, dict[str, int]]:
    from serving.season_index import FIRST_SEASON

    known = in_order["competition_id"].isin(competitions_with_format()) & (in_order["season"] >= FIRST_SEASON)
    counted = in_order[known].groupby(["competition_id", "season"]).size().reset_index(name="matches")
    sizes: dict[str, dict[str, int]] = {}
    for competition_id, season, matches in counted.itertuples(index=False, name=None):
        sizes.setdefault(str(competition_id), {})[str(season)] = int(matches)
    return sizes


def _spans(in_order: "pd.DataFrame") -> dict[str, Span]:
    used = in_order[in_order["status"].isin((PLAYED, SCHEDULED))]
    found = (
        used[["competition_id", "season"]]
        .assign(day=days_of(used["date"]))
        .groupby("competition_id", sort=False, observed=True)
        .agg(
            matches=("day", "size"),
            first_season=("season", "first"),
            last_season=("season", "last"),
            first_day=("day", "first"),
            last_day=("day", "last"),
        )
    )
    return {
        str(competition_id): Span(int(n), str(first), str(last), int(first_day), int(last_day))
        for competition_id, n, first, last, first_day, last_day in found.itertuples(name=None)
    }
