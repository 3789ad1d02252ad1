"""`awayday predict`, over made-up knowledge."""

import json
from pathlib import Path

import pytest

from football.errors import StoreError
from serving.predictor import Predictor
from tests.awayday.command import CommandLine
from tests.serving.world import FakeKnowledge, predictor

MATCH = ("Kairat", "Real Madrid", "--kickoff", "2026-02-10T16:45Z")


@pytest.fixture(autouse=True)
def loaded(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the predictor was loaded from."""
    asked: dict[str, object] = {}

    def load(home: Path, **places: object) -> Predictor:
        asked.update(places, home=home)
        return predictor()

    monkeypatch.setattr("serving.loading.load_predictor", load)
    return asked


def test_json_is_the_answer_of_the_service(awayday: CommandLine) -> None:
    outcome = awayday("predict", *MATCH, "--json")

    assert outcome.code == 0
    assert json.loads(outcome.out) == json.loads(predictor().ask(*MATCH[:2], MATCH[3]).model_dump_json())


def test_for_people_it_names_clubs_and_chances(awayday: CommandLine) -> None:
    outcome = awayday("predict", *MATCH)

    chances = predictor().ask(*MATCH[:2], MATCH[3]).probabilities
    assert outcome.code == 0
    assert "Kairat Almaty v Real Madrid" in outcome.out
    assert f"{chances.away_win:.1%}" in outcome.out
    assert "\x1b" not in outcome.out


def test_options_reach_the_question(awayday: CommandLine) -> None:
    options = ("--competition", "champions-league", "--neutral", "--as-of", "2026-02-05T00:00Z", "--json")
    answer = json.loads(awayday("predict", *MATCH, *options).out)

    assert answer["competition"]["id"] == "champions-league"
    assert answer["neutral"] is True
    assert answer["as_of"] == "2026-02-05T00:00:00Z"


def test_first_leg_and_odds_are_read_as_they_are_written(awayday: CommandLine) -> None:
    options = ("--first-leg", "0-5", "--odds", "11/6.5/1.25", "--explain", "--json")
    answer = json.loads(awayday("predict", *MATCH, *options).out)

    expected = predictor().ask(
        *MATCH[:2],
        MATCH[3],
        explain=True,
        first_leg={"home_goals": 0, "away_goals": 5},
        odds={"home": 11.0, "draw": 6.5, "away": 1.25},
    )
    assert answer == json.loads(expected.model_dump_json())
    assert json.loads(awayday("predict", *MATCH, "--knockout", "--json").out)["go_through"] is not None


def test_reasons_are_printed_as_a_table_and_sentences(awayday: CommandLine) -> None:
    out = awayday("predict", *MATCH, "--explain", "--knockout", "--odds", "11/6.5/1.25").out

    explanation = predictor().ask(*MATCH[:2], MATCH[3], explain=True).explanation
    assert explanation is not None
    (strength,) = [line for line in out.splitlines() if line.startswith("Strength ")]
    (part,) = [part for part in explanation.parts if part.family == "strength"]
    assert strength.split()[1:] == [f"{points:+.1f}" for points in (part.home_win, part.draw, part.away_win)]
    assert str(part.sentence) in out
    assert "Travel  " not in out, "what is nil is left out"
    assert "Go through  Kairat Almaty " in out
    assert "Market  home " in out


def test_the_predictor_is_loaded_from_where_the_settings_say(
    awayday: CommandLine, loaded: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://mlflow:5000")

    awayday("predict", *MATCH)

    assert loaded == {"home": awayday.home, "tracking_uri": "http://mlflow:5000"}
    assert not awayday.home.exists()


def test_it_answers_with_the_absences_of_the_database(awayday: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = FakeKnowledge()
    monkeypatch.setattr("serving.loading.load_predictor", lambda *_, **__: predictor(knowledge))
    assert awayday("predict", *MATCH).code == 0
    assert knowledge.absences is None
    awayday("absences", "set", "Kairat", "Ann")

    assert awayday("predict", *MATCH).code == 0

    assert knowledge.absences is not None
    assert list(knowledge.absences.club_code) == ["kaz-kairat"]


def test_absences_that_cannot_be_read_are_a_warning(awayday: CommandLine) -> None:
    awayday.home.mkdir()
    (awayday.home / "awayday.db").write_text("no database, and long enough to be looked at " * 20)

    outcome = awayday("predict", *MATCH)

    assert outcome.code == 0
    assert outcome.err.startswith("warning: absences cannot be read, they count as unknown: ")


def test_an_unclear_club_is_code_2_with_its_candidates(awayday: CommandLine) -> None:
    outcome = awayday("predict", "United", "Real Madrid", "--kickoff", MATCH[3])

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: home: got 'United', expected one club")
    assert "eng-manchester-united  Manchester United, Manchester\n" in outcome.err


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        (
            "--kickoff",
            "2026-02-10T16:45",
            "kickoff: got '2026-02-10T16:45', expected a date and time with its time zone",
        ),
        ("--as-of", "yesterday", "as_of: got 'yesterday', expected a date and time"),
        ("--first-leg", "5:0", "--first-leg: got '5:0', expected two whole numbers, such as 5-0"),
        ("--first-leg", "31-0", "first_leg.home_goals: got 31, expected at most 30"),
        ("--odds", "2/3", "--odds: got '2/3', expected three decimal odds"),
        ("--odds", "1/3/5", "odds.home: got 1.0, expected more than 1"),
        ("--competition", "Bundesligaaa", "competition: got 'Bundesligaaa'"),
    ],
)
def test_a_wrong_value_is_code_2_and_names_its_field(awayday: CommandLine, option: str, value: str, said: str) -> None:
    outcome = awayday("predict", *MATCH, option, value)

    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"error: {said}")


def test_a_damaged_model_is_code_1(awayday: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(*_: object, **__: object) -> Predictor:
        raise StoreError("the model is damaged; install anew")

    monkeypatch.setattr("serving.loading.load_predictor", load)

    outcome = awayday("predict", *MATCH)

    assert (outcome.code, outcome.out, outcome.err) == (1, "", "error: the model is damaged; install anew\n")
