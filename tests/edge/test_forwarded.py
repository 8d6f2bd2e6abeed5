import pytest

from emulator.edge.forwarded import Proxies, apply_forwarded
from emulator.edge.wire import Scope

PROXIES = Proxies(["10.0.0.0/8", "::1/128"])


def scope(peer: str | None = "10.0.0.1", **headers: str) -> Scope:
    """A request by way of `peer`, with X-Forwarded-<headers>."""
    told = [(b"host", b"inside:4600"), (b"accept", b"*/*")]
    told += [(f"x-forwarded-{k}".encode(), v.encode()) for k, v in headers.items()]
    return {
        "type": "http",
        "scheme": "http",
        "client": None if peer is None else (peer, 5000),
        "headers": told,
    }


def seen(given: Scope) -> tuple[str, str, str]:
    """Client, scheme and host as everything behind reads them."""
    made = apply_forwarded(given, PROXIES)
    hosts = [value.decode() for name, value in made["headers"] if name == b"host"]
    assert len(hosts) == 1
    return made["client"][0], made["scheme"], hosts[0]


def test_a_trusted_proxy_is_believed() -> None:
    """Client, scheme and host are those that reached the proxy."""
    told = scope(**{"for": "192.0.2.9", "proto": "https", "host": "e.example"})
    assert seen(told) == ("192.0.2.9", "https", "e.example")


@pytest.mark.parametrize("peer", ["192.0.2.1", "not an address"])
def test_anybody_else_is_not(peer: str) -> None:
    """A client that sends the headers itself changes nothing."""
    told = scope(peer, **{"for": "127.0.0.1", "proto": "https", "host": "localhost"})
    assert seen(told) == (peer, "http", "inside:4600")


def test_a_peer_without_address_is_not_believed() -> None:
    """A Unix socket has no address that could be trusted."""
    told = scope(None, **{"for": "127.0.0.1"})
    assert apply_forwarded(told, PROXIES) == told


def test_the_chain_is_read_back_to_the_first_stranger() -> None:
    """What a client wrote before its own address, which the first proxy added, does not count."""
    assert seen(scope(**{"for": "127.0.0.1, 192.0.2.9, 10.0.0.7"}))[0] == "192.0.2.9"


def test_a_chain_of_proxies_alone_ends_at_its_first() -> None:
    """When all hops are trusted the outermost one is the client."""
    assert seen(scope(**{"for": "10.0.0.9, 10.0.0.7"}))[0] == "10.0.0.9"


def test_the_trusted_neighbour_has_the_last_word() -> None:
    """Of several values the last counts: what stands before may be the client's."""
    told = scope(proto="http, https", host="evil.example, e.example")
    assert seen(told)[1:] == ("https", "e.example")


@pytest.mark.parametrize("proto", ["", "ftp", "javascript"])
def test_no_other_scheme_is_taken_over(proto: str) -> None:
    """The origin of URLs in answers stays HTTP."""
    assert seen(scope(proto=proto))[1] == "http"


def test_without_headers_the_proxy_is_the_client() -> None:
    """A trusted proxy that says nothing is taken as it is."""
    assert seen(scope()) == ("10.0.0.1", "http", "inside:4600")
