"""Compiled kernels of one match: from its feature row to every figure of its answer.

They stand in one file, as kernels call no kernel of another one (see `features.jit`), and so do the sizes that are
compiled into them. Each has a plain twin, which a service answers with until the compiler is done: `OutcomeModel.
predict_one`, `ScoreDistribution.uncompiled`, and for intervals the kernel's own function.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.jit import jit

Float = NDArray[np.float64]
Single = NDArray[np.float32]
Int = NDArray[np.int64]
Words = NDArray[np.uint64]

GRID_GOALS: Final = 30
"""Most goals of a side that the grid holds. Beyond lies less than 1e-9 up to 8 expected goals and less than 1e-7 up to
10; it is shared out in proportion."""

SHOWN_GOALS: Final = 10
"""Most goals of a side in the grid that answers show; what lies beyond is told as one number."""

LIKELY_SCORES: Final = 10
LINES: Final = (0.5, 1.5, 2.5, 3.5, 4.5)
WIDEST_DIFFERENCE: Final = 5
"""Goal differences from here on are told together, on either side."""

DIFFERENCES: Final = tuple(range(-WIDEST_DIFFERENCE, WIDEST_DIFFERENCE + 1))

SIZE: Final = GRID_GOALS + 1
FIRST_OVER: Final = 2
BOTH: Final = FIRST_OVER + len(LINES)
CLEAN: Final = BOTH + 1
BEYOND: Final = CLEAN + 2
FIRST_DIFFERENCE: Final = BEYOND + 1
SPREAD: Final = FIRST_DIFFERENCE + len(DIFFERENCES)
"""What `spread` tells, by place: goals of home and away, over each of `LINES`, both to score, clean sheets of home and
away, beyond `SHOWN_GOALS`, each of `DIFFERENCES`."""

INTERVALS: Final = 3
DOUBLE: Final = INTERVALS + 6
GOALS: Final = DOUBLE + 3
LIKELY: Final = GOALS + 2
OVER_UNDER: Final = LIKELY + 3 * LIKELY_SCORES
LAST: Final = OVER_UNDER + 2 * len(LINES)
FORECAST: Final = LAST + 3 + len(DIFFERENCES)
"""What `forecast` tells, by place, in the order of the answer: outcomes, low and high of each one's interval, chances
of two outcomes, goals of home and away, goals and chance of each likely score, over and under each of `LINES`, both to
score, clean sheets, and each of `DIFFERENCES`."""

SMALLEST: Final = 1e-12
"""Probabilities count as at least this, and as at most 1 less it, so that they have logits."""

_LINES: Final = len(LINES)
_SUMMED_GOALS: Final = 20
_NODES: Final = np.array([[-1.0, 0.0], [-0.5, 0.0], [0.5, 0.0], [1.0, 0.0], [0.0, -1.0], [0.0, 1.0]])
"""Where edge and total are looked at, in half-widths of the interval; the draw may be likeliest in between."""


@jit
def spread(
    home_rate: float, away_rate: float, rho: float, outcomes: Float, grid: Float, told: Float, likely: Int
) -> None:
    """Lay out the scores of one match, and sum up what is told of them.

    Args:
        home_rate, away_rate: expected goals.
        rho: dependence of low scores, see `features.scores.score_grid`.
        outcomes: home win, draw, away win, shape (3,).
        grid: written to: the chance of each score, shape (SIZE, SIZE).
        told: written to, shape (SPREAD + LIKELY_SCORES,): see `SPREAD`, then the chances of the likeliest scores.
        likely: written to: cells of the likeliest scores, home goals times SIZE plus away goals, likeliest first.
    """
    home_chance, away_chance = np.empty(SIZE), np.empty(SIZE)
    of_home, of_away = np.zeros(SIZE), np.zeros(SIZE)
    of_total, of_difference = np.zeros(2 * SIZE), np.zeros(2 * SIZE)
    part = np.zeros(3)
    best = told[SPREAD:]
    h_p, a_p = math.exp(-home_rate), math.exp(-away_rate)
    for k in range(SIZE):
        home_chance[k], away_chance[k] = h_p, a_p
        h_p *= home_rate / (k + 1)
        a_p *= away_rate / (k + 1)
    for h in range(SIZE):
        for a in range(SIZE):
            grid[h, a] = home_chance[h] * away_chance[a]
    # Dixon and Coles's factors of the four lowest scores, as `features.scores.score_grid` has them.
    grid[0, 0] *= max(1.0 - home_rate * away_rate * rho, 0.0)
    grid[0, 1] *= max(1.0 + home_rate * rho, 0.0)
    grid[1, 0] *= max(1.0 + away_rate * rho, 0.0)
    grid[1, 1] *= max(1.0 - rho, 0.0)
    for h in range(SIZE):
        for a in range(h):
            part[0] += grid[h, a]
        part[1] += grid[h, h]
        for a in range(h + 1, SIZE):
            part[2] += grid[h, a]
    for k in range(3):
        part[k] = outcomes[k] / part[k]
    told[:] = 0.0
    best[:] = -1.0
    for h in range(SIZE):
        for a in range(SIZE):
            p = grid[h, a] * part[0 if h > a else 1 if h == a else 2]
            grid[h, a] = p
            of_home[h] += p
            of_away[a] += p
            of_total[h + a] += p
            of_difference[h - a + SIZE] += p
            # Insertion into the likeliest so far; of equal chances the one with fewer home goals stays ahead.
            if p > best[LIKELY_SCORES - 1]:
                at = LIKELY_SCORES - 1
                while at > 0 and p > best[at - 1]:
                    best[at] = best[at - 1]
                    likely[at] = likely[at - 1]
                    at -= 1
                best[at] = p
                likely[at] = h * SIZE + a
    for k in range(SIZE):
        told[0] += k * of_home[k]
        told[1] += k * of_away[k]
    for line in range(_LINES):
        for total in range(2 * SIZE - 1, line, -1):
            told[FIRST_OVER + line] += of_total[total]
        # Sums of a grid that sums to 1 but for rounding.
        told[FIRST_OVER + line] = min(told[FIRST_OVER + line], 1.0)
    told[BOTH] = max(1.0 - of_home[0] - of_away[0] + grid[0, 0], 0.0)
    told[CLEAN], told[CLEAN + 1] = min(of_away[0], 1.0), min(of_home[0], 1.0)
    for h in range(SIZE):
        for a in range(SHOWN_GOALS + 1 if h <= SHOWN_GOALS else 0, SIZE):
            told[BEYOND] += grid[h, a]
    for difference in range(-GRID_GOALS, SIZE):
        pooled = min(max(difference, -WIDEST_DIFFERENCE), WIDEST_DIFFERENCE)
        told[FIRST_DIFFERENCE + WIDEST_DIFFERENCE + pooled] += of_difference[difference + SIZE]


@jit
def masses(home_rate: float, away_rate: float, rho: float, out: Float) -> None:
    """Chances of home win, draw and away win of one match, not normalised, written to `out` (3,)."""
    none_home, none_away = math.exp(-home_rate), math.exp(-away_rate)
    home, away = none_home, none_away
    fewer_home, fewer_away = 0.0, 0.0
    out[:] = 0.0
    for goals in range(_SUMMED_GOALS + 1):
        out[0] += home * fewer_away
        out[1] += home * away
        out[2] += away * fewer_home
        fewer_home += home
        fewer_away += away
        home *= home_rate / (goals + 1)
        away *= away_rate / (goals + 1)
    # Dixon and Coles's factors of the four lowest scores.
    none = none_home * none_away
    both = home_rate * away_rate * none
    out[0] += none * home_rate * (max(1.0 + away_rate * rho, 0.0) - 1.0)
    out[1] += none * (max(1.0 - home_rate * away_rate * rho, 0.0) - 1.0) + both * (max(1.0 - rho, 0.0) - 1.0)
    out[2] += none * away_rate * (max(1.0 + home_rate * rho, 0.0) - 1.0)


@jit
def interval(
    outcomes: Float,
    home_goals: float,
    away_goals: float,
    rho: float,
    slope: float,
    edge_reach: float,
    total_reach: float,
    out: Float,
) -> None:
    """Ends of the interval of each outcome of one match, see `serving.uncertainty`.

    Args:
        outcomes: the answer's probabilities, shape (3,).
        home_goals, away_goals, rho, slope: see `serving.uncertainty.intervals`.
        edge_reach, total_reach: half-widths of the intervals of edge and total.
        out: written to, shape (6,): low and high of home win, of draw, of away win.
    """
    logs, centre, moved = np.empty(3), np.empty(3), np.empty(3)
    deviation = np.zeros((2, 2, 3))
    edge, total = 0.5 * math.log(home_goals / away_goals), 0.5 * math.log(home_goals * away_goals)
    for node in range(-1, _NODES.shape[0]):
        by_edge, by_total = 0.0, 0.0
        if node >= 0:
            by_edge, by_total = _NODES[node, 0] * edge_reach, _NODES[node, 1] * total_reach
        masses(math.exp(total + by_total + edge + by_edge), math.exp(total + by_total - edge - by_edge), rho, logs)
        for k in range(3):
            logs[k] = math.log(max(logs[k], SMALLEST))
        if node < 0:
            centre[:] = logs
            continue
        # What the calibration and the trees add to the logits is the same everywhere and cancels out.
        whole = 0.0
        for k in range(3):
            moved[k] = outcomes[k] * math.exp(slope * (logs[k] - centre[k]))
            whole += moved[k]
        which = 0 if by_edge != 0.0 else 1
        for k in range(3):
            p = min(max(outcomes[k], SMALLEST), 1.0 - SMALLEST)
            q = min(max(moved[k] / whole, SMALLEST), 1.0 - SMALLEST)
            logit = math.log(q / (1.0 - q)) - math.log(p / (1.0 - p))
            deviation[which, 0, k] = max(deviation[which, 0, k], -logit)
            deviation[which, 1, k] = max(deviation[which, 1, k], logit)
    for k in range(3):
        p = min(max(outcomes[k], SMALLEST), 1.0 - SMALLEST)
        logit = math.log(p / (1.0 - p))
        below = math.sqrt(deviation[0, 0, k] ** 2 + deviation[1, 0, k] ** 2)
        above = math.sqrt(deviation[0, 1, k] ** 2 + deviation[1, 1, k] ** 2)
        out[2 * k] = min(1.0 / (1.0 + math.exp(below - logit)), outcomes[k])
        out[2 * k + 1] = max(1.0 / (1.0 + math.exp(-above - logit)), outcomes[k])


@jit
def tree_sum(row: Float, columns: Int, starts: Int, cuts: Single, kept: Words, leaf: Single) -> float:
    """What boosted trees add up to for one row, see `serving.trees`; in single precision, as XGBoost adds.

    Args:
        row: a feature row.
        columns: where in it each of f features is.
        starts: shape (f + 1,): where in `cuts` each feature's begin, and the last one's end.
        cuts: sorted by feature and value.
        kept: leaves that remain, shape (c + 2 f, trees): of each feature those of no cut, of each cut, of the unknown.
        leaf: what each leaf adds, shape (trees, leaves).
    """
    trees, leaves = leaf.shape
    words = np.full(trees, np.uint64(0xFFFFFFFFFFFFFFFF))
    for feature in range(columns.shape[0]):
        value = np.float32(row[columns[feature]])
        low, high = starts[feature], starts[feature + 1]
        first = low + 2 * feature
        if math.isnan(value):
            at = first + 1 + high - low
        else:
            begin = low
            while low < high:
                middle = (low + high) // 2
                if cuts[middle] <= value:
                    low = middle + 1
                else:
                    high = middle
            at = first + low - begin
        for tree in range(trees):
            words[tree] &= kept[at, tree]
    total = np.float32(0.0)
    for tree in range(trees):
        word, place = words[tree], 0
        while place < leaves - 1 and word & np.uint64(1) == np.uint64(0):
            word >>= np.uint64(1)
            place += 1
        total += leaf[tree, place]
    return float(total)


@jit
def forecast(
    row: Float,
    places: Int,
    numbers: Float,
    own: Float,
    weights: Float,
    columns: Int,
    starts: Int,
    cuts: Single,
    kept: Words,
    leaf: Single,
    edge_reach: float,
    total_reach: float,
    out: Float,
    goals: Float,
    likely: Int,
) -> None:
    """Every figure of one match's answer: `OutcomeModel.predict_one`, its intervals, and `spread`.

    Args:
        row: a feature row.
        places: where in it are home and away expected goals and the column abroad (-1: none), then home and away goals
            of each source of evidence.
        numbers: rho, slope and the three intercepts of the calibration, share of the trees' shift abroad.
        own, weights: of the blend for each set of the s sources, by its bits, shapes (2 ** s,) and (2 ** s, s); `own`
            is NaN where there is no blend.
        columns, starts, cuts, kept, leaf: the trees, see `tree_sum`; no leaf for none.
        edge_reach, total_reach: see `interval`.
        out: written to, see `FORECAST`; NaN where expected goals are unknown. The goals of likely scores are left out.
        goals: written to: the model's own expected goals of home and away, before the outcomes are calibrated.
        likely: written to, see `spread`.
    """
    out[:] = math.nan
    goals[:] = math.nan
    home, away = row[places[0]], row[places[1]]
    if not (0.0 < home < math.inf and 0.0 < away < math.inf):
        return
    rho, slope = numbers[0], numbers[1]
    edge, total = 0.5 * (math.log(home) - math.log(away)), 0.5 * (math.log(home) + math.log(away))
    sources = weights.shape[1]
    edges = np.zeros(sources)
    known = 0
    for source in range(sources):
        of_home, of_away = row[places[3 + 2 * source]], row[places[4 + 2 * source]]
        if 0.0 < of_home < math.inf and 0.0 < of_away < math.inf:
            edges[source] = 0.5 * (math.log(of_home) - math.log(of_away))
            known |= 1 << source
    moved = edge
    if not math.isnan(own[known]):
        moved = own[known] * edge
        for source in range(sources):
            if known >> source & 1:
                moved += weights[known, source] * (edges[source] - edge)
    home, away = math.exp(total + moved), math.exp(total - moved)
    shift = 0.0
    if leaf.shape[0] > 0:
        shift = tree_sum(row, columns, starts, cuts, kept, leaf)
        if places[2] >= 0 and row[places[2]] == 1.0:
            shift *= numbers[5]
    outcomes = out[:INTERVALS]
    masses(home, away, rho, outcomes)
    whole = outcomes[0] + outcomes[1] + outcomes[2]
    for k in range(3):
        outcomes[k] = slope * (math.log(max(outcomes[k] / whole, SMALLEST)) + (1 - k) * shift) + numbers[2 + k]
    highest = max(outcomes[0], outcomes[1], outcomes[2])
    whole = 0.0
    for k in range(3):
        outcomes[k] = math.exp(outcomes[k] - highest)
        whole += outcomes[k]
    for k in range(3):
        outcomes[k] /= whole
    goals[0], goals[1] = home, away
    interval(outcomes, home, away, rho, slope, edge_reach, total_reach, out[INTERVALS:DOUBLE])
    told = np.empty(SPREAD + LIKELY_SCORES)
    spread(home, away, rho, outcomes, np.empty((SIZE, SIZE)), told, likely)
    out[DOUBLE] = outcomes[0] + outcomes[1]
    out[DOUBLE + 1] = outcomes[0] + outcomes[2]
    out[DOUBLE + 2] = outcomes[1] + outcomes[2]
    out[GOALS:LIKELY] = told[:FIRST_OVER]
    for score in range(LIKELY_SCORES):
        out[LIKELY + 3 * score + 2] = told[SPREAD + score]
    for line in range(_LINES):
        out[OVER_UNDER + 2 * line] = told[FIRST_OVER + line]
        out[OVER_UNDER + 2 * line + 1] = 1.0 - told[FIRST_OVER + line]
    out[LAST : LAST + 3] = told[BOTH:BEYOND]
    out[LAST + 3 :] = told[FIRST_DIFFERENCE:SPREAD]
