"""Scores of Football.TXT, in every written shape.

The order of the parts says what they are: `3-4 pen. 1-0 a.e.t. (1-0, 1-0)` is the shoot-out, the score after extra
time and, in brackets, the score after 90 minutes and at half time. Without `a.e.t.` or `pen.` the pair in front is
the score after 90 minutes and the bracket holds half time only: `2-1 (1-0)`.
"""

import re
from dataclasses import dataclass
from typing import Final

Pair = tuple[int, int]

_PAIR: Final = r"\d{1,2}[-–]\d{1,2}"
SCORE_PATTERN: Final = (
    rf"(?<![\w(-]){_PAIR}(?![\w-])"
    rf"(?:[\s,;]*(?:a\.?e\.?t\.?|pen(?:alties)?\.?|p\.|(?<![\d-]){_PAIR}(?![\w-])|\((?:[\s,;]*(?:{_PAIR}|-))+[\s,;]*\)))*"
)
_TOKEN: Final = re.compile(
    rf"(?P<pair>{_PAIR})|(?P<aet>a\.?e\.?t\.?)|(?P<pen>p(?:en(?:alties)?)?\.?)|\((?P<inner>[^)]*)\)"
)
_SIMPLE: Final = re.compile(r"(\d{1,2})-(\d{1,2})(?:\s+\((\d{1,2})-(\d{1,2})\))?")
_INNER: Final = re.compile(rf"{_PAIR}|-")


@dataclass(frozen=True, slots=True)
class Score:
    """What a line says of a match's goals, home first; None where it says nothing.

    `full_time` is the score after 90 minutes and stoppage time; `extra_time` includes those 90 minutes.
    """

    full_time: Pair | None = None
    half_time: Pair | None = None
    extra_time: Pair | None = None
    penalties: Pair | None = None

    @property
    def shrinks(self) -> bool:
        """Whether a side has fewer goals at full time than at half time, which no played match has."""
        return self.half_time is not None and self.full_time is not None and _fewer(self.half_time, self.full_time)


def parse_score(text: str) -> Score | None:
    """Read a score; None if the parts make no score (two shoot-outs, fewer goals after extra time than before).

    A half time above the full time is let through (see `Score.shrinks`). `2-1 a.e.t.` and `5-4 pen.` alone are scores
    whose 90 minutes are not known.
    """
    simple = _SIMPLE.fullmatch(text)
    if simple is not None:
        half = None if simple[3] is None else (int(simple[3]), int(simple[4]))
        return Score((int(simple[1]), int(simple[2])), half)
    return _parse_parts(text)


def _parse_parts(text: str) -> Score | None:
    plain: list[Pair] = []
    extra: list[Pair] = []
    penalties: list[Pair] = []
    inner: list[Pair | None] = []
    brackets = 0
    for token in _TOKEN.finditer(text):
        if token["pair"] is not None:
            plain.append(_pair(token["pair"]))
        elif token["inner"] is not None:
            brackets += 1
            inner = [None if part == "-" else _pair(part) for part in _INNER.findall(token["inner"])]
        elif not plain:
            return None
        else:
            (extra if token["aet"] is not None else penalties).append(plain.pop())
    if max(len(plain), len(extra), len(penalties), brackets) > 1 or len(inner) > 3:
        return None
    if not plain and not extra and len(inner) == 3:  # (after extra time, 90 minutes, half time) behind a shoot-out
        extra = [pair for pair in inner[:1] if pair is not None]
        inner = inner[1:]
    if plain and not extra:
        inner = [plain[0], *inner]
    elif plain:
        return None
    if len(inner) > 2:
        return None
    full, half = (*inner, None, None)[:2]
    return _plausible(Score(full, half, extra[0] if extra else None, penalties[0] if penalties else None))


def _pair(text: str) -> Pair:
    home, away = text.replace("–", "-").split("-")
    return int(home), int(away)


def _fewer(before: Pair, after: Pair) -> bool:
    return after[0] < before[0] or after[1] < before[1]


def _plausible(score: Score) -> Score | None:
    """The score itself, or None if extra time took goals away."""
    before = score.full_time or score.half_time
    if before is None or score.extra_time is None or not _fewer(before, score.extra_time):
        return score
    return None
