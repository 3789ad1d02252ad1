"""A load generator: keep-alive connections over plain sockets, in a process of its own.

    python -m serving.bench.load --port 8000 --path /v1/predictions --seconds 2 --connections 8 < bodies

Reads one JSON body a line and sends them in turn; each connection sends its next request when the last is answered.
Writes one JSON document: requests, seconds, the latencies' percentiles in milliseconds, and answers that were not 200.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from typing import cast

import uvloop


class Connection(asyncio.Protocol):
    """One keep-alive connection; it sends requests until the deadline."""

    def __init__(self, requests: Sequence[bytes], start: int, deadline: float, latencies: list[float]) -> None:
        self._requests = cycle([*requests[start:], *requests[:start]])
        self._deadline = deadline
        self._latencies = latencies
        self._received = bytearray()
        self._wanted: int | None = None
        self.failures = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Take note of a complete answer, and send the next request."""
        self._received += data
        if self._wanted is None:
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._received[:end].lower()
            at = head.index(b"content-length:") + 15
            self._wanted = end + 4 + int(head[at : head.find(b"\r\n", at) if b"\r\n" in head[at:] else len(head)])
            if not head.startswith(b"http/1.1 200"):
                self.failures += 1
        if len(self._received) < self._wanted:
            return
        now = time.perf_counter()
        self._latencies.append(now - self._sent_at)
        self._received.clear()
        self._wanted = None
        if now < self._deadline:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        """Done, or the server closed the connection: what is measured then is not what was asked."""
        if error is not None or time.perf_counter() < self._deadline:
            self.failures += 1
        if not self.done.done():
            self.done.set_result(None)


async def measure(
    host: str, port: int, path: str, bodies: Sequence[bytes], seconds: float, connections: int
) -> dict[str, float]:
    """Send requests for some seconds; see the module."""
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\nContent-Length: "
    requests = [head.encode() + str(len(body)).encode() + b"\r\n\r\n" + body for body in bodies]
    loop, latencies = asyncio.get_running_loop(), list[float]()
    began = time.perf_counter()
    starts = [i * len(requests) // connections for i in range(connections)]
    made = [
        await loop.create_connection(partial(Connection, requests, start, began + seconds, latencies), host, port)
        for start in starts
    ]
    await asyncio.gather(*(connection.done for _, connection in made))
    took = time.perf_counter() - began
    latencies.sort()

    def percentile(share: float) -> float:
        return 1e3 * latencies[min(int(share * len(latencies)), len(latencies) - 1)]

    return {
        "requests": len(latencies),
        "seconds": took,
        "p50_ms": percentile(0.5),
        "p99_ms": percentile(0.99),
        "failures": sum(connection.failures for _, connection in made),
    }


def main() -> int:
    """Measure and write the figures."""
    parser = argparse.ArgumentParser(prog="python -m serving.bench.load")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--connections", type=int, default=8)
    args = parser.parse_args()
    bodies = [line for line in sys.stdin.buffer.read().splitlines() if line]
    measured = measure(args.host, args.port, args.path, bodies, args.seconds, args.connections)
    # Faster than the servers that it loads, which run in it, too.
    print(json.dumps(uvloop.run(measured)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
