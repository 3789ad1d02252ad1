"""Fetches football-data.co.uk's files over HTTPS, and only those that may have changed.

The folder mirrors the site (`mmz4281/2223/E0.csv`, `new/BRA.csv`, `fixtures.csv`). Files of seasons that are over are
fetched once; the others are asked for with the ETag and date of the copy in hand (kept in `validators.json`). A file
is replaced in one step, and only by one that is a file of the site: an error page never takes the place of data.
"""

import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import httpx

from football.errors import DownloadError, SourceError
from football.sources.fetching import TryAgainError, conditions, refuse_busy, status_text, with_retries
from football.sources.football_data_csv import read_sheet
from football.sources.football_data_files import BASE_URL, FIRST_SEASON_WITH_ODDS, SiteFile, site_files
from football.sync_report import Progress, ProgressCallback, Stage

NAME: Final = "football-data"
_VALIDATORS: Final = "validators.json"
_AT_ONCE: Final = 2
"""Few at a time: the site is one person's, and a first sync asks for some six hundred files."""


Conditions = dict[str, str]


@dataclass(frozen=True, slots=True)
class FootballDataOptions:
    """What to fetch and how. `first_season` is the year in which the first season wanted begins: by default the one
    from which on the site has statistics and odds.

    `renew_closed` also asks for seasons that are over and in hand: now and then the site corrects one.
    """

    base_url: str = BASE_URL
    first_season: int = FIRST_SEASON_WITH_ODDS
    renew_closed: bool = False
    timeout_seconds: float = 30.0
    attempts: int = 4
    backoff_seconds: float = 1.0
    max_file_bytes: int = 20 << 20


@dataclass(slots=True)
class FootballDataDownload:
    """What a download did, by path in the folder.

    `fetched` anew, `unchanged` at the site, `absent` there (a season that has not begun), and why others failed.
    """

    folder: Path
    fetched: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def download_football_data(
    folder: Path,
    today: date,
    options: FootballDataOptions | None = None,
    progress: ProgressCallback | None = None,
) -> FootballDataDownload:
    """Bring the copies under `folder` up to date with what the site has on `today`.

    A file that fails keeps its previous copy and stands in `failures`. When the site cannot be reached at all, the
    rest is not tried. `progress` is called from several threads with the number of files done.

    Raises:
        DownloadError: not one file could be fetched, or the folder cannot be written.
    """
    options = options or FootballDataOptions()
    wanted = [
        file
        for file in site_files(today, options.base_url, options.first_season)
        if options.renew_closed or not file.closed or not (folder / file.path).is_file()
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with httpx.Client(timeout=options.timeout_seconds, follow_redirects=True) as client:
            result = _Site(folder, options, client, progress or (lambda _: None), len(wanted)).fetch(wanted)
    except OSError as error:
        raise DownloadError(f"{folder}: the folder for downloads cannot be written: {error}") from error
    if len(result.failures) == len(wanted):
        reason = next(iter(result.failures.values()))
        raise DownloadError(f"nothing could be fetched from {options.base_url}: {reason}. Check the network")
    return result


class _Site:
    """The files' way from the server to the folder."""

    def __init__(
        self, folder: Path, options: FootballDataOptions, client: httpx.Client, tell: ProgressCallback, total: int
    ) -> None:
        self._folder, self._options, self._client, self._tell, self._total = folder, options, client, tell, total
        self._validators = _read_validators(folder / _VALIDATORS)
        self._unreachable = threading.Event()
        self._lock = threading.Lock()
        self._done = 0

    def fetch(self, wanted: list[SiteFile]) -> FootballDataDownload:
        result = FootballDataDownload(self._folder)
        told = {"fetched": result.fetched, "unchanged": result.unchanged, "absent": result.absent}
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            fetches = {file: threads.submit(self._fetch, file) for file in wanted}
        for file, fetch in fetches.items():
            try:
                told[fetch.result()].append(file.path)
            except DownloadError as error:
                result.failures[file.path] = str(error)
        _replace(self._folder / _VALIDATORS, json.dumps(self._validators, indent=0).encode())
        stage: Stage = "failed" if result.failures else "fetched" if result.fetched else "unchanged"
        self._tell(Progress(NAME, stage, self._total, self._total, "files"))
        return result

    def _fetch(self, file: SiteFile) -> str:
        try:
            if self._unreachable.is_set():
                raise DownloadError(f"{file.url}: not tried, the site did not answer")
            return with_retries(lambda: self._receive(file), self._options.attempts, self._options.backoff_seconds)
        except httpx.TransportError as error:
            self._unreachable.set()
            raise DownloadError(f"{file.url}: no connection ({error or type(error).__name__})") from error
        except (httpx.HTTPError, httpx.InvalidURL, TryAgainError, SourceError) as error:
            raise DownloadError(f"{file.url}: {error}") from error
        finally:
            with self._lock:
                self._done += 1
                self._tell(Progress(NAME, "download", self._done, self._total, "files"))

    def _receive(self, file: SiteFile) -> str:
        target = self._folder / file.path
        known = self._validators.get(file.path, {}) if target.is_file() else {}
        with self._client.stream("GET", file.url, headers=known) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return "unchanged"
            if response.status_code == httpx.codes.NOT_FOUND:
                return "absent"
            refuse_busy(response)
            if not response.is_success:
                raise DownloadError(f"{file.url}: {status_text(response)}")
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > self._options.max_file_bytes:
                    raise DownloadError(f"{file.url}: larger than {self._options.max_file_bytes} bytes")
            kept = conditions(response)
        read_sheet(bytes(content), file.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._lock:
            # Forget the old copy's validators first: a kill in between costs one more fetch, no worse.
            self._validators.pop(file.path, None)
        _replace(target, bytes(content))
        with self._lock:
            self._validators[file.path] = kept
        return "fetched"


def _read_validators(path: Path) -> dict[str, Conditions]:
    try:
        stored = json.loads(path.read_text("utf-8"))
        return {str(name): {str(k): str(v) for k, v in facts.items()} for name, facts in stored.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _replace(path: Path, content: bytes) -> None:
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
