"""X-Forwarded-*: who called, by which name and scheme. Only a trusted proxy's word counts."""

from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from emulator.edge.wire import Scope

_FOR, _PROTO, _HOST = b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host"


class Proxies:
    """The addresses and networks that are believed."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks = tuple(map(ip_network, networks))

    def __bool__(self) -> bool:
        return bool(self._networks)

    def trust(self, address: str) -> bool:
        """Whether a peer's forwarding headers count."""
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def apply_forwarded(scope: Scope, proxies: Proxies) -> Scope:
    """The request as it reached the outermost trusted proxy.

    Of a header with several values the last counts: the trusted neighbour wrote it, what stands
    before may be the client's own invention. X-Forwarded-For is read back to the first address
    that is no trusted proxy.
    """
    peer = scope.get("client")
    if peer is None or not proxies.trust(peer[0]):
        return scope
    told = {name: value.decode("latin-1") for name, value in scope["headers"]}
    changed = {**scope, "client": (_client(told.get(_FOR, ""), peer[0], proxies), peer[1])}
    scheme = _last(told.get(_PROTO, "")).lower()
    if scheme in {"http", "https"}:
        changed["scheme"] = scheme
    host = _last(told.get(_HOST, ""))
    if host:
        rest = [(name, value) for name, value in scope["headers"] if name != b"host"]
        changed["headers"] = [(b"host", host.encode("latin-1")), *rest]
    return changed


def _client(chain: str, peer: str, proxies: Proxies) -> str:
    client = peer
    for hop in reversed(chain.split(",")):
        address = hop.strip()
        if not address:
            break
        client = address
        if not proxies.trust(address):
            break
    return client


def _last(values: str) -> str:
    return values.rpartition(",")[2].strip()
