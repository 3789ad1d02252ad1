"""Facts of the Compose file: it names what exists, starts nothing without secrets, and opens one door."""

import ipaddress
import json
import os
import re
from typing import Any

import pytest

from awayday.service_settings import VARIABLES
from awayday.settings import KNOWN_VARIABLES, Settings
from serving.options import ServiceOptions
from tests.deploy.compose import FILE, FOLDER, compose, environment, interpolated, limits
from tests.deploy.containerfile import said, stages
from tests.deploy.proxy import TEMPLATE

SERVICES: dict[str, Any] = compose()["services"]
SECRETS = ("AWAYDAY_TOKEN", "POSTGRES_PASSWORD", "MLFLOW_DATABASE_PASSWORD")
GIVEN = dict.fromkeys(SECRETS, "0123456789abcdef-secret")

OF_THE_IMAGES = {
    "service": {"PGPASSWORD"},  # libpq
    "training": {"PGPASSWORD", "MLFLOW_DISABLE_TELEMETRY", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION"},
    "postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"},
    "nginx": {"NGINX_ENVSUBST_FILTER"},
}
"""Variables that are not ours, by the image that reads them."""
OF_OUR_FILES = {
    "postgres": set(re.findall(r"\$\{(\w+)", (FOLDER / "make-mlflow-database.sh").read_text(encoding="utf-8"))),
    "nginx": set(re.findall(r"\$\{(\w+)\}", TEMPLATE.read_text(encoding="utf-8"))),
}
"""Those that files read which are put into the image."""

each_service = pytest.mark.parametrize("name", list(SERVICES))


def kind(name: str) -> str:
    image = str(SERVICES[name]["image"]).partition(":")[0]
    return image.removeprefix("awayday-")


def seconds(text: str) -> int:
    return int(re.fullmatch(r"(\d+)s", text)[1])  # type: ignore[index]  # or it fails


def test_it_is_two_replicas_behind_a_proxy_with_their_servers_and_a_job() -> None:
    assert set(SERVICES) == {"service-1", "service-2", "proxy", "database", "mlflow", "job"}
    one, two = ({**SERVICES[name], "networks": None} for name in ("service-1", "service-2"))
    assert one == two


@each_service
def test_every_variable_is_one_that_somebody_reads(name: str) -> None:
    used = set(environment(name, GIVEN))
    known = OF_THE_IMAGES[kind(name)] | OF_OUR_FILES.get(kind(name), set())

    assert used - known <= (KNOWN_VARIABLES if kind(name) in ("service", "training") else set())


def test_every_variable_of_the_file_of_secrets_is_used_and_every_secret_is_in_it() -> None:
    text = (FOLDER / ".env.example").read_text(encoding="utf-8")
    offered = re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE)
    used = set(re.findall(r"\$\{(\w+)", FILE.read_text(encoding="utf-8")))

    assert set(SECRETS) < set(offered) <= used
    assert used - set(offered) <= KNOWN_VARIABLES


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_starts_with_the_file_of_secrets_as_it_comes(secret: str) -> None:
    as_it_comes = dict(
        line.split("=", 1)
        for line in (FOLDER / ".env.example").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    assert as_it_comes == dict.fromkeys(SECRETS, "")
    with pytest.raises(LookupError, match=f"{secret}: fill in .env, see .env.example"):
        interpolated(FILE.read_text(encoding="utf-8"), GIVEN | {secret: as_it_comes[secret]})

    interpolated(FILE.read_text(encoding="utf-8"), GIVEN)


@each_service
def test_what_is_secret_comes_from_outside(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search("TOKEN|PASSWORD|SECRET", key):
            assert re.fullmatch(r"\$\{\w+:\?[^}]*\}", value), key
    assert "://awayday:" not in FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["service-1", "job"])
def test_the_settings_are_ones_that_awayday_takes(name: str) -> None:
    image = dict(word.split("=", 1) for word in (said("service", "ENV") or "").split())
    settings = Settings.from_environment({**image, **environment(name, GIVEN)})

    assert settings.database_url == "postgresql://awayday@database/awayday"
    assert settings.tracking_uri == "http://mlflow:5000"
    assert (settings.host, settings.port) == ("0.0.0.0", 8000)
    if name == "service-1":
        assert settings.service == ServiceOptions(token=GIVEN["AWAYDAY_TOKEN"])
    assert f"{settings.home}" in [mount.partition(":")[2] for mount in SERVICES[name]["volumes"]]


def test_every_setting_of_the_service_can_be_set_but_for_those_that_the_proxy_has_to_know() -> None:
    fixed = {"AWAYDAY_BODY_SECONDS", "AWAYDAY_ANSWER_SECONDS"}

    assert {variable.name for variable in VARIABLES} - set(environment("service-1", GIVEN)) == fixed


@each_service
def test_what_is_mounted_exists_and_files_cannot_be_written(name: str) -> None:
    for mount in SERVICES[name].get("volumes", []):
        source, target, *mode = mount.split(":")
        assert target.startswith("/")
        if source.startswith("."):
            path = FOLDER / source
            assert path.is_file(), mount
            assert mode == ["ro"], mount
            assert path.suffix != ".sh" or os.access(path, os.X_OK)
        else:
            assert source in compose()["volumes"]


@each_service
def test_images_have_a_tag_and_those_of_ours_a_target_that_exists(name: str) -> None:
    service = SERVICES[name]
    _, _, tag = service["image"].partition(":")
    assert re.match(r"\d", tag)
    if "build" in service:
        assert (FOLDER / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        assert service["build"]["target"] in stages()
        assert service["build"]["target"] == kind(name)


@each_service
def test_a_container_cannot_do_more_than_it_has_to(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    user = service.get("user") or said(kind(name), "USER")
    assert user is not None
    assert int(user.partition(":")[0]) > 0
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert service["deploy"]["resources"]["limits"]["pids"]
    assert any(mount.startswith("/") for mount in service["tmpfs"])


@each_service
def test_a_container_is_started_again_and_says_how_it_is_but_for_the_job(name: str) -> None:
    service = SERVICES[name]
    if name == "job":
        assert (service["restart"], service["profiles"]) == ("no", ["job"])
        return
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    for needed, how in service.get("depends_on", {}).items():
        assert needed in SERVICES
        assert how == {"condition": "service_healthy"}


def test_the_health_of_a_replica_is_asked_as_its_image_says() -> None:
    check = said("service", "HEALTHCHECK")
    assert check is not None
    options, _, command = check.partition(" CMD ")
    in_compose = dict(SERVICES["service-1"]["healthcheck"])

    assert in_compose.pop("test") == ["CMD", *json.loads(command)]
    given = dict(option.removeprefix("--").split("=") for option in options.split())
    assert given == {name.replace("_", "-"): str(value) for name, value in in_compose.items()}


def test_the_only_door_is_the_proxy_and_it_opens_to_this_machine() -> None:
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"proxy"}
    (published,) = SERVICES["proxy"]["ports"]
    assert interpolated(published) == "127.0.0.1:8080:8080"

    networks = compose()["networks"]
    assert networks["inside"]["internal"] is True
    attached = {name: set(service["networks"]) for name, service in SERVICES.items()}
    assert {name for name, of_it in attached.items() if "outside" in of_it} == {"proxy", "job"}
    assert all("inside" in of_it for of_it in attached.values())


def test_the_proxy_gets_every_value_of_its_template_and_only_those() -> None:
    values = environment("proxy", GIVEN)
    allowed = re.compile(values.pop("NGINX_ENVSUBST_FILTER"))

    assert set(values) == OF_OUR_FILES["nginx"]
    assert all(allowed.search(name) for name in values)


def test_the_proxy_asks_the_replicas_where_they_are_and_takes_bodies_as_they_do() -> None:
    (subnet,) = compose()["networks"]["inside"]["ipam"]["config"]
    for number in (1, 2):
        address = SERVICES[f"service-{number}"]["networks"]["inside"]["ipv4_address"]
        assert ipaddress.ip_address(address) in ipaddress.ip_network(subnet["subnet"])
        assert environment("proxy")[f"PROXY_REPLICA_{number}"] == f"{address}:8000"
    assert limits() == {
        "AWAYDAY_MAX_BODY_BYTES": str(ServiceOptions().max_body_bytes),
        "AWAYDAY_MAX_BATCH_BYTES": str(ServiceOptions().max_batch_bytes),
    }
    changed = {"AWAYDAY_MAX_BODY_BYTES": "2048"}
    assert environment("proxy", changed)["AWAYDAY_MAX_BODY_BYTES"] == "2048"
    assert environment("service-1", GIVEN | changed)["AWAYDAY_MAX_BODY_BYTES"] == "2048"


def test_a_replica_has_time_to_finish_before_it_is_killed() -> None:
    service = SERVICES["service-1"]

    assert seconds(service["stop_grace_period"]) > int(environment("service-1", GIVEN)["AWAYDAY_SHUTDOWN_SECONDS"])


def test_the_proxy_waits_longer_than_an_answer_may_take() -> None:
    (wait,) = re.findall(r"proxy_read_timeout (\d+)s;", TEMPLATE.read_text(encoding="utf-8"))

    assert int(wait) > ServiceOptions().answer_seconds
