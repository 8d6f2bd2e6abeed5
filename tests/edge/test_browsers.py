import logging

import httpx
import pytest

from emulator.edge.browsers import WARNING, Browsers, add_warning
from emulator.edge.call import Answer, Call
from tests.edge.house import House
from tests.edge.toys import toy

pytestmark = pytest.mark.anyio

ORIGIN = {"Origin": "http://localhost:5173"}
KEY = {"X-Toy-Key": "shop-1"}


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, str]]:
    """What the log was told of browsers."""
    return [vars(r)["fields"] for r in caplog.records if r.name == "emulator.browsers"]


@pytest.mark.parametrize(
    "page", [ORIGIN, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}]
)
async def test_a_pages_secret_is_warned_of(
    visitor: httpx.AsyncClient, house: House, page: dict[str, str]
) -> None:
    """The answer is what it was; its hint, and the journal, say that the key is in a browser."""
    answer = await visitor.post("/toy/echo", headers={**KEY, **page})
    assert answer.status_code == 200
    assert answer.headers["x-emulator-hint"] == WARNING
    (call,) = reversed((await house.directory.open("default")).journal)
    assert call.hint == WARNING


@pytest.mark.parametrize(
    "headers",
    [KEY, ORIGIN, {**ORIGIN, "X-Toy-Pass": "shop-1"}, {**KEY, "Sec-Fetch-Mode": "cors"}],
)
async def test_what_is_as_it_should_be_is_not(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    """A server with a key, Node's fetch among them; a page with a token, or with nothing."""
    answer = await visitor.post("/toy/echo", headers=headers)
    assert "x-emulator-hint" not in answer.headers
    assert told(caplog) == []


async def test_it_comes_after_what_there_is_to_say(visitor: httpx.AsyncClient) -> None:
    """Another hint is kept, a refusal's and a fault's too."""
    answer = await visitor.post("/toy/pass", headers={**KEY, **ORIGIN})
    assert answer.headers["x-emulator-hint"] == f"A pass. {WARNING}"
    refused = await visitor.post("/toy/echo", headers={"X-Toy-Key": "nobody", **ORIGIN})
    assert refused.headers["x-emulator-hint"] == f"Send X-Toy-Key. {WARNING}"
    fault = {"X-Emulator-Fault": "transport=empty"}
    empty = await visitor.post("/toy/echo", headers={**KEY, **ORIGIN, **fault})
    assert empty.headers["x-emulator-hint"].startswith("Injected by ")
    assert empty.headers["x-emulator-hint"].endswith(WARNING)


def test_a_long_hint_makes_room() -> None:
    """Both together fit a header; the warning is whole, and a cut is seen."""
    both = add_warning("x" * 300)
    assert len(both) == 300
    assert both.endswith(f"x... {WARNING}")
    assert add_warning("x" * 50) == f"{'x' * 50} {WARNING}"


async def test_the_log_is_told_once(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """For each sandbox and provider one line, by names alone."""
    caplog.set_level(logging.WARNING)
    for sandbox in ("s1", "s1", "s2", "s1"):
        await visitor.post(f"/_s/{sandbox}/toy/echo", headers={**KEY, **ORIGIN})
    assert told(caplog) == [
        {"sandbox": "s1", "operation": "toy.echo"},
        {"sandbox": "s2", "operation": "toy.echo"},
    ]


async def test_the_log_forgets(
    house: House, anyio_backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    """However many sandboxes there were, what is remembered is bounded."""
    assert anyio_backend
    warned = Browsers(most=2)
    for name in ("s1", "s2", "s3", "s1"):
        sandbox = await house.directory.open(name)
        warned.warn(toy, sandbox, call_with({"x-toy-key": "k", "origin": "x"}), Answer(200, b""))
    assert [fields["sandbox"] for fields in told(caplog)] == ["s1", "s2", "s3", "s1"]


def call_with(headers: dict[str, str]) -> Call:
    """A call with these headers."""
    return Call("toy.echo", "POST", "/echo", {}, headers, b"", 0.0, "", "")
