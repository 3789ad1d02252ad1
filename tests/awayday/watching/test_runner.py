"""Rounds of the watch with made-up steps and a made-up clock."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from awayday.watching.runner import Clock, Runner, Step
from awayday.watching.steps import due_after, follows
from football.errors import DownloadError, StoreError
from football.watch_store import StepRecord

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Time(Clock):
    """A clock that goes on when somebody waits, and ends at a moment."""

    def __init__(self, until: datetime = NOON + timedelta(days=300)) -> None:
        super().__init__()
        self.moment = NOON
        self._until = until

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)
        if self.moment >= self._until:
            self.end()


class Kept:
    """Memory; `away` while it cannot be used."""

    def __init__(self) -> None:
        self.known: dict[str, StepRecord] = {}
        self.away = False

    def steps(self) -> Mapping[str, StepRecord]:
        if self.away:
            raise StoreError("the database is away")
        return dict(self.known)

    def record(self, step: StepRecord) -> None:
        if self.away:
            raise StoreError("the database is away")
        self.known[step.name] = step


class Work:
    """A step's work: notes when it was done, takes some time, and fails when told to."""

    def __init__(self, clock: Time, minutes: float = 0.0) -> None:
        self.done_at: list[datetime] = []
        self.error: BaseException | None = None
        self._clock = clock
        self._minutes = minutes

    def __call__(self) -> str:
        self.done_at.append(self._clock.now())
        self._clock.moment += timedelta(minutes=self._minutes)
        if self.error is not None:
            raise self.error
        return f"done {len(self.done_at)} times"


def runner(clock: Time, memory: Kept, *steps: Step, jitter: Callable[[], float] = lambda: 0.0) -> Runner:
    return Runner(memory, steps, 6 * HOUR, clock, jitter)


def hours(work: Work) -> list[float]:
    """When work was done, in hours from noon."""
    return [(moment - NOON) / HOUR for moment in work.done_at]


def test_steps_are_done_in_order_round_by_round_from_beginning_to_beginning() -> None:
    clock, memory = Time(NOON + 13 * HOUR), Kept()
    first, second = Work(clock, minutes=30), Work(clock)
    runner(clock, memory, Step("first", first), Step("second", second)).run()
    assert hours(first) == [0.0, 6.0, 12.0]
    assert hours(second) == [0.5, 6.5, 12.5]
    assert memory.known["first"] == StepRecord(
        "first", NOON + 12 * HOUR, NOON + 12.5 * HOUR, told="done 3 times", seconds=1800.0
    )


def test_a_round_begins_at_most_five_minutes_or_a_twentieth_later_than_it_could() -> None:
    clock = Time(NOON + 7 * HOUR)
    work = Work(clock)
    runner(clock, Kept(), Step("work", work), jitter=lambda: 1.0).run()
    assert hours(work) == [0.0, pytest.approx(6.0 + 5 / 60)]
    clock = Time(NOON + HOUR)
    work = Work(clock)
    Runner(Kept(), [Step("work", work)], timedelta(minutes=40), clock, lambda: 1.0).run()
    assert hours(work) == [0.0, pytest.approx(42 / 60)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(DownloadError("no connection"), "no connection"), (KeyError("x"), "unexpected KeyError: 'x'")],
)
def test_what_fails_is_kept_counted_tried_again_and_hinders_no_other(error: Exception, reason: str) -> None:
    clock, memory = Time(), Kept()
    bad, good = Work(clock), Work(clock)
    run = runner(clock, memory, Step("bad", bad), Step("good", good))
    bad.error = error
    run.round()
    run.round()
    assert len(good.done_at) == 2
    found = memory.known["bad"]
    assert (found.failures, found.reason, found.last_failure, found.last_success) == (2, reason, NOON, None)
    bad.error = None
    run.round()
    found = memory.known["bad"]
    assert (found.failures, found.reason, found.last_failure, found.last_success) == (0, None, NOON, NOON)


def test_who_presses_ctrl_c_is_obeyed_at_once() -> None:
    clock = Time()
    work = Work(clock)
    work.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        runner(clock, Kept(), Step("work", work)).round()


def test_a_watch_that_was_broken_off_goes_on_with_what_was_not_done() -> None:
    clock, memory = Time(NOON + 7 * HOUR), Kept()
    first, second = Work(clock), Work(clock)
    memory.record(StepRecord("first", NOON - HOUR, NOON - HOUR, told="before"))
    memory.record(StepRecord("second", NOON - 7 * HOUR, NOON - 7 * HOUR, told="before"))
    runner(clock, memory, Step("first", first), Step("second", second)).run()
    assert hours(second) == [0.0, 6.0]
    assert hours(first) == [6.0]


def test_a_single_round_does_all_that_is_due() -> None:
    clock, memory = Time(), Kept()
    work = Work(clock)
    memory.record(StepRecord("work", NOON - HOUR, NOON - HOUR))
    records = runner(clock, memory, Step("work", work)).round()
    assert [record.name for record in records] == ["work"]


def test_the_end_is_obeyed_after_the_step_in_progress() -> None:
    clock, memory = Time(), Kept()
    second = Work(clock)

    def told_to_end() -> str:
        clock.end()
        return "done"

    runner(clock, memory, Step("first", told_to_end), Step("second", second)).run()
    assert set(memory.known) == {"first"}
    assert second.done_at == []


def test_training_is_due_once_a_week_and_in_the_next_round_after_a_failure() -> None:
    clock, memory = Time(NOON + timedelta(days=15)), Kept()
    work = Work(clock)
    failing = [DownloadError("no")]

    def train() -> str:
        work.error = failing.pop() if len(work.done_at) == 1 and failing else None
        return work()

    runner(clock, memory, Step("train", train, due_after(timedelta(days=7)))).run()
    assert hours(work) == [0.0, 7 * 24.0, 7 * 24.0 + 6.0, 14 * 24.0 + 6.0]


def test_a_champion_that_somebody_trained_counts_as_the_last_training() -> None:
    clock, memory = Time(NOON + timedelta(days=5)), Kept()
    work = Work(clock)
    due = due_after(timedelta(days=7), lambda: NOON - timedelta(days=4))
    runner(clock, memory, Step("train", work, due)).run()
    assert hours(work) == [3 * 24.0]


def test_promotion_follows_a_training_once_and_is_tried_again_after_a_failure() -> None:
    clock, memory = Time(), Kept()
    train, promote = Work(clock), Work(clock)
    steps = Step("train", train, due_after(timedelta(days=7))), Step("promote", promote, follows("train"))
    run = runner(clock, memory, *steps)
    promote.error = StoreError("MLflow is away")
    for _ in range(2):
        run.round()
        clock.moment += 6 * HOUR
    assert (len(train.done_at), len(promote.done_at)) == (1, 2)
    promote.error = None
    for _ in range(2):
        run.round()
        clock.moment += 6 * HOUR
    assert (len(train.done_at), len(promote.done_at)) == (1, 3)


def test_without_a_training_there_is_nothing_to_promote() -> None:
    clock, memory = Time(), Kept()
    train, promote = Work(clock), Work(clock)
    train.error = StoreError("no matches")
    runner(clock, memory, Step("train", train), Step("promote", promote, follows("train"))).round()
    assert promote.done_at == []


def test_a_database_that_is_away_stops_no_step_and_learns_later_how_they_went() -> None:
    clock, memory = Time(), Kept()
    work = Work(clock)
    run = runner(clock, memory, Step("work", work, due_after(12 * HOUR)))
    memory.away = True
    run.round()
    clock.moment += 6 * HOUR
    run.round()
    assert len(work.done_at) == 1, "known without the database, too"
    memory.away = False
    clock.moment += 6 * HOUR
    run.round()
    assert len(work.done_at) == 2
    assert memory.known["work"].last_success == NOON + 12 * HOUR


def test_not_knowing_whether_a_step_is_due_is_its_failure() -> None:
    clock, memory = Time(), Kept()
    other = Work(clock)

    def due(name: str, records: Mapping[str, StepRecord], now: datetime) -> bool:
        raise OSError(5, "Input/output error")

    runner(clock, memory, Step("bad", other, due), Step("good", other)).round()
    assert memory.known["bad"].reason == "unexpected OSError: [Errno 5] Input/output error"
    assert memory.known["good"].failures == 0
