"""Strengths through time: what was known when, priors for the unknown, and the store."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from features import strength_blocks
from features.goal_model import GoalModelConfig
from features.strength import League, ResultTable, StrengthHistory
from features.strength_filter import filter_problem
from features.strength_fit import BLOCK, fit_or_load, fit_strength_history, load_or_fit, week_starts
from features.strength_problem import Problem
from football.errors import InvalidValueError, StoreError

DAY = 86_400
START = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
LEAGUES = (
    League("aaa-1", "aaa", 1, is_league=True),
    League("aaa-2", "aaa", 2, is_league=True),
    League("bbb-1", "bbb", 1, is_league=True),
    League("cup", None, None, is_league=False),
)


def names(*values: str) -> NDArray[np.object_]:
    return np.array(values, dtype=object)


def results(days: int = 400, seed: int = 0) -> ResultTable:
    """Two matches a day: aaa clubs beat bbb clubs in the cup, and play each other in their leagues."""
    rng = np.random.default_rng(seed)
    rows = []
    for day in range(days):
        country, tier = ("aaa", "1"), ("aaa", "2")
        if day % 3 == 1:
            country, tier = ("bbb", "1"), ("bbb", "1")
        a, b = rng.choice(4, 2, replace=False)
        league = "-".join(country if day % 2 else tier)
        rows.append(
            (
                f"{league[:3]}-c{league[-1]}{a}",
                f"{league[:3]}-c{league[-1]}{b}",
                league,
                *rng.poisson((1.6, 1.2)),
                day,
            )
        )
        if day % 10 == 0:
            rows.append(("aaa-c10", "bbb-c10", "cup", 3, 0, day))
    home, away, competition, home_goals, away_goals, day_of = zip(*rows, strict=True)
    starts = START + np.array(day_of, dtype=np.int64) * DAY
    return ResultTable(
        names(*home),
        names(*away),
        names(*competition),
        np.zeros(len(rows)),
        np.array(home_goals, dtype=float),
        np.array(away_goals, dtype=float),
        starts,
        starts + 3 * 3600,
        names(*(f"match-{i}" for i in range(len(rows)))),
    )


def part(table: ResultTable, keep: NDArray[np.bool_]) -> ResultTable:
    return ResultTable(*(getattr(table, field.name)[keep] for field in fields(table)))


def goals(history: StrengthHistory, home: str, away: str, competition: str, at_s: int) -> tuple[float, float]:
    answer = history.expected_goals(
        names(home), names(away), names(competition), np.zeros(1), np.array([at_s], dtype=np.int64)
    )
    return float(answer[0][0]), float(answer[1][0])


CHECKPOINTS = week_starts(START + 90 * DAY, START + 390 * DAY)[::4]
HISTORY = fit_strength_history(results(), LEAGUES, CHECKPOINTS)


def test_week_starts_are_the_tuesdays_within_the_bounds() -> None:
    first = int(datetime(2024, 1, 15, 12, tzinfo=UTC).timestamp())
    last = int(datetime(2024, 1, 30, tzinfo=UTC).timestamp())
    expected = [datetime(2024, 1, day, tzinfo=UTC) for day in (16, 23, 30)]
    assert [datetime.fromtimestamp(s, UTC) for s in week_starts(first, last)] == expected


@given(st.integers(-(10**9), 2 * 10**9))
def test_the_first_week_start_lies_within_a_week(first: int) -> None:
    starts = week_starts(first, first + 7 * DAY)
    assert first <= starts[0] < first + 7 * DAY
    assert datetime.fromtimestamp(int(starts[0]), UTC).weekday() == 1


def test_results_after_a_checkpoint_change_nothing_in_it() -> None:
    at = int(CHECKPOINTS[5])
    table = results()
    known = fit_strength_history(part(table, table.known_at_s <= at), LEAGUES, CHECKPOINTS[:6])
    late = table.known_at_s > at
    changed = replace(table, home_goals=np.where(late, 9.0, table.home_goals))
    refitted = fit_strength_history(changed, LEAGUES, CHECKPOINTS)
    np.testing.assert_array_equal(known.strength[5], HISTORY.strength[5])
    np.testing.assert_array_equal(refitted.strength[5], HISTORY.strength[5])
    assert (refitted.strength[-1] != HISTORY.strength[-1]).any()


def test_a_fixture_uses_the_newest_checkpoint_before_it() -> None:
    at = int(CHECKPOINTS[3])
    before, on, after = (goals(HISTORY, "aaa-c10", "aaa-c11", "aaa-1", at + d) for d in (-1, 0, 1))
    assert on == after
    assert before != on


def test_before_the_first_checkpoint_nothing_is_known() -> None:
    assert np.isnan(goals(HISTORY, "aaa-c10", "aaa-c11", "aaa-1", int(CHECKPOINTS[0]) - 1)).all()


def test_the_country_that_wins_the_cup_is_stronger_throughout() -> None:
    home, away = goals(HISTORY, "aaa-c12", "bbb-c12", "cup", int(CHECKPOINTS[-1]))
    home_back, away_back = goals(HISTORY, "bbb-c12", "aaa-c12", "cup", int(CHECKPOINTS[-1]))
    assert home > away_back
    assert home - away > home_back - away_back


def test_a_club_never_seen_stands_at_the_prior_of_the_fixtures_league() -> None:
    at = np.array([CHECKPOINTS[-1]])
    answer = HISTORY.expected_goals(names("aaa-new"), names("aaa-new2"), names("aaa-1"), np.ones(1), at)
    assert answer[0][0] == pytest.approx(answer[1][0])
    assert answer[2][0] == 0.0
    assert np.isfinite(answer[0][0])


def test_information_grows_with_matches() -> None:
    at = np.array([CHECKPOINTS[0], CHECKPOINTS[-1]])
    two = names("aaa-c10", "aaa-c10")
    _, _, information, _ = HISTORY.expected_goals(
        two, names("aaa-c11", "aaa-c11"), names("aaa-1", "aaa-1"), np.zeros(2), at
    )
    assert 0 < information[0] < information[1] < 1


def test_matches_abroad_fade_and_weigh_by_figures_of_their_own() -> None:
    one = ResultTable(
        names("aaa-c10"),
        names("bbb-c10"),
        names("cup"),
        np.zeros(1),
        np.array([3.0]),
        np.zeros(1),
        np.array([START]),
        np.array([START + DAY]),
        names("m"),
    )
    config = GoalModelConfig(half_life_days=50.0, abroad_half_life_days=200.0, abroad_weight=0.5)
    at_s = START + 400 * DAY
    fitted = fit_strength_history(one, LEAGUES, np.array([at_s]), config)
    home, away = goals(fitted, "aaa-c10", "bbb-c10", "cup", at_s)
    # Two half-lives old, and half from the start.
    assert fitted.information[0, 0] == pytest.approx(0.5 * 0.25 * (home + away), rel=1e-5)

    at_home = fit_strength_history(
        replace(one, away_id=names("aaa-c11"), competition_id=names("aaa-1")), LEAGUES, np.array([at_s]), config
    )
    home, away = goals(at_home, "aaa-c10", "aaa-c11", "aaa-1", at_s)
    assert at_home.information[0, 0] == pytest.approx(2.0**-8 * (home + away), rel=1e-5)


def test_one_row_equals_the_same_row_among_many() -> None:
    n = 200
    rng = np.random.default_rng(1)
    clubs = np.array(HISTORY.club_ids, dtype=object)
    home, away = rng.choice(clubs, n), rng.choice(clubs, n)
    competition = rng.choice(np.array(HISTORY.competition_ids, dtype=object), n)
    at = rng.choice(CHECKPOINTS, n)
    many = np.array(HISTORY.expected_goals(home, away, competition, np.zeros(n), at))
    for i in range(0, n, 17):
        k = slice(i, i + 1)
        one = np.array(HISTORY.expected_goals(home[k], away[k], competition[k], np.zeros(1), at[k]))
        np.testing.assert_array_equal(one[:, 0], many[:, i])


def test_processes_do_not_change_the_result() -> None:
    checkpoints = np.arange(40, dtype=np.int64) * 7 * DAY + START + 60 * DAY
    one = fit_strength_history(results(120), LEAGUES, checkpoints)
    two = fit_strength_history(results(120), LEAGUES, checkpoints, processes=2)
    np.testing.assert_array_equal(one.strength, two.strength)


def test_latest_answers_as_the_newest_checkpoint_does() -> None:
    at = int(CHECKPOINTS[-1]) + 100 * DAY
    assert goals(HISTORY.latest(), "aaa-c10", "bbb-c11", "cup", at) == goals(HISTORY, "aaa-c10", "bbb-c11", "cup", at)


def test_saved_strengths_load_equal(tmp_path: Path) -> None:
    HISTORY.save(tmp_path / "s.npz")
    loaded = StrengthHistory.load(tmp_path / "s.npz")
    for field in fields(HISTORY):
        np.testing.assert_array_equal(getattr(loaded, field.name), getattr(HISTORY, field.name))


def test_damaged_strengths_are_refused_with_advice(tmp_path: Path) -> None:
    (tmp_path / "s.npz").write_bytes(b"not a zip")
    with pytest.raises(StoreError, match=r"s\.npz: stored strengths cannot be read .* delete the file"):
        StrengthHistory.load(tmp_path / "s.npz")


WEEKS = week_starts(START + 90 * DAY, START + 390 * DAY)


def counted(folder: Path, table: ResultTable, checkpoints: NDArray[np.int64]) -> tuple[StrengthHistory, int]:
    """The strengths, and how many checkpoints were fitted for them."""
    calls = [0]
    found = load_or_fit(folder, table, LEAGUES, checkpoints, progress=lambda done, total: calls.append(total))
    return found, calls[-1]


def assert_same(one: StrengthHistory, other: StrengthHistory) -> None:
    for field in fields(StrengthHistory):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_what_is_kept_is_not_fitted_again_and_comes_back_the_same(tmp_path: Path) -> None:
    first, fitted = counted(tmp_path, results(), WEEKS)
    again, none = counted(tmp_path, results(), WEEKS)
    assert (fitted, none) == (len(WEEKS), 0)
    assert_same(first, fit_strength_history(results(), LEAGUES, WEEKS))
    assert_same(first, again)


@pytest.mark.parametrize("since", [1, BLOCK - 1, BLOCK, BLOCK + 3, BLOCK + 6])
def test_the_newest_weeks_alone_are_those_of_all_weeks(tmp_path: Path, since: int) -> None:
    whole = load_or_fit(tmp_path, results(), LEAGUES, WEEKS)
    calls: list[int] = []
    problem = Problem.encode(results(), LEAGUES)
    newest = fit_or_load(tmp_path, problem, WEEKS, since=since, progress=lambda done, total: calls.append(total))
    assert calls == [], "their fits are kept"
    assert len(newest.checkpoints_s) == len(WEEKS) - since
    assert_same(whole, whole.followed_by(newest, since))
    filtered = filter_problem(problem, WEEKS)
    assert_same(filtered, filtered.followed_by(filter_problem(problem, WEEKS, since=since), since))
    assert len(filtered.followed_by(newest, 0).checkpoints_s) == len(WEEKS) - since


def test_new_results_are_fitted_and_old_weeks_are_not(tmp_path: Path) -> None:
    table, cut = results(), int(WEEKS[-3]) + 2 * DAY
    known = part(table, table.known_at_s <= cut)
    counted(tmp_path, known, np.append(WEEKS[:-2], cut))
    extended, fitted = counted(tmp_path, table, WEEKS)
    assert fitted == 2, "the weeks since; the cut in mid-week is no more"
    assert_same(extended, fit_strength_history(table, LEAGUES, WEEKS))


def test_a_newcomer_and_a_new_competition_leave_the_weeks_before_them_as_they_are(tmp_path: Path) -> None:
    table = results()
    since = table.starts_at_s > WEEKS[-2]
    home = np.where(since & (table.home_id == "aaa-c10"), "ccc-new", table.home_id)
    competition = np.where(since & (table.competition_id == "cup"), "another-cup", table.competition_id)
    later = replace(table, home_id=home, competition_id=competition)
    leagues = (*LEAGUES, League("another-cup", None, None, is_league=False))
    load_or_fit(tmp_path, table, LEAGUES, WEEKS)
    calls: list[int] = []
    extended = load_or_fit(tmp_path, later, leagues, WEEKS, progress=lambda done, total: calls.append(total))
    assert calls[-1] == 1
    assert "ccc-new" in extended.club_ids
    assert_same(extended, fit_strength_history(later, leagues, WEEKS))


@pytest.mark.parametrize(("weeks_ago", "expected"), [(3, 3), (7, 7), (8, 8), (20, 43)])
def test_a_corrected_result_is_fitted_from_its_week_or_its_block_on(
    tmp_path: Path, weeks_ago: int, expected: int
) -> None:
    table = results()
    assert len(WEEKS) == BLOCK + 7
    load_or_fit(tmp_path, table, LEAGUES, WEEKS)
    at = int(np.searchsorted(table.known_at_s, WEEKS[-weeks_ago], side="right")) - 1
    goals_then = table.home_goals.copy()
    goals_then[at] += 1
    corrected = replace(table, home_goals=goals_then)
    extended, fitted = counted(tmp_path, corrected, WEEKS)
    assert fitted == expected
    assert_same(extended, fit_strength_history(corrected, LEAGUES, WEEKS))


def test_who_is_in_no_window_stands_where_the_levels_above_put_him() -> None:
    early, late = fit_strength_history(results(), LEAGUES, WEEKS[:1]), results(400)
    at = int(WEEKS[0])
    since = late.starts_at_s > at
    table = replace(late, home_id=np.where(since, "aaa-late", late.home_id))
    both = fit_strength_history(table, LEAGUES, WEEKS[:1])
    found = goals(both, "aaa-late", "bbb-c10", "cup", at)
    # Clubs' levels are kept in single precision.
    assert found == pytest.approx(goals(early, "aaa-never", "bbb-c10", "cup", at), rel=1e-6)


def test_fits_of_other_code_are_fitted_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = results()
    _, fitted = counted(tmp_path, table, WEEKS)
    assert fitted == len(WEEKS)

    sources = tmp_path / "sources"
    sources.mkdir()
    for name in strength_blocks.SOURCES:
        own = Path(strength_blocks.__file__).with_name(f"{name}.py").read_bytes()
        (sources / f"{name}.py").write_bytes(own)
    monkeypatch.setattr(strength_blocks, "files", lambda _: sources)
    assert counted(tmp_path, table, WEEKS)[1] == 0, "the same code elsewhere"

    with (sources / "goal_model.py").open("a") as file:
        file.write("# changed")
    assert counted(tmp_path, table, WEEKS)[1] == len(WEEKS)


def test_damaged_fits_are_fitted_anew(tmp_path: Path) -> None:
    first, _ = counted(tmp_path, results(60), CHECKPOINTS[:1])
    (file,) = tmp_path.glob("fits-*.npz")
    file.write_bytes(file.read_bytes()[:-500])
    again, fitted = counted(tmp_path, results(60), CHECKPOINTS[:1])
    assert fitted == 1
    assert_same(first, again)


def test_fits_of_other_results_are_kept_beside_and_the_oldest_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(strength_blocks, "MOST_FILES", 2)
    (tmp_path / "0123456789abcdef.npz").write_bytes(b"of an earlier version")
    for days in range(60, 65):
        load_or_fit(tmp_path, results(days, seed=days), LEAGUES, CHECKPOINTS[:1])
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_written_does_not_stop_the_fit(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    found, fitted = counted(tmp_path / "file", results(60), CHECKPOINTS[:1])
    assert fitted == 1
    assert np.isfinite(found.strength).all()


def test_unsorted_results_are_refused() -> None:
    table = results(10)
    with pytest.raises(InvalidValueError, match="known_at_s"):
        fit_strength_history(
            ResultTable(*(getattr(table, f.name)[::-1] for f in fields(table))), LEAGUES, CHECKPOINTS[:1]
        )
