"""Files of Football.TXT as they were read, kept by their content: a sync reads those that changed, not all of them."""

import os
from contextlib import suppress
from hashlib import blake2b
from importlib import resources
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from football.sources.football_txt import ParsedFile, parse_football_txt
from football.sources.football_txt_dates import Season

_READER: Final = ("football_txt.py", "football_txt_dates.py", "football_txt_scores.py")
_PARSED: Final = TypeAdapter(ParsedFile)


class ParsedFiles:
    """Reads a file's text, or takes what it said when the same text was read before.

    What is kept is of the same text, season and reader: a change of the reader's code reads all files anew, and so does
    a damaged entry its own. What cannot be written is not kept.

    Args:
        folder: where it is kept, a file each; made when the first is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._asked: set[str] = set()
        own = resources.files("football.sources")
        self._reader = b"".join((own / name).read_bytes() for name in _READER)

    def parsed(self, text: str, season: Season) -> ParsedFile:
        """As `parse_football_txt`."""
        name = self._name(text, season)
        self._asked.add(name)
        path = self._folder / name
        try:
            return _PARSED.validate_json(path.read_bytes())
        except (OSError, ValidationError):
            parsed = parse_football_txt(text, season)
            self._keep(path, parsed)
            return parsed

    def forget_others(self) -> None:
        """Delete what nobody has asked for since this was made: older texts, and files that are gone."""
        with suppress(OSError):  # what cannot be deleted stays until the next time
            for path in self._folder.glob("*.json"):
                if path.name not in self._asked:
                    path.unlink(missing_ok=True)

    def _name(self, text: str, season: Season) -> str:
        digest = blake2b(self._reader, digest_size=16)
        for part in (season.name, text):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big") + encoded)
        return f"{digest.hexdigest()}.json"

    def _keep(self, path: Path, parsed: ParsedFile) -> None:
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_PARSED.dump_json(parsed, exclude_defaults=True))
            partial.replace(path)
        except OSError:
            with suppress(OSError):
                partial.unlink()
