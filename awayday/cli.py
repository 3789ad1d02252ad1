"""The command line: settings are read here once, errors become one line, and each command does one thing.

`awayday.exit_codes` has the exit codes.
"""

import os
import sys
from typing import Annotated, NoReturn

import typer

from awayday import exit_codes, service_settings
from awayday.commands import (
    absences,
    backtest,
    clubs,
    doctor,
    effects,
    predict,
    promote,
    prune,
    score,
    serve,
    simulate,
    sync,
    track_record,
    train,
    tune,
    update,
    watch,
)
from awayday.commands.options import flowing
from awayday.settings import Settings
from football.errors import AwaydayError, InvalidValueError, UnclearClubError

_EPILOG = f"""
Start with `awayday predict Kairat "Real Madrid" --kickoff 2027-09-28T16:45Z`: an embedded model answers.
`awayday sync`, `awayday train` and `awayday promote` make one of the newest matches; `awayday doctor` says what is
missing.

Variables: AWAYDAY_HOME (where everything is kept), AWAYDAY_HOST and AWAYDAY_PORT (where the service listens),
AWAYDAY_DATABASE_URL (absences and the log of predictions; SQLite in the home folder by default), MLFLOW_TRACKING_URI
(runs and models; in the home folder by default), AWAYDAY_LOG_LEVEL (debug, info, warning, error); `awayday serve
--help` has those of the service.

{exit_codes.sentence()}
"""

app = typer.Typer(
    name="awayday",
    help="How likely is each result of a football match, and why: form, travel, rest and injuries, across leagues.",
    epilog=flowing(_EPILOG),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_ASK, _MAKE, _JUDGE, _KEEP = "Ask", "Get data, make a model", "Judge models and forecasts", "Look after it"
_COMMANDS = (
    (_ASK, predict.predict),
    (_ASK, simulate.simulate),
    (_ASK, clubs.clubs),
    (_MAKE, sync.sync),
    (_MAKE, update.update),
    (_MAKE, train.train),
    (_MAKE, promote.promote),
    (_MAKE, tune.tune),
    (_JUDGE, backtest.backtest),
    (_JUDGE, score.score),
    (_JUDGE, effects.effects),
    (_JUDGE, track_record.track_record),
    (_KEEP, serve.serve),
    (_KEEP, watch.watch),
    (_KEEP, doctor.doctor),
    (_KEEP, prune.prune),
)
_EPILOGS = {"serve": service_settings.help_text()}
for _panel, _command in _COMMANDS:
    name, epilog = _command.__name__.replace("_", "-"), _EPILOGS.get(_command.__name__)
    app.command(name, help=flowing(_command.__doc__), epilog=epilog, rich_help_panel=_panel)(_command)
app.add_typer(absences.app, rich_help_panel=_KEEP)


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
        _fail(error, exit_codes.USAGE)
    except AwaydayError as error:
        _fail(error, exit_codes.FAILED)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] in (
            "awayday",
            "football",
            "features",
            "training",
            "serving",
        ):
            raise
        advice = "pip install 'awayday[training]'"
        _fail(f"this needs the package {error.name}, which is not installed: {advice}", exit_codes.FAILED)
    except OSError as error:
        _fail(f"{error.filename}: {error.strerror}" if error.filename else error, exit_codes.FAILED)
    raise AssertionError("a command line application ends the process itself")


def _fail(reason: object, code: int) -> NoReturn:
    if isinstance(reason, UnclearClubError) and reason.candidates:
        print(f"error: {reason.plain}; candidates:", file=sys.stderr)
        _print_candidates(reason)
    else:
        print(f"error: {reason}", file=sys.stderr)
    sys.exit(code)


def _print_candidates(error: UnclearClubError) -> None:
    from football.clubs import load_registry

    registry = load_registry()
    for club_id in error.candidates:
        if club_id in registry:
            club = registry.get(club_id)
            print(f"  {club.id}  {club.name}{f', {club.city}' if club.city else ''}", file=sys.stderr)
