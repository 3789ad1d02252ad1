"""Print the parts of a lock file that pin the packages of given names, with their hashes.

    python pick_requirements.py requirements.lock NAME...

Needs nothing but Python: an image is built by it before anything is installed. The exit code is 1 where a name is not
in the lock.
"""

import re
import sys
from pathlib import Path


def pick(lock: str, names: list[str]) -> str:
    """The blocks of `names`, in the lock's order; `KeyError` with those that it does not have."""
    blocks = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    # A package has several where Pythons need different versions of it.
    found = [(block.partition("==")[0], block) for block in blocks if "==" in block]
    missing = sorted(set(names) - {name for name, _ in found})
    if missing:
        raise KeyError(", ".join(missing))
    return "".join(block for name, block in found if name in names)


def main(arguments: list[str]) -> int:
    """The command."""
    path, *names = arguments
    try:
        sys.stdout.write(pick(Path(path).read_text(encoding="utf-8"), names))
    except KeyError as error:
        print(f"error: not in {path}: {error.args[0]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
