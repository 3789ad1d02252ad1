import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from football.errors import DownloadError
from football.sources.download import Download, DownloadOptions, download_openfootball
from football.sync_report import Progress
from tests.football.sources.server import ArchiveServer, raw_archive, serve

_FILE = "2025-26/1-premierleague.txt"
_OLD, _NEW = "Sat Aug/16\n A v B\n", "Sat Aug/16\n A v B 1-0\n"


@pytest.fixture
def server() -> Iterator[ArchiveServer]:
    with serve(ArchiveServer()) as running:
        running.offer("england", {_FILE: _OLD, "LICENSE.md": "CC0"})
        running.offer("italy", {"2025-26/1-seriea.txt": _OLD})
        yield running


def _options(server: ArchiveServer, **values: int) -> DownloadOptions:
    return DownloadOptions(
        base_url=server.base_url,
        repositories=("england", "italy"),
        timeout_seconds=5.0,
        backoff_seconds=0.0,
        **values,
    )


def _download(folder: Path, server: ArchiveServer) -> Download:
    return download_openfootball(folder, _options(server))


def _contents(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text("utf-8") for p in folder.rglob("*") if p.is_file()}


def test_archives_are_unpacked_without_their_top_folder(tmp_path: Path, server: ArchiveServer) -> None:
    result = _download(tmp_path / "made" / "anew", server)
    assert (result.fetched, result.unchanged, result.failures) == (["england", "italy"], [], {})
    assert _contents(result.folder / "england") == {_FILE: _OLD, "LICENSE.md": "CC0"}


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path, server: ArchiveServer) -> None:
    _download(tmp_path, server)
    server.offer("italy", {"2025-26/1-seriea.txt": _NEW}, etag='"2"')
    result = _download(tmp_path, server)
    assert (result.fetched, result.unchanged) == (["italy"], ["england"])
    assert server.requests["england", 304] == 1
    assert _contents(tmp_path / "italy") == {"2025-26/1-seriea.txt": _NEW}


def test_files_gone_at_the_source_go_here_too(tmp_path: Path, server: ArchiveServer) -> None:
    _download(tmp_path, server)
    server.offer("england", {"2026-27/1-premierleague.txt": _NEW}, etag='"2"')
    _download(tmp_path, server)
    assert _contents(tmp_path / "england") == {"2026-27/1-premierleague.txt": _NEW}


def test_a_copy_removed_by_hand_is_fetched_again(tmp_path: Path, server: ArchiveServer) -> None:
    _download(tmp_path, server)
    (tmp_path / "england").rename(tmp_path.parent / "elsewhere")
    assert _download(tmp_path, server).fetched == ["england"]


def test_a_server_that_stumbles_is_asked_again(tmp_path: Path, server: ArchiveServer) -> None:
    server.failures["england"] = [503, 429, 500]
    assert _download(tmp_path, server).fetched == ["england", "italy"]
    assert server.requests["england", 200] == 1


def test_one_failing_repository_keeps_its_copy_and_leaves_the_others(tmp_path: Path, server: ArchiveServer) -> None:
    _download(tmp_path, server)
    server.offer("italy", {"2025-26/1-seriea.txt": _NEW}, etag='"2"')
    server.failures["england"] = [503] * 9
    result = _download(tmp_path, server)
    assert server.requests["england", 503] == 4  # attempts
    assert result.fetched == ["italy"]
    assert list(result.failures) == ["england"]
    assert "the server answered 503 Service Unavailable" in result.failures["england"]
    assert _contents(tmp_path / "england") == {_FILE: _OLD, "LICENSE.md": "CC0"}


def test_a_repository_that_is_gone_is_asked_for_once(tmp_path: Path, server: ArchiveServer) -> None:
    del server.archives["england"]
    assert "the server answered 404 Not Found" in _download(tmp_path, server).failures["england"]
    assert server.requests["england", 404] == 1


def test_an_archive_cut_short_is_refused(tmp_path: Path, server: ArchiveServer) -> None:
    server.cut_short.add("england")
    result = _download(tmp_path, server)
    assert "no connection" in result.failures["england"]
    assert not (tmp_path / "england").exists()


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"<html>a login page</html>", "not a sound archive"),
        (raw_archive({"england-master/LICENSE.md": "CC0"}), "holds no match files"),
        (raw_archive({"england-master/../../evil.txt": "x"}), "a path outside its folder"),
        (raw_archive({"/etc/evil.txt": "x"}), "a path outside its folder"),
        (raw_archive({"england-master/..\\..\\evil.txt": "x"}), "a path outside its folder"),
        (raw_archive({"england-master/C:/evil.txt": "x"}), "a path outside its folder"),
        (raw_archive({"evil.txt": "x"}), "a path outside its folder"),
    ],
)
def test_an_archive_that_is_none_or_means_harm_is_refused_and_the_copy_stays(
    tmp_path: Path, server: ArchiveServer, body: bytes, complaint: str
) -> None:
    home = tmp_path / "home" / "downloads"
    _download(home, server)
    server.archives["england"], server.etags["england"] = body, '"2"'
    assert complaint in _download(home, server).failures["england"]
    assert _contents(home / "england") == {_FILE: _OLD, "LICENSE.md": "CC0"}
    assert not list(tmp_path.rglob("evil*"))


def test_archives_over_the_limits_are_refused(tmp_path: Path, server: ArchiveServer) -> None:
    server.offer("england", {_FILE: "x" * 10_000})  # packs to a few bytes
    result = download_openfootball(tmp_path, _options(server, max_unpacked_bytes=9_999))
    assert "unpacks to 10000 bytes, more than the 9999 allowed" in result.failures["england"]
    size = len(server.archives["england"])
    result = download_openfootball(tmp_path, _options(server, max_archive_bytes=size - 1))
    assert f"larger than {size - 1} bytes" in result.failures["england"]


def test_a_kill_between_the_two_renames_is_made_good(tmp_path: Path, server: ArchiveServer) -> None:
    _download(tmp_path, server)
    (tmp_path / "england").rename(tmp_path / ".england.previous")
    (tmp_path / "england.json").unlink()
    server.failures["england"] = [404]
    result = _download(tmp_path, server)
    assert list(result.failures) == ["england"]
    assert _contents(tmp_path / "england") == {_FILE: _OLD, "LICENSE.md": "CC0"}
    assert not (tmp_path / ".england.previous").exists()


def test_nothing_temporary_is_left_behind(tmp_path: Path, server: ArchiveServer) -> None:
    server.failures["italy"] = [404]
    _download(tmp_path, server)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["england", "england.json"]


def test_progress_tells_bytes_and_how_it_ended(tmp_path: Path, server: ArchiveServer) -> None:
    steps: list[Progress] = []
    server.failures["italy"] = [404]
    download_openfootball(tmp_path, _options(server), steps.append)
    size = len(server.archives["england"])
    assert Progress("england", "download", size, size) in steps
    assert Progress("england", "fetched", 1, 1) in steps
    assert Progress("italy", "failed", 0, None) in steps


def test_without_a_network_the_error_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:  # bound, not listening: connections are refused
        taken.bind(("127.0.0.1", 0))
        options = DownloadOptions(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}", backoff_seconds=0.0)
        with pytest.raises(DownloadError, match=r"nothing could be fetched: .*no connection.*awayday sync --from"):
            download_openfootball(tmp_path, options)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DownloadError, match="the folder for downloads cannot be made"):
        download_openfootball(tmp_path / "file")
