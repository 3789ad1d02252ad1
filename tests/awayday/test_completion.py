"""Shell completion: the script that a shell is given, and what it is offered."""

import pytest

from tests.awayday.command import CommandLine


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "complete -o default -F _awayday_completion awayday"),
        ("zsh", "compdef _awayday_completion awayday"),
        ("fish", "complete --command awayday"),
    ],
)
def test_the_script_for_each_shell_is_printed(
    awayday: CommandLine, monkeypatch: pytest.MonkeyPatch, shell: str, line: str
) -> None:
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")  # else the shell that runs the tests

    outcome = awayday("--show-completion", shell)

    assert outcome.code == 0
    assert line in outcome.out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("awayday tr", ["train", "track-record"]),
        ("awayday predict --expl", ["--explain"]),
        ("awayday predict kaz-kair", ["kaz-kairat"]),
        ("awayday predict Kairat esp-real-madrid-c", ["esp-real-madrid-castilla"]),
        ("awayday absences set kaz-kair", ["kaz-kairat"]),
        ("awayday simulate --competition champions-l", ["champions-league", "champions-league-qualifying"]),
        ("awayday sync --only f", ["football-data", "fpl"]),
        ("awayday predict nobody-at-all", []),
    ],
)
def test_what_is_begun_is_completed(
    awayday: CommandLine, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]
) -> None:
    monkeypatch.setenv("_AWAYDAY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))

    assert sorted(awayday().out.split()) == sorted(offered)


def test_thousands_of_clubs_are_not_offered_before_a_word_is_begun(
    awayday: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_AWAYDAY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "awayday predict ")
    monkeypatch.setenv("COMP_CWORD", "2")

    assert awayday().out.split() == []
