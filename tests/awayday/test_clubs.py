"""`awayday clubs`, on the packaged registry."""

import json

import pytest

from tests.awayday.command import CommandLine


def test_piped_a_club_is_a_line_of_tab_separated_fields(awayday: CommandLine) -> None:
    outcome = awayday("clubs", "Kairat", "--limit", "1")

    assert outcome.code == 0
    club_id, name, city, aliases = outcome.out.rstrip("\n").split("\t")
    assert (club_id, name, city) == ("kaz-kairat", "Kairat Almaty", "Almaty")
    assert "Qairat" in aliases


def test_json_has_the_same_clubs_with_all_fields(awayday: CommandLine) -> None:
    (club,) = json.loads(awayday("clubs", "Kairat", "--limit", "1", "--json").out)

    assert club["id"] == "kaz-kairat"
    assert club["time_zone"] == "Asia/Almaty"
    assert "Qairat" in club["aliases"]


def test_on_a_terminal_it_is_a_table(awayday: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "150")

    lines = awayday("clubs", "Kairat", "--limit", "1").out.splitlines()

    assert len(lines) == 2
    assert "id" in lines[0]
    assert "kaz-kairat" in lines[1]


def test_a_name_that_finds_nothing_is_code_1(awayday: CommandLine) -> None:
    outcome = awayday("clubs", "???")

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "error: no club is called anything like '???'\n"
