"""The parts of `awayday.checkup` that may be elsewhere: database, MLflow, the running service."""

from collections.abc import Iterator
from importlib.util import find_spec
from typing import Final

from awayday.finding import Finding, Level
from awayday.settings import Settings

ANSWER_S: Final = 5.0
"""How long to wait for a server."""


def look_at_database(settings: Settings) -> Iterator[Finding]:
    """The database: whether it answers, its form, what it holds, and what waits to be written to it."""
    import sqlalchemy as sa

    from football.database import Database
    from football.migrating import NEWEST, form_of
    from football.sql_tables import ABSENCES, PREDICTIONS
    from serving.spill import FOLDER, waiting_files

    with Database(settings.database_url) as database:
        if database.file is not None and not database.file.exists():
            yield Finding("database", Level.OK, f"{database.safe_url}: not there yet, made when something is stored")
        else:
            with database.transaction(reads_only=True) as connection:
                form = form_of(connection)
                counts = {
                    table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                    if sa.inspect(connection).has_table(table.name)
                    else 0
                    for table in (ABSENCES, PREDICTIONS)
                }
            held = f"{counts[ABSENCES.name]:,} words on absences, {counts[PREDICTIONS.name]:,} served predictions"
            text = f"{database.safe_url}: {held}"
            if form is not None and form > NEWEST:
                yield Finding("database", Level.ERROR, f"{text}; of a newer version of Awayday", "update Awayday")
            elif form != NEWEST:
                yield Finding("database", Level.NOTE, f"{text}; of an earlier version, brought up to date when used")
            else:
                yield Finding("database", Level.OK, text)
    waiting = waiting_files(settings.home)
    if waiting:
        yield Finding(
            "database",
            Level.WARNING,
            f"predictions wait to be written, in {len(waiting):,} files under {settings.home / FOLDER}",
            "a running service writes them once the database is back",
        )


def look_at_mlflow(settings: Settings) -> Iterator[Finding]:
    """MLflow: whether it answers, who is champion, whether a challenger waits."""
    import httpx

    from training.mlflow_store import DATABASE, default_uri

    uri = settings.tracking_uri or default_uri(settings.home)
    if settings.tracking_uri is None and not (settings.home / DATABASE).exists():
        yield Finding("mlflow", Level.OK, f"{uri}: not there yet, made by `train`")
        return
    if find_spec("mlflow") is None:
        yield Finding(
            "mlflow", Level.ERROR, f"{uri} is set, mlflow is not installed", "pip install 'awayday[training]'"
        )
        return
    if uri.startswith("http"):
        try:
            httpx.get(f"{uri.rstrip('/')}/health", timeout=ANSWER_S).raise_for_status()
        except httpx.HTTPError as error:
            advice = "start it, or check MLFLOW_TRACKING_URI; until then the champion fetched last answers"
            yield Finding("mlflow", Level.ERROR, f"{uri} does not answer: {error}", advice)
            return
    yield _registered(uri)


def _registered(uri: str) -> Finding:
    from serving.champion import ALIAS, REGISTERED_NAME
    from training.mlflow_store import mlflow_at
    from training.tracking import CHALLENGER

    with mlflow_at(uri):
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException

        try:
            client = MlflowClient(tracking_uri=uri, registry_uri=uri)
            aliases: dict[str, str] = dict(client.get_registered_model(REGISTERED_NAME).aliases)
        except MlflowException as error:
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            aliases = {}
    champion, challenger = (aliases.get(alias) for alias in (ALIAS, CHALLENGER))
    if champion is None:
        advice = "awayday train" if challenger is None else "awayday promote"
        return Finding("mlflow", Level.NOTE, f"{uri}: no champion", advice)
    if challenger is None:
        return Finding("mlflow", Level.OK, f"{uri}: version {champion} is champion")
    text = f"{uri}: version {champion} is champion, version {challenger} a challenger"
    return Finding("mlflow", Level.NOTE, text, "awayday promote")


def look_at_service(settings: Settings) -> Iterator[Finding]:
    """The service: whether it runs where the settings say, and what it says of itself."""
    import httpx

    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    url = f"http://{host}:{settings.port}"
    if settings.port == 0:
        yield Finding("service", Level.OK, "its port is chosen when it starts")
        return
    try:
        health = httpx.get(f"{url}/health/ready", timeout=ANSWER_S).json()
        status, reasons = str(health["status"]), [str(reason) for reason in health["reasons"]]
    except httpx.TransportError:
        yield Finding("service", Level.NOTE, f"does not run at {url}", "awayday serve")
    except (ValueError, KeyError, TypeError):
        yield Finding("service", Level.WARNING, f"something else answers at {url}", "set AWAYDAY_PORT to a free port")
    else:
        level = Level.OK if status == "ok" else Level.WARNING
        yield Finding("service", level, f"{status} at {url}{': ' if reasons else ''}{'; '.join(reasons)}")
