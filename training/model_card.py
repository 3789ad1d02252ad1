"""The model card: what a model is, what it was made from, how good it is, and what it should not be used for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd

from features.metrics import OUTCOMES, SCORES
from training.models import ModelConfig
from training.scoreboard import SCORE_TITLES, plus_minus


@dataclass(frozen=True)
class CardFacts:
    """What the card tells beside the score tables.

    `train_matches` and `test_from` are those of the judged model; `matches` are all that the registered one learned
    from.
    """

    version: str
    trained_at: datetime
    snapshot: str
    cut: datetime
    first_day: date
    matches: int
    train_matches: int
    test_from: date
    gap_days: int
    config: ModelConfig


def model_card(
    facts: CardFacts,
    scores: pd.DataFrame,
    differences: pd.DataFrame,
    by_kind: pd.DataFrame,
    families: Mapping[str, Sequence[str]],
) -> str:
    """The card as Markdown.

    Args:
        facts: what was trained, on what.
        scores: `score_table` of the held-out matches.
        differences: `difference_table` of the same.
        by_kind: `grouped_table` of the same by kind of competition.
        families: family to its features.
    """
    config = facts.config
    features = sum(len(names) for names in families.values())
    return f"""# Awayday {facts.version}

Probabilities of home win, draw and away win of a football match after 90 minutes plus stoppage time.

| | |
|---|---|
| trained | {facts.trained_at:%Y-%m-%d %H:%M} UTC |
| data | snapshot `{facts.snapshot}`, newest result {facts.cut:%Y-%m-%d %H:%M} UTC |
| matches learned from | {facts.matches:,} since {facts.first_day:%Y-%m-%d}; older ones feed the ratings |
| features | {features} in {len(families)} families |

## How it works
A time-weighted Poisson goal model, nested in leagues and countries, and in leagues a filter over all results beside
it, give both sides' expected goals. Ratings from shots on target and odds of earlier matches move them where they are
known. Boosted trees ({config.rounds} rounds, depth {config.max_depth}) correct its log odds by one number a match,
monotone where football says so: more travel, less rest or more absences never help a side. Vector scaling calibrates
the result on the newest {config.calibration_share:.0%} of the training matches, which the trees then had not seen.

## How good it is
Judged on {int(scores["matches"].iloc[0]):,} matches from {facts.test_from:%Y-%m-%d} on,
by a model fitted on {facts.train_matches:,} matches that end {facts.gap_days} days earlier. Features, ratings among
them, are as of each match's start; all that was fitted stays as it was. The registered model was then refitted in the
same way on all matches, so these figures are not its own but those of its twin.

{_markdown(_score_lines(scores))}

Awayday minus the others, paired match by match (below zero: Awayday is better):

{_markdown(_difference_lines(differences))}

RPS by kind of competition:

{_markdown(_kind_lines(by_kind))}

Mean ± standard error, clustered by match day. RPS: ranked probability score. Calibration error: expected, over ten
bins of equally many matches, for home wins, draws and away wins; in brackets what chance alone would show.

## Features
{chr(10).join(f"- **{family}**: {', '.join(f'`{name}`' for name in names)}" for family, names in families.items())}

## What it does not know
- Line-ups, transfers, the weather, what is at stake. Absences are known for few leagues; elsewhere they are *unknown*,
  which is not the same as none.
- Who goes through: probabilities are for 90 minutes.
- What happened after the newest result above: retrain when the data are older than a few weeks.

It is made for learning about football and for analysis. It is not advice to bet.
"""


def _score_lines(scores: pd.DataFrame) -> list[list[str]]:
    lines = [["forecast", *(SCORE_TITLES[score] for score in SCORES), *(f"calibration {kind}" for kind in OUTCOMES)]]
    for row in scores.to_dict("records"):
        cells = [str(row["forecast"]), *(plus_minus(row[score], row[f"{score}_se"]) for score in SCORES)]
        cells += [f"{row[f'calibration_{kind}']:.4f} ({row[f'calibration_{kind}_floor']:.4f})" for kind in OUTCOMES]
        lines.append(cells)
    return lines


def _difference_lines(differences: pd.DataFrame) -> list[list[str]]:
    return [
        ["against", *(SCORE_TITLES[score] for score in SCORES)],
        *(
            [str(row["against"]), *(plus_minus(row[score], row[f"{score}_se"], signed=True) for score in SCORES)]
            for row in differences.to_dict("records")
        ),
    ]


def _kind_lines(by_kind: pd.DataFrame) -> list[list[str]]:
    names = list(dict.fromkeys(by_kind["forecast"]))
    lines = [["kind", "matches", *names]]
    for kind, part in by_kind.groupby("group", sort=False):
        rows = {row["forecast"]: row for row in part.to_dict("records")}
        cells = [plus_minus(rows[name]["rps"], rows[name]["rps_se"]) for name in names]
        lines.append([str(kind), f"{int(part['matches'].iloc[0]):,}", *cells])
    return lines


def _markdown(lines: Sequence[Sequence[str]]) -> str:
    head, *body = (f"| {' | '.join(cells)} |" for cells in lines)
    return "\n".join([head, "|---" * len(lines[0]) + "|", *body])
