"""Exit codes of all commands, in one place: the help and the documentation take them from here."""

from typing import Final

DONE: Final = 0
FAILED: Final = 1
USAGE: Final = 2
IN_PART: Final = 3
INTERRUPTED: Final = 130

MEANINGS: Final = {
    DONE: "done",
    FAILED: "failed, or refused by the gate; the reason is on stderr",
    USAGE: "a command, option, value or variable is not as expected",
    IN_PART: "done in part: `predict --file` met rows that it cannot answer",
    INTERRUPTED: "interrupted (Ctrl-C)",
}


def sentence() -> str:
    """All of them in one sentence."""
    return f"Exit codes: {'; '.join(f'{code} {meaning}' for code, meaning in MEANINGS.items())}."
