"""A local HTTP server that plays the archive host: zips made on the fly, and every way to fail."""

import io
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def archive(repository: str, files: Mapping[str, str]) -> bytes:
    """A repository's archive as the host makes it: one top folder `<repository>-master`."""
    return raw_archive({f"{repository}-master/{path}": text for path, text in files.items()})


def raw_archive(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, text in files.items():
            packed.writestr(path, text)
    return buffer.getvalue()


@dataclass
class ArchiveServer:
    """`archives` by repository, with their ETags, and plain `pages` by path (`new/BRA.csv`).

    `failures`: statuses to answer first, one a request, by repository or path.
    """

    pages: dict[str, str] = field(default_factory=dict)
    archives: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    failures: dict[str, list[int]] = field(default_factory=dict)
    cut_short: set[str] = field(default_factory=set)
    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    base_url: str = ""

    def offer(self, repository: str, files: Mapping[str, str], etag: str = '"1"') -> None:
        self.archives[repository] = archive(repository, files)
        self.etags[repository] = etag

    def answer(self, path: str, known_etag: str | None) -> tuple[int, bytes, dict[str, str]]:
        repository = path.split("/")[1]
        waiting = self.failures.get(repository) or self.failures.get(path[1:])
        if waiting:
            return waiting.pop(0), b"", {}
        if path[1:] in self.pages:
            return 200, self.pages[path[1:]].encode(), {}
        if path != f"/{repository}/archive/refs/heads/master.zip" or repository not in self.archives:
            return 404, b"", {}
        etag = self.etags[repository]
        if known_etag == etag:
            return 304, b"", {}
        return 200, self.archives[repository], {"ETag": etag, "Last-Modified": "Sun, 01 Feb 2026 00:00:00 GMT"}


@contextmanager
def serve(server: ArchiveServer) -> Iterator[ArchiveServer]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, body, headers = server.answer(self.path, self.headers.get("If-None-Match"))
            repository = self.path.split("/")[1]
            server.requests[repository, status] += 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            if repository in server.cut_short:
                self.send_header("Connection", "close")
                body = body[: len(body) // 2]
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.base_url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
