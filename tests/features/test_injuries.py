import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.injuries import COLUMNS, AbsenceIndex, injury_features
from tests.features.world import LONDON, MADRID, Row, absence, absences, coverage, day, second

WATCHED = (LONDON, "2025-01-01", "2025-06-30")
WHEN = "2025-02-15 15:00"


def features(
    *rows: Row, when: str = WHEN, as_of: str | None = None, watches: tuple[tuple[str, str, str], ...] = (WATCHED,)
) -> dict[str, float]:
    index = AbsenceIndex.build(absences(*rows), coverage(*watches))
    values = injury_features(
        np.array([day(when[:10])]),
        np.array([second(as_of or when)]),
        np.array([LONDON], dtype=object),
        np.array([MADRID], dtype=object),
        index,
    )
    return dict(zip(COLUMNS, values[0].tolist(), strict=True))


def outs(*rows: Row, **given: str) -> float:
    return features(*rows, **given)["home_players_out"]  # type: ignore[arg-type]


def test_out_and_suspended_players_are_counted_together_and_doubtful_ones_apart() -> None:
    found = features(
        absence("One", importance=0.9, minutes_rank=3),
        absence("Two", "suspended", importance=0.5, minutes_rank=4),
        absence("Three", "doubtful", chance=0.75, importance=0.8, minutes_rank=1),
        absence("Four", "doubtful", importance=0.2, minutes_rank=15),
    )
    assert found["home_players_out"] == 2
    assert found["home_players_doubtful"] == 2
    # 0.9 + 0.5, a quarter of 0.8, and half of 0.2 as the source gives no chance.
    assert found["home_minutes_share_missing"] == pytest.approx(0.9 + 0.5 + 0.2 + 0.1)
    assert found["home_key_players_out"] == 1  # ranks 1 to 3, and the first of the doubtful may yet play
    assert found["home_absences_known"] == 1


def test_a_watched_club_without_absences_has_none() -> None:
    found = features()
    assert [found[f"home_{name}"] for name in ("players_out", "players_doubtful", "minutes_share_missing")] == [0, 0, 0]
    assert found["home_absences_known"] == 1


def test_absences_of_a_club_that_nobody_watches_are_unknown_not_nought() -> None:
    found = features(absence("One", club_id=MADRID))
    assert found["away_absences_known"] == 0
    for name in ("players_out", "players_doubtful", "minutes_share_missing", "key_players_out"):
        assert math.isnan(found[f"away_{name}"]), name


def test_without_any_source_all_is_unknown() -> None:
    values = injury_features(
        np.array([0]), np.array([0]), np.array([LONDON], dtype=object), np.array([MADRID], dtype=object), None
    )
    known = [name for name, value in zip(COLUMNS, values[0].tolist(), strict=True) if value == 0.0]
    assert known == ["home_absences_known", "away_absences_known"]
    assert np.isnan(values).sum() == len(COLUMNS) - 2


@pytest.mark.parametrize(
    ("as_of", "known"),
    [("2024-12-31 23:59", 0), ("2025-01-01", 1), ("2025-06-30", 1), ("2025-07-10", 1), ("2025-07-10 00:01", 0)],
)
def test_a_watch_holds_until_ten_days_after_its_last_look(as_of: str, known: int) -> None:
    assert features(when="2025-07-20 15:00", as_of=as_of)["home_absences_known"] == known


@pytest.mark.parametrize(("as_of", "out"), [("2025-02-09 11:59", 0), ("2025-02-09 12:00", 1), ("2025-02-12", 0)])
def test_an_absence_counts_from_when_it_is_known_until_it_is_superseded(as_of: str, out: int) -> None:
    entry = absence("One", known_at="2025-02-09 12:00", superseded_at="2025-02-12 00:00")
    assert outs(entry, as_of=as_of) == out


@pytest.mark.parametrize(
    ("first", "last", "out"),
    [
        (None, None, 1),
        ("2025-02-15", "2025-02-15", 1),
        ("2025-02-16", None, 0),
        (None, "2025-02-14", 0),
        ("2025-01-10", "2025-03-01", 1),
    ],
)
def test_an_absence_holds_from_its_first_to_its_last_day(first: str | None, last: str | None, out: int) -> None:
    assert outs(absence("One", absent_from=first, absent_until=last)) == out


def test_of_two_words_on_a_player_the_newer_holds() -> None:
    old = absence("Émile One", known_at="2025-02-01", source="a", importance=0.5)
    again = absence("émile one", "doubtful", known_at="2025-02-10", source="b", chance=0.5, importance=0.5)
    back = absence("Émile One", "available", known_at="2025-02-12", source="a")
    found = features(old, again)
    assert (found["home_players_out"], found["home_players_doubtful"]) == (0, 1)
    assert found["home_minutes_share_missing"] == 0.25
    assert features(old, again, back)["home_players_doubtful"] == 0
    assert outs(back, old, as_of="2025-02-05") == 1


def test_a_newer_word_about_other_days_does_not_end_an_absence() -> None:
    now = absence("One", known_at="2025-02-01", absent_until="2025-02-20")
    later = absence("One", "suspended", known_at="2025-02-10", absent_from="2025-03-01", absent_until="2025-03-05")
    assert outs(now, later) == 1
    assert outs(now, later, when="2025-02-25 15:00") == 0
    assert outs(now, later, when="2025-03-02 15:00") == 1


def test_an_unknown_share_makes_the_sum_unknown_and_the_counts_stay() -> None:
    found = features(absence("One", minutes_rank=1), absence("Two", importance=0.5, minutes_rank=8))
    assert found["home_players_out"] == 2
    assert found["home_key_players_out"] == 1
    assert math.isnan(found["home_minutes_share_missing"])


def test_an_unknown_rank_makes_the_number_of_key_players_unknown_unless_he_did_not_play() -> None:
    assert math.isnan(features(absence("One", importance=0.5))["home_key_players_out"])
    assert features(absence("One", importance=0.0))["home_key_players_out"] == 0
    assert features(absence("One", "doubtful", importance=0.5))["home_key_players_out"] == 0


@st.composite
def words(draw: st.DrawFn) -> Row:
    def on(first: int, last: int) -> str:
        return str(np.datetime64("2025-02-01") + draw(st.integers(first, last)))

    known = on(0, 20)
    return absence(
        draw(st.sampled_from(["One", "Two", "Three"])),
        draw(st.sampled_from(["out", "doubtful", "suspended", "available"])),
        known_at=f"{known} {draw(st.integers(0, 23)):02}:{draw(st.integers(0, 59)):02}",
        superseded_at=draw(st.sampled_from([None, "2025-02-22", "2025-02-13"])),
        absent_from=draw(st.sampled_from([None, "2025-02-10"])),
        absent_until=draw(st.sampled_from([None, "2025-02-16", "2025-02-12"])),
        importance=draw(st.sampled_from([None, 0.0, 0.25, 1.0])),
        minutes_rank=draw(st.sampled_from([None, 1, 3, 4])),
        chance=draw(st.sampled_from([None, 0.25])),
    )


@settings(max_examples=80, deadline=None)
@given(st.lists(words(), max_size=8, unique_by=lambda row: row["known_at"]))
def test_injury_features_equal_those_of_a_plain_loop(rows: list[Row]) -> None:
    when, as_of = pd.Timestamp(WHEN[:10]), pd.Timestamp(WHEN, tz="UTC")
    newest: dict[str, dict[str, object]] = {}
    for row in absences(*rows).sort_values("known_at").to_dict("records"):
        begun = pd.isna(row["absent_from"]) or row["absent_from"] <= when
        ended = not pd.isna(row["absent_until"]) and row["absent_until"] < when
        standing = pd.isna(row["superseded_at"]) or row["superseded_at"] > as_of
        if row["known_at"] <= as_of and standing and begun and not ended:
            newest[row["player"]] = {str(name): value for name, value in row.items()}
    share, keys, counts = 0.0, 0.0, {"out": 0, "doubtful": 0, "suspended": 0}
    for word in newest.values():
        if word["status"] == "available":
            continue
        counts[str(word["status"])] += 1
        importance = float(word["importance"])  # type: ignore[arg-type]
        missing_rank = pd.isna(word["minutes_rank"])  # type: ignore[call-overload]
        if word["status"] == "doubtful":
            share += importance * (0.5 if math.isnan(float(word["chance"])) else 0.75)  # type: ignore[arg-type]
        else:
            share += importance
            unknown = missing_rank and importance != 0.0
            keys += math.nan if unknown else float(not missing_rank and int(word["minutes_rank"]) <= 3)  # type: ignore[call-overload]
    found = features(*rows)
    assert found["home_players_out"] == counts["out"] + counts["suspended"]
    assert found["home_players_doubtful"] == counts["doubtful"]
    assert found["home_minutes_share_missing"] == pytest.approx(share, nan_ok=True)
    assert found["home_key_players_out"] == pytest.approx(keys, nan_ok=True)
