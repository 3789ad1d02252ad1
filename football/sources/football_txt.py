"""Reader of Football.TXT, the plain text format of openfootball: one text in, its matches and its riddles out.

Old and new line shapes are read alike: `18.45  Home  v  Away  2-1 (1-0)` and `Home  2-1 (1-0)  Away`. What a line says
beyond the match (stadium, goal scorers, tables) is skipped knowingly; a line that is none of these is *listed*, never
dropped in silence. Format: https://github.com/openfootball/spec.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Final

from football.sources.football_txt_dates import Season, YearFinder, parse_date_line, parse_header_window
from football.sources.football_txt_scores import SCORE_PATTERN, Score, parse_score
from football.tables import ABANDONED, AWARDED, CANCELLED, PLAYED, POSTPONED, SCHEDULED

_NOTE: Final = r"(?:\s+\[(?P<note>[^\]]*)\])?(?:\s+@\s*(?P<venue>\S.*?))?(?:\s+\[(?P<note2>[^\]]*)\])?\s*$"
_VERSUS: Final = re.compile(r"\s+vs?\.?\s+")
_AWAY_SIDE: Final = re.compile(rf"(?P<away>\S.*?)(?:\s+(?P<score>{SCORE_PATTERN}))?{_NOTE}")
_SCORE_BETWEEN: Final = re.compile(rf"(?P<home>\S.*?)\s+(?:(?P<score>{SCORE_PATTERN})|[-–])\s+(?P<away>\S.*?){_NOTE}")
_KICK_OFF: Final = re.compile(
    r"[(\[]?(?P<hour>\d{1,2})[.:h](?P<minute>\d{2})(?:\s*h)?"
    r"(?:\s+UTC\s*(?P<sign>[+-]?)(?P<zone>\d{1,2})(?::?(?P<zone_minute>\d{2}))?)?[)\]]?(?=\s|$)\s*"
)
_MATCH_NUMBER: Final = re.compile(r"\(\d{1,3}\)\s+")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*$")
_MARKED_ROUND: Final = re.compile(r"\s*[»▪•]+\s*(?P<round>\S.*)")
_PLAIN_ROUND: Final = re.compile(
    r"(?:\d{1,2}(?:\.|st|nd|rd|th)\s+)?(?:Matchday|Round|Runde|Spieltag|Finals?|Semi-?\s?[Ff]inals?|Quarter-?\s?[Ff]inals?"
    r"|Preliminary|Play-?\s?[Oo]ffs?|Group|Gruppe|Stage|Phase|League|Regular|Relegation|Championship|Promotion|Third"
    r"|Apertura|Clausura|Qualif\w*|Replays?|Jornada|Match)\b[^\[\]@]*"
)
_RULER: Final = re.compile(r"\s*(?:={3,}|-{3,}|_{3,})\s*")
_TABLE_ROW: Final = re.compile(r"\s*(?:\d+\.?|-)\s+\S.*?(?:\s+\d+){4,}\s+\d+[-:]\d+(?:\s+[-+]?\d+)+(?:\s.*)?")
_GROUP_DEFINITION: Final = re.compile(r"\s*(?:Group|Gruppe|Matchday|Round)\b[^|]*\|.*")
_SCORERS: Final = re.compile(
    r"\s*[(\[]?[^\d\[\]]*\D\d{1,3}(?:\+\d{1,2})?'.*|\s*[(\[]\s*(?:-|[^\W\d][^-]*\d{1,3}).*[;)\]]?"
)
_MATCH_LIKE: Final = re.compile(r"(?<![\d-])\d{1,2}-\d{1,2}(?![\d-])|\s+vs?\.?\s+|\s-\s|\[\w")

_STATUSES: Final = (
    (re.compile(r"cancel|annul|void", re.IGNORECASE), CANCELLED),
    (re.compile(r"postpone|ppd|verlegt", re.IGNORECASE), POSTPONED),
    (re.compile(r"abandon|abd|suspend|interrupt|abgebrochen", re.IGNORECASE), ABANDONED),
    (re.compile(r"award|walkover|w\s*/?\s*o\b|forfeit", re.IGNORECASE), AWARDED),
)
_UNKNOWN_CLUB: Final = re.compile(r"n\.?\s?n\.?|tb[ad]|\?+|(?:winner|sieger|loser|verlierer)\b.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedMatch:
    """One match line. `kick_off` is local time; `utc_offset_minutes` only where the line itself names its zone."""

    line: int
    round: str | None
    date: date
    kick_off: time | None
    utc_offset_minutes: int | None
    home: str
    away: str
    status: str
    score: Score
    venue: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that was not understood, with what is wrong with it."""

    line: int
    text: str
    reason: str
    match_like: bool


@dataclass(slots=True)
class ParsedFile:
    """All that a file says. `questions` are lines that were read but contradict themselves (a wrong weekday)."""

    title: str | None = None
    matches: list[ParsedMatch] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    questions: list[Unread] = field(default_factory=list)


def is_unknown_club(name: str) -> bool:
    """Whether a file's club name stands for a club not yet known (`N.N.`, `TBD`)."""
    return _UNKNOWN_CLUB.fullmatch(name) is not None


def parse_football_txt(text: str, season: Season) -> ParsedFile:
    """Read one file's text; `season` (from its path) gives the years that its date lines leave out."""
    return _Reader(text, season).read()


class _Reader:
    """The state that lines leave for the lines below them: stage, round, date, kick-off."""

    def __init__(self, text: str, season: Season) -> None:
        self._lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._years = YearFinder(season, parse_header_window(text), list(_bare_dates(self._lines)))
        self._result = ParsedFile()
        self._stage: str | None = None
        self._round: str | None = None
        self._date: date | None = None
        self._kick_off: time | None = None
        self._utc_offset: int | None = None
        self._in_banner = False
        self._in_scorers = False

    def read(self) -> ParsedFile:
        for number, raw in enumerate(self._lines, 1):
            line = _COMMENT.sub("", raw).rstrip() if "#" in raw else raw.rstrip()
            if not line:
                self._in_scorers = False
            elif not self._read_context(number, line):
                self._read_match(number, line, raw)
        return self._result

    def _read_context(self, number: int, line: str) -> bool:
        """Take in a heading, round, date or known by-line; False if the line has to be a match."""
        first = line.lstrip()[0]
        if first in "»▪•" and (marked := _MARKED_ROUND.fullmatch(line)) is not None:
            self._start_round(marked["round"])
        elif first in "=-_" and _RULER.fullmatch(line):
            self._in_banner = not self._in_banner and first == "="
        elif first == "=":
            self._start_heading(line.lstrip())
        elif self._in_banner:
            self._stage, self._round = line.strip(), None
        elif (dated := parse_date_line(line)) is not None:
            self._date, complaint = self._years.find(dated)
            self._kick_off = self._utc_offset = None
            if complaint is not None:
                list_ = self._result.unread if self._date is None else self._result.questions
                list_.append(Unread(number, line.strip(), complaint, match_like=False))
            rest = line[dated.end :]
            if rest.strip():
                self._read_match(number, rest, line)
        elif not line[0].isspace() and _PLAIN_ROUND.fullmatch(line):
            self._start_round(line)
        else:
            return self._is_by_line(line)
        self._in_scorers = False
        return True

    def _is_by_line(self, line: str) -> bool:
        """Whether the line is a table row, a group's clubs or goal scorers: no place for them in a matches table."""
        if self._in_scorers:
            self._in_scorers = not line.endswith((")", "]"))
            return True
        if _VERSUS.search(line) or _KICK_OFF.match(line.lstrip()):
            return False
        if _TABLE_ROW.fullmatch(line) or ("|" in line and _GROUP_DEFINITION.fullmatch(line)):
            return True
        if not _SCORERS.fullmatch(line):
            return False
        self._in_scorers = line.lstrip().startswith(("(", "[")) and not line.endswith((")", "]"))
        return True

    def _start_heading(self, line: str) -> None:
        text = line.lstrip("=").strip()
        if line.startswith("=="):
            self._stage, self._round = text, None
        else:
            self._result.title, self._stage, self._round = text, None, None

    def _start_round(self, text: str) -> None:
        text = text.strip()
        self._round = text if self._stage is None else f"{self._stage}, {text}"
        self._kick_off = self._utc_offset = None

    def _read_match(self, number: int, line: str, raw: str) -> None:
        body = line.strip()
        if (numbered := _MATCH_NUMBER.match(body)) is not None:
            body = body[numbered.end() :]
        reason = None
        if (clock := _KICK_OFF.match(body)) is not None:
            reason = self._set_kick_off(clock)
            body = body[clock.end() :]
        if reason is None:
            reason = self._add_match(number, body) if body else None
        if reason is not None:
            match_like = _MATCH_LIKE.search(line) is not None
            self._result.unread.append(Unread(number, raw.strip(), reason, match_like))

    def _set_kick_off(self, clock: re.Match[str]) -> str | None:
        hour, minute = int(clock["hour"]), int(clock["minute"])
        if hour > 23 or minute > 59:
            return "no time of day"
        self._kick_off = time(hour, minute)
        self._utc_offset = None
        if clock["zone"] is not None:
            offset = int(clock["zone"]) * 60 + int(clock["zone_minute"] or 0)
            self._utc_offset = -offset if clock["sign"] == "-" else offset
        return None

    def _add_match(self, number: int, body: str) -> str | None:
        """Add the match that `body` tells of; the reason if it tells of none."""
        versus = _VERSUS.search(body)
        if versus is not None and versus.start() > 0:
            home, side = body[: versus.start()], _AWAY_SIDE.fullmatch(body, versus.end())
        else:
            side = _SCORE_BETWEEN.fullmatch(body)
            home = "" if side is None else side["home"]
        if side is None:
            return "neither a match nor a known other line"
        if self._date is None:
            return "a match before any date"
        score = Score() if side["score"] is None else parse_score(side["score"])
        if score is None:
            return "the score makes no sense"
        status, complaint = _status(side["note"] or side["note2"], score)
        if score.shrinks:
            # A half time that the full time contradicts: the result was decided at the table (broken off and awarded).
            status, complaint = AWARDED, "fewer goals at full time than at half time; taken as awarded"
            score = replace(score, half_time=None)
        if complaint is not None:
            self._result.questions.append(Unread(number, body, complaint, match_like=True))
        self._result.matches.append(
            ParsedMatch(
                number,
                self._round or self._stage,
                self._date,
                self._kick_off,
                self._utc_offset,
                home,
                side["away"],
                status,
                score if status in (PLAYED, AWARDED, SCHEDULED) else Score(),
                side["venue"],
            )
        )
        return None


def _status(note: str | None, score: Score) -> tuple[str, str | None]:
    """A match's status, and a complaint about a note that says nothing known.

    A match whose 90-minute score the file withholds (`5-4 pen.` alone) counts as one without a score.
    """
    unmarked = SCHEDULED if score.full_time is None else PLAYED
    if note is None:
        return unmarked, None
    for pattern, status in _STATUSES:
        if pattern.search(note):
            return status, None
    return unmarked, f"unknown note [{note}]"


def _bare_dates(lines: list[str]) -> Iterator[tuple[int, int]]:
    """(month, day) of the date lines that name neither weekday nor year."""
    for line in lines:
        if line.endswith("."):
            dated = parse_date_line(line)
            if dated is not None and dated.weekday is None and dated.year is None:
                yield dated.month, dated.day
