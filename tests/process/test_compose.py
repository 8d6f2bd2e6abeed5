import json
import os
import subprocess
import sys
import tempfile
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from emulator.app import PROVIDERS
from emulator.settings import read_settings
from emulator.tls import list_names
from tests.process.dockerfile import parse_dockerfile
from tests.process.running import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
EMULATOR = COMPOSE["services"]["emulator"]

# Reads compose files as the specification has them, references between their parts included.
PACKAGE = "compose-spec==0.2.1"
CHECK = "import compose_spec, sys; compose_spec.PyCompose.from_json(sys.stdin.read()).validate()"


def fetch_reader(folder: str) -> None:
    """The specification's reader, into a folder of its own."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder]
    fetched = subprocess.run([*command, PACKAGE], capture_output=True, text=True, check=False)  # noqa: S603
    if fetched.returncode:
        pytest.skip(f"the compose reader can't be had: {fetched.stderr.strip()[-200:]}")


def is_compose(document: object, folder: str) -> bool:
    """Whether the reader accepts a document."""
    checked = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", CHECK],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": folder},
    )
    return checked.returncode == 0


@pytest.mark.slow
def test_it_fits_the_specification() -> None:
    """The compose specification's reader accepts the file, and would not accept others."""
    broken = deepcopy(COMPOSE)
    broken["services"]["emulator"]["portz"] = []
    dangling = deepcopy(COMPOSE)
    dangling["services"]["proxy"]["configs"][0]["source"] = "nothing"
    with tempfile.TemporaryDirectory() as folder:
        fetch_reader(folder)
        assert is_compose(COMPOSE, folder)
        assert not is_compose(broken, folder)
        assert not is_compose(dangling, folder)


def test_only_this_machine_reaches_it() -> None:
    """The port is published on loopback, where the README's commands look for it."""
    assert EMULATOR["ports"] == [
        "127.0.0.1:4600:4600",
        "127.0.0.1:4601:4601",
        "127.0.0.1:4643:443",
        "127.0.0.1:4644:4644",
    ]


def test_containers_find_it_under_the_providers_hosts() -> None:
    """Every host of every provider is an alias, and HTTPS is where their clients look for it."""
    aliases = EMULATOR["networks"]["default"]["aliases"]
    assert sorted(aliases) == sorted(host for p in PROVIDERS for host in p.hosts)
    settings = read_settings({}, EMULATOR["environment"])
    assert settings.tls_port == 443
    assert EMULATOR["sysctls"] == {"net.ipv4.ip_unprivileged_port_start": "0"}
    assert {"emulator", *aliases} <= set(list_names(settings, PROVIDERS))


def test_its_authority_outlives_the_container() -> None:
    """A volume keeps it, in a folder of the image that the image's user may write to."""
    settings = read_settings({}, EMULATOR["environment"])
    assert settings.tls is not None
    assert EMULATOR["volumes"] == [f"authority:{settings.tls}"]
    assert "authority" in COMPOSE["volumes"]
    steps = parse_dockerfile((ROOT / "Dockerfile").read_text())
    assert ("WORKDIR", str(Path(str(settings.tls)).parent)) in steps
    assert "mkdir -m 1777 authority " in next(text for _, text in steps[::-1] if "mkdir" in text)


def test_its_token_is_visibly_fake() -> None:
    """Nobody may take it for a secret."""
    assert EMULATOR["environment"]["EMULATOR_CONTROL_TOKEN"].startswith("fake-")


def test_it_is_healthy_by_the_images_own_command() -> None:
    """`docker compose up --wait` waits for it; the file system is read-only."""
    healthcheck = dict(parse_dockerfile((ROOT / "Dockerfile").read_text()))["HEALTHCHECK"]
    assert EMULATOR["healthcheck"]["test"] == ["CMD", *json.loads(healthcheck.partition("CMD ")[2])]
    assert EMULATOR["read_only"] is True


SHARED = {
    name: service
    for name, service in COMPOSE["services"].items()
    if service.get("profiles") == ["shared"]
}


def test_the_shared_deployment_is_asked_for() -> None:
    """Whoever only starts the emulator gets none of it."""
    assert set(COMPOSE["services"]) - set(SHARED) == {"emulator"}


def test_its_replicas_are_alike_and_shared() -> None:
    """Two of the same, on one Redis, as a deployment that strangers share."""
    assert SHARED["replica-1"] == SHARED["replica-2"]
    set_to = SHARED["replica-1"]["environment"]
    assert set_to["EMULATOR_SHARED"] == "1"
    assert set_to["EMULATOR_LEDGER"].startswith("redis://redis:")
    assert "fake-" in set_to["EMULATOR_CONTROL_TOKEN"]


def test_only_its_proxy_is_reached() -> None:
    """Redis and the replicas publish nothing; the proxy publishes on loopback, beside the other."""
    assert {name for name, service in SHARED.items() if "ports" in service} == {"proxy"}
    assert SHARED["proxy"]["ports"] == ["127.0.0.1:4610:4600", "127.0.0.1:4611:4601"]


def test_its_redis_keeps_what_it_acknowledged() -> None:
    """Each change is on the disk before it is acknowledged, and none is evicted."""
    command = SHARED["redis"]["command"]
    assert "--appendonly yes" in command
    assert "--appendfsync always" in command
    assert "--maxmemory-policy noeviction" in command
