"""`awayday serve`: the HTTP service."""

import functools
import math
import socket
from contextlib import ExitStack
from typing import Annotated

import typer

from awayday.settings import Settings
from football.errors import InvalidValueError


def serve(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Address to listen at: AWAYDAY_HOST or 127.0.0.1 if not given; 0.0.0.0 for all.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port: AWAYDAY_PORT or 8000 if not given; 0 for a free one.")
    ] = None,
) -> None:
    """Serve predictions over HTTP until interrupted.

    POST /v1/predictions answers a match, GET /v1/clubs?q= finds clubs, GET /v1/model tells which model answers,
    /health/ready whether it can; / is a page for people, /openapi.json the description for programs.
    """
    settings: Settings = context.obj
    # Bound first: a port that is taken shows at once, and in one line.
    bound = _bind(host or settings.host, settings.port if port is None else port)
    from importlib.metadata import version

    import uvicorn

    from awayday.logs import configure_logging
    from serving.app import create_app
    from serving.loading import load_predictor, renewal_of
    from serving.protocol import GuardedProtocol
    from serving.store import Store
    from serving.warming import warm_up_later

    configure_logging(settings.log_level, libraries=True)
    options = settings.service
    home, tracking_uri = settings.home, settings.tracking_uri
    app = create_app(
        # Without the database: the store reads the absences, and hands them to each predictor.
        functools.partial(load_predictor, home, tracking_uri=tracking_uri),
        renewal=renewal_of(home, tracking_uri=tracking_uri),
        store=Store(settings.database_url, home, log_days=options.log_days),
        options=options,
        version=version("awayday"),
    )
    config = uvicorn.Config(
        app,
        http=GuardedProtocol,
        ws="none",
        log_config=None,  # its lines go where ours go
        log_level=settings.log_level,
        access_log=False,  # ours has the request's id
        server_header=False,
        proxy_headers=False,  # nothing asks who the client is
        timeout_graceful_shutdown=math.ceil(options.shutdown_seconds),
    )
    name, at = bound.getsockname()[:2]
    address = f"http://{f'[{name}]' if ':' in name else name}:{at}"

    class Server(uvicorn.Server):
        """Says where it is once it can be asked."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            try:
                await super().startup(sockets)
                # Once more: uvloop passes over it when somebody else was faster.
                bound.listen(config.backlog)
            except OSError as error:
                await self.lifespan.shutdown()
                raise _refused(str(name), at, error) from error
            if self.started:
                typer.echo(f"Awayday at {address} (Ctrl-C ends it)", err=True)

    warm_up_later()
    with bound:
        Server(config).run(sockets=[bound])


def _bind(host: str, port: int) -> socket.socket:
    """A socket that does not listen yet: uvicorn lets it, once the model is loaded.

    Until then connections are refused, and a proxy asks another replica.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with ExitStack() as unless_bound:
            bound = unless_bound.enter_context(socket.socket(family, socket.SOCK_STREAM))
            # Without it a port is taken for a minute after a service with clients has ended there.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            # asyncio does it for sockets of its own only; without it answers wait 40 ms for the client's delayed ACK.
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            bound.bind(address)
            unless_bound.pop_all()
        return bound
    except OSError as error:
        raise _refused(host, port, error) from error


def _refused(host: str, port: int, error: OSError) -> InvalidValueError:
    reason = error.strerror or error
    return InvalidValueError(
        "host and port", f"{host}:{port}", f"an address to listen at ({reason}); try --port 0 for a free port"
    )
