"""The stand-in for zerohash's SDK web app: its page, and what it asks of a token. All [design].

`zeroHashAppsURL` is where the web SDK finds that app [doc] H; which paths below it the SDK opens is
not public: any single one is taken as a module's name [guess] L.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from emulator.core.decisions import Granted, Refusal
from emulator.core.jwt import MalformedToken, parse_token
from emulator.core.view import View
from emulator.edge.answers import render_json
from emulator.edge.call import Answer, Call, Route
from emulator.edge.pages import render_file
from emulator.edge.provider import Services
from emulator.edge.rest import Operation, Preparation
from emulator.providers.zerohash.errors import CATALOGUE
from emulator.providers.zerohash.rules import modules
from emulator.providers.zerohash.wire.bodies import parse_body
from emulator.providers.zerohash.wire.modules import CheckModule, Verdict

ROUTES = (
    Route("GET", "/sdk/zerohash", "sdk_entry"),
    Route("GET", "/sdk/zerohash/", "sdk_start"),
    Route("GET", "/sdk/zerohash/{name}", "sdk_page"),
    Route("POST", "/sdk/zerohash/check", "sdk_check"),
)

_FOLDER = Path(__file__).with_name("sdk")
_PAGE = "stand_in.html"
_MOST_TOKEN = 1 << 16  # characters: what a header may be long, and more


def _anybody(_: View, __: Call) -> None:
    return None


def _find_slash(call: Call) -> str:
    """Where the page is, as seen from its address without the slash."""
    query = call.target.partition("?")[2]
    return f"zerohash/?{query}" if query else "zerohash/"


def _find_file(call: Call) -> Answer:
    """The page for any module's name, else the file.

    Raises:
        Refusal: there is no such file.
    """
    name = call.params.get("name", "")
    found = render_file(_FOLDER, name if "." in name else _PAGE)
    if found is None:
        raise Refusal(CATALOGUE["route_not_found"])
    return found


def _parse_check(call: Call) -> modules.Presented:
    body, _ = parse_body(CheckModule, call.body)
    scheme, _, text = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        return modules.Presented(body.module, None, "There is no token.")
    try:
        return modules.Presented(body.module, parse_token(text.strip(), _MOST_TOKEN))
    except MalformedToken as error:
        return modules.Presented(body.module, None, f"It {error}: no JWT.")


async def _give_keys(services: Services, asked: modules.Presented, _: str) -> modules.Presented:
    """The rule has no keys of its own; nothing is got from the network."""
    return msgspec.structs.replace(asked, keys=services.keys)


def _pass(_: View, __: None, answer: Answer) -> Granted[Answer]:
    return Granted(answer)


def _redirect(_: View, __: None, where: str) -> Granted[Answer]:
    return Granted(Answer(308, b"", headers=(("Location", where),)))


def _render_verdict(verdict: Verdict, _: str) -> Answer:
    return render_json(msgspec.to_builtins(verdict))


_ENTRY: Operation[str, None, Answer] = Operation(
    _find_slash, _anybody, _redirect, lambda answer, _: answer
)
_FILE: Operation[Answer, None, Answer] = Operation(
    _find_file, _anybody, _pass, lambda answer, _: answer
)
_CHECK: Operation[modules.Presented, None, Verdict] = Operation(
    _parse_check,
    _anybody,
    modules.judge,
    _render_verdict,
    Preparation(lambda _, __, ___: "keys", _give_keys),
)

OPERATIONS: Mapping[str, Operation[Any, Any, Any]] = {
    "sdk_entry": _ENTRY,
    "sdk_start": _FILE,
    "sdk_page": _FILE,
    "sdk_check": _CHECK,
}
