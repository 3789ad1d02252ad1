"""What a sync's report counts of the matches put together, as far as it can be added up.

The matches of one pair of clubs count by themselves. So the counts of all matches are those of before, less what some
pairs counted for then, and what they count for now. Lists are in an order that depends on nothing but their content.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import astuple, is_dataclass, replace
from typing import Any, Final

from football.sync_report import FootballDataReport, RepositoryReport, SyncReport

_OF_REPOSITORY: Final = ("played", "fixtures", "other", "duplicates_removed", "conflicts")
_OF_FOOTBALL_DATA: Final = (
    *("played", "fixtures", "statistics", "odds", "merged", "alone", "disagreements", "conflicts", "duplicates"),
)


def add(report: SyncReport, *counted: SyncReport, less: SyncReport | None = None) -> SyncReport:
    """A report with what others counted, `less` what one of them did; all else is as in the first."""
    less = less or SyncReport()
    repositories = []
    for repository in report.repositories:
        parts = [_repository(other, repository.name) for other in (*counted, less)]
        repositories.append(replace(repository, **_together(_OF_REPOSITORY, parts[:-1], parts[-1])))
    football_data = report.football_data
    if football_data is not None:
        with_site = [other.football_data or FootballDataReport() for other in (*counted, less)]
        football_data = replace(football_data, **_together(_OF_FOOTBALL_DATA, with_site[:-1], with_site[-1]))
    return replace(report, repositories=repositories, football_data=football_data)


def _repository(report: SyncReport, name: str) -> RepositoryReport:
    return next((other for other in report.repositories if other.name == name), RepositoryReport(name))


def _together(names: tuple[str, ...], counted: list[Any], less: Any) -> dict[str, Any]:
    return {name: _sum([getattr(one, name) for one in counted], getattr(less, name)) for name in names}


def _sum(values: list[Any], less: Any) -> Any:
    if isinstance(less, int):
        return sum(values) - less
    if isinstance(less, Mapping):
        counts = Counter[str]()
        for value in values:
            counts.update(value)
        counts.subtract(less)
        return {name: count for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])) if count}
    items = Counter(item for value in values for item in value)
    items.subtract(less)
    return type(less)(sorted(items.elements(), key=_order))


def _order(item: Any) -> list[str | int]:
    """Texts by what they say, and numbers in them by their size."""
    text = " ".join(map(str, astuple(item))) if is_dataclass(item) and not isinstance(item, type) else str(item)
    return [int(piece) if piece.isdigit() else piece for piece in re.split(r"([0-9]+)", text)]
