"""Health, the API's own description, the providers' descriptions, metrics."""

import httpx
import pytest
from openapi_spec_validator import validate

from emulator import __version__
from emulator.app import Emulator
from emulator.control.table import ENDPOINTS
from tests.control.answers import DEFAULT, mint, read, read_problem
from tests.signing import minting

pytestmark = pytest.mark.anyio


async def test_health_is_503_until_every_surface_listens(
    control: httpx.AsyncClient, emulator: Emulator
) -> None:
    """Health says starting, then ok with the ports, and starting again after the end."""
    told = read(await control.get("/health"), 503)
    assert told == {
        "status": "starting",
        "version": __version__,
        "providers": ["zerohash"],
        "ports": {},
    }
    emulator.surfaces.open("http", 4600)
    told = read(await control.get("/health"))
    assert (told["status"], told["ports"]) == ("ok", {"http": 4600})
    emulator.surfaces.close()
    read(await control.get("/health"), 503)


async def test_the_description_is_valid_openapi(control: httpx.AsyncClient) -> None:
    """The document is OpenAPI 3.1 by the letter."""
    document = read(await control.get("/openapi.json"))
    assert document["openapi"] == "3.1.0"
    validate(document)


async def test_every_endpoint_and_answer_is_described(control: httpx.AsyncClient) -> None:
    """Each endpoint has a name of its own, a summary, and a description of every answer."""
    document = read(await control.get("/openapi.json"))
    described = {
        (method.upper(), path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert set(described) == {(e.method, e.path.replace(":path", "")) for e in ENDPOINTS}
    assert len({o["operationId"] for o in described.values()}) == len(ENDPOINTS)
    for operation in described.values():
        assert operation["summary"].endswith(".")
        assert "default" in operation["responses"]
        for status, answer in operation["responses"].items():
            assert answer["description"]
            assert ("content" in answer) == (status != "204")


async def test_providers_are_described(control: httpx.AsyncClient) -> None:
    """The list leads to each provider's own description; another provider has none."""
    listed = read(await control.get("/specs"))["items"]
    assert [spec["provider"] for spec in listed] == ["zerohash"]
    assert read(await control.get(listed[0]["url"]))["openapi"].startswith("3.")
    assert "zerohash" in read_problem(await control.get("/specs/zerohsh.json"), 404)["detail"]


async def test_metrics_add_up_all_sandboxes(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Calls are counted by provider, operation and status, over all sandboxes."""
    await client.request(**minting())
    await client.request(**minting(participant_code="nobody"))
    await client.request(**minting())
    await client.request("GET", "/zerohash/time", headers={"x-emulator-sandbox": "other"})
    await client.request("GET", "/zerohash/nowhere")
    await mint(control)
    response = await control.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = response.text.splitlines()
    labels = 'operation="client_auth_token",provider="zerohash",status='
    assert f'emulator_calls_total{{{labels}"201"}} 2.0' in lines
    assert f'emulator_calls_total{{{labels}"404"}} 1.0' in lines
    assert 'emulator_calls_total{operation="time",provider="zerohash",status="200"} 1.0' in lines
    assert 'emulator_calls_total{operation="",provider="zerohash",status="404"} 1.0' in lines
    assert f'emulator_call_duration_seconds_count{{{labels}"201"}} 2.0' in lines
    assert any(line.startswith("emulator_call_duration_seconds_sum") for line in lines)
    assert "emulator_sandboxes 2.0" in lines
    assert "emulator_tokens 3.0" in lines


async def test_metrics_survive_a_cleared_journal(
    control: httpx.AsyncClient, client: httpx.AsyncClient
) -> None:
    """Forgetting calls takes nothing from the counters."""
    await client.get("/zerohash/time")
    await control.delete(f"{DEFAULT}/calls")
    assert "emulator_calls_total{" in (await control.get("/metrics")).text
