"""Measure the service: `python -m serving.bench` (`make bench-serving`).

The service and an empty FastAPI endpoint run side by side, each in its own process, and take turns under the same load,
round by round: what counts is their ratio. MLflow and BentoML serve the same model, features given. Then start-up, a
large batch, the predictor in this process, and memory before and after many requests.
"""

import argparse
import json
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from serving.bench import others
from serving.bench.servers import BenchError, Server, post, python, serve
from serving.loading import load_predictor
from serving.request_schemas import PredictionRequest
from serving.warming import warm_up

PREDICT: Final = "/v1/predictions"
BATCH: Final = "/v1/predictions/batch"
CONNECTIONS: Final = 8
CLUBS: Final = (
    *("Kairat", "Real Madrid", "Barcelona", "Arsenal", "Chelsea", "Bayern Munich", "Inter", "Paris Saint-Germain"),
    *("Benfica", "Ajax", "Celtic", "Juventus", "Liverpool", "AC Milan", "FC Porto"),
)
PAIRS: Final = tuple((home, away) for home in CLUBS for away in CLUBS if home != away)

ROUND_DAYS: Final = 100
"""Days of the questions of one round, 21,000 of them: more than it can ask."""

HEADINGS: Final = ("per s", "p50 ms", "p99 ms", "our share", "our p99")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m serving.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="AWAYDAY_HOME to serve; an empty one if not given")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each server (7)")
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds a round (2)")
    parser.add_argument("--soak", type=int, default=100_000, help="requests between the two looks at memory (100000)")
    parser.add_argument("--fixtures", type=int, default=10_000, help="fixtures of the batch (10000)")
    parser.add_argument("--no-install", action="store_true", help="leave BentoML out where it is not installed")
    args = parser.parse_args(arguments)
    # Ended from outside, too, it stops the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with TemporaryDirectory() as folder, ExitStack() as running:
        home: Path = (args.home or Path(folder) / "home").absolute()
        first = max(datetime.now(UTC), load_predictor(home).data_cut) + timedelta(days=1)
        bodies = requests(first)
        in_process(home, bodies, args.fixtures)
        environment = {"AWAYDAY_HOME": str(home), "AWAYDAY_LOG_LEVEL": "warning"}
        command = python("-m", "awayday", "serve", "--port", "0")
        starts = []
        for _ in range(3):
            with serve("awayday", command, PREDICT, bodies[0], environment=environment) as server:
                starts.append(server.first_answer_s)
        show("from `awayday serve` to the first answer, best of 3", f"{min(starts):.2f} s")
        ours = running.enter_context(serve("awayday", command, PREDICT, bodies[0], environment=environment))
        empty = running.enter_context(
            serve("empty", python("-m", "serving.bench.empty", "fastapi"), "/predict", bodies[0])
        )
        bare = running.enter_context(serve("bare", python("-m", "serving.bench.empty", "bare"), "/", b"{}"))
        measured = {
            "awayday": Contender(ours, PREDICT, always(bodies)),
            "awayday, no question twice": Contender(ours, PREDICT, lambda number: never_asked(first, number)),
            "empty FastAPI endpoint": Contender(empty, "/predict", always(bodies)),
            "bare ASGI (what the load generator can do)": Contender(bare, "/", always([b"{}"])),
        }
        for other in others.available(home, Path(folder), install=not args.no_install):
            try:
                server = running.enter_context(other.start())
                measured[other.name] = Contender(server, other.path, always([other.body]))
            except BenchError as error:
                show(other.name, str(error))
        compare(measured, args.rounds, args.seconds)
        batch(ours, bodies, args.fixtures)
        memory(ours, [always(bodies), lambda number: never_asked(first, args.rounds + number)], args.soak)
    return 0


def requests(first: datetime) -> list[bytes]:
    """Bodies of single requests: every pair of some clubs, on the first days."""
    return [
        json.dumps({"home": h, "away": a, "kickoff": (first + timedelta(days=i % 5)).isoformat()}).encode()
        for i, (h, a) in enumerate(PAIRS)
    ]


def always(bodies: Sequence[bytes]) -> Callable[[int], Sequence[bytes]]:
    """The same bodies in each round."""
    return lambda _: bodies


def never_asked(first: datetime, number: int) -> list[bytes]:
    """Bodies of single requests for one round, none of which stands in another's: the same pairs on other days."""
    days = range((number + 1) * ROUND_DAYS, (number + 2) * ROUND_DAYS)
    return [
        json.dumps({"home": h, "away": a, "kickoff": (first + timedelta(days=day)).isoformat()}).encode()
        for day in days
        for h, a in PAIRS
    ]


def in_process(home: Path, bodies: Sequence[bytes], fixtures: int) -> None:
    """The predictor without HTTP: one by one, and many at once."""
    predictor = load_predictor(home)
    warm_up()
    asked = [PredictionRequest.model_validate_json(body) for body in bodies]

    def timed(later: timedelta) -> float:
        times = []
        for round_ in range(20):
            for request in asked:
                other = request.model_copy(update={"kickoff": request.kickoff + round_ * later})
                began = time.perf_counter()
                predictor.predict_json(other)
                times.append(time.perf_counter() - began)
        return statistics.median(times)

    first, again = timed(timedelta(days=7)), timed(timedelta(0))
    show(
        "one prediction in process, features included", f"{1e6 * first:.0f} µs median; {1e6 * again:.0f} µs asked again"
    )
    many = (asked * (fixtures // len(asked) + 1))[:fixtures]
    predictor.predict_many(many)
    best = min(_timed(lambda: predictor.predict_many(many)) for _ in range(3))
    show(f"{fixtures:,} predictions at once in process", f"{fixtures / best:,.0f} a second")


@dataclass(frozen=True)
class Contender:
    """A server, the path that it is asked at, and the bodies of each round."""

    server: Server
    path: str
    bodies: Callable[[int], Sequence[bytes]]


def compare(measured: Mapping[str, Contender], rounds: int, seconds: float) -> None:
    """Rounds of load on each in turn; prints medians, and ratios of the same round."""
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in measured}
    for contender in measured.values():
        load(contender.server, contender.path, contender.bodies(0), seconds=0.5)
    for number in range(1, rounds + 1):
        for name, contender in measured.items():
            bodies = contender.bodies(number)
            figures[name].append(load(contender.server, contender.path, bodies, seconds=seconds))
    what = f"{CONNECTIONS} keep-alive connections, one worker"
    print(f"\n{what:<46}" + "".join(f"{heading:>10}" for heading in HEADINGS))
    ours = figures["awayday"]
    for name, found in figures.items():
        if any(one["failures"] for one in found):
            raise BenchError(f"{name}: {sum(one['failures'] for one in found):.0f} answers were not 200")
        rate = statistics.median(_rate(one) for one in found)
        p50, p99 = (statistics.median(one[key] for one in found) for key in ("p50_ms", "p99_ms"))
        share = statistics.median(_rate(mine) / _rate(one) for mine, one in zip(ours, found, strict=True))
        tail = statistics.median(mine["p99_ms"] / one["p99_ms"] for mine, one in zip(ours, found, strict=True))
        print(f"{name:<46}{rate:>10,.0f}{p50:>10.2f}{p99:>10.2f}{share:>9.2f}x{tail:>9.2f}x")
    print()


def load(server: Server, path: str, bodies: Sequence[bytes], *, seconds: float) -> dict[str, float]:
    """One round of load from a process of its own."""
    command = python("-m", "serving.bench.load", "--port", str(server.port), "--path", path)
    command += ["--seconds", str(seconds), "--connections", str(CONNECTIONS)]
    done = subprocess.run(command, input=b"\n".join(bodies), capture_output=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def batch(server: Server, bodies: Sequence[bytes], fixtures: int) -> None:
    """Many fixtures in one request."""
    rows = [json.loads(body) for body in ([*bodies] * (fixtures // len(bodies) + 1))[:fixtures]]
    body = json.dumps({"fixtures": rows}).encode()
    post(server.port, BATCH, body)
    best = min(_timed(lambda: post(server.port, BATCH, body)) for _ in range(3))
    show(f"{fixtures:,} predictions in one request", f"{best:.2f} s")


def memory(server: Server, kinds: Sequence[Callable[[int], Sequence[bytes]]], soak: int) -> None:
    """Memory of the service before and after many requests, of each kind in turn."""
    before = server.resident_mb()
    sent = 0.0
    for number in count():
        if sent >= soak:
            break
        sent += load(server, PREDICT, kinds[number % len(kinds)](number), seconds=5.0)["requests"]
    after, own = server.resident_mb(), server.own_mb()
    if before is None or after is None or own is None:
        show("memory of the worker", "this system does not say")
    else:
        figures = f"{before:.0f} MB, {after:.0f} MB ({own:.0f} MB not mapped from files)"
        show(f"memory of the worker, then after {sent:,.0f} requests", figures)


def show(what: str, figure: str) -> None:
    """One line."""
    print(f"{what:<62}{figure}", flush=True)


def _rate(figures: dict[str, float]) -> float:
    return figures["requests"] / figures["seconds"]


def _timed(work: object) -> float:
    assert callable(work)
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from None
