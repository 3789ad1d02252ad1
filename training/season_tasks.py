"""The parts of a season's simulation as tasks; what they count is added up, and is the same whoever counted."""

from dataclasses import dataclass
from typing import Final

from features.season_plan import SeasonPlan
from features.season_simulator import SeasonCounts, SeasonGames, Simulate, part_sizes, simulate_part
from training.compute import Workers
from training.progress import Progress, Step

WORTH_PROCESSES: Final = 1_000_000
"""Simulated seasons above which processes of this machine are worth their start: a core simulates 100,000 in 1.3 s (a
league) to 2.3 s (with knock-out rounds), and two processes take some 4 s to start and import what they need."""


@dataclass(frozen=True)
class _Season:
    """What all parts read."""

    plan: SeasonPlan
    games: SeasonGames
    seed: int


def simulate_on(workers: Workers, progress: Progress = lambda _: None) -> Simulate:
    """A `features.season_simulator.simulate_seasons` whose parts are run by workers; it may raise ClusterError."""

    def simulate(plan: SeasonPlan, games: SeasonGames, seasons: int, seed: int) -> SeasonCounts:
        sizes = list(enumerate(part_sizes(seasons)))
        words = f"Simulating {seasons:,} seasons"
        progress(Step(words, 0, seasons))
        published = workers.publish(_Season(plan, games, seed), worth=seasons >= WORTH_PROCESSES)
        total: SeasonCounts | None = None
        for _, counts in published.run(_part, sizes):
            total = counts if total is None else total + counts
            progress(Step(words, total.seasons, seasons))
        assert total is not None, "at least one season"
        return total

    return simulate


def _part(season: _Season, part: tuple[int, int]) -> SeasonCounts:
    """A task: the part of a number, of so many seasons."""
    number, seasons = part
    return simulate_part(season.plan, season.games, seasons, season.seed, number)
