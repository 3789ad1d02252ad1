"""Fetches the openfootball repositories as archives over HTTPS, and only what changed since last time.

`<folder>/<repository>/` is the unpacked copy, `<folder>/<repository>.json` what the server said of it (ETag,
Last-Modified) for the next conditional request. A copy is replaced as a whole once its archive is complete and
unpacked; until then, and whatever fails, the previous copy stays.
"""

import json
import shutil
import tempfile
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

import httpx

from football.errors import DownloadError
from football.sources.fetching import TryAgainError, conditions, refuse_busy, status_text, with_retries
from football.sources.openfootball import REPOSITORIES
from football.sync_report import Progress, ProgressCallback

BASE_URL: Final = "https://github.com/openfootball"
_CHUNK: Final = 1 << 16
_AT_ONCE: Final = 4


@dataclass(frozen=True, slots=True)
class DownloadOptions:
    """How to fetch. Limits are per repository: bytes of the archive and of the files in it."""

    base_url: str = BASE_URL
    repositories: tuple[str, ...] = REPOSITORIES
    timeout_seconds: float = 30.0
    attempts: int = 4
    backoff_seconds: float = 1.0
    max_archive_bytes: int = 200 << 20
    max_unpacked_bytes: int = 1 << 30


@dataclass(slots=True)
class Download:
    """What a download did: repositories fetched anew, those unchanged at the source, and why others failed."""

    folder: Path
    fetched: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)


def download_openfootball(
    folder: Path, options: DownloadOptions | None = None, progress: ProgressCallback | None = None
) -> Download:
    """Bring the copies under `folder` up to date.

    A repository that fails keeps its previous copy and stands in `failures`; `DownloadError` if all of them fail.
    `progress` is called from several threads.
    """
    options = options or DownloadOptions()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DownloadError(f"{folder}: the folder for downloads cannot be made: {error}") from error
    result = Download(folder)
    tell = progress or (lambda _: None)
    with (
        httpx.Client(timeout=options.timeout_seconds, follow_redirects=True) as client,
        ThreadPoolExecutor(_AT_ONCE) as threads,
    ):
        fetches = {
            name: threads.submit(_Repository(folder, name, options, client, tell).fetch)
            for name in options.repositories
        }
    for name, fetch in fetches.items():
        try:
            (result.fetched if fetch.result() else result.unchanged).append(name)
        except DownloadError as error:
            result.failures[name] = str(error)
    if len(result.failures) == len(options.repositories):
        reasons = "; ".join(sorted(set(result.failures.values())))
        raise DownloadError(
            f"nothing could be fetched: {reasons}. Check the network, or read a folder you have: `awayday sync --from`"
        )
    return result


class _Repository:
    """One repository's way from the server to its folder."""

    def __init__(
        self,
        folder: Path,
        name: str,
        options: DownloadOptions,
        client: httpx.Client,
        tell: ProgressCallback,
    ) -> None:
        self._folder, self._name, self._options, self._client, self._tell = folder, name, options, client, tell
        self._url = f"{options.base_url.rstrip('/')}/{name}/archive/refs/heads/master.zip"
        self._copy = folder / name
        self._previous = folder / f".{name}.previous"
        self._facts_file = folder / f"{name}.json"

    def fetch(self) -> bool:
        """True if a new copy was stored, False if the server has nothing newer; `DownloadError` otherwise."""
        try:
            self._recover()
            with tempfile.TemporaryDirectory(prefix=f".{self._name}-", dir=self._folder) as aside:
                changed = self._fetch_into(Path(aside))
        except (httpx.HTTPError, httpx.InvalidURL, TryAgainError, OSError, zipfile.BadZipFile) as error:
            self._tell(Progress(self._name, "failed", 0, None))
            raise DownloadError(f"{self._url}: {_say(error)}") from error
        except DownloadError:
            self._tell(Progress(self._name, "failed", 0, None))
            raise
        self._tell(Progress(self._name, "fetched" if changed else "unchanged", 1, 1))
        return changed

    def _fetch_into(self, aside: Path) -> bool:
        archive = aside / "archive.zip"
        facts = with_retries(lambda: self._receive(archive), self._options.attempts, self._options.backoff_seconds)
        if facts is None:
            return False
        unpacked = aside / "unpacked"
        _unpack(archive, unpacked, self._options.max_unpacked_bytes)
        # Forget the old facts first: a kill in between means that the next sync fetches once more, no worse.
        self._facts_file.unlink(missing_ok=True)
        if self._copy.exists():
            self._copy.rename(self._previous)
        unpacked.rename(self._copy)
        shutil.rmtree(self._previous, ignore_errors=True)
        _write_facts(self._facts_file, facts)
        return True

    def _recover(self) -> None:
        """Put back the previous copy if a kill came between the two renames."""
        if self._previous.exists():
            if self._copy.exists():
                shutil.rmtree(self._previous)
            else:
                self._previous.rename(self._copy)

    def _receive(self, archive: Path) -> dict[str, str] | None:
        """Stream the archive to disk; what to send next time as conditions, or None if nothing changed."""
        with self._client.stream("GET", self._url, headers=self._conditions()) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return None
            refuse_busy(response)
            response.raise_for_status()
            announced = response.headers.get("Content-Length", "")
            total = int(announced) if announced.isdecimal() else None
            received = 0
            with archive.open("wb") as file:
                for chunk in response.iter_bytes(_CHUNK):
                    received += len(chunk)
                    if received > self._options.max_archive_bytes:
                        raise DownloadError(f"{self._url}: larger than {self._options.max_archive_bytes} bytes")
                    file.write(chunk)
                    self._tell(Progress(self._name, "download", received, total))
            return conditions(response)

    def _conditions(self) -> dict[str, str]:
        if not self._copy.is_dir():
            return {}
        try:
            stored = json.loads(self._facts_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in stored.items()} if isinstance(stored, dict) else {}


def _write_facts(path: Path, facts: dict[str, str]) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(json.dumps(facts), "utf-8")
    aside.replace(path)


def _unpack(archive: Path, target: Path, max_bytes: int) -> None:
    """Unpack a repository's archive without its one top folder; no member can leave `target` or outgrow the limit."""
    with zipfile.ZipFile(archive) as packed:
        members = [member for member in packed.infolist() if not member.is_dir()]
        size = sum(member.file_size for member in members)
        if size > max_bytes:
            raise DownloadError(f"the archive unpacks to {size} bytes, more than the {max_bytes} allowed")
        target.mkdir()
        for member in members:
            path = PurePosixPath(member.filename.replace("\\", "/"))
            inside = path.parts[1:]
            if path.is_absolute() or not inside or any(part == ".." or ":" in part for part in path.parts):
                raise DownloadError(f"the archive holds {member.filename!r}, a path outside its folder; refused")
            file = target.joinpath(*inside)
            file.parent.mkdir(parents=True, exist_ok=True)
            # zipfile itself never gives out more than the size it announced for a member.
            with packed.open(member) as source, file.open("wb") as sink:
                shutil.copyfileobj(source, sink)
    if not any(target.rglob("*.txt")):
        raise DownloadError("the archive holds no match files")


def _say(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return status_text(error.response)
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.TransportError):
        return f"no connection ({error or type(error).__name__})"
    if isinstance(error, zipfile.BadZipFile):
        return f"not a sound archive ({error})"
    return str(error)
