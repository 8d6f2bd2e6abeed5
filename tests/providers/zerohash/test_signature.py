"""The HMAC: known answers, the three modes, and JavaScript's way of writing JSON again."""

import base64
import hmac
import json
import shutil
import subprocess

import pytest

from emulator.providers.zerohash.signature import Mode, Signed, compact_body, sign, verify
from emulator.providers.zerohash.signature.javascript import reserialise

# The key that the provider's documentation prints. Its own digest can't be reproduced from any
# message that it prints, so these answers were computed, with two tools.
DOCS_KEY = "2mC4ZvVd4goRkuJm+rjr9byUiaUW1b6tVN4xy9QXNSE="
DOCS_DIGESTS = (
    "+p94Yo3z33zvTmoA+BFtzQIW+qJz1X8IZcnuudpX6A8=",
    "PFMlg+bMFVjjAiGPLR/zJCStmiiOIeyz5NIOZEmpfH0=",
)

ALL_ACCOUNTS = (
    "/accounts?account_owner=00SCXM&account_group=BBLGTW&account_label=general"
    "&account_type=available&asset=USD"
)
QUOTE = "3fc51610-3dd9-409f-b531-38f78de8ca8a"
EXECUTE = ("1714445704", "POST", "/convert_withdraw/execute")
MINT = ("1763018448", "POST", "/client_auth_token")

VECTORS = (
    (
        (
            "1714445421",
            "GET",
            ALL_ACCOUNTS,
        ),
        b"",
        "pymOdsOeF7pFtY2bbooowg71Wj7atPAbgLx914sRPbs=",
    ),
    (
        ("1714445421", "GET", "/accounts?account_owner=00SCXM&account_group=BBLGTW"),
        b"",
        "nvY/lGZoaom8x6eHeMWlzF4NnGvGA3YPtrbCmyUSplo=",
    ),
    (
        EXECUTE,
        f"{{'quote_id': '{QUOTE}'}}".encode(),
        "QwRTNqg+V+AabUyVFKoivoyRkmjytLO0qLiFk6gJYeE=",
    ),
    (
        EXECUTE,
        f'{{"quote_id":"{QUOTE}"}}'.encode(),
        "7SwJyWdDvInzNmzKHOC4SVpLuMrops/xG8DbucYpV50=",
    ),
    (
        EXECUTE,
        f'{{"quote_id": "{QUOTE}"}}'.encode(),
        "eIf0tb23EhXVYJIE5HxBSx/VxboCPgveSZa6CME5/u4=",
    ),
    (
        MINT,
        b'{"participant_code":"CUST01","permissions":["fwc"]}',
        "/RqN+rgLw1R26mlMbR1LJ+Ex6trHKBT8H3gUXqf1JVY=",
    ),
    (
        MINT,
        b'{"participant_code": "CUST01", "permissions": ["fwc"]}',
        "DfW/LbeR5PGGfw9767p7DqqXwP8atap7zRNW/4JFBZg=",
    ),
    (
        ("1763018448", "GET", "/participants"),
        b"",
        "eqA/bKhO9gYfnOI2mdjTjfTc6Uv4MsSXHgAUJLSJb8o=",
    ),
)


@pytest.mark.parametrize(("parts", "body", "digest"), VECTORS)
def test_known_answers(parts: tuple[str, str, str], body: bytes, digest: str) -> None:
    """The recipe gives the digests that two other tools gave, and the raw reading accepts them."""
    signed = Signed(*parts, body)
    assert sign(signed, DOCS_KEY) == digest
    assert verify(signed, DOCS_KEY, digest, "raw") is not None


@pytest.mark.parametrize("digest", DOCS_DIGESTS)
def test_the_documents_own_digests_belong_to_no_known_message(digest: str) -> None:
    """What the documentation prints as the answer holds for none of the messages known."""
    for parts, body, _ in VECTORS:
        for mode in ("lenient", "compact", "raw"):
            assert verify(Signed(*parts, body), DOCS_KEY, digest, mode) is None


COMPACT = b'{"a":"1","b":[1,2]}'
SPACED = b'{"a": "1", "b": [1, 2]}'

# sent, signed, and whether lenient, compact and raw accept it; lenient with a remark
MODES = (
    (COMPACT, COMPACT, (True, True, True), ""),
    (SPACED, SPACED, (True, False, True), "over the bytes as sent"),
    (SPACED, COMPACT, (True, True, False), ""),
    (COMPACT, SPACED, (False, False, False), ""),
    (b'{"a":1.0}', b'{"a":1}', (True, True, False), ""),
    (b'{"a":1.0}', b'{"a":1.0}', (True, False, True), "over the bytes as sent"),
    (b'{"a":1e2}', b'{"a":100}', (True, True, False), ""),
    (b'{"a":"\\u00e9"}', '{"a":"é"}'.encode(), (True, True, False), ""),
    (b'{"a":"\\/"}', b'{"a":"/"}', (True, True, False), ""),
    (b'{"a":1,"a":2}', b'{"a":2}', (True, True, False), ""),
    (b'{"b":1,"2":2,"1":3}', b'{"1":3,"2":2,"b":1}', (True, True, False), ""),
    (b"no json", b"no json", (True, True, True), ""),
    (b"", b"{}", (True, True, True), ""),
    (b"", b"", (True, False, False), "over no body"),
)


@pytest.mark.parametrize("mode", ["lenient", "compact", "raw"])
@pytest.mark.parametrize(("sent", "signing", "accepted", "remark"), MODES)
def test_which_reading_of_a_body_each_mode_accepts(
    sent: bytes, signing: bytes, accepted: tuple[bool, ...], remark: str, mode: Mode
) -> None:
    """Lenient takes the bytes as sent and the compact form, the other two one of them."""
    digest = _digest_over("POST", signing)
    match = verify(Signed("1", "POST", "/x", sent), DOCS_KEY, digest, mode)
    assert (match is not None) is accepted[("lenient", "compact", "raw").index(mode)]
    if match is not None:
        assert remark in match.hint if mode == "lenient" else not match.hint
        assert bool(match.hint) is (mode == "lenient" and bool(remark))


@pytest.mark.parametrize("mode", ["lenient", "compact", "raw"])
@pytest.mark.parametrize("sent", [b"", b"{}", b'{"a":1}'])
def test_a_get_signs_braces_whatever_it_sends(sent: bytes, mode: Mode) -> None:
    """A GET is signed over {} in every mode, and never over nothing."""
    signed = Signed("1", "GET", "/x?y=1", sent)
    assert verify(signed, DOCS_KEY, _digest_over("GET", b"{}", "/x?y=1"), mode) is not None
    assert verify(signed, DOCS_KEY, _digest_over("GET", b"", "/x?y=1"), mode) is None


@pytest.mark.parametrize("presented", ["", "é", "x" * 100_000, "\x00", "=" * 44])
def test_a_signature_of_any_form_is_refused(presented: str) -> None:
    """What is no digest at all is refused without an error."""
    assert verify(Signed("1", "POST", "/x", b"{}"), DOCS_KEY, presented, "lenient") is None


WRITTEN_AGAIN = {
    '{ "a" : 1.0 }': '{"a":1}',
    "[1e2,1E+2,100.50,-0,-0.0,0.0]": "[100,100,100.5,0,0,0]",
    "[1e21,1.5e300,1e-7,0.000001,5e-324]": "[1e+21,1.5e+300,1e-7,0.000001,5e-324]",
    "[12345678901234567890,9007199254740993]": "[12345678901234567000,9007199254740992]",
    "[1e400,-1e400]": "[null,null]",
    r'"\u00e9\u20ac\/\b\u001F\u007f"': '"é€/\\b\\u001f\x7f"',
    r'"\ud83d\ude00\ud83d"': '"\U0001f600\\ud83d"',
    '{"b":1,"10":2,"9":3,"01":4,"-1":5}': '{"9":3,"10":2,"b":1,"01":4,"-1":5}',
    '{"4294967295":1,"4294967294":2}': '{"4294967294":2,"4294967295":1}',
    '{"a":1,"b":2,"a":3}': '{"a":3,"b":2}',
    "[true,false,null,{},[]]": "[true,false,null,{},[]]",
}


@pytest.mark.parametrize(("text", "again"), WRITTEN_AGAIN.items())
def test_json_as_javascript_writes_it_again(text: str, again: str) -> None:
    """Numbers, escapes, repeated keys and whole-number keys come out as JSON.stringify has them."""
    assert reserialise(text.encode()).decode() == again


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node")
def test_node_agrees() -> None:
    """The table above is what Node itself gives."""
    program = "t=>JSON.stringify(JSON.parse(t))"
    script = f"console.log(JSON.stringify({json.dumps(list(WRITTEN_AGAIN))}.map({program})))"
    ran = subprocess.run(["node", "-e", script], capture_output=True, check=True)  # noqa: S603, S607
    assert json.loads(ran.stdout) == list(WRITTEN_AGAIN.values())


@pytest.mark.parametrize("text", WRITTEN_AGAIN)
def test_the_fast_way_to_the_compact_form_is_the_same(text: str) -> None:
    """The short cut for bodies that are compact already gives what the long way gives."""
    assert compact_body(Signed("1", "POST", "/x", text.encode())) == reserialise(text.encode())


@pytest.mark.parametrize("body", [b"\xff", b"{", b"[" * 100_000, b"NaN"])
def test_what_is_no_json_is_signed_as_it_is(body: bytes) -> None:
    """A body that can't be read is its own compact form."""
    assert compact_body(Signed("1", "POST", "/x", body)) == body


def _digest_over(method: str, body: bytes, route: str = "/x") -> str:
    """The signature over exactly these bytes, made without our code."""
    message = f"1{method}{route}".encode() + body
    digest = hmac.digest(base64.b64decode(DOCS_KEY), message, "sha256")
    return base64.b64encode(digest).decode()
