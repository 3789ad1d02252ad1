"""The live endpoint's answer, on small answers of its shape and the real one of May 2019."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from football.errors import SourceError
from football.sources.fpl import ENDPOINT, read_bootstrap, read_bootstrap_file, word_on
from tests.football.fakes import FakeRegistry

SEEN = datetime(2025, 9, 26, 12, tzinfo=UTC)
CLUBS = FakeRegistry({("Arsenal", "eng"): "eng-arsenal", ("Tottenham Hotspur", "eng"): "eng-tottenham-hotspur"})
TEAMS = [{"id": 1, "name": "Arsenal"}, {"id": 18, "name": "Spurs"}]


def element(name: str, team: int, status: str, **values: object) -> dict[str, object]:
    return {
        "code": 7,
        "first_name": name,
        "second_name": "Smith",
        "team": team,
        "status": status,
        "chance_of_playing_next_round": None,
        "news": "",
        "news_added": None,
        "minutes": 0,
        **values,
    }


def answer(*elements: dict[str, object], teams: list[dict[str, Any]] = TEAMS) -> str:
    return json.dumps({"elements": elements, "teams": teams, "events": []})


def rows(text: str) -> list[dict[str, Any]]:
    return read_bootstrap(text, SEEN, CLUBS).absences.to_dict("records")  # type: ignore[return-value]


def test_statuses_mean_out_doubtful_and_suspended_and_available_players_are_left_out() -> None:
    told = rows(
        answer(
            element("Ann", 1, "a"),
            element("Ben", 1, "i", chance_of_playing_next_round=0),
            element("Cem", 18, "d", chance_of_playing_next_round=25),
            element("Dan", 18, "s"),
        )
    )

    assert [(row["player"], row["club_id"], row["status"]) for row in told] == [
        ("Ben Smith", "eng-arsenal", "out"),
        ("Cem Smith", "eng-tottenham-hotspur", "doubtful"),
        ("Dan Smith", "eng-tottenham-hotspur", "suspended"),
    ]
    assert [row["chance"] for row in told[:2]] == [0.0, 0.25]
    assert pd.isna(told[2]["chance"])
    assert {row["source"] for row in told} == {"fpl"}


def test_an_absence_is_known_when_it_was_seen_not_when_the_case_began() -> None:
    (row,) = rows(answer(element("Ben", 1, "i", news_added="2025-08-01T10:00:00Z")))

    assert row["known_at"] == pd.Timestamp(SEEN)
    assert pd.isna(row["superseded_at"])
    assert pd.isna(row["absent_from"])


def test_the_last_day_of_the_absence_is_the_day_before_the_expected_return() -> None:
    (row,) = rows(answer(element("Ben", 1, "i", news="Knee injury - Expected back 18 Oct")))

    assert row["absent_until"] == pd.Timestamp("2025-10-17")


def test_a_return_day_that_has_passed_is_not_believed() -> None:
    assert word_on("i", 0, "Knee injury - Expected back 26 Sep", SEEN).absent_until is None
    assert word_on("i", 0, "Knee injury - Expected back 27 Sep", SEEN).absent_until == pd.Timestamp("2025-09-26")


def test_unavailable_players_count_if_they_played_lately_and_did_not_leave() -> None:
    told = rows(
        answer(
            element("Ann", 1, "n", news="Ineligible to face his parent club on 27/9.", minutes=300),
            element("Ben", 1, "n", news="Not included in Arsenal's 25-man Premier League squad.", minutes=0),
            element("Cem", 1, "u", news="Joined Leeds on loan until the end of the season on 1/9.", minutes=200),
        )
    )

    assert [(row["player"], row["status"]) for row in told] == [("Ann Smith", "out")]


def test_importance_is_the_share_of_the_season_on_the_pitch_and_unknown_before_it() -> None:
    told = rows(
        answer(
            element("Ann", 1, "i", minutes=180),
            element("Ben", 1, "d", minutes=90),
            element("Cem", 1, "a", minutes=1710),  # the others: 1980 minutes in all are two matches
            element("Dan", 1, "i", minutes=0),
            element("Eve", 18, "i", minutes=0),
        )
    )

    assert [row["importance"] for row in told[:3]] == [1.0, 0.5, 0.0]
    assert pd.isna(told[3]["importance"])
    assert [row["minutes_rank"] for row in told[:2]] == [2, 3]
    assert all(pd.isna(row["minutes_rank"]) for row in told[2:])


def test_every_club_of_the_league_is_watched_at_that_moment() -> None:
    coverage = read_bootstrap(answer(), SEEN, CLUBS).coverage

    assert list(coverage["club_id"]) == ["eng-arsenal", "eng-tottenham-hotspur"]
    assert set(coverage["watched_from"]) == set(coverage["watched_until"]) == {pd.Timestamp(SEEN)}


def test_a_club_that_is_not_in_the_registry_is_named_and_left_out() -> None:
    teams = [*TEAMS, {"id": 3, "name": "Nowhere"}]

    tables = read_bootstrap(answer(element("Ann", 3, "i"), teams=teams), SEEN, CLUBS)

    assert tables.unresolved == ("Nowhere",)
    assert tables.absences.empty
    assert "Nowhere" not in set(tables.coverage["club_id"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html>The game is being updated.</html>", "is not JSON"),
        ("{}", "has no 'teams'"),
        ("[]", "is not an answer of the endpoint"),
        (answer(element("Ann", 1, "x")), "status of player 7 is 'x', expected one of"),
        (answer(element("Ann", 4, "i")), "player 'Ann Smith' has team 4, which is not among its teams"),
        (answer({"code": 1, "status": "i"}), "has no 'chance_of_playing_next_round'"),
    ],
)
def test_what_is_no_such_answer_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(SourceError, match=reason) as caught:
        read_bootstrap(text, SEEN, CLUBS)

    assert caught.value.path == ENDPOINT


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing\.json: cannot be read"):
        read_bootstrap_file(tmp_path / "nothing.json", SEEN, CLUBS)


@pytest.mark.full_data
def test_the_real_answer_of_may_2019_tells_who_missed_the_last_day(shared_data: Path) -> None:
    from football.clubs import load_registry

    path = shared_data / "fpl" / "bootstrap-static-2018-19.json"
    tables = read_bootstrap_file(path, datetime(2019, 5, 13, tzinfo=UTC), load_registry())

    assert tables.unresolved == ()
    assert tables.coverage["club_id"].nunique() == 20
    told = {(row["club_id"], row["player"]): row for row in tables.absences.to_dict("records")}
    holding = told["eng-arsenal", "Rob Holding"]
    assert (holding["status"], holding["absent_until"].date()) == ("out", date(2019, 6, 4))
    assert not any(player == "Petr Cech" for _, player in told)
