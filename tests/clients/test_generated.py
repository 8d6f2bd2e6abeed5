"""A client of the control API that was generated from its OpenAPI document alone."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.testing import Emulator, run_in_thread

pytestmark = pytest.mark.slow

NAME = "generated_control"


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An emulator at a port."""
    with run_in_thread() as made:
        yield made


# What the generator has to be told: these are texts.
TEXTS = {"application/x-pem-file": "text/plain", "application/yaml": "text/plain"}


@pytest.fixture(scope="module")
def generated(emulator: Emulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder that the generated package is in."""
    command = Path(sys.executable).with_name("openapi-python-client")
    if not command.exists():
        pytest.skip("openapi-python-client is not installed: pip install -e '.[test]'")
    home = tmp_path_factory.mktemp("generated")
    document = home / "openapi.json"
    document.write_bytes(httpx.get(f"{emulator.url}/_emulator/openapi.json").content)
    options = home / "options.json"
    options.write_text(json.dumps({"content_type_overrides": TEXTS}), encoding="utf-8")
    out = ["--meta", "none", "--output-path", str(home / NAME), "--config", str(options)]
    done = subprocess.run(  # noqa: S603 - a generator that pyproject.toml names
        [command, "generate", "--path", document, *out], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    # It leaves out with a warning what it does not understand.
    assert "WARNING" not in done.stdout + done.stderr
    sys.path.insert(0, str(home))
    yield home
    sys.path.remove(str(home))


def test_it_has_every_operation(generated: Path, emulator: Emulator) -> None:
    """None was too much for the generator."""
    paths = httpx.get(f"{emulator.url}/_emulator/openapi.json").json()["paths"]
    wanted = {of["operationId"] for path in paths.values() for of in path.values()}
    made = {file.stem for file in (generated / NAME / "api").glob("*/*.py")}
    assert wanted <= made


def test_it_works_a_sandbox(generated: Path, emulator: Emulator) -> None:
    """Made, its clock moved, a fault armed, a token minted and read; a refusal is typed too."""
    assert generated.is_dir()
    with load("client").Client(base_url=f"{emulator.url}/_emulator") as client:
        work(client)


def work(client: Any) -> None:  # noqa: ANN401 - generated
    """What a test does with it."""
    made = call("sandboxes.sandboxes_create", client, body=model("Create")(id="generated"))
    assert made.id == "generated"
    by = model("Advance")(by="10m")
    assert call("clock.clock_advance", client, "generated", body=by).mode == "offset"
    rule = {"operation": "usegrant.createToken", "then": {"error": "rate_limited"}}
    armed = call("faults.faults_arm", client, "generated", body=model("FaultBody").from_dict(rule))
    assert armed.hits.fired == 0
    mint = model("Mint")(provider="usegrant")
    token = call("tokens.tokens_mint", client, "generated", body=mint)
    asked = model("Introspect")(token=token.token)
    assert call("introspection.introspection_introspect", client, "generated", body=asked).active
    gone = call("sandboxes.sandboxes_show", client, "no-such-one")
    assert (type(gone).__name__, gone.status) == ("Problem", 404)


def call(operation: str, client: object, *args: object, **kwargs: object) -> Any:  # noqa: ANN401
    """What a generated operation answers."""
    return load(f"api.{operation}").sync(*args, client=client, **kwargs)


def model(name: str) -> Any:  # noqa: ANN401 - generated
    """A generated model."""
    return getattr(load("models"), name)


def load(name: str) -> Any:  # noqa: ANN401 - generated
    """A generated module."""
    return importlib.import_module(f"{NAME}.{name}")
