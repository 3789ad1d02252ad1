"""The strength filter's pass over results: what `features.strength_filter` says of it, in plain loops."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.goal_model import DAY_S, Float, Int
from features.jit import jit

LARGEST_LOG_GOALS: Final = 3.0

EVIDENCE_HALF_LIFE_DAYS: Final = 180.0


@jit
def pass_over(
    home: Int,
    away: Int,
    competition: Int,
    neutral: Float,
    home_goals: Float,
    away_goals: Float,
    weight: Float,
    edge_seen: Float,
    told: NDArray[np.bool_],
    known_s: Int,
    checkpoints_s: Int,
    since: int,
    competition_league: Int,
    club_country: Int,
    other_league: Int,
    league_country: Int,
    league_level: Float,
    league_variance: Float,
    club_strength: float,
    club_strength_a_day: float,
    club_openness: float,
    club_openness_a_day: float,
    reversion_days: float,
    league_openness: float,
    country_strength: float,
    advantage_variance: float,
    advantage_a_day: float,
    mean: float,
    home_advantage: float,
    mean_step: float,
    entry: float,
    move_variance: float,
    long_break_days: float,
    break_variance: float,
    edge_variance: float,
    out_strength: NDArray[np.float32],
    out_openness: NDArray[np.float32],
    out_information: NDArray[np.float32],
    out_league_strength: Float,
    out_league_openness: Float,
    out_advantage: Float,
    out_means: Float,
) -> None:
    """Walk through results and checkpoints in order of time; `out_` arrays are of checkpoints from `since` on."""
    clubs, leagues, countries = club_country.shape[0], league_country.shape[0], other_league.shape[0]
    s, g = np.zeros(clubs), np.zeros(clubs)
    s_var, g_var = np.full(clubs, club_strength), np.full(clubs, club_openness)
    last_day, league_of = np.full(clubs, -1.0), np.full(clubs, -1, dtype=np.int64)
    level, level_var = league_level.copy(), league_variance.copy()
    open_level, open_var = np.zeros(leagues), np.full(leagues, league_openness)
    country, country_var = np.zeros(countries), np.full(countries, country_strength)
    advantage = np.zeros(out_advantage.shape[1])
    advantage_var = np.full(out_advantage.shape[1], advantage_variance)
    advantage_day = np.full(out_advantage.shape[1], -1.0)
    told_matches, told_day = np.zeros(clubs), np.zeros(clubs)
    pair = np.empty(2, dtype=np.int64)
    i = 0
    for at in range(checkpoints_s.shape[0]):
        while i < home.shape[0] and known_s[i] <= checkpoints_s[at]:
            day = known_s[i] / DAY_S
            h, a, c = home[i], away[i], competition[i]
            in_league = competition_league[c]
            pair[0], pair[1] = h, a
            for k in pair:
                if last_day[k] < 0.0:
                    league_of[k] = in_league if in_league >= 0 else other_league[club_country[k]]
                    s[k] = entry if in_league >= 0 else 0.0
                    last_day[k] = day
                elif in_league >= 0 and league_of[k] != in_league:
                    # The club's own part changes, so that it stays as strong as it was; one that was known from cups
                    # alone is taken half for what it was and half for an average club of its league.
                    s[k] += level[league_of[k]] - level[in_league]
                    if league_of[k] == other_league[club_country[k]]:
                        s[k] *= 0.5
                    g[k] += open_level[league_of[k]] - open_level[in_league]
                    s_var[k] += move_variance
                    league_of[k] = in_league
                days = day - last_day[k]
                if days > 0.0:
                    kept = math.exp(-days / reversion_days)
                    s[k] *= kept
                    g[k] *= kept
                    s_var[k] = s_var[k] * kept * kept + club_strength_a_day * days
                    g_var[k] = g_var[k] * kept * kept + club_openness_a_day * days
                    if days > long_break_days:
                        s_var[k] += break_variance
                    s_var[k] = min(s_var[k], 2.0 * club_strength)
                    last_day[k] = day
            if advantage_day[c] >= 0.0:
                advantage_var[c] += advantage_a_day * (day - advantage_day[c])
            advantage_day[c] = day
            l1, l2 = league_of[h], league_of[a]
            c1, c2 = league_country[l1], league_country[l2]
            side = 0.5 * (1.0 - neutral[i])
            # First the goals; then, with what they taught, the edge that others saw.
            for step in range(2):
                if step == 1 and math.isnan(edge_seen[i]):
                    break
                edge = s[h] + level[l1] + country[c1] - s[a] - level[l2] - country[c2]
                edge += side * (home_advantage + advantage[c])
                edge_var = s_var[h] + s_var[a] + side * side * advantage_var[c]
                if l1 != l2:
                    edge_var += level_var[l1] + level_var[l2]
                if c1 != c2:
                    edge_var += country_var[c1] + country_var[c2]
                if step == 0:
                    total = mean + g[h] + g[a] + open_level[l1] + open_level[l2]
                    home_rate = math.exp(min(total + edge, LARGEST_LOG_GOALS))
                    away_rate = math.exp(min(total - edge, LARGEST_LOG_GOALS))
                    rates = home_rate + away_rate
                    to_edge = (home_goals[i] - home_rate) - (away_goals[i] - away_rate)
                    to_total = (home_goals[i] - home_rate) + (away_goals[i] - away_rate)
                    fisher = weight[i] * rates
                    slope = weight[i] * to_edge
                    total_var = g_var[h] + g_var[a]
                    if l1 == l2:
                        total_var += 4.0 * open_var[l1]
                    else:
                        total_var += open_var[l1] + open_var[l2]
                    total_step = weight[i] * to_total / (1.0 + total_var * fisher)
                    total_gain = fisher / (1.0 + total_var * fisher)
                    g[h] += g_var[h] * total_step
                    g[a] += g_var[a] * total_step
                    g_var[h] -= g_var[h] * g_var[h] * total_gain
                    g_var[a] -= g_var[a] * g_var[a] * total_gain
                    if l1 == l2:
                        open_level[l1] += 2.0 * open_var[l1] * total_step
                        open_var[l1] -= 4.0 * open_var[l1] * open_var[l1] * total_gain
                    else:
                        open_level[l1] += open_var[l1] * total_step
                        open_level[l2] += open_var[l2] * total_step
                        open_var[l1] -= open_var[l1] * open_var[l1] * total_gain
                        open_var[l2] -= open_var[l2] * open_var[l2] * total_gain
                    mean += mean_step * to_total / rates
                    home_step = mean_step * side * to_edge / rates
                else:
                    fisher = 1.0 / edge_variance
                    slope = (edge_seen[i] - edge) * fisher
                edge_step, edge_gain = slope / (1.0 + edge_var * fisher), fisher / (1.0 + edge_var * fisher)
                s[h] += s_var[h] * edge_step
                s[a] -= s_var[a] * edge_step
                s_var[h] -= s_var[h] * s_var[h] * edge_gain
                s_var[a] -= s_var[a] * s_var[a] * edge_gain
                advantage[c] += side * advantage_var[c] * edge_step
                advantage_var[c] -= side * side * advantage_var[c] * advantage_var[c] * edge_gain
                if l1 != l2:
                    level[l1] += level_var[l1] * edge_step
                    level[l2] -= level_var[l2] * edge_step
                    level_var[l1] -= level_var[l1] * level_var[l1] * edge_gain
                    level_var[l2] -= level_var[l2] * level_var[l2] * edge_gain
                if c1 != c2:
                    country[c1] += country_var[c1] * edge_step
                    country[c2] -= country_var[c2] * edge_step
                    country_var[c1] -= country_var[c1] * country_var[c1] * edge_gain
                    country_var[c2] -= country_var[c2] * country_var[c2] * edge_gain
            home_advantage += home_step
            if told[i]:
                for k in pair:
                    faded = math.exp(-(day - told_day[k]) * math.log(2.0) / EVIDENCE_HALF_LIFE_DAYS)
                    told_matches[k] = told_matches[k] * faded + 1.0
                    told_day[k] = day
            i += 1
        if at < since:
            continue
        row = at - since
        day = checkpoints_s[at] / DAY_S
        for club in range(clubs):
            if last_day[club] < 0.0:
                league = other_league[club_country[club]]
                out_strength[row, club] = level[league] + country[league_country[league]]
                out_openness[row, club] = open_level[league]
            else:
                league = league_of[club]
                kept = math.exp(-max(day - last_day[club], 0.0) / reversion_days)
                out_strength[row, club] = s[club] * kept + level[league] + country[league_country[league]]
                out_openness[row, club] = g[club] * kept + open_level[league]
                faded = math.exp(-(day - told_day[club]) * math.log(2.0) / EVIDENCE_HALF_LIFE_DAYS)
                out_information[row, club] = told_matches[club] * faded
        for league in range(leagues):
            start = 0.0 if league == other_league[league_country[league]] else entry
            out_league_strength[row, league] = level[league] + country[league_country[league]] + start
            out_league_openness[row, league] = open_level[league]
        for c in range(advantage.shape[0]):
            out_advantage[row, c] = home_advantage + advantage[c]
        out_means[row, 0] = mean
        out_means[row, 1] = home_advantage
