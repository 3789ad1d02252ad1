"""Syncs of what changed: pairs of clubs of which files say something else are put together again, and no others."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from football.combining import CombinedTables, SourceRows, combine
from football.snapshots import SnapshotStore
from football.sync_report import SyncReport
from tests.football.fakes import FakeRegistry
from tests.football.syncing import sync
from tests.football.test_sync_kept import told

CLUBS = ("Alfa", "Bravo", "Coro", "Delta", "Echo", "Fox", "Golf", "Hotel")
HIDDEN = "Hot"
"""What football-data.co.uk calls Hotel in one season: a name that its schedule alone tells."""
STRANGE = "Xray"
REGISTRY = FakeRegistry({(club, "eng"): f"eng-{club.lower()}" for club in CLUBS})

Match = tuple[date, str, str, int, int]


@dataclass
class World:
    """Two leagues' seasons and a cup in openfootball's files, and the first division in football-data.co.uk's."""

    folder: Path
    rng: np.random.Generator
    matches: dict[str, list[Match]] = field(default_factory=dict)
    told_by_site: dict[str, list[Match]] = field(default_factory=dict)

    @classmethod
    def made(cls, folder: Path, seed: int) -> "World":
        world = cls(folder, np.random.default_rng(seed))
        for year in (2022, 2023, 2024):
            season = world.season(year)
            world.matches[f"england/{year}-{year - 1999}/1-premierleague.txt"] = season
            world.told_by_site[f"E0_{year - 2000}{year - 1999}.csv"] = [*season]
        world.matches["england/2024-25/facup.txt"] = [(date(2025, 5, 17), "Alfa", "Bravo", 1, 1)]
        world.write()
        return world

    def season(self, year: int) -> list[Match]:
        games = list(permutations(CLUBS, 2))
        order = self.rng.permutation(len(games))
        return [
            (date(year, 8, 12) + timedelta(days=4 * place), *games[game], *self.score())
            for place, game in enumerate(order)
        ]

    def score(self) -> tuple[int, int]:
        home, away = self.rng.poisson(1.4, 2).tolist()
        return home, away

    def write(self) -> None:
        for path, matches in self.matches.items():
            title = "= Final\n" if "facup" in path else ""
            lines = [f"{day:%a %b/%-d %Y}\n  {home} v {away} {h}-{a}\n" for day, home, away, h, a in matches]
            self.put(self.folder / "openfootball" / path, title + "".join(lines))
        for name, matches in self.told_by_site.items():
            rows = (
                f"E0,{day:%d/%m/%Y},{home},{away},{h},{a},{h + 5},{1.5 + h / 8:g},4,{1.5 + a / 8:g}\n"
                for day, home, away, h, a in matches
            )
            header = "Div,Date,HomeTeam,AwayTeam,FTHG,FTAG,HS,B365H,B365D,B365A\n"
            self.put(self.folder / "site" / name, header + "".join(rows))

    def put(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def change(self) -> None:
        """Something that happens to files: results come, are told otherwise, moved, called off, told twice."""
        files = self.told_by_site if self.rng.random() < 0.4 else self.matches
        name = str(self.rng.choice(sorted(files)))
        matches, kind = files[name], int(self.rng.integers(7))
        place = int(self.rng.integers(len(matches))) if matches else 0
        if kind == 0 or not matches:
            home, away = self.rng.choice(CLUBS, 2, replace=False).tolist()
            matches.append((matches[-1][0] if matches else date(2025, 1, 1), home, away, *self.score()))
        elif kind == 1:
            matches[place] = (*matches[place][:3], *self.score())
        elif kind == 2:
            matches[place] = (matches[place][0] + timedelta(days=int(self.rng.integers(1, 4))), *matches[place][1:])
        elif kind == 3:
            del matches[place]
        elif kind == 4:
            self.matches["england/2024-25/facup.txt"].append(matches[place])
        elif kind == 5:
            matches.insert(place, matches[place])
        else:
            day, home, away, h, a = matches[place]
            matches[place] = (day, away, home, h, a)


@pytest.fixture
def put_together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows of openfootball each call put together."""
    rows: list[int] = []

    def watched(of: SourceRows, *arguments: object) -> CombinedTables:
        rows.append(0 if of.openfootball is None else len(of.openfootball))
        return combine(of, *arguments)  # type: ignore[arg-type]

    for module in ("football.sync", "football.extending"):
        monkeypatch.setattr(f"{module}.combine", watched)
    return rows


def sync_both(world: World, store: SnapshotStore, *, keeping: bool = True) -> SyncReport:
    return sync(store, world.folder, world.folder / "site", registry=REGISTRY, keeping=keeping)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_any_changes_the_snapshot_and_its_report_are_those_of_putting_all_together(
    tmp_path: Path, put_together: list[int], seed: int
) -> None:
    world, store = World.made(tmp_path / "files", seed), SnapshotStore(tmp_path / "home")
    whole = sync_both(world, store).played
    extended, seen = 0, set()
    for number in range(12):
        for _ in range(int(world.rng.integers(1, 4))):
            world.change()
        world.write()
        put_together.clear()
        sync_both(world, store)
        extended += bool(put_together) and max(put_together) < whole / 2
        anew = SnapshotStore(tmp_path / f"anew-{number}")
        sync_both(world, anew, keeping=False)
        assert told(store) == told(anew)
        assert store.latest().is_whole
        seen.add(store.latest().id)
    assert extended > 4
    assert len(seen) > 8


def test_one_new_result_puts_the_matches_of_two_clubs_together(tmp_path: Path, put_together: list[int]) -> None:
    world, store = World.made(tmp_path / "files", 4), SnapshotStore(tmp_path / "home")
    sync_both(world, store)
    before = store.latest()
    world.matches["england/2024-25/1-premierleague.txt"].append((date(2025, 5, 3), "Alfa", "Bravo", 7, 0))
    world.write()
    put_together.clear()
    sync_both(world, store)
    # Three seasons home and away, and the cup; then the new one beside them.
    assert put_together == [7, 8]
    after = store.latest()
    assert {part.period for part in set(after.parts) - set(before.parts)} == {"2025"}
    assert (before.folder / "matches/2023.parquet").samefile(after.folder / "matches/2023.parquet")


def named(club: str, name: str) -> Callable[[Match], Match]:
    def rename(match: Match) -> Match:
        day, home, away, h, a = match
        return day, name if home == club else home, name if away == club else away, h, a

    return rename


@pytest.mark.parametrize("in_use", [True, False], ids=["on the day of the change", "on other days"])
def test_names_that_a_schedule_tells_are_judged_anew_when_somebody_plays_on_their_days(
    tmp_path: Path, put_together: list[int], *, in_use: bool
) -> None:
    world, store = World.made(tmp_path / "files", 5), SnapshotStore(tmp_path / "home")
    site = world.told_by_site
    site["E0_2223.csv"] = [*map(named("Hotel", HIDDEN), site["E0_2223.csv"])]
    site["E0_2223.csv"] = [*map(named("Golf", STRANGE), site["E0_2223.csv"][:3]), *site["E0_2223.csv"][3:]]
    world.write()
    report = sync_both(world, store).football_data
    assert report is not None
    assert report.recognised[f"{HIDDEN} (eng)"] == "eng-hotel"
    of_hotel = [match for match in world.matches["england/2022-23/1-premierleague.txt"] if "Hotel" in match]
    day = of_hotel[0][0] if in_use else date(2025, 6, 1)
    world.matches["england/2024-25/1-premierleague.txt"].append((day, "Hotel", of_hotel[0][2], 4, 4))
    world.write()
    put_together.clear()
    sync_both(world, store)
    assert len(put_together) == (1 if in_use else 2)
    anew = SnapshotStore(tmp_path / "anew")
    sync_both(world, anew, keeping=False)
    assert told(store) == told(anew)


def test_two_names_that_a_schedule_told_are_both_known_again(tmp_path: Path, put_together: list[int]) -> None:
    world, store = World.made(tmp_path / "files", 7), SnapshotStore(tmp_path / "home")
    for season, club, name in (("E0_2223.csv", "Hotel", HIDDEN), ("E0_2324.csv", "Golf", STRANGE)):
        world.told_by_site[season] = [*map(named(club, name), world.told_by_site[season])]
    world.write()
    report = sync_both(world, store).football_data
    assert report is not None
    assert set(report.recognised.values()) == {"eng-hotel", "eng-golf"}
    world.matches["england/2024-25/1-premierleague.txt"].append((date(2025, 6, 1), "Golf", "Hotel", 4, 4))
    world.write()
    put_together.clear()
    sync_both(world, store)
    assert put_together == [6, 7]
    anew = SnapshotStore(tmp_path / "anew")
    sync_both(world, anew, keeping=False)
    assert told(store) == told(anew)


def test_where_the_snapshot_is_not_of_what_was_kept_everything_is_put_together(
    tmp_path: Path, put_together: list[int]
) -> None:
    world, store = World.made(tmp_path / "files", 6), SnapshotStore(tmp_path / "home")
    sync_both(world, store)
    latest = store.latest()
    odd = latest.matches.assign(home_goals=latest.matches["home_goals"] + pd.array([1] * len(latest.matches), "Int16"))
    store.write(odd, replace(latest.report), latest.statistics, latest.odds, latest.conflicts)
    world.matches["england/2024-25/1-premierleague.txt"].append((date(2025, 5, 3), "Alfa", "Bravo", 7, 0))
    world.write()
    sync_both(world, store)
    anew = SnapshotStore(tmp_path / "anew")
    sync_both(world, anew, keeping=False)
    assert put_together[-2] > 100
    assert told(store) == told(anew)
