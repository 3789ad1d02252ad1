"""The state of the snapshot before, as it is kept: what an update goes on from."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from features.encoding import EncodedTable, Int
from features.strength_store import CACHE_FOLDER, inputs_of, kept
from features.strengths import Strengths
from features.strengths_before import StrengthsBefore
from football.clubs import ClubRegistry
from football.competitions import load_competitions
from football.errors import StoreError
from football.snapshot_parts import changed_periods, in_periods
from football.snapshot_pointer import snapshots_folder
from football.snapshot_tables import SnapshotTables
from football.snapshots import Snapshot
from serving.champion import local_champion
from serving.manifest import Manifest
from serving.past import Past, kept_past
from serving.period_facts import PeriodFacts


@dataclass(frozen=True)
class EarlierState:
    """Matches and strengths of an earlier snapshot.

    `periods` are those of which the newer one tells something else, `tables` what the earlier one told of them;
    `strengths` None where they are not kept.
    """

    past: Past
    strengths: Strengths | None
    periods: frozenset[str]
    tables: SnapshotTables

    @classmethod
    def newest(cls, home: Path, before: Snapshot | None, snapshot: Snapshot, clubs: ClubRegistry) -> Self | None:
        """What to go on from to a snapshot: the state of the one before, else the one that the champion has."""
        for earlier in (before, _of_champion(home)):
            state = None if earlier is None else cls.of(home, earlier, snapshot, clubs)
            if state is not None:
                return state
        return None

    @classmethod
    def of(cls, home: Path, before: Snapshot, snapshot: Snapshot, clubs: ClubRegistry) -> Self | None:
        """What is kept of a snapshot `before` another one; None where its matches are not, or cannot be read."""
        try:
            past = kept_past(home, before.id, clubs, load_competitions(), lambda: before.matches)
            if past is None:
                return None
            strengths = kept(home / CACHE_FOLDER, inputs_of(before.id, past.matches))
            periods = changed_periods(before.parts, snapshot.parts)
            return cls(past, strengths, periods, before.of_periods(periods))
        except StoreError:
            return None

    def encoded_with(self, newer: EncodedTable) -> tuple[EncodedTable, Int]:
        """All matches now, of which `newer` are those of `periods`; and each one's row before, -1 for the newer."""
        encoded = self.past.encoded
        return encoded.changed(in_periods(encoded.day, self.periods), newer)

    def facts_with(self, newer: Mapping[str, PeriodFacts]) -> dict[str, PeriodFacts]:
        """What each period tells now, of which `newer` are those of `periods`."""
        return {name: facts for name, facts in self.past.periods.items() if name not in self.periods} | dict(newer)

    def strengths_before(self, origin: Int, newer: SnapshotTables) -> StrengthsBefore | None:
        """The strengths to go on from, with what the newer snapshot tells of `periods`; None where there are none.

        `origin` is that of `encoded_with`.
        """
        if self.strengths is None or self.strengths.facts is None:
            return None
        leagues = self.past.matches.leagues
        return StrengthsBefore(self.strengths, self.past.encoded, leagues, origin, newer.statistics, newer.odds)


def _of_champion(home: Path) -> Snapshot | None:
    """The snapshot of whose matches the champion has the state, whether it is there or not."""
    try:
        folder = local_champion(home)
        name = "" if folder is None else Manifest.read(folder).snapshot
        return Snapshot(snapshots_folder(home) / name) if name else None
    except StoreError:
        return None
