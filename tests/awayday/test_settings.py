"""Settings from a mapping that stands for the environment."""

from pathlib import Path

import pytest
from platformdirs import user_data_path

from awayday.service_settings import VARIABLES
from awayday.settings import Settings
from football.errors import InvalidValueError
from serving.options import ServiceOptions


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = Settings.from_environment({})

    home = user_data_path("awayday", appauthor=False)
    assert settings == Settings(
        home=home,
        host="127.0.0.1",
        port=8000,
        database_url=f"sqlite:///{home}/awayday.db",
        tracking_uri=None,
        log_level="info",
        service=ServiceOptions(),
    )


def test_every_variable_is_read(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {
            "AWAYDAY_HOME": str(tmp_path / "not yet there"),
            "AWAYDAY_HOST": "0.0.0.0",
            "AWAYDAY_PORT": "9001",
            "AWAYDAY_DATABASE_URL": "postgresql://me@host/awayday",
            "AWAYDAY_TRACKING_URI": "http://mlflow:5000",
            "AWAYDAY_LOG_LEVEL": "WARNING",
            "AWAYDAY_TOKEN": "correct-horse-battery",
            "AWAYDAY_RELOAD_SECONDS": "5",
            "AWAYDAY_OLD_DATA_DAYS": "30",
            "AWAYDAY_MAX_BODY_BYTES": "2048",
            "AWAYDAY_MAX_BATCH_BYTES": "4096",
            "AWAYDAY_BODY_SECONDS": "6",
            "AWAYDAY_ANSWER_SECONDS": "7",
            "AWAYDAY_SHUTDOWN_SECONDS": "8",
            "AWAYDAY_CORS_ORIGINS": "https://example.org, http://localhost:3000",
            "AWAYDAY_LOG_DAYS": "365",
            "AWAYDAY_ACCESS_LOG": "On",
        }
    )

    assert settings == Settings(
        home=tmp_path / "not yet there",
        host="0.0.0.0",
        port=9001,
        database_url="postgresql://me@host/awayday",
        tracking_uri="http://mlflow:5000",
        log_level="warning",
        service=ServiceOptions(
            token="correct-horse-battery",
            reload_seconds=5,
            old_data_days=30,
            max_body_bytes=2048,
            max_batch_bytes=4096,
            body_seconds=6,
            answer_seconds=7,
            shutdown_seconds=8,
            cors_origins=("https://example.org", "http://localhost:3000"),
            log_days=365,
            access_log=True,
        ),
    )
    assert not settings.home.exists()


def test_a_variable_that_is_set_to_nothing_counts_as_not_set() -> None:
    names = [f"AWAYDAY_{name}" for name in ("HOME", "HOST", "PORT", "DATABASE_URL", "TRACKING_URI", "LOG_LEVEL")]
    names += [variable.name for variable in VARIABLES]
    assert Settings.from_environment(dict.fromkeys(names, " ")) == Settings.from_environment({})


def test_mlflows_own_variable_counts_unless_ours_is_set() -> None:
    theirs = {"MLFLOW_TRACKING_URI": "http://theirs"}

    assert Settings.from_environment(theirs).tracking_uri == "http://theirs"
    assert Settings.from_environment({**theirs, "AWAYDAY_TRACKING_URI": "http://ours"}).tracking_uri == "http://ours"


def test_a_relative_home_is_taken_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    settings = Settings.from_environment({"AWAYDAY_HOME": "here"})

    assert settings.home == tmp_path / "here"
    assert settings.database_url == f"sqlite:///{tmp_path}/here/awayday.db"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("AWAYDAY_PORT", "eighty", "a number from 0 to 65535"),
        ("AWAYDAY_PORT", "65536", "a number from 0 to 65535"),
        ("AWAYDAY_PORT", "-1", "a number from 0 to 65535"),
        ("AWAYDAY_PORT", "²", "a number from 0 to 65535"),
        ("AWAYDAY_HOST", "http://localhost", "without http://"),
        ("AWAYDAY_HOST", "two words", "a host name or address"),
        ("AWAYDAY_DATABASE_URL", "awayday.db", "a URL such as"),
        ("AWAYDAY_LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("AWAYDAY_TOKEN", "short", "at least 16 printable ASCII characters"),
        ("AWAYDAY_TOKEN", "with spaces in the middle", "no spaces"),
        ("AWAYDAY_TOKEN", "pässwörter-überall", "ASCII"),
        ("AWAYDAY_RELOAD_SECONDS", "often", "a whole number from 0 to 86,400"),
        ("AWAYDAY_OLD_DATA_DAYS", "-1", "a whole number from 0"),
        ("AWAYDAY_MAX_BODY_BYTES", "10", "a whole number from 1,024 to 1,073,741,824"),
        ("AWAYDAY_MAX_BATCH_BYTES", "9" * 5000, "a whole number from 1,024"),
        ("AWAYDAY_BODY_SECONDS", "0", "a whole number from 1 to 86,400"),
        ("AWAYDAY_ANSWER_SECONDS", "1.5", "a whole number from 1"),
        ("AWAYDAY_SHUTDOWN_SECONDS", "٣", "a whole number from 0"),
        ("AWAYDAY_CORS_ORIGINS", "https://example.org/path", "without a path"),
        ("AWAYDAY_CORS_ORIGINS", "example.org", "origins such as https://example.org"),
        ("AWAYDAY_ACCESS_LOG", "yes", "on or off"),
        ("AWAYDAY_HOME", "~nobody-of-that-name/x", "nobody's home"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str, expected: str) -> None:
    with pytest.raises(InvalidValueError, match=f"^{name}: got .*{expected}") as caught:
        Settings.from_environment({name: value})

    assert caught.value.field == name


def test_a_token_is_shown_nowhere() -> None:
    with pytest.raises(InvalidValueError) as caught:
        Settings.from_environment({"AWAYDAY_TOKEN": "secret"})

    assert "secret" not in str(caught.value)
    assert "horse" not in repr(Settings.from_environment({"AWAYDAY_TOKEN": "correct-horse-battery"}))


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InvalidValueError, match=r"AWAYDAY_HOME: .*this is a file"):
        Settings.from_environment({"AWAYDAY_HOME": str(tmp_path / "file")})


def test_the_highest_and_lowest_ports_are_taken() -> None:
    assert [Settings.from_environment({"AWAYDAY_PORT": text}).port for text in ("0", "65535")] == [0, 65535]
