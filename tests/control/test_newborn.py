"""What a sandbox can't be born with."""

from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from tests.control.answers import message_at, read, read_problem

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"id": "A"}, "/id"),
        ({"id": "-a"}, "/id"),
        ({"id": "a" * 64}, "/id"),
        ({"id": ""}, "/id"),
        ({"id": 1}, "/id"),
        ({"seed": ""}, "/seed"),
        ({"seed": "s" * 257}, "/seed"),
        ({"ttl": "soon"}, "/ttl"),
        ({"ttl": 60}, "/ttl"),
        ({"ttl": "-1m"}, "/ttl"),
        ({"ttl": "0s"}, "/ttl"),
        ({"ttl": "99999d"}, "/ttl"),
        ({"tll": "1m"}, "/tll"),
        ({"clock": {"mode": "frosen"}}, "/clock/mode"),
        ({"clock": {"mode": "offset"}}, "/clock/by"),
        ({"clock": {"mode": "scaled", "factor": 0}}, "/clock/factor"),
        ({"clock": {"mode": "real", "at": "2030-01-01T00:00:00Z"}}, "/clock/at"),
        ({"fixtures": {"zerohsh": {}}}, "/fixtures"),
        ({"fixtures": {"zerohash": {"participants": [{"platform": "acme"}]}}}, "/fixtures"),
        ({"fixtures": {"zerohash": {"participants": {}}}}, "/fixtures"),
        ({"fixtures": []}, "/fixtures"),
        ({"credentials": {"zerohsh": {}}}, "/credentials/zerohsh"),
        ({"credentials": {"zerohash": {"api_kei": "x"}}}, "/credentials/zerohash/api_kei"),
        ({"credentials": {"zerohash": {"secret": "no base64!"}}}, "/credentials/zerohash/secret"),
        (
            {"credentials": {"zerohash": {"platform_code": "x"}}},
            "/credentials/zerohash/platform_code",
        ),
        ({"credentials": {"zerohash": {"api_key": ""}}}, "/credentials/zerohash/api_key"),
        ({"credentials": {"zerohash": {"api_key": "a\nb"}}}, "/credentials/zerohash/api_key"),
        ({"credentials": {"zerohash": {"api_key": "\u00e9"}}}, "/credentials/zerohash/api_key"),
        ({"credentials": {"zerohash": {"base_url": "x"}}}, "/credentials/zerohash/base_url"),
        (
            {"credentials": {"zerohash": {"participant_code": "NOBODY"}}},
            "/credentials/zerohash/participant_code",
        ),
    ],
)
async def test_what_can_not_be_is_refused(
    control: httpx.AsyncClient, emulator: Emulator, body: dict[str, Any], path: str
) -> None:
    """Each part of the body is checked, and nothing is made when one is wrong."""
    before = len(emulator.directory)
    read_problem(await control.post("/sandboxes", json=body), 400, path)
    assert len(emulator.directory) == before


async def test_an_id_is_not_smuggled_past_the_pattern(control: httpx.AsyncClient) -> None:
    """A newline at the end, which a regular expression's `$` lets through, is refused."""
    read_problem(await control.post("/sandboxes", json={"id": "a\n"}), 400)


async def test_all_failures_are_told(control: httpx.AsyncClient) -> None:
    """Everything wrong is listed at once, nested parts included."""
    body = {"id": "A", "ttl": "x", "more": 1, "clock": {"mode": "x", "by": 1}}
    problem = read_problem(
        await control.post("/sandboxes", json=body),
        400,
        "/id",
        "/ttl",
        "/more",
        "/clock/mode",
        "/clock/by",
    )
    assert "frozen" in message_at(problem, "/clock/mode")


async def test_very_many_failures_are_cut(control: httpx.AsyncClient) -> None:
    """A body of ten thousand wrong names is answered at once, with the first of them."""
    body = {f"wrong{number}": 1 for number in range(10_000)}
    problem: dict[str, Any] = read(await control.post("/sandboxes", json=body), 400)
    assert len(problem["errors"]) == 50


@pytest.mark.parametrize("value", ["sk_live_abc", "pk_live_abc", "rk_live_abc"])
async def test_live_credentials_are_stored_nowhere(control: httpx.AsyncClient, value: str) -> None:
    """What looks live is refused by its place, and the answer does not repeat it."""
    for body, path in (
        ({"credentials": {"zerohash": {"api_key": value}}}, "/credentials/zerohash/api_key"),
        (
            {"fixtures": {"zerohash": {"participants": [{"email": value}]}}},
            "/fixtures/zerohash/participants/0/email",
        ),
    ):
        response = await control.post("/sandboxes", json=body)
        assert "fake" in message_at(read_problem(response, 400, path), path)
        assert value not in response.text
