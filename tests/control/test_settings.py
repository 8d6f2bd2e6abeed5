"""A sandbox's switches."""

import httpx
import pytest

from emulator.control.settings import merge_patch
from tests.control.answers import DEFAULT, create, message_at, mint, read, read_problem

pytestmark = pytest.mark.anyio

SETTINGS = f"{DEFAULT}/settings"


async def test_every_switch_is_shown(control: httpx.AsyncClient) -> None:
    """The documented switches are there with their defaults, and sending them back is no change."""
    shown = read(await control.get(SETTINGS))
    assert (
        shown["zerohash"].items()
        >= {
            "signature": "lenient",
            "timestamp_clock": "either",
            "rsa_bits": 4096,
            "unknown_jti": "strict",
            "auth_failure_status": 403,
        }.items()
    )
    assert read(await control.put(SETTINGS, json=shown)) == shown


async def test_merge(control: httpx.AsyncClient) -> None:
    """Absent keeps, a value replaces, null restores a switch, or all of a provider."""

    async def put(change: object) -> tuple[object, object]:
        answer = read(await control.put(SETTINGS, json={"zerohash": change}))["zerohash"]
        assert read(await control.get(SETTINGS))["zerohash"] == answer
        return answer["signature"], answer["rsa_bits"]

    assert await put({"signature": "raw"}) == ("raw", 4096)
    assert await put({"rsa_bits": 2048}) == ("raw", 2048)
    assert await put({"signature": None}) == ("lenient", 2048)
    assert await put({"signature": "compact"}) == ("compact", 2048)
    assert await put({}) == ("compact", 2048)
    assert await put(None) == ("lenient", 4096)


async def test_all_or_nothing(control: httpx.AsyncClient) -> None:
    """One bad switch, and none changes; every bad one is named, with what there is."""
    before = read(await control.get(SETTINGS))
    change = {
        "zerohash": {"signature": "raw", "rsa_bits": 1024, "signatur": "raw", "nothing": None},
        "zerohsh": {},
    }
    problem = read_problem(
        await control.put(SETTINGS, json=change),
        400,
        "/zerohash/nothing",
        "/zerohash/rsa_bits",
        "/zerohash/signatur",
        "/zerohsh",
    )
    assert "4096, 2048" in message_at(problem, "/zerohash/rsa_bits")
    assert message_at(problem, "/zerohash/signatur").endswith("signature")
    assert message_at(problem, "/zerohsh").endswith("zerohash")
    assert read(await control.get(SETTINGS)) == before


@pytest.mark.parametrize("value", [1, "raw", [], True])
async def test_a_provider_has_an_object(control: httpx.AsyncClient, value: object) -> None:
    """What is no object can't be merged."""
    read_problem(await control.put(SETTINGS, json={"zerohash": value}), 400, "/zerohash")


@pytest.mark.parametrize("value", [{"a": 1}, [], 1, True, "", 4096.5, "4096"])
async def test_values_have_the_switch_s_type(control: httpx.AsyncClient, value: object) -> None:
    """A value of another type is no value of the switch."""
    response = await control.put(SETTINGS, json={"zerohash": {"rsa_bits": value}})
    read_problem(response, 400, "/zerohash/rsa_bits")


async def test_they_rule(control: httpx.AsyncClient) -> None:
    """The key size follows its switch, in this sandbox only."""
    await create(control, id="a")
    read(await control.put(SETTINGS, json={"zerohash": {"rsa_bits": 2048}}))
    assert len((await mint(control))["token"].rpartition(".")[2]) == 342
    assert len((await mint(control, "a"))["token"].rpartition(".")[2]) == 683


def test_merge_patch_is_rfc_7396() -> None:
    """The examples of RFC 7396, appendix A, whose patch is an object."""
    cases: list[tuple[object, dict[str, object], object]] = [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ]
    for target, patch, merged in cases:
        assert merge_patch(target, patch) == merged
