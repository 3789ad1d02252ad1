"""The page's files, read once: what each is, its media type, and one name for all of them together.

The files are served below a path that has this name in it, a digest of their contents. A browser may keep such an
address for good; a newer version of the page has another, and its modules, which load each other by relative paths,
can never be mixed with older ones.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

INDEX: Final = "index.html"
PLACEHOLDER: Final = b"{{web}}"
"""Where the index names the folder of the others."""

MEDIA_TYPES: Final[Mapping[str, str]] = {
    "css": "text/css",
    "html": "text/html",
    "js": "text/javascript",
    "json": "application/json",
    "svg": "image/svg+xml",
}
"""By suffix; files of any other are not served."""


@dataclass(frozen=True)
class PageFiles:
    """`index` is the page itself, `others` its files by path within the folder, `version` their digest."""

    version: str
    index: bytes
    others: Mapping[str, bytes]

    @classmethod
    def of(cls, contents: Mapping[str, bytes]) -> "PageFiles":
        """From the contents of all files by path, among them `index.html`."""
        digest = blake2b(digest_size=8)
        for path in sorted(contents):
            digest.update(path.encode() + b"\0" + blake2b(contents[path]).digest())
        version = digest.hexdigest()
        others = {path: content for path, content in contents.items() if path != INDEX}
        return cls(version, contents[INDEX].replace(PLACEHOLDER, f"web/{version}".encode()), others)


@cache
def page_files() -> PageFiles:
    """Those that come with the package."""
    return PageFiles.of(dict(_read(files("serving").joinpath("web"), "")))


def media_type(path: str) -> str:
    """The media type of a file that is served."""
    return MEDIA_TYPES[_suffix(path)]


def _read(folder: Traversable, above: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _read(entry, f"{above}{entry.name}/")
        elif _suffix(entry.name) in MEDIA_TYPES:
            yield above + entry.name, entry.read_bytes()


def _suffix(path: str) -> str:
    return path.rpartition(".")[2]
