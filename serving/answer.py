"""An answer for people: what `awayday predict` prints."""

from collections.abc import Callable, Sequence
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from serving.feature_schemas import Freshness, SideFeatures
from serving.prediction_schemas import Prediction
from serving.reason_schemas import Explanation
from serving.what_if_schemas import WhatIf

BAR_WIDTH: Final = 60
SHOWN_LINE: Final = 2.5
UNKNOWN: Final = "unknown"
_COLOURS: Final = ("green", "yellow", "blue")


def render(prediction: Prediction) -> RenderableType:
    """A prediction as a rich renderable: title, chances, goals, both sides, freshness, warnings."""
    parts: list[RenderableType] = [_title(prediction), Text(), *_chances(prediction), Text(), _goals(prediction)]
    parts += [*_tie(prediction), *_market(prediction)]
    if prediction.what_if is not None:
        parts += [Text(), _what_if(prediction.what_if)]
    parts += [Text(), _sides(prediction)]
    if prediction.explanation is not None:
        parts += [Text(), *_reasons(prediction, prediction.explanation)]
    parts += [Text(), _origin(prediction)]
    parts += [Text.assemble(("! ", "bold yellow"), warning.message) for warning in prediction.warnings]
    return Group(*parts)


def _title(prediction: Prediction) -> Text:
    where = prediction.competition.name if prediction.competition else "competition unknown"
    if prediction.competition_inferred:
        where += " (inferred)"
    if prediction.neutral:
        where += ", neutral ground"
    when = f"{prediction.kickoff:%a %d %b %Y %H:%M} UTC"
    return Text.assemble((f"{prediction.home.name} v {prediction.away.name}", "bold"), f"\n{where} · {when}")


def _chances(prediction: Prediction) -> list[Text]:
    chances = prediction.probabilities
    shares = (chances.home_win, chances.draw, chances.away_win)
    labels = (prediction.home.name, "Draw", prediction.away.name)
    bar = Text()
    for width, colour in zip(bar_widths(shares), _COLOURS, strict=True):
        bar.append("█" * width, style=colour)
    words = Text("   ").join(
        Text.assemble((f"{label} ", colour), (f"{share:.1%}", f"bold {colour}"))
        for label, share, colour in zip(labels, shares, _COLOURS, strict=True)
    )
    ranges = prediction.intervals
    told = "  ".join(f"{each.low:.0%} to {each.high:.0%}" for each in (ranges.home_win, ranges.draw, ranges.away_win))
    confidence = prediction.confidence
    sure = Text(f"{ranges.level:.0%} ranges {told}; confidence {confidence.level}: {confidence.reason}", style="dim")
    return [bar, words, sure]


def bar_widths(shares: Sequence[float], width: int = BAR_WIDTH) -> list[int]:
    """Whole characters for shares that sum to 1: they sum to `width`, each within one of its due."""
    due = [share * width for share in shares]
    widths = [int(part) for part in due]
    by_remainder = sorted(range(len(due)), key=lambda i: widths[i] - due[i])
    for i in by_remainder[: width - sum(widths)]:
        widths[i] += 1
    return widths


def _goals(prediction: Prediction) -> Text:
    goals = prediction.expected_goals
    text = Text(f"Expected goals {goals.home:.2f} : {goals.away:.2f}")
    for total in (total for total in prediction.over_under if total.line == SHOWN_LINE):
        text.append(f"   over {total.line} {total.over:.0%}")
    text.append(f"   both score {prediction.both_to_score:.0%}\nLikely scores  ")
    text.append("  ".join(f"{s.home_goals}-{s.away_goals} {s.probability:.1%}" for s in prediction.likely_scores[:6]))
    return text


def _what_if(what_if: WhatIf) -> RenderableType:
    """Before and after, outcome by outcome, and what changed."""
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), title="What if", title_justify="left")
    for heading in ("", "before", "after", "points"):
        table.add_column(heading, justify="left" if not heading else "right")
    for label, name in (("Home win", "home_win"), ("Draw", "draw"), ("Away win", "away_win")):
        before, after = getattr(what_if.baseline, name), getattr(what_if.changed, name)
        table.add_row(label, f"{before:.1%}", f"{after:.1%}", f"{getattr(what_if.difference, name):+.1f}")
    for change in what_if.features:
        shown = [UNKNOWN if value is None else f"{value:,.6g}" for value in (change.before, change.after)]
        table.add_row(change.feature, *shown, "", style="dim")
    return Group(table, *(Text(f"! {note}") for note in what_if.notes))


def _number(pattern: str) -> Callable[[float], str]:
    return pattern.format


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"


def _shift(hours: float) -> str:
    return "none" if hours == 0 else f"{hours:+g} h"


_ROWS: Final[tuple[tuple[str, str, str, Callable[[float], str]], ...]] = (
    ("Elo rating", "strength", "elo", _number("{:.0f}")),
    ("Rest", "rest", "rest_days", _days),
    ("Matches in 14 days", "rest", "matches_last_14_days", _number("{:g}")),
    ("Journey", "travel", "travel_km", _number("{:,.0f} km")),
    ("Time zones", "travel", "time_zone_shift_hours", _shift),
    ("Travelled in 30 days", "travel", "travel_km_last_30_days", _number("{:,.0f} km")),
    ("Players out", "injuries", "players_out", _number("{:g}")),
    ("Players doubtful", "injuries", "players_doubtful", _number("{:g}")),
)


def _sides(prediction: Prediction) -> RenderableType:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("")
    table.add_column(prediction.home.name, style="green")
    table.add_column(prediction.away.name, style="blue")
    home, away = prediction.features.home, prediction.features.away
    table.add_row("Last five", _form(home), _form(away))
    table.add_row("Newest result", _newest(prediction.freshness.home), _newest(prediction.freshness.away))
    for label, family, name, show in _ROWS:
        values = [getattr(side, family).get(name, _ABSENT) for side in (home, away)]
        if _ABSENT in values:
            continue
        table.add_row(label, *(UNKNOWN if value is None else show(value) for value in values))
    return Padding(table, (0, 0, 0, 0))


_ABSENT: Final = object()


def _form(side: SideFeatures) -> str:
    return " ".join(side.form.last_five) if side.form.last_five else UNKNOWN


def _newest(freshness: Freshness) -> str:
    if freshness.newest_result is None:
        return UNKNOWN
    text = f"{freshness.newest_result} ({_days(freshness.age_days or 0)} before)"
    if freshness.fixtures_without_result:
        text += f", {freshness.fixtures_without_result} since unknown"
    return text


def _tie(prediction: Prediction) -> list[Text]:
    tie = prediction.go_through
    if tie is None:
        return []
    text = Text(f"Go through  {prediction.home.name} {tie.home:.1%}  {prediction.away.name} {tie.away:.1%}")
    text.append("   decided ")
    if tie.extra_time_played:
        text.append(f"in extra time {tie.extra_time.home + tie.extra_time.away:.1%}, ")
    return [text.append(f"on penalties {tie.penalties.home + tie.penalties.away:.1%}")]


def _market(prediction: Prediction) -> list[Text]:
    market = prediction.market
    if market is None:
        return []
    pairs = zip(("home", "draw", "away"), market.probabilities, market.edge, strict=True)
    told = "  ".join(f"{outcome} {share:.1%} ({100 * edge:+.1f})" for outcome, (_, share), (_, edge) in pairs)
    return [Text(f"Market  {told}   margin {market.margin:.1%}; in brackets what this answer has more")]


def _reasons(prediction: Prediction, explanation: Explanation) -> list[RenderableType]:
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("Percentage points")
    for label, colour in zip((prediction.home.name, "Draw", prediction.away.name), _COLOURS, strict=True):
        table.add_column(label, style=colour, justify="right")
    start = [100.0 * share for _, share in explanation.baseline]
    table.add_row("Equal sides, neutral ground", *(f"{points:.1f}" for points in start))
    for part in explanation.parts:
        points = (part.home_win, part.draw, part.away_win)
        if part.sentence is not None:
            table.add_row(part.family.replace("_", " ").capitalize(), *(f"{each:+.1f}" for each in points))
    table.add_row("Answer", *(f"{100.0 * share:.1f}" for _, share in prediction.probabilities), style="bold")
    sentences = [Text(part.sentence) for part in explanation.parts if part.sentence is not None]
    return [table, Text(), *sentences]


def _origin(prediction: Prediction) -> Text:
    model = prediction.model
    return Text(
        f"Model {model.version} ({model.source}), data to {prediction.data_cut:%Y-%m-%d}, "
        f"as known at {prediction.as_of:%Y-%m-%d %H:%M} UTC",
        style="dim",
    )
