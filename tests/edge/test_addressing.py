from pathlib import Path

import httpx
import pytest

from emulator.edge.addressing import AddressClash, Addresses, Router
from emulator.edge.call import Route
from tests.edge.house import House
from tests.edge.toys import another, toy

pytestmark = pytest.mark.anyio

PATHS = (
    Route("GET", "/ping", "ping"),
    Route("POST", "/ping", "ping"),
    Route("POST", "/toy/ping", "odd"),
    Route("GET", "/two", "two"),
)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """The edge with the toy provider and another."""
    return House(tmp_path, toy, another("other", PATHS, "api.other.test"))


async def by(visitor: httpx.AsyncClient, path: str, host: str = "localhost") -> str:
    """Who answers a GET."""
    answer = await visitor.get(path, headers={"Host": host})
    found: str = answer.json().get("by", "toy")
    return found


@pytest.mark.parametrize(
    ("path", "host"),
    [
        ("/other/ping", "localhost"),
        ("/other/ping", "api.toy.test"),
        ("/ping", "api.other.test"),
        ("/ping", "API.Other.Test:4600"),
        ("/ping", "localhost"),
        ("/_s/s1/other/ping", "localhost"),
        ("/_s/s1/ping", "api.other.test"),
        ("/_s/s1/ping", "localhost"),
    ],
)
async def test_three_ways_to_a_provider(visitor: httpx.AsyncClient, path: str, host: str) -> None:
    """Prefix, Host and root lead to it, with a sandbox's prefix before them or not."""
    assert await by(visitor, path, host) == "other"


async def test_prefix_beats_host_beats_root(visitor: httpx.AsyncClient) -> None:
    """Where several ways lead somewhere the nearer one counts."""
    prefixed = await visitor.get("/toy/shops/x", headers={"Host": "api.other.test"})
    assert prefixed.json()["reply"]["said"]["name"] == "x"
    hosted = await visitor.get("/shops/x", headers={"Host": "api.other.test"})
    assert hosted.json() == {"no": "nothing here"}
    shadowed = await visitor.post("/toy/ping", headers={"Host": "api.other.test"})
    assert shadowed.json() == {"no": "nothing here"}


@pytest.mark.parametrize(
    ("path", "host"), [("/toy/nowhere", "localhost"), ("/nowhere", "api.toy.test"), ("/toy", "x")]
)
async def test_unknown_below_a_provider_is_its_404(
    visitor: httpx.AsyncClient, path: str, host: str
) -> None:
    """Below a prefix or a Host, an unknown path is refused in that provider's own words."""
    answer = await visitor.get(path, headers={"Host": host})
    assert (answer.status_code, answer.json()) == (404, {"no": "nothing here"})
    hint, _, nearest = answer.headers["x-emulator-hint"].partition(" The nearest: ")
    assert hint == "The toy has no such path."
    assert nearest.startswith("/") == ("nowhere" in path)
    assert answer.headers["toy-number"].startswith("1 of ")


@pytest.mark.parametrize(
    ("path", "host"), [("/toy/shops/x", "localhost"), ("/shops/x", "api.toy.test")]
)
async def test_another_method_is_the_providers_405(
    visitor: httpx.AsyncClient, path: str, host: str
) -> None:
    """A known path with another method is its 405, with Allow."""
    answer = await visitor.delete(path, headers={"Host": host})
    assert (answer.status_code, answer.json()) == (405, {"no": "wrong verb"})
    assert answer.headers["allow"] == "GET"


async def test_unknown_at_the_root_names_the_nearest(visitor: httpx.AsyncClient) -> None:
    """At the root an unknown path is the emulator's problem, with paths that may be meant."""
    answer = await visitor.get("/shop/mine")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["nearest"][0] == "/toy/shops/mine"
    assert "/toy/shops/mine" in body["detail"]
    assert (body["status"], body["title"]) == (404, "Not found")


async def test_far_from_everything_it_says_what_to_do(visitor: httpx.AsyncClient) -> None:
    """Where nothing is near, the problem tells how to go on."""
    body = (await visitor.get("/0123456789/0123456789/0123456789")).json()
    assert body["nearest"] == []
    assert "/_emulator/health" in body["detail"]


async def test_another_method_at_the_root_is_a_405_problem(visitor: httpx.AsyncClient) -> None:
    """A path that answers other methods at the root says which."""
    answer = await visitor.delete("/ping")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"] == "GET, POST"
    assert "GET, POST" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/_emulator", "/_emulator/", "/_emulator/health"])
async def test_control_is_served_for_other_hosts_only(
    visitor: httpx.AsyncClient, path: str
) -> None:
    """Who comes by a provider's host name never sees the control API."""
    assert (await visitor.get(path)).text == "control"
    assert (await visitor.get(path, headers={"Host": "evil.test"})).text == "control"
    for host in ("api.toy.test", "API.TOY.TEST:4600"):
        answer = await visitor.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()) == (404, {"no": "nothing here"})


@pytest.mark.parametrize(
    "path", ["/_emulators", "/_s/s1/_emulator/health", "/x/_emulator", "/toy/_emulator/health"]
)
async def test_control_has_one_place(visitor: httpx.AsyncClient, path: str) -> None:
    """Nothing but /_emulator itself is the control API."""
    assert (await visitor.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/toy/shops/a%20b", "a b"),
        ("/toy/shops/a%2Fb", "a/b"),
        ("/toy/shops/%C3%A9", "é"),
        ("/toy/shops/a+b", "a+b"),
        ("/toy/shops/a@b.c", "a@b.c"),
    ],
)
async def test_parameters_are_decoded(visitor: httpx.AsyncClient, path: str, name: str) -> None:
    """A parameter is one segment, decoded once; the target stays as it was sent."""
    answer = await visitor.get(path + "?q=a%20b&q=")
    said = answer.json()["reply"]["said"]
    assert said["name"] == name
    assert said["target"] == path.removeprefix("/toy") + "?q=a%20b&q="


@pytest.mark.parametrize(
    "path",
    [
        *("/toy/shops/", "/toy/shops//", "/toy//shops/x", "/toy/shops/x/", "/toy/shops/mine/"),
        *("/toy/Shops/x", "/toy/shops/x/items/", "/toy/%73hops/x"),
    ],
)
async def test_other_spellings_are_other_paths(visitor: httpx.AsyncClient, path: str) -> None:
    """A slash too many, an empty parameter or another case is an unknown path."""
    assert (await visitor.get(path)).status_code == 404


async def test_a_fixed_path_goes_before_a_pattern(visitor: httpx.AsyncClient) -> None:
    """Where a fixed path and a pattern fit, the fixed one counts."""
    assert "name" not in (await visitor.get("/toy/shops/mine")).json()["reply"]["said"]


async def test_what_a_host_has_to_name_is_unknown_at_the_root(visitor: httpx.AsyncClient) -> None:
    """Where a route is bound to a host, nobody's host gets the emulator's 404, not a provider's."""
    unknown = await visitor.post("/bound")
    assert unknown.headers["content-type"] == "application/problem+json"
    assert unknown.status_code == 404
    for path, host in (("/bound", "api.toy.test"), ("/toy/bound", "localhost")):
        named = await visitor.post(path, headers={"Host": host})
        assert (named.status_code, named.json()) == (404, {"no": "nothing here"})


def test_a_collision_fails_the_start() -> None:
    """Two providers that would answer one request at the root are refused, both named."""
    for theirs in ("/echo", "/{anything}", "/shops/{id}/items/{sku}", "/shops/x/items/y"):
        method = "PUT" if "items" in theirs else "POST"
        other = another("other", (Route(method, theirs, "x"),))
        with pytest.raises(AddressClash, match=r"both toy and other"):
            Addresses((toy, other))


@pytest.mark.parametrize(
    "route",
    [
        Route("GET", "/echo", "x"),
        Route("POST", "/echo/x", "x"),
        Route("POST", "/shops/{id}", "x"),
        Route("GET", "/stores/{id}", "x"),
    ],
)
def test_what_differs_does_not_collide(route: Route) -> None:
    """Other methods, other lengths and other words live side by side."""
    assert [t.provider.name for t in Addresses((toy, another("other", (route,))))] == [
        "toy",
        "other",
    ]


def test_a_router_tells_what_a_path_allows() -> None:
    """Fixed paths and patterns both count, each method once."""
    router = Router(
        [Route("GET", "/a/b", "x"), Route("PUT", "/a/{b}", "y"), Route("GET", "/a/{c}", "z")]
    )
    assert router.allowed("/a/b") == ("GET", "PUT")
    assert router.allowed("/a/") == ()
    assert router.allowed("/b") == ()
    assert router.match("POST", "/a/b") is None
