import json
from typing import Any

import httpx
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.edge.body import (
    MAX_DEPTH,
    BodyTooLarge,
    Disconnected,
    UnreadableJsonError,
    parse_json,
    read_body,
)
from tests.edge.house import House, scope_of

pytestmark = pytest.mark.anyio


def chunk(body: bytes, *, more: bool = False) -> dict[str, Any]:
    """A part of a request's body."""
    return {"type": "http.request", "body": body, "more_body": more}


async def read(*messages: dict[str, Any], declared: str | None = None, limit: int = 10) -> bytes:
    """The body that arrives in these messages."""
    arriving = list(messages)

    async def receive() -> dict[str, Any]:
        return arriving.pop(0)

    return await read_body(receive, declared, limit)


async def test_a_body_is_read_whole() -> None:
    """However it is cut, the body is all of its parts."""
    assert await read(chunk(b"0123456789"), declared="10") == b"0123456789"
    parts = [chunk(b"01", more=True), chunk(b"", more=True), chunk(b"23")]
    assert await read(*parts) == b"0123"
    assert await read({"type": "http.request"}) == b""


@pytest.mark.parametrize("declared", ["11", "9" * 5000])
async def test_a_declared_length_over_the_limit_is_enough(declared: str) -> None:
    """Nothing is read of a body that says that it is too large."""
    with pytest.raises(BodyTooLarge):
        await read(declared=declared)


@pytest.mark.parametrize("declared", [None, "1", "-1", "\u00b2", "1e9", ""])
async def test_what_is_sent_counts(declared: str | None) -> None:
    """Whatever was declared, more than the limit is too large, in one part or in many."""
    with pytest.raises(BodyTooLarge):
        await read(chunk(b"0123456789a"), declared=declared)
    with pytest.raises(BodyTooLarge):
        await read(chunk(b"012345", more=True), chunk(b"6789a", more=True), declared=declared)


async def test_a_client_that_leaves_ends_the_reading() -> None:
    """A request that is cut off is no request."""
    for before in ([], [chunk(b"01", more=True)]):
        with pytest.raises(Disconnected):
            await read(*before, {"type": "http.disconnect"})


async def test_who_leaves_gets_no_answer_and_leaves_no_call(house: House) -> None:
    """The edge answers nobody, and the journal has nothing of it."""
    assert await house.speak(scope_of("POST", "/toy/echo"), chunk(b"{", more=True)) == []
    assert house.directory.get("default") is None


async def test_too_large_is_told_in_the_providers_words(tmp_path: Any) -> None:  # noqa: ANN401
    """Declared or sent in parts, a body over the limit is the provider's 413, and is journaled."""
    house = House(tmp_path, body_limit=10)
    async with house.client() as visitor:
        for answer in (
            await visitor.post("/toy/echo", content=b"[1,2,3,4,5]"),
            await visitor.post("/toy/echo", content=parts_of(b"[1,2,", b"3,4,5]")),
            await visitor.post("/toy/nowhere", content=b"[1,2,3,4,5]"),
        ):
            assert (answer.status_code, answer.json()) == (413, {"no": "too much"})
        assert (await visitor.post("/toy/echo", content=b"[1,2,3,45]")).status_code == 200
    journal = house.directory.get("default")
    assert journal is not None
    assert [call.status for call in reversed(journal.journal)] == [200, 413, 413, 413]


async def parts_of(*parts: bytes) -> Any:  # noqa: ANN401
    """A body sent in parts, its length not declared."""
    for part in parts:
        yield part


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"{", "not valid JSON"),
        (b"", "not valid JSON"),
        (b"{'a': 1}", "not valid JSON"),
        (b"[1,]", "not valid JSON"),
        (b"01", "not valid JSON"),
        (b"1 2", "not valid JSON"),
        (b'"\n"', "not valid JSON"),
        (b"\xef\xbb\xbf{}", "not valid JSON"),
        (b"NaN", "not valid JSON"),
        (b'{"a":Infinity}', "not valid JSON"),
        (b'{"a":-Infinity}', "not valid JSON"),
        (b'"\xff"', "not UTF-8"),
        (b'"\xed\xa0\x80"', "not UTF-8"),
        (b'"\xc0\xaf"', "not UTF-8"),
        ('{"a":1}'.encode("utf-16"), "not UTF-8"),
        (b'"\\ud800"', "not valid JSON"),
        (b'"\\udc00\\ud800"', "not valid JSON"),
        (b'{"a":1,"a":2}', "a duplicate key"),
        (b'{"a":1,"\\u0061":2}', "a duplicate key"),
        (b'[{"b":{"a":1,"a":1}}]', "a duplicate key"),
        (b"1e400", "out of range"),
        (b"-1e400", "out of range"),
        (b"18446744073709551616", "out of range"),
        (b"-9223372036854775809", "out of range"),
        (b"9" * 5000, "."),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested too deeply"),
        (b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1), "nested too deeply"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_not_plain_json_is_refused(raw: bytes, why: str) -> None:
    """What readers could read differently, or not write again, is told without quoting it."""
    with pytest.raises(UnreadableJsonError, match=why):
        parse_json(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b" \t\r\n{} ", {}),
        (b"null", None),
        (b"18446744073709551615", 2**64 - 1),
        (b"-9223372036854775808", -(2**63)),
        (b"1E2", 100.0),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        ('"é\u2028"'.encode(), "é\u2028"),
        (b'"\\u0000"', "\0"),
        (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
    ],
)
def test_plain_json_is_read(raw: bytes, value: object) -> None:
    """What RFC 8259 allows reads as what it says."""
    assert parse_json(raw) == value


def test_the_depth_is_counted_not_the_brackets() -> None:
    """Any number of shallow things may stand side by side, and the limit itself is allowed."""
    assert parse_json(b"[" + b"[{}]," * 5000 + b"[]]")
    deepest = b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH
    assert parse_json(deepest) == json.loads(deepest)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON)
def test_what_reads_can_be_written_again(value: object) -> None:
    """Whatever JSON is accepted is the JSON that was meant, and every writer here can write it."""
    try:
        raw = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    assert orjson.loads(orjson.dumps(parse_json(raw))) == value


@given(st.binary(max_size=40))
def test_any_bytes_are_json_or_unreadable(raw: bytes) -> None:
    """No bytes make the reader fail in another way; what it takes, a second reader takes too."""
    try:
        value = parse_json(raw)
    except UnreadableJsonError:
        return
    assert json.loads(raw) == value


async def test_unreadable_bodies_get_the_providers_400(visitor: httpx.AsyncClient) -> None:
    """However broken a body is, the answer is the provider's, never a 500."""
    for raw in (b"{", b"\xff", b'{"a":1,"a":1}', b"NaN", b"[" * 5000, b"9" * 9000, b'"\\ud800"'):
        answer = await visitor.post("/toy/echo", content=raw)
        assert answer.status_code == 400
        assert answer.json()["no"].startswith("body ")
    assert (await visitor.post("/toy/echo")).json() == {"reply": {"said": None}}
