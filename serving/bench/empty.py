"""What the service is measured against: an endpoint of the same framework and server that does nothing.

An async FastAPI route that takes a checked body and answers a pydantic model, as FastAPI's documentation has it; and,
as a ceiling of the load generator, a bare ASGI application.
"""

import argparse
import socket
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Asked(BaseModel):
    """As small as can be."""

    home: str
    away: str
    kickoff: str


class Answered(BaseModel):
    """As small as can be."""

    home_win: float
    draw: float
    away_win: float


app = FastAPI()


@app.post("/predict")
async def predict(asked: Asked) -> Answered:
    """Always the same."""
    return Answered(home_win=0.5, draw=0.25, away_win=0.25)


async def bare(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The least that an ASGI server can be asked for."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    head = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": b"{}"})


def main() -> int:
    """Serve at a free port, told on stderr, with the service's server settings."""
    parser = argparse.ArgumentParser(prog="python -m serving.bench.empty")
    parser.add_argument("kind", choices=["fastapi", "bare"])
    kind = parser.parse_args().kind
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    print(f"at http://127.0.0.1:{listening.getsockname()[1]} ", flush=True)
    lifespan = "auto" if kind == "fastapi" else "off"
    config = uvicorn.Config(app if kind == "fastapi" else bare, log_level="warning", lifespan=lifespan)  # type: ignore[arg-type]
    uvicorn.Server(config).run(sockets=[listening])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
