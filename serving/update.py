"""Today's results: from a stored snapshot to the state that answers, by what is new.

The state before is kept as numbers: matches encoded (`serving.past`), strengths at each week
(`features.strength_store`). Of a snapshot that follows, only the periods that differ are read, only weeks that new or
changed results touch are fitted, and rows of strengths before them are taken over. The champion gets the new state in a
folder of its own, and takes it up in one step: broken off anywhere, the old state answers.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from features.encoding import EncodedTable
from features.history import History
from features.inputs import strength_of
from features.strength_store import CACHE_FOLDER, inputs_of, kept
from features.strengths import Strengths
from football import news
from football.clubs import ClubRegistry, load_registry
from football.competitions import load_competitions
from football.errors import StoreError
from football.news import NOTHING_NEW, News
from football.snapshots import Snapshot
from serving import self_check
from serving.bundle import Bundle
from serving.champion import local_champion, renew
from serving.earlier_state import EarlierState
from serving.historical import HistoryKnowledge
from serving.loading import predictor_of
from serving.manifest import Manifest
from serving.past import Past, keep, kept_past, period_facts
from serving.states import FrozenStates

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class StateUpdate:
    """What was new, and what is the state now.

    Args:
        snapshot: whose matches they are.
        cut: when the newest result became known, UTC.
        news: against the matches before.
        weeks: weekly strengths that the state has.
        fitted: how many of them had to be fitted; the others were kept.
        model: version of the champion that has this state; None where there is no champion under the home folder.
        seconds: how long each step took, in their order.
    """

    snapshot: str
    cut: datetime
    news: News
    weeks: int
    fitted: int
    model: str | None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def rebuilt(self) -> bool:
        """Whether nothing of the weeks before could be used."""
        return self.fitted == self.weeks


def update_state(
    home: Path,
    snapshot: Snapshot,
    before: Snapshot | None = None,
    *,
    registry: ClubRegistry | None = None,
    processes: int = 1,
    progress: Progress | None = None,
) -> StateUpdate:
    """Make the state of a snapshot, all but what is there already; whatever was extended equals what is built anew.

    Args:
        home: AWAYDAY_HOME.
        snapshot: stored matches, in use already or not.
        before: the snapshot before; None for none. The same one again costs next to nothing, where its state is there.
            Where nothing is kept of it, what the champion has is gone on from, and told the news by.
        registry: the clubs; None for those of Awayday.
        processes: worker processes for strengths.
        progress: called with (weeks fitted, weeks to fit), where any are.

    Raises:
        NoDataError: no result is newer than the first week of strengths.
        StoreError: the snapshot or the champion cannot be read, or the new state fails its self-check or cannot be
            written; the old one stays.
    """
    clock = _Clock()
    clubs = registry or load_registry()
    if before is not None and before.id == snapshot.id and (there := _all_there(home, snapshot, clubs)) is not None:
        clock.lap("reading")
        return replace(there, seconds=clock.laps)
    earlier = EarlierState.newest(home, before, snapshot, clubs)
    # What is kept of the rest need not be read.
    tables = snapshot.of_periods(None if earlier is None else earlier.periods)
    told = _news(before, tables.matches, earlier)
    clock.lap("reading")
    competitions = load_competitions()
    encoded, facts = EncodedTable.of(tables.matches, competitions), period_facts(tables.matches, clubs)
    origin = None
    if earlier is not None:
        encoded, origin = earlier.encoded_with(encoded)
        facts = earlier.facts_with(facts)
    history = History.of(encoded, clubs, competitions)
    clock.lap("ratings, form, journeys")
    fitted = 0

    def count(done: int, total: int) -> None:
        nonlocal fitted
        fitted = total
        if progress is not None:
            progress(done, total)

    go_on = None if earlier is None or origin is None else earlier.strengths_before(origin, tables)
    strength = strength_of(home, history, snapshot, before=go_on, processes=processes, progress=count)
    clock.lap("strengths")
    past = Past.of(encoded, history, facts, competitions, lambda: snapshot.matches)
    keep(home, snapshot.id, past)
    clock.lap("matches for the service")
    model = _renew_champion(home, snapshot, history, past, strength, clubs)
    clock.lap("model")
    return StateUpdate(
        snapshot=snapshot.id,
        cut=datetime.fromtimestamp(history.cut_s, UTC),
        news=told,
        weeks=len(strength.checkpoints_s),
        fitted=fitted,
        model=model,
        seconds=clock.laps,
    )


def _news(before: Snapshot | None, matches: "pd.DataFrame", earlier: EarlierState | None) -> News:
    """What the matches that were read tell that those before did not."""
    if earlier is not None:
        return news.compare(earlier.tables.matches, matches)
    try:
        return news.compare(None if before is None else before.matches, matches)
    except StoreError:
        # The matches before cannot be read: all of them are new.
        return news.compare(None, matches)


def _all_there(home: Path, snapshot: Snapshot, clubs: ClubRegistry) -> StateUpdate | None:
    """The state of a snapshot that has all of it already; None where anything is still to be made."""
    folder = local_champion(home)
    model = None if folder is None else Manifest.read(folder)
    past = kept_past(home, snapshot.id, clubs, load_competitions(), lambda: snapshot.matches)
    if past is None or (model is not None and model.snapshot != snapshot.id):
        return None
    strength = kept(home / CACHE_FOLDER, inputs_of(snapshot.id, past.matches))
    if strength is None:
        return None
    return StateUpdate(
        snapshot=snapshot.id,
        cut=datetime.fromtimestamp(past.matches.cut_s, UTC),
        news=NOTHING_NEW,
        weeks=len(strength.checkpoints_s),
        fitted=0,
        model=None if model is None else model.version,
    )


def renewed(
    bundle: Bundle, snapshot: Snapshot, history: History, strength: Strengths, names: Mapping[str, str]
) -> Bundle:
    """A model with the state of other matches: all else is as it was trained.

    `names` are those of clubs that the registry lacks.
    """
    cut = datetime.fromtimestamp(history.cut_s, UTC)
    manifest = bundle.manifest.model_copy(update={"data_cut": cut, "snapshot": snapshot.id})
    states = FrozenStates.of(history, names)
    return replace(bundle, manifest=manifest, strength=strength.latest(), states=states)


def _renew_champion(
    home: Path, snapshot: Snapshot, history: History, past: Past, strength: Strengths, clubs: ClubRegistry
) -> str | None:
    folder = local_champion(home)
    if folder is None:
        return None
    bundle = Bundle.load(folder)
    version = bundle.manifest.version
    if bundle.manifest.snapshot != snapshot.id:
        new = renewed(bundle, snapshot, history, strength, past.facts.names)
        knowledge = HistoryKnowledge(past, strength, None, clubs)
        try:
            for known in (None, knowledge):
                self_check.check(predictor_of(new, "champion", knowledge=known, registry=clubs), new.states)
        except StoreError as error:
            raise StoreError(f"{version} stays with its matches of before: {error}") from error
        renew(home, new)
    return version


class _Clock:
    """Seconds of each step."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step], self._since = now - self._since, now
