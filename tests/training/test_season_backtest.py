"""Past seasons simulated from their mid-point."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from features.inputs import Inputs
from football.competitions import load_competitions
from football.errors import InvalidValueError
from serving.outlook_request import OutlookRequest
from tests.serving import season_world
from tests.training.season_inputs import season_inputs
from tests.training.trained import CONFIG
from training.dataset import build_dataset
from training.season_backtest import FORECAST_COLUMNS, SeasonBacktestConfig, forecast, run
from training.season_reliability import SHOWN, TITLES, losses, plot, reliability, save_for_page, show
from training.workspace import Workspace

CLUBS = 400
ROOT = Path(__file__).parents[2]


def forecasts(happens: float) -> pd.DataFrame:
    """400 clubs with a chance of 0.7, of which a share was relegated, and a certain title."""
    relegated = np.arange(CLUBS) < happens * CLUBS
    common = {
        "competition_id": "nor-1",
        "season": [str(2000 + i // 16) for i in range(CLUBS)],
        "as_of": datetime(2024, 1, 1, tzinfo=UTC),
        "club_id": [f"nor-{i}" for i in range(CLUBS)],
        "fixed": 0.9,
    }
    return pd.concat(
        [
            pd.DataFrame({**common, "event": "relegated", "chance": 0.7, "happened": relegated}),
            pd.DataFrame({**common, "event": "title", "chance": 1.0, "happened": True}).iloc[:1],
        ],
        ignore_index=True,
    )[list(FORECAST_COLUMNS)]


def test_reliability_counts_by_event_and_bin() -> None:
    rows = reliability(forecasts(0.6)).to_dict("records")

    assert [(row["event"], row["from"], row["to"], row["n"]) for row in rows] == [
        ("relegated", 0.65, 0.8, 400),
        ("title", 0.99, 1.0, 1),
    ]
    assert rows[0]["mean_chance"] == pytest.approx(0.7)
    assert rows[0]["share"] == pytest.approx(0.6)
    # sqrt(0.7 * 0.3 / 400)
    assert rows[0]["standard_error"] == pytest.approx(0.0229129, abs=1e-6)
    assert rows[1]["standard_error"] == 0.0


def test_losses_are_those_of_the_chances() -> None:
    told = losses(forecasts(0.75)).set_index("event").loc["relegated"]

    assert told["clubs"] == 400
    assert told["seasons"] == 25
    # 0.75 (0.3)^2 + 0.25 (0.7)^2; -0.75 ln 0.7 - 0.25 ln 0.3, and with 0.9 for 0.7.
    assert told["brier"] == pytest.approx(0.19)
    assert told["log_loss"] == pytest.approx(0.568499, abs=1e-6)
    assert told["gain"] == pytest.approx(0.654667 - 0.568499, abs=1e-5)
    assert told["gain_standard_error"] > 0.0


def test_the_tables_and_the_picture_show_events_that_there_are(tmp_path: Path) -> None:
    console = Console(width=120, color_system=None)
    with console.capture() as seen:
        show(forecasts(0.7), console)
    plot(forecasts(0.7), tmp_path / "reliability.png")

    assert "65 to 80 %" in seen.get()
    assert "top-8" not in seen.get()
    assert (tmp_path / "reliability.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_is_told_the_reliability_of_what_it_shows(tmp_path: Path) -> None:
    save_for_page(forecasts(0.6), tmp_path / "seasons.json")

    told = json.loads((tmp_path / "seasons.json").read_text(encoding="utf-8"))
    assert (told["first"], told["last"], told["seasons"]) == ("2000", "2024", 25)
    title, relegated = told["events"]
    assert (title["event"], title["seasons"], title["clubs"]) == ("title", 1, 1)
    assert (relegated["event"], relegated["seasons"], relegated["clubs"]) == ("relegated", 25, 400)
    # 0.6 (1 - 0.7)^2 + 0.4 0.7^2
    assert relegated["brier"] == 0.25
    assert relegated["bins"] == [{"forecast": 0.7, "observed": 0.6, "standard_error": 0.02291, "count": 400}]


def test_the_documentation_and_the_page_tell_the_same_backtest() -> None:
    told = json.loads((ROOT / "serving" / "web" / "seasons.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs" / "how-it-works.md").read_text(encoding="utf-8")

    assert [one["event"] for one in told["events"]] == list(SHOWN)
    assert f"of {told['seasons']} seasons since {told['first'][:4]}" in text
    for one in told["events"]:
        row = f"| {TITLES[one['event']]} | {one['clubs']:,} | {one['brier']:.4f} | {one['log_loss']:.4f} |"
        assert row in text, row


def test_a_file_of_another_kind_is_refused_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match=r"out: got '.*seasons.txt', expected a file name that ends in .csv"):
        run(SeasonBacktestConfig(Workspace(tmp_path), out=tmp_path / "seasons.txt"))


@pytest.mark.parametrize("name", ["out", "plot", "page"])
def test_a_file_in_a_folder_that_is_not_there_is_refused_before_the_work(name: str, tmp_path: Path) -> None:
    given: dict[str, Any] = {name: tmp_path / "nowhere" / "seasons.csv"}
    config = SeasonBacktestConfig(Workspace(tmp_path), **given)
    with pytest.raises(
        InvalidValueError, match=rf"{name}: got '.*seasons.csv', expected a file in a folder that exists"
    ):
        run(config)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    """The made-up seasons of the tests of outlooks; only the Norwegian one of 2023 has ended."""
    return season_inputs(tmp_path_factory.mktemp("home"))


def test_a_season_that_has_ended_is_forecast_from_its_mid_point(inputs: Inputs, tmp_path: Path) -> None:
    dataset = build_dataset(inputs, load_competitions())
    config = SeasonBacktestConfig(Workspace(tmp_path), start=2020, seasons=100, model=CONFIG)

    table = forecast(inputs, dataset, config)

    assert list(table.columns) == list(FORECAST_COLUMNS)
    assert set(zip(table["competition_id"], table["season"], strict=True)) == {("nor-1", "2023")}
    # A match a day from 1 April: the 120th is on 29 July, and the median of 240 lies between it and the next.
    assert set(table["as_of"]) == {pd.Timestamp("2023-07-30", tz="UTC")}
    sums = table.groupby("event")[["chance", "fixed", "happened"]].sum()
    for event, places in {"title": 1, "relegation-play-off": 1, "relegated": 2}.items():
        assert sums.loc[event, :].to_numpy().tolist() == pytest.approx([places] * 3)
    final = season_world.predictor().outlooks.outlook(OutlookRequest("nor-1", "2023", seasons=1))
    champion = table[(table["event"] == "title") & table["happened"]]["club_id"].item()
    assert champion == final.clubs[0].club.id


def test_without_a_season_that_has_ended_it_says_so(inputs: Inputs, tmp_path: Path) -> None:
    config = SeasonBacktestConfig(Workspace(tmp_path), start=2024, model=CONFIG)

    with pytest.raises(InvalidValueError, match="start: got 2024, expected a year from which on the data hold whole"):
        forecast(inputs, build_dataset(inputs, load_competitions()), config)
