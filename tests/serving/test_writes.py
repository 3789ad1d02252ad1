"""Answers in one write."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import cast

from serving.writes import SMALL, GatheredWrites


class Noted:
    """A transport that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def write_eof(self) -> None:
        self.told.append("eof")

    def close(self) -> None:
        self.told.append("close")

    def is_closing(self) -> bool:
        return "close" in self.told


def told(use: Callable[[GatheredWrites], Coroutine[None, None, None]]) -> list[bytes | str]:
    noted = Noted()

    async def run() -> None:
        await use(GatheredWrites(cast(asyncio.Transport, noted), asyncio.get_running_loop()))

    asyncio.run(run())
    return noted.told


def test_head_and_body_are_one_write() -> None:
    async def use(writes: GatheredWrites) -> None:
        writes.write(b"head ")
        writes.write(b"body")
        writes.flush()
        writes.flush()

    assert told(use) == [b"head body"]


def test_what_is_not_flushed_is_written_at_the_next_turn() -> None:
    async def use(writes: GatheredWrites) -> None:
        writes.write(b"head")
        await asyncio.sleep(0)
        writes.write(b"late")
        await asyncio.sleep(0)

    assert told(use) == [b"head", b"late"]


def test_a_large_body_is_not_copied_and_keeps_its_place() -> None:
    large = bytes(SMALL + 1)

    async def use(writes: GatheredWrites) -> None:
        writes.write(b"head")
        writes.write(large)
        writes.write(b"tail")
        writes.flush()

    assert told(use) == [b"head", large, b"tail"]


def test_closing_writes_what_is_held_and_dropping_does_not() -> None:
    async def use(writes: GatheredWrites) -> None:
        writes.write(b"refused")
        writes.write_eof()
        writes.write(b"more")
        writes.close()
        assert writes._transport.is_closing()
        writes.write(b"nobody reads this")
        writes.drop()
        await asyncio.sleep(0)

    assert told(use) == [b"refused", "eof", b"more", "close"]
