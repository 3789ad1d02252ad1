"""The command line: settings are read here once, errors become one line, and each command does one thing.

Exit codes: 0 done; 1 failed, the reason is on stderr; 2 a command, option or value is not as expected; 130 interrupted.
"""

import os
import sys
from typing import Annotated, NoReturn

import typer

from awayday import service_settings
from awayday.commands import (
    absences,
    backtest,
    clubs,
    effects,
    predict,
    promote,
    score,
    serve,
    simulate,
    sync,
    track_record,
    train,
    tune,
)
from awayday.commands.options import flowing
from awayday.settings import Settings
from football.errors import AwaydayError, InvalidValueError, UnclearClubError

_EPILOG = """
Start with `awayday sync`, `awayday train`, `awayday promote`, and `awayday predict Kairat "Real Madrid" --kickoff
2026-09-30T16:45Z`. Without the first three an embedded model answers.

Variables: AWAYDAY_HOME (where everything is kept), AWAYDAY_HOST and AWAYDAY_PORT (where the service listens),
AWAYDAY_DATABASE_URL (absences and the log of predictions; SQLite in the home folder by default), MLFLOW_TRACKING_URI
(runs and models; in the home folder by default), AWAYDAY_LOG_LEVEL (debug, info, warning, error); `awayday serve
--help` has those of the service.

Exit codes: 0 done; 1 failed, the reason is on stderr; 2 a command, option or value is not as expected; 130 interrupted.
"""

app = typer.Typer(
    name="awayday",
    help="How likely is each result of a football match, and why: form, travel, rest and injuries, across leagues.",
    epilog=flowing(_EPILOG),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS = (
    sync.sync,
    train.train,
    promote.promote,
    tune.tune,
    backtest.backtest,
    score.score,
    effects.effects,
    predict.predict,
    simulate.simulate,
    serve.serve,
    clubs.clubs,
    track_record.track_record,
)
_EPILOGS = {"serve": service_settings.help_text()}
for _command in _COMMANDS:
    name, epilog = _command.__name__.replace("_", "-"), _EPILOGS.get(_command.__name__)
    app.command(name, help=flowing(_command.__doc__), epilog=epilog)(_command)
app.add_typer(absences.app)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"awayday {version('awayday')}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = Settings.from_environment(os.environ)


def main() -> NoReturn:
    """Run the command that the process was started with, and end the process with its exit code."""
    try:
        app(prog_name="awayday")
    except InvalidValueError as error:
        _fail(error, 2)
    except AwaydayError as error:
        _fail(error, 1)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in (
            "awayday",
            "football",
            "features",
            "training",
            "serving",
        ):
            raise
        _fail(f"this needs the package {error.name}, which is not installed: pip install 'awayday[training]'", 1)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else error, 1)
    raise AssertionError("a command line application ends the process itself")


def _fail(reason: object, code: int) -> NoReturn:
    print(f"error: {reason}", file=sys.stderr)
    if isinstance(reason, UnclearClubError):
        _print_candidates(reason)
    sys.exit(code)


def _print_candidates(error: UnclearClubError) -> None:
    from football.clubs import load_registry

    registry = load_registry()
    for club_id in error.candidates:
        if club_id in registry:
            club = registry.get(club_id)
            print(f"  {club.id}  {club.name}{f', {club.city}' if club.city else ''}", file=sys.stderr)
