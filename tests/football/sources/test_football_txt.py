from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from football.sources.football_txt import ParsedFile, ParsedMatch, is_unknown_club, parse_football_txt
from football.sources.football_txt_dates import Season
from football.sources.football_txt_scores import Score

_SEASON = Season("2025-26", 2025, 2026)


def _read(text: str, season: Season = _SEASON) -> ParsedFile:
    return parse_football_txt(text, season)


def _one(line: str) -> ParsedMatch:
    parsed = _read(f"» Round 1\n  Tue Sep/30\n{line}\n")
    assert parsed.unread == []
    assert len(parsed.matches) == 1
    return parsed.matches[0]


def test_the_new_shape_with_kick_offs_that_hold_for_the_lines_below() -> None:
    parsed = _read(
        """= UEFA Champions League 2025/26

# Matches    189

» League, Matchday 2
  Tue Sep/30
    18.45  Atalanta BC (ITA)       v Club Brugge KV (BEL)     2-1 (0-1)
           FK Kairat (KAZ)         v Real Madrid CF (ESP)     0-5 (0-1)
    21.00  PAE Olympiakos SFP (GRE) v Paphos FC (CYP)
"""
    )
    assert parsed.title == "UEFA Champions League 2025/26"
    assert (parsed.unread, parsed.questions) == ([], [])
    assert parsed.matches[1] == ParsedMatch(
        line=8,
        round="League, Matchday 2",
        date=date(2025, 9, 30),
        kick_off=time(18, 45),
        utc_offset_minutes=None,
        home="FK Kairat (KAZ)",
        away="Real Madrid CF (ESP)",
        status="played",
        score=Score((0, 5), (0, 1)),
    )
    assert [m.kick_off for m in parsed.matches] == [time(18, 45), time(18, 45), time(21)]
    assert (parsed.matches[2].status, parsed.matches[2].score) == ("scheduled", Score())


def test_the_old_shape_with_the_score_between_the_clubs() -> None:
    parsed = _read(
        """= Österr. Bundesliga 2010/11    # a comment

Matchday 1
[Sat Jul/17]
  18.30  SC Magna Wiener Neustadt  5-0 (5-0)  LASK Linz
         1. FC Köln                2-1        TSV 1860 München
[Sun Jul/18]
         Accrington FC (1878-1896)   4-4  Wolverhampton Wanderers FC
""",
        Season("2010-11", 2010, 2011),
    )
    assert parsed.unread == []
    assert [(m.round, m.date.day, m.home, m.away, m.score.full_time, m.score.half_time) for m in parsed.matches] == [
        ("Matchday 1", 17, "SC Magna Wiener Neustadt", "LASK Linz", (5, 0), (5, 0)),
        ("Matchday 1", 17, "1. FC Köln", "TSV 1860 München", (2, 1), None),
        ("Matchday 1", 18, "Accrington FC (1878-1896)", "Wolverhampton Wanderers FC", (4, 4), None),
    ]
    assert [m.kick_off for m in parsed.matches] == [time(18, 30), time(18, 30), None]  # a new day, no time given


@pytest.mark.parametrize(
    ("line", "status", "score"),
    [
        ("  20.45  Real v Bayern  1-3 pen. 2-1 a.e.t. (2-1, 2-1)", "played", Score((2, 1), (2, 1), (2, 1), (1, 3))),
        ("  Austria Wien II  3-4 pen. 1-1 a.e.t. (1-1, 0-1)  Rapid", "played", Score((1, 1), (0, 1), (1, 1), (3, 4))),
        ("  FC Vaduz III v USV Eschen/Mauren III  5-4 pen.", "scheduled", Score(None, None, None, (5, 4))),
        ("  CF Reus Deportiu v Elche CF  0-1    [awarded]", "awarded", Score((0, 1))),
        ("  Rapid Wien   0-3  Austria Wien   [awarded]", "awarded", Score((0, 3))),
        ("  RB Leipzig (GER) v Spartak Moskva (RUS)  [cancelled]", "cancelled", Score()),
        ("  SC Verl  -  Türkgücü München   [cancelled]", "cancelled", Score()),
        ("  Stevenage FC v Barnsley FC   [postponed]", "postponed", Score()),
        ("  Unión Magdalena v Once Caldas  1-0  [abandoned]", "abandoned", Score()),
        ("  N.N. v N.N.", "scheduled", Score()),
    ],
)  # fmt: skip
def test_status_and_score_of_each_line_shape(line: str, status: str, score: Score) -> None:
    match = _one(line)
    assert (match.status, match.score) == (status, score)


def test_names_with_hyphens_digits_dots_and_signs_stay_whole() -> None:
    match = _one("  14.00  Shimizu S-Pulse         v S.E.R. Caxias RS 1935      5-2 (2-1)")
    assert (match.home, match.away) == ("Shimizu S-Pulse", "S.E.R. Caxias RS 1935")


def test_a_stadium_is_split_off() -> None:
    match = _one("  (1) 20.00 UTC+2  Brighton & Hove Albion  v 1. FC Köln  2-0 (1-0)  @ Amex, Brighton")
    assert (match.home, match.away) == ("Brighton & Hove Albion", "1. FC Köln")
    assert match.venue == "Amex, Brighton"
    assert (match.kick_off, match.utc_offset_minutes) == (time(20), 120)


@pytest.mark.parametrize(("hint", "minutes"), [("UTC-3", -180), ("UTC+5:30", 330), ("UTC+0", 0)])
def test_a_kick_off_may_name_its_own_zone(hint: str, minutes: int) -> None:
    assert _one(f"  (17.00 {hint})  A Club v B Club  1-0").utc_offset_minutes == minutes


def test_stages_and_banners_stand_before_the_round() -> None:
    parsed = _read(
        """= Nigeria National League 2017/2018

======================================
  NNL - PLAY OFFS
======================================

» Final
  Sun Jul/13
    16:00  Edel FC  v Delta Stars FC   1-0

== Playoffs - Relegation

Matchday 1
[Sat Jul/19]
   A Club  1-0  B Club
"""
    )
    assert parsed.unread == []
    assert [m.round for m in parsed.matches] == ["NNL - PLAY OFFS, Final", "Playoffs - Relegation, Matchday 1"]
    assert parsed.matches[0].kick_off == time(16)


def test_scorers_tables_groups_and_comments_are_skipped_knowingly() -> None:
    parsed = _read(
        """= A Cup 2025/26
Group A  |  Arsenal  Chelsea
# a whole line of comment 3-1
» Group A
  Sat Aug/16
    15.00  Arsenal v Chelsea  2-1 (1-0)   # played behind closed doors
             (Saka 12', 45+1' (p);
              Palmer 77')
           [Rice 3; Palmer 90]
           Ødegaard 33'
 1  Chelsea                 38  29  4  5  72-22  91
------------------------------
"""
    )
    assert parsed.unread == []
    assert [(m.home, m.away) for m in parsed.matches] == [("Arsenal", "Chelsea")]


def test_lines_not_understood_are_listed_with_line_and_reason() -> None:
    parsed = _read(
        """Arsenal v Chelsea 1-0
» Round 1
  Sat Aug/16
   25.61  Arsenal v Chelsea
   Arsenal v Chelsea 1-0 2-0
   Arsenal 2-1
what is this
"""
    )
    assert parsed.matches == []
    assert [(u.line, u.reason, u.match_like) for u in parsed.unread] == [
        (1, "a match before any date", True),
        (4, "no time of day", True),
        (5, "the score makes no sense", True),
        (6, "neither a match nor a known other line", True),
        (7, "neither a match nor a known other line", False),
    ]
    assert parsed.unread[3].text == "Arsenal 2-1"


def test_a_result_that_half_time_contradicts_counts_as_awarded_and_is_told() -> None:
    parsed = _read("Sat Aug/16\n  Kocaelispor v Sivasspor  3-0 (0-1)\n")
    assert [(m.status, m.score) for m in parsed.matches] == [("awarded", Score((3, 0)))]
    assert "taken as awarded" in parsed.questions[0].reason


def test_an_unknown_note_is_told_and_the_match_still_read() -> None:
    parsed = _read("Sat Aug/16\n  Arsenal v Chelsea  3-0  [floodlights]\n")
    assert parsed.matches[0].score.full_time == (3, 0)
    assert [q.reason for q in parsed.questions] == ["unknown note [floodlights]"]


def test_line_ends_of_all_systems_and_a_byte_order_mark() -> None:
    text = "\ufeff= Cup\r\n\r\n» Final\r\n  Sat Aug/16\r\n  A Club v B Club 1-0\r\n"
    parsed = _read(text)
    assert parsed.title == "Cup"
    assert [(m.line, m.away) for m in parsed.matches] == [(5, "B Club")]


def test_clubs_not_yet_known() -> None:
    assert all(is_unknown_club(name) for name in ("N.N.", "NN", "TBD", "???", "Sieger EF", "Winner SF1"))
    assert not any(is_unknown_club(name) for name in ("NAC Breda", "Nantes", "Winnersh"))


_NAME = st.from_regex(r"[A-ZÅÖÜ][a-zøéß]{2,9}( [A-Z][a-z]{2,8}){0,2}( (1[89])?[0-9]{2}| II)?", fullmatch=True)


@given(
    home=_NAME,
    away=_NAME,
    goals=st.none() | st.tuples(st.integers(0, 30), st.integers(0, 30)),
    clock=st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    old_shape=st.booleans(),
)
def test_a_written_match_is_read_back(
    home: str, away: str, goals: tuple[int, int] | None, clock: time | None, old_shape: bool
) -> None:
    front = "" if clock is None else f"{clock:%H.%M}  "
    score = "" if goals is None else f"{goals[0]}-{goals[1]}"
    line = f"  {front}{home}  {score or '-'}  {away}" if old_shape else f"  {front}{home}  v {away}  {score}"
    match = _one(line)
    assert (match.home, match.away, match.kick_off, match.score.full_time) == (home, away, clock, goals)
    assert match.status == ("scheduled" if goals is None else "played")
