"""The download of football-data.co.uk's files, against a server on this machine."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from football.errors import DownloadError
from football.sources.football_data import read_football_data
from football.sources.football_data_download import FootballDataOptions, download_football_data
from football.sources.football_data_files import season_of_path, site_files
from football.sync_report import Progress
from tests.football.fakes import FakeRegistry

TODAY = date(2023, 5, 30)
E0 = "/mmz4281/2223/E0.csv"
OLD = "/mmz4281/2122/E0.csv"
TEXT = b"Div,Date,HomeTeam,AwayTeam,FTHG,FTAG\nE0,28/05/23,A,B,1,0\n"
OLD_TEXT = TEXT.replace(b"28/05/23", b"14/08/21")


@dataclass
class Site:
    """What the server answers and was asked: `pages` by path; `statuses` are answered first, one a request."""

    pages: dict[str, bytes]
    statuses: dict[str, list[int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    conditions: dict[str, str | None] = field(default_factory=dict)
    url: str = ""

    def options(self, **changes: bool | int) -> FootballDataOptions:
        return FootballDataOptions(base_url=self.url, first_season=2021, backoff_seconds=0.0, **changes)  # type: ignore[arg-type]  # only limits and flags


@pytest.fixture
def site() -> Iterator[Site]:
    state = Site({E0: TEXT, OLD: OLD_TEXT})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name http.server looks for
            state.asked.append(self.path)
            state.conditions[self.path] = self.headers.get("If-None-Match")
            page = state.pages.get(self.path)
            tag = f'"{hash(page)}"'
            pending = state.statuses.get(self.path)
            if pending:
                status = pending.pop(0)
            elif page is None:
                status = 404
            else:
                status = 304 if self.headers.get("If-None-Match") == tag else 200
            body = page if status == 200 and page is not None else b""
            self.send_response(status)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_port}/"
        yield state
        server.shutdown()
        thread.join()


def test_every_file_of_the_site_is_asked_for_and_what_it_has_is_stored(site: Site, tmp_path: Path) -> None:
    steps: list[Progress] = []
    done = download_football_data(tmp_path, TODAY, site.options(), steps.append)
    assert sorted(done.fetched) == ["mmz4281/2122/E0.csv", "mmz4281/2223/E0.csv"]
    assert not done.failures
    assert len(site.asked) == len(site_files(TODAY, first_season=2021)) == len(set(site.asked))
    assert len(done.absent) == len(site.asked) - 2
    assert steps[-1] == Progress("football-data", "fetched", len(site.asked), len(site.asked), "files")
    assert (tmp_path / "mmz4281/2223/E0.csv").read_bytes() == TEXT
    assert read_football_data(tmp_path, FakeRegistry()).report.played == 2


def test_a_season_that_is_over_is_not_asked_for_again_and_the_current_one_conditionally(
    site: Site, tmp_path: Path
) -> None:
    download_football_data(tmp_path, TODAY, site.options())
    site.asked.clear()
    again = download_football_data(tmp_path, TODAY, site.options())
    assert again.unchanged == ["mmz4281/2223/E0.csv"]
    assert OLD not in site.asked
    site.pages[E0] = TEXT + b"E0,28/05/23,C,D,2,0\n"
    assert download_football_data(tmp_path, TODAY, site.options()).fetched == ["mmz4281/2223/E0.csv"]
    assert (tmp_path / "mmz4281/2223/E0.csv").read_bytes() == site.pages[E0]
    assert OLD in download_and_list(site, tmp_path, renew_closed=True)


def download_and_list(site: Site, folder: Path, **changes: bool | int) -> list[str]:
    site.asked.clear()
    download_football_data(folder, TODAY, site.options(**changes))
    return site.asked


def test_a_copy_that_was_deleted_is_fetched_without_conditions(site: Site, tmp_path: Path) -> None:
    download_football_data(tmp_path, TODAY, site.options())
    (tmp_path / "mmz4281/2223/E0.csv").unlink()
    assert download_football_data(tmp_path, TODAY, site.options()).fetched == ["mmz4281/2223/E0.csv"]
    assert site.conditions[E0] is None


def test_a_server_that_is_busy_is_asked_again(site: Site, tmp_path: Path) -> None:
    site.statuses[E0] = [503, 429]
    done = download_football_data(tmp_path, TODAY, site.options())
    assert "mmz4281/2223/E0.csv" in done.fetched
    assert site.asked.count(E0) == 3


def test_a_file_that_fails_keeps_its_copy_and_is_told(site: Site, tmp_path: Path) -> None:
    download_football_data(tmp_path, TODAY, site.options())
    site.pages[E0] = b"<html>Sorry</html>"
    done = download_football_data(tmp_path, TODAY, site.options())
    assert list(done.failures) == ["mmz4281/2223/E0.csv"]
    assert "header lacks Div or Country" in done.failures["mmz4281/2223/E0.csv"]
    assert (tmp_path / "mmz4281/2223/E0.csv").read_bytes() == TEXT
    site.statuses[E0] = [403]
    assert "answered 403" in download_football_data(tmp_path, TODAY, site.options()).failures["mmz4281/2223/E0.csv"]


def test_seasons_begin_where_statistics_and_odds_do() -> None:
    assert FootballDataOptions().first_season == 2000


def test_a_file_larger_than_the_limit_is_refused(site: Site, tmp_path: Path) -> None:
    done = download_football_data(tmp_path, TODAY, site.options(max_file_bytes=20))
    assert "larger than 20 bytes" in done.failures["mmz4281/2223/E0.csv"]
    assert not (tmp_path / "mmz4281/2223/E0.csv").exists()


def test_a_site_that_does_not_answer_is_given_up_soon(tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        port = server.server_port  # nobody listens once the block is left
    options = FootballDataOptions(base_url=f"http://127.0.0.1:{port}", attempts=2, backoff_seconds=0.0)
    with pytest.raises(DownloadError, match=r"nothing could be fetched from http://127\.0\.0\.1"):
        download_football_data(tmp_path, TODAY, options)


def test_site_files_follow_the_seasons_of_each_division() -> None:
    files = {file.path: file for file in site_files(date(2023, 7, 1), "https://example.org/")}
    assert files["mmz4281/9900/E0.csv"].url == "https://example.org/mmz4281/9900/E0.csv"
    assert files["mmz4281/9900/E0.csv"].closed
    assert not files["mmz4281/2324/E0.csv"].closed
    assert "mmz4281/0405/EC.csv" not in files
    assert "mmz4281/0506/EC.csv" in files
    assert not files["new/SWZ.csv"].closed
    assert {"fixtures.csv", "new_league_fixtures.csv"} <= files.keys()
    assert "mmz4281/2324/E0.csv" not in {file.path for file in site_files(date(2023, 6, 30))}


@pytest.mark.parametrize(
    ("path", "season"),
    [
        ("mmz4281/9900/SC3.csv", 1999),
        ("2223/E0.csv", 2022),
        ("data/E0_0001.csv", 2000),
        ("E0_2224.csv", None),
        ("X7_2223.csv", None),
        ("fixtures.csv", None),
    ],
)
def test_the_season_of_a_file_is_in_its_path(path: str, season: int | None) -> None:
    assert season_of_path(path) == season
