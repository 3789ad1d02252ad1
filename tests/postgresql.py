"""A PostgreSQL cluster for the tests alone, from the system's binaries, thrown away at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

REQUIRED = "AWAYDAY_TEST_POSTGRESQL"
"""Set to `required` where a missing PostgreSQL is to fail the tests, not to skip them."""


def binaries() -> Path | None:
    """Folder of `initdb` and `pg_ctl`; Debian keeps them off the path."""
    on_path = shutil.which("initdb")
    if on_path is not None:
        return Path(on_path).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


@dataclass
class Cluster:
    """A running cluster that listens on a socket in `folder` only."""

    folder: Path
    tools: Path
    user: str | None

    def new_database(self) -> str:
        """URL of a new, empty schema, which looks like a database of its own and is made in a fraction of the time."""
        import psycopg

        name = f"test_{uuid4().hex[:12]}"
        with psycopg.connect(host=str(self.folder), user="awayday", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"postgresql://awayday@/postgres?host={self.folder}&options=-csearch_path%3D{name}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        # Nothing here has to outlive a crash of the machine, and the disk is the slow part.
        options = f"-k {self.folder} -c listen_addresses= -c fsync=off -c full_page_writes=off"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-o", options, "start"
        )

    def stop(self, mode: Literal["immediate", "fast"] = "immediate") -> None:
        """Stop at once, as a crash would, or `fast`, as an operator would: what was committed is there afterwards."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")

    def stop_if_running(self) -> None:
        """`stop`, wherever a test broke off."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.stop()

    def _run(self, tool: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.tools / tool, *arguments],
            user=self.user,
            cwd=self.folder,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            # Not pipes: the server would inherit them and keep them open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(f"{tool} failed: {log.read_text() if log.exists() else 'no log'}")

    def make(self) -> None:
        """Make the cluster's files."""
        data, encoding = str(self.folder / "data"), ("-E", "UTF8", "--locale=C.UTF-8")
        self._run("initdb", "-D", data, "-U", "awayday", "-A", "trust", "-N", *encoding)


@contextmanager
def running_cluster(tools: Path) -> Iterator[Cluster]:
    """A cluster for as long as it is wanted; its server refuses root, so root starts it as `postgres` (or `nobody`)."""
    # Not below pytest's own folders: only their owner may enter those. Short, for a socket's path is.
    folder = Path(tempfile.mkdtemp(prefix="awayday-pg-", dir="/tmp"))
    cluster = Cluster(folder, tools, _other_user())
    try:
        if cluster.user is not None:
            shutil.chown(folder, cluster.user)
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _other_user() -> str | None:
    if os.geteuid() != 0:
        return None
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
