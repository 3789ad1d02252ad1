"""Who meets whom in knock-out rounds."""

import numpy as np

from features.season_bracket import (
    drawn_round_of_16,
    free_draw,
    next_seeded,
    path_order,
    play_off_pairs,
    seeded_round_of_16,
)

SEASONS = 2_000
ORDER = np.tile(np.arange(36), (SEASONS, 1))


def test_the_play_off_pairs_neighbours_of_the_table_crosswise() -> None:
    first, second = play_off_pairs(np.random.default_rng(1), ORDER)

    met = {(s + 1, f + 1) for f, s in zip(first.ravel().tolist(), second.ravel().tolist(), strict=True)}
    assert met == {
        *((seed, other) for seed in (9, 10) for other in (23, 24)),
        *((seed, other) for seed in (11, 12) for other in (21, 22)),
        *((seed, other) for seed in (13, 14) for other in (19, 20)),
        *((seed, other) for seed in (15, 16) for other in (17, 18)),
    }
    assert np.mean(second[:, 0] == 8) == np.clip(np.mean(second[:, 0] == 8), 0.45, 0.55)


def test_the_first_two_meet_the_winners_of_15_to_18_and_each_other_in_the_final_alone() -> None:
    rng = np.random.default_rng(2)
    _, seeded = play_off_pairs(rng, ORDER)
    first, second = seeded_round_of_16(rng, ORDER, seeded)
    met = {(s + 1, f + 1) for f, s in zip(first.ravel().tolist(), second.ravel().tolist(), strict=True)}
    assert {other for seed, other in met if seed in (1, 2)} == {15, 16}
    assert {other for seed, other in met if seed in (7, 8)} == {9, 10}

    # The better seed always wins: 1 meets 7 or 8, then 3 or 4, then 2.
    opponents = []
    for ties in (4, 2, 1):
        first, second = next_seeded(rng, np.minimum(first, second), seed_at_home=True)
        assert first.shape == (SEASONS, ties)
        opponents.append({int(f) + 1 if s == 0 else int(s) + 1 for f, s in _with(first, second, 0)})
    assert opponents == [{7, 8}, {3, 4}, {2}]


def _with(first: np.ndarray, second: np.ndarray, club: int) -> list[tuple[int, int]]:
    return [(f, s) for f, s in zip(first.ravel().tolist(), second.ravel().tolist(), strict=True) if club in (f, s)]


def test_whose_second_leg_is_at_home_is_seeded_or_drawn() -> None:
    rng = np.random.default_rng(3)
    winners = np.tile(np.arange(8), (SEASONS, 1))

    _, seeded = next_seeded(rng, winners, seed_at_home=True)
    _, drawn = next_seeded(rng, winners, seed_at_home=False)

    assert set(seeded.ravel().tolist()) == {0, 1, 2, 3}
    assert set(drawn.ravel().tolist()) == set(range(8))
    assert 0.45 < np.mean(drawn < 4) < 0.55


def test_a_draw_keeps_groups_and_countries_apart() -> None:
    winners, runners_up = np.tile(np.arange(8), (SEASONS, 1)), np.tile(np.arange(8, 16), (SEASONS, 1))
    # Winner 0 and runner-up 9 are of one country, 1 and 8 of another, all else of their own.
    country = np.arange(16)
    country[9], country[8] = country[0], country[1]

    first, second = drawn_round_of_16(np.random.default_rng(4), winners, runners_up, country)

    assert (second == winners).all()
    assert (np.sort(first, axis=1) == runners_up).all()
    assert (first - 8 != second).all()
    assert (country[first] != country[second]).all()
    # Winner 0 may meet runners-up 10 to 15 alone, all alike.
    met = np.bincount(first[:, 0], minlength=16)
    assert met[:10].sum() == 0
    assert (np.abs(met[10:] / SEASONS - 1 / 6) < 0.04).all()


def test_a_free_draw_pairs_everybody_once() -> None:
    first, second = free_draw(np.random.default_rng(5), np.tile(np.array([3, 5, 8, 9]), (SEASONS, 1)))

    assert (np.sort(np.hstack([first, second]), axis=1) == [3, 5, 8, 9]).all()
    with_three = np.where(first == 3, second, first)[(first == 3) | (second == 3)]
    assert (np.abs(np.bincount(with_three, minlength=10)[[5, 8, 9]] / SEASONS - 1 / 3) < 0.04).all()


def test_known_ties_are_ordered_by_the_better_path() -> None:
    path = np.array([3, 0, 4, 4, 1])

    assert path_order([(0, 2), (3, 1), (4, 2)], path) == [1, 2, 0]
