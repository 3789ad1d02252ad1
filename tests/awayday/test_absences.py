"""`awayday absences`: told, listed as of any moment, and ended without being erased."""

import json

import pytest

from football.database import Database
from tests.awayday.command import CommandLine


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("awayday.commands.absences._user", lambda: "me")


def lines(awayday: CommandLine, *arguments: str) -> list[list[str]]:
    """Rows that were printed, without the times."""
    outcome = awayday("absences", *arguments)
    assert outcome.code == 0, outcome.err
    rows = [line.split("\t") for line in outcome.out.splitlines()]
    return [[*row[:5], "ended" if row[6] else "", row[7]] for row in rows]


def test_an_absence_is_told_listed_and_ended(awayday: CommandLine) -> None:
    options = ("--status", "doubtful", "--chance", "0.25", "--from", "2026-09-28", "--until", "2099-10-12")
    more = ("--minutes-share", "0.85", "--minutes-rank", "2", "--note", "ankle", "--by", "joe")
    told = ["Ann Smith", "doubtful (25% to play)", "from 2026-09-28 until 2099-10-12", "85%", "cli:joe", "", "ankle"]

    assert lines(awayday, "set", "Arsenal", "Ann Smith", *options, *more) == [told]
    assert lines(awayday, "list", "eng-arsenal") == [told]
    assert lines(awayday, "clear", "Arsenal", "ann smith") == []

    told[5] = "ended"
    ended = ["Ann Smith", "available", "", "", "cli:me", "", ""]
    assert lines(awayday, "list", "Arsenal", "--history") == [ended, told]


def test_json_is_as_the_service_gives_it(awayday: CommandLine) -> None:
    awayday("absences", "set", "Arsenal", "Ann")

    document = json.loads(awayday("absences", "list", "Arsenal", "--json").out)

    assert (document["club"]["id"], document["known"], document["watched_by"]) == ("eng-arsenal", True, ["cli:me"])
    assert [(word["player"], word["status"], word["source"]) for word in document["absences"]] == [
        ("Ann", "out", "cli:me")
    ]


def test_an_earlier_moment_is_listed_as_it_was(awayday: CommandLine) -> None:
    awayday("absences", "set", "Arsenal", "Ann")

    outcome = awayday("absences", "list", "Arsenal", "--as-of", "2020-01-01T00:00Z")

    assert outcome.out == ""
    assert outcome.err == "Arsenal: unknown: no source tells of its absences\n"


def test_everybody_is_available_again(awayday: CommandLine) -> None:
    awayday("absences", "set", "Arsenal", "Ann")
    awayday("absences", "set", "Arsenal", "Ben")

    outcome = awayday("absences", "clear", "Arsenal", "--everybody")

    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "Arsenal: nobody is known to be absent\n"


def test_listing_makes_no_file(awayday: CommandLine) -> None:
    assert awayday("absences", "list", "Arsenal").code == 0

    assert not awayday.home.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "Nowhere Rovers FC 1887"), "club: got 'Nowhere Rovers FC 1887'"),
        (("list", "Arsenal", "--as-of", "2020-01-01"), "as_of: got '2020-01-01', expected a date and time with its"),
        (("set", "Arsenal", "Ann", "--chance", "2"), "chance: got 2.0, expected at most 1"),
        (("set", "Arsenal", "Ann", "--chance", "0.5"), "no chance, unless the status is doubtful"),
        (("set", "Arsenal", " "), "player: got ' ', expected at least 1 character"),
        (("clear", "Arsenal"), "player: got None, expected a player, or --everybody, and not both"),
        (("clear", "Arsenal", "Ann", "--everybody"), "expected a player, or --everybody, and not both"),
        (("clear", "Arsenal", "Ben"), "player: got 'Ben', expected somebody who is absent: Ann"),
    ],
)
def test_what_is_wrong_is_code_2_and_named(awayday: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    awayday("absences", "set", "Arsenal", "Ann")

    outcome = awayday("absences", *arguments)

    assert outcome.code == 2
    assert said in outcome.err
    with Database(f"sqlite:///{awayday.home / 'awayday.db'}") as database:
        assert len(database.absences()) == 1
