"""A toy provider's HTTP surface: enough to see the edge, with nobody's vocabulary."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from emulator.core.decisions import Granted, Json, Refusal, Row
from emulator.core.facts import TokenIssued
from emulator.core.faults import Firing, Then
from emulator.core.keyrings import Issuer
from emulator.core.keys import KeyPool
from emulator.core.ledger import Unavailable
from emulator.core.limits import RateLimit
from emulator.core.sandbox import Gone
from emulator.core.state import Entry
from emulator.core.view import View
from emulator.edge.answers import render_json
from emulator.edge.body import UnreadableJsonError, parse_json
from emulator.edge.call import Answer, Call, Headers, Route
from emulator.edge.provider import EDGE_ALIASES, Credential, Door, Limited, Provider, Services
from emulator.edge.rest import Operation, Preparation
from emulator.shipped import shipped_fixtures
from tests.core.toys import SHOPS, TOY, Switches, grant

KEYS = KeyPool(shipped_fixtures() / "keys")

ROWS = (
    Row("unknown_caller", 401, {"no": "who are you"}, "[design]", "Send X-Toy-Key."),
    Row("unreadable", 400, {"no": "{why}"}, "[design]", defaults={"why": "unreadable"}),
    Row("nothing_here", 404, {"no": "nothing here"}, "[design]", "The toy has no such path."),
    Row("wrong_verb", 405, {"no": "wrong verb"}, "[design]"),
    Row("too_much", 413, {"no": "too much"}, "[design]"),
    Row("slow_down", 429, "Slow down, {who}.", "[design]", media_type="text/plain"),
    Row("broken", 500, {"no": "broken"}, "[design]"),
    Row("down", 503, {"no": "down"}, "[design]", headers=(("Toy-Retry", "true"),)),
)
ALIASES = {
    **dict(
        zip(EDGE_ALIASES, ("nothing_here", "wrong_verb", "too_much", "broken", "down"), strict=True)
    ),
    "rate_limited": "slow_down",
}

ROUTES = (
    Route("POST", "/echo", "echo"),
    Route("POST", "/prepared", "prepared"),
    Route("POST", "/bound", "bound", host_bound=True),
    Route("POST", "/pass", "pass"),
    Route("POST", "/crash", "crash"),
    Route("POST", "/gone", "gone"),
    Route("POST", "/down", "down"),
    Route("GET", "/shops/mine", "mine"),
    Route("GET", "/shops/{name}", "shop", frozenset({"name"})),
    Route("PUT", "/shops/{name}/items/{sku}", "item", frozenset({"name"})),
)


def locate(call: Call) -> Iterable[tuple[Entry, str]]:
    """A shop's code is a credential; a pass says the code of its home."""
    key = call.headers.get("x-toy-key")
    if key:
        yield (SHOPS.id, key), "credential"
    home = call.headers.get("x-toy-pass")
    if home:
        yield (SHOPS.id, home), "token"


def present(call: Call) -> Credential | None:
    """A shop's code is a secret."""
    key = call.headers.get("x-toy-key")
    return ("secret", key) if key else None


def authenticate(_: View, call: Call) -> str:
    """Anybody but nobody."""
    if call.headers.get("x-toy-key") == "nobody":
        raise Refusal(toy.row("unknown_caller"))
    return call.headers.get("x-toy-key", "")


def parse(call: Call) -> Json:
    """The body, or the toy's refusal."""
    try:
        return parse_json(call.body) if call.body else None
    except UnreadableJsonError as error:
        raise Refusal(toy.row("unreadable"), {"why": str(error)}) from None


def parse_path(call: Call) -> dict[str, Json]:
    """What the path and query say."""
    return {"target": call.target, "origin": call.origin, "client": call.client, **call.params}


def echo(_: View, __: str, parsed: Json) -> Granted[Json]:
    """The same again."""
    return Granted({"said": parsed})


def sell_pass(view: View, _: str, __: Json) -> Granted[Json]:
    """A pass with an id of its own."""
    lifetime_s = view.lifetime_s("toy", "pass", 600)
    key = KEYS.by_bits[2048][0]
    issued = TokenIssued(
        view.now,
        view.draw_uuid("toy.pass"),
        int(view.now) + lifetime_s,
        grant(key=key, lifetime_s=lifetime_s),
    )
    return Granted({"jti": issued.jti}, (issued,), issued, hint="A pass.")


def fail_with(error: Exception) -> Callable[[View, str, Json], Granted[Json]]:
    """A rule that fails."""

    def fail(_: View, __: str, ___: Json) -> Granted[Json]:
        raise error

    return fail


def nothing(_: View, __: str, ___: Json) -> Granted[Json]:
    """There is no such thing."""
    raise toy.refusal("route_not_found")


def render(reply: Json, token: str) -> Answer:
    """The reply, with the token if there is one."""
    return render_json({"reply": reply, **({"token": token} if token else {})})


def trigger(call: Call) -> Firing | None:
    """The toy's own way to ask for an error."""
    error = call.headers.get("x-toy-error")
    return Firing("X-Toy-Error", Then(error=error)) if error else None


def want(view: View, caller: str, _: Json) -> tuple[str, str] | None:
    """What the network is asked for: here, who asks and in which sandbox; nothing by who is shy."""
    return (caller, view.sandbox) if caller != "shy" else None


async def fetch(_: Services, parsed: Json, wanted: tuple[str, str]) -> Json:
    """What the network says."""
    return {"sent": parsed, "got": list(wanted)}


def limit(_: View, call: Call) -> Limited | None:
    """Two calls a minute for who has a key."""
    key = call.headers.get("x-toy-key")
    return Limited(key, RateLimit(enabled=True, limit=2, window=60.0)) if key else None


def open_door(provider: Provider) -> Door:
    """The toy's surface."""
    operations: dict[str, Operation[Any, Any, Any]] = {
        "echo": Operation(parse, authenticate, echo, render),
        "prepared": Operation(parse, authenticate, echo, render, Preparation(want, fetch)),
        "bound": Operation(parse, authenticate, nothing, render),
        "pass": Operation(parse, authenticate, sell_pass, render),
        "crash": Operation(parse, authenticate, fail_with(ZeroDivisionError("boom")), render),
        "gone": Operation(parse, authenticate, fail_with(Gone("s1")), render),
        "down": Operation(parse, authenticate, fail_with(Unavailable()), render),
        "mine": Operation(parse_path, authenticate, echo, render),
        "shop": Operation(parse_path, authenticate, echo, render),
        "item": Operation(parse_path, authenticate, echo, render),
    }
    handlers = {name: operation.handler(provider) for name, operation in operations.items()}
    return Door(ROUTES, handlers, dict)


def dress(call: Call, seed: str) -> Headers:
    """A header of the provider's on each answer."""
    return (("Toy-Number", f"{call.number} of {seed}"),)


def no_pass(*_: object) -> Granted[None]:
    """Nothing is minted without ceremony."""
    raise LookupError


toy: Provider = Provider(
    name="toy",
    title="Toy",
    blueprint=TOY,
    hosts=frozenset({"api.toy.test"}),
    catalogue={row.name: row for row in ROWS},
    aliases=ALIASES,
    trigger=trigger,
    operations=tuple(route.operation for route in ROUTES),
    lifetimes={"pass": 600},
    private=frozenset({"email", "secret", "token"}),
    kept_headers=frozenset({"x-toy-note"}),
    door=lambda: open_door(toy),
    locate=locate,
    present=present,
    home=lambda _: None,
    issuer_keys=lambda _: (KEYS.by_bits[2048][0],),
    find_issuer=lambda _, __: Issuer("toy", 2048),
    credentials=lambda _, __: {},
    mint=no_pass,
    modules=(),
    opens=lambda _, __: None,
    dress=dress,
    limit=lambda _, __: None,
)


limited: Provider = replace(toy, limit=limit, door=lambda: open_door(limited))


def another(name: str, routes: Sequence[Route], *hosts: str) -> Provider:
    """Another provider that answers every route with its own name."""

    async def answer(_: Services, __: object, ___: Call) -> Answer:
        return render_json({"by": name})

    handlers: Mapping[str, Callable[..., Awaitable[Answer]]] = {
        route.operation: answer for route in routes
    }
    return Provider(
        name=name,
        title=name,
        blueprint=type(TOY)(name, (), Switches, lambda _, __: ()),
        hosts=frozenset(hosts),
        catalogue=toy.catalogue,
        aliases=ALIASES,
        trigger=trigger,
        operations=tuple(handlers),
        lifetimes={},
        private=frozenset(),
        kept_headers=frozenset(),
        door=lambda: Door(routes, handlers, dict),
        locate=lambda _: (),
        home=lambda _: None,
        issuer_keys=lambda _: (),
        find_issuer=lambda _, __: Issuer(name, 2048),
        credentials=lambda _, __: {},
        mint=no_pass,
        modules=(),
        opens=lambda _, __: None,
        dress=lambda _, __: (),
        limit=lambda _, __: None,
    )
