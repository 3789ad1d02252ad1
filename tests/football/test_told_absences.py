"""What people say of players: the newest word counts, none is erased, and a club someone spoke of is watched."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from football.database import Database
from football.errors import StoreError
from football.told_absences import ClubAbsences, ToldAbsences, Word
from tests.football.test_database import absence, absences, coverage

MONDAY = datetime(2025, 9, 22, 10, tzinfo=UTC)
DAY = timedelta(days=1)
GRACE = 10 * DAY
ARSENAL = "eng-arsenal"


@dataclass
class World:
    """Absences with a clock that tests set."""

    database: Database
    now: datetime = MONDAY
    told: ToldAbsences = field(init=False)

    def __post_init__(self) -> None:
        self.told = ToldAbsences(self.database, GRACE, lambda: self.now)

    def say(self, *words: Word, by: str = "api:joe", after: timedelta = DAY, complete: bool = False) -> ClubAbsences:
        self.now += after
        return self.told.tell(ARSENAL, words, by, complete=complete)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with Database(database_url) as database:
        yield World(database)


def listed(known: ClubAbsences) -> list[tuple[str, str, str]]:
    return sorted((stored.word.player, stored.word.status, stored.source) for stored in known.absent)


def test_before_anything_was_said_nobody_watches_the_club(world: World) -> None:
    assert world.told.known(ARSENAL) == ClubAbsences((), (), ())


def test_a_word_is_kept_with_all_that_was_said_who_said_it_and_when(world: World) -> None:
    word = Word("Ann", "doubtful", 0.25, date(2025, 9, 20), date(2025, 10, 1), 0.8, 2, "ankle")

    known = world.say(word)

    assert [(stored.word, stored.source, stored.known_at, stored.superseded_at) for stored in known.absent] == [
        (word, "api:joe", MONDAY + DAY, None)
    ]
    assert known.watched_by == ("api:joe",)
    assert known == world.told.known(ARSENAL)


def test_a_new_word_replaces_the_old_one_from_then_on_and_the_past_stays_as_it_was(world: World) -> None:
    world.say(Word("Ann", "out"))
    world.say(Word("ANN", "doubtful", 0.5), by="cli:sue")

    assert listed(world.told.known(ARSENAL)) == [("Ann", "doubtful", "cli:sue")]
    then = world.told.known(ARSENAL, MONDAY + DAY)
    assert listed(then) == [("Ann", "out", "api:joe")]
    assert [stored.superseded_at for stored in then.history] == [None]
    history = world.told.known(ARSENAL).history
    assert [(stored.word.status, stored.superseded_at) for stored in history] == [
        ("doubtful", None),
        ("out", MONDAY + 2 * DAY),
    ]


def test_available_again_ends_the_absence_and_keeps_what_was_said(world: World) -> None:
    world.say(Word("Ánn Ødegård", "out"))
    world.now += DAY

    known = world.told.available(ARSENAL, "ann odegard", "api:sue")

    assert known is not None
    assert known.absent == ()
    assert known.watched_by == ("api:joe", "api:sue")
    assert [(stored.word.player, stored.word.status) for stored in known.history] == [
        ("Ánn Ødegård", "available"),
        ("Ánn Ødegård", "out"),
    ]
    assert listed(world.told.known(ARSENAL, MONDAY + DAY)) == [("Ánn Ødegård", "out", "api:joe")]


def test_nobody_becomes_available_who_was_not_absent(world: World) -> None:
    assert world.told.available(ARSENAL, "Ann", "api:joe") is None
    assert world.told.known(ARSENAL) == ClubAbsences((), (), ())


def test_the_same_word_again_stays_as_first_said(world: World) -> None:
    world.say(Word("Ann", "out", importance=0.5))

    known = world.say(Word("Ann", "out"))

    assert [stored.known_at for stored in known.history] == [MONDAY + DAY]


def test_the_same_word_counts_anew_where_another_source_had_said_otherwise_since(world: World) -> None:
    world.say(Word("Ann", "out"))
    spoken = absences(absence("Ann", MONDAY + 2 * DAY, status="doubtful"))
    world.database.add_absences(spoken, coverage((MONDAY + 2 * DAY, MONDAY + 2 * DAY)))
    world.now = MONDAY + 2 * DAY
    assert listed(world.told.known(ARSENAL)) == [("Ann", "doubtful", "fpl")]

    assert listed(world.say(Word("Ann", "out"))) == [("Ann", "out", "api:joe")]


def test_people_overrule_another_source_without_ending_its_word_and_it_may_speak_again(world: World) -> None:
    world.database.create()
    world.database.add_absences(absences(absence("Ann")), coverage((MONDAY, MONDAY)), complete_at=MONDAY)
    world.now += DAY
    cleared = world.told.available(ARSENAL, "Ann", "api:joe")
    assert cleared is not None
    assert cleared.absent == ()
    assert [stored.superseded_at for stored in cleared.history] == [None, None]

    newer = MONDAY + 2 * DAY
    world.database.add_absences(
        absences(absence("Ann", newer, status="suspended")), coverage((newer, newer)), complete_at=newer
    )
    world.now = newer

    assert listed(world.told.known(ARSENAL)) == [("Ann", "suspended", "fpl")]


def test_a_complete_list_makes_everybody_else_available(world: World) -> None:
    world.database.create()
    world.database.add_absences(absences(absence("Fay")), coverage((MONDAY, MONDAY)))
    world.say(Word("Ann", "out"), Word("Ben", "out"))

    assert listed(world.say(Word("Ben", "doubtful"), complete=True)) == [("Ben", "doubtful", "api:joe")]
    nobody = world.say(complete=True)
    assert (nobody.absent, nobody.watched_by) == ((), ("api:joe", "fpl"))


def test_share_and_rank_are_those_of_earlier_word_on_the_player_unless_too_old(world: World) -> None:
    world.database.create()
    world.database.add_absences(absences(absence("Ann")), coverage((MONDAY, MONDAY)))

    def share(word: Word, after: timedelta) -> tuple[float | None, int | None]:
        known = world.say(word, after=after)
        stored = known.on("Ann")
        assert stored is not None
        return stored.word.importance, stored.word.minutes_rank

    assert share(Word("ann", "out"), DAY) == (0.5, 3)
    assert share(Word("ann", "out", importance=0.25), DAY) == (0.25, None)
    assert share(Word("ann", "doubtful"), 61 * DAY) == (None, None)


def test_word_holds_for_ten_days_or_ten_beyond_the_last_day_that_it_names_sixty_at_most(world: World) -> None:
    def watched(after: timedelta) -> bool:
        return bool(world.told.known(ARSENAL, world.now + after).watched_by)

    world.say(Word("Ann", "out"))
    assert (watched(10 * DAY), watched(10 * DAY + timedelta(seconds=1))) == (True, False)
    assert not watched(-timedelta(seconds=1))

    world.say(Word("Ann", "out", absent_until=date(2025, 10, 4)))  # said on 24 September
    assert (watched(19 * DAY), watched(21 * DAY)) == (True, False)

    world.say(Word("Ann", "out", absent_until=date(2026, 9, 1)))
    assert (watched(70 * DAY), watched(71 * DAY)) == (True, False)


def test_an_absence_ends_with_its_last_day(world: World) -> None:
    world.say(Word("Ann", "out", absent_until=date(2025, 9, 25)))

    assert listed(world.told.known(ARSENAL, datetime(2025, 9, 25, 23, tzinfo=UTC))) == [("Ann", "out", "api:joe")]
    assert listed(world.told.known(ARSENAL, datetime(2025, 9, 26, tzinfo=UTC))) == []


def test_other_clubs_are_left_alone(world: World) -> None:
    world.say(Word("Ann", "out"))

    assert world.told.tell("eng-leeds-united", [Word("Ann", "out")], "api:joe").history
    world.say(complete=True)

    assert listed(world.told.known("eng-leeds-united")) == [("Ann", "out", "api:joe")]


def test_nothing_is_half_told_when_the_database_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.say(Word("Ann", "out"))

    def fail(*_: object) -> None:
        raise StoreError("down")

    monkeypatch.setattr(world.database, "add_watches", fail)
    with pytest.raises(StoreError, match="down"):
        world.say(Word("Ann", "doubtful"))

    assert listed(world.told.known(ARSENAL)) == [("Ann", "out", "api:joe")]
