"""The chances of an answer, all from one distribution: results, scores, goals, who goes through; and the market's.

Probabilities are for 90 minutes plus stoppage time.
"""

from typing import Literal

from pydantic import Field

from serving.fields import AnswerModel, Probability


class Probabilities(AnswerModel):
    """Chances of the three results after 90 minutes; they sum to 1."""

    home_win: Probability = Field(description="Chance that the home side wins.", examples=[0.05])
    draw: Probability = Field(description="Chance of a draw.", examples=[0.11])
    away_win: Probability = Field(description="Chance that the away side wins.", examples=[0.84])


class Interval(AnswerModel):
    """The range of a probability."""

    low: Probability = Field(description="Lower end, not above the probability.", examples=[0.04])
    high: Probability = Field(description="Upper end, not below the probability.", examples=[0.09])


class Intervals(AnswerModel):
    """A range for each probability: where it would lie, were the clubs' strengths known better.

    From what the strength model does not know of the clubs: few own matches and an old newest result widen it. Chance
    itself, which decides any match, is in the probabilities and not in here.
    """

    level: float = Field(description="How much of the strength model's distribution a range covers.", examples=[0.8])
    home_win: Interval = Field(description="Of the home win.")
    draw: Interval = Field(description="Of the draw.")
    away_win: Interval = Field(description="Of the away win.")


class Confidence(AnswerModel):
    """How well the strengths of both clubs are known."""

    level: Literal["high", "medium", "low"] = Field(description="In one word.", examples=["medium"])
    reason: str = Field(description="Why.", examples=["few recent results of Kairat Almaty are known"])


class DoubleChance(AnswerModel):
    """Chances that one of two results comes."""

    home_or_draw: Probability = Field(description="Chance that the home side does not lose.", examples=[0.16])
    home_or_away: Probability = Field(description="Chance that somebody wins.", examples=[0.89])
    draw_or_away: Probability = Field(description="Chance that the away side does not lose.", examples=[0.95])


class ExpectedGoals(AnswerModel):
    """Mean goals of each side in the score distribution."""

    home: float = Field(ge=0.0, description="Expected goals of the home side.", examples=[0.6])
    away: float = Field(ge=0.0, description="Expected goals of the away side.", examples=[2.7])


class ScoreProbability(AnswerModel):
    """One final score and its chance."""

    home_goals: int = Field(ge=0, description="Goals of the home side.", examples=[0])
    away_goals: int = Field(ge=0, description="Goals of the away side.", examples=[2])
    probability: Probability = Field(description="Chance of exactly this score.", examples=[0.13])


class ScoreGrid(AnswerModel):
    """The chance of every score up to 10 goals a side; with `beyond` it sums to 1."""

    probabilities: list[list[Probability]] = Field(
        min_length=11,
        max_length=11,
        description="11 rows of 11: `probabilities[h][a]` is the chance of h home goals and a away goals.",
    )
    beyond: Probability = Field(description="Chance that a side scores more than 10 goals.", examples=[0.00002])


class OverUnder(AnswerModel):
    """Chance of more, or fewer, goals in all than a line."""

    line: float = Field(description="The line, in goals.", examples=[2.5])
    over: Probability = Field(description="Chance of more goals than the line.", examples=[0.64])
    under: Probability = Field(description="Chance of fewer goals than the line.", examples=[0.36])


class CleanSheets(AnswerModel):
    """Chances that a side concedes no goal."""

    home: Probability = Field(description="Chance that the away side does not score.", examples=[0.07])
    away: Probability = Field(description="Chance that the home side does not score.", examples=[0.55])


class GoalDifference(AnswerModel):
    """The chance of one goal difference, or of all from there on."""

    difference: int = Field(description="Home goals less away goals.", examples=[-5])
    or_beyond: bool = Field(
        description="True at both ends: the chance is of this difference and all further from a draw.", examples=[True]
    )
    probability: Probability = Field(description="Its chance.", examples=[0.09])


class ChancesOfSides(AnswerModel):
    """A chance for each side."""

    home: Probability = Field(description="Of the home side.", examples=[0.58])
    away: Probability = Field(description="Of the away side.", examples=[0.2])


class GoThrough(ChancesOfSides):
    """Chances to go through, or to win the final: after 90 minutes, extra time and penalties.

    `home` and `away` sum to 1; each is the sum of that side's three ways. Extra time is taken to bring goals at a third
    of the expected goals of 90 minutes; that a side which leads may play for time is not known to the model.
    """

    normal_time: ChancesOfSides = Field(description="Chances to be through after 90 minutes.")
    extra_time: ChancesOfSides = Field(description="Chances to be through in extra time; 0 where none is played.")
    penalties: ChancesOfSides = Field(description="Chances to be through on penalties.")
    extra_time_played: bool = Field(
        description="Whether extra time comes before penalties; false in South America's continental cups.",
        examples=[True],
    )
    away_goals_rule: bool = Field(
        description="Whether away goals decide a level tie: in UEFA's competitions until June 2021, in South America's "
        "until 2021.",
        examples=[False],
    )


class OutcomeNumbers(AnswerModel):
    """A number for each of the three results."""

    home_win: float = Field(description="For the home win.", examples=[-0.02])
    draw: float = Field(description="For the draw.", examples=[0.01])
    away_win: float = Field(description="For the away win.", examples=[0.01])


class Market(AnswerModel):
    """The odds of the request, and the answer beside them."""

    method: str = Field(description="How the margin was taken out: a method of `football.margin`.", examples=["power"])
    margin: float = Field(description="What the 1/odds sum to, less 1.", examples=[0.045])
    probabilities: Probabilities = Field(description="The odds without the margin; they sum to 1.")
    edge: OutcomeNumbers = Field(description="The answer's probabilities less the market's; they sum to 0.")
    expected_value: OutcomeNumbers = Field(
        description="Mean gain of one unit at these odds, were the answer's probabilities true: probability times "
        "odds, less 1."
    )
