"""Whose surface a request is for: by prefix, by Host, or at the root; and which of its routes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from urllib.parse import unquote

import msgspec

from emulator.edge.call import Route
from emulator.edge.provider import Door, Provider


class AddressClash(Exception):  # noqa: N818 - what the routes do
    """Two providers answer the same method and path at the root."""


class Tenant(msgspec.Struct, frozen=True):
    """A provider with its opened door."""

    provider: Provider
    door: Door
    routes: "Router"


class Match(msgspec.Struct, frozen=True):
    """A route of a provider, with its parameters decoded.

    `mount`: the prefix that was stripped from the path; `at_root`: neither prefix nor host named
    the provider.
    """

    tenant: Tenant
    route: Route
    params: Mapping[str, str]
    path: str
    mount: str = ""
    at_root: bool = False


class Miss(msgspec.Struct, frozen=True):
    """No route. `tenant` None: at the root. `allowed`: the methods that the path does answer."""

    tenant: Tenant | None
    path: str
    allowed: tuple[str, ...]
    mount: str = ""


class Router:
    """Routes by method and path; those without parameters are one look-up."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._exact = {(r.method, r.path): r for r in routes if "{" not in r.path}
        self._patterns: dict[int, list[tuple[Route, tuple[str, ...]]]] = {}
        for route in routes:
            if "{" in route.path:
                segments = route.segments
                self._patterns.setdefault(len(segments), []).append((route, segments))
        self._paths = sorted({route.path for route in routes})

    def match(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The route and its parameters."""
        route = self._exact.get((method, path))
        if route is not None:
            return route, {}
        parts = _split(path)
        for pattern, segments in self._patterns.get(len(parts), ()):
            if pattern.method == method:
                params = _params(segments, parts)
                if params is not None:
                    return pattern, params
        return None

    def allowed(self, path: str) -> tuple[str, ...]:
        """The methods that a path answers."""
        parts = _split(path)
        exact = {method for method, known in self._exact if known == path}
        patterns = {
            route.method
            for route, segments in self._patterns.get(len(parts), ())
            if _params(segments, parts) is not None
        }
        return tuple(sorted(exact | patterns))

    @property
    def paths(self) -> Sequence[str]:
        """Every path, for "did you mean"."""
        return self._paths

    def nearest(self, path: str) -> list[str]:
        """Paths that somebody may have meant."""
        return get_close_matches(path, self._paths, cutoff=0.4)


class Addresses:
    """The three ways to address a provider, at once. Prefix beats Host, Host beats root."""

    def __init__(self, providers: Iterable[Provider]) -> None:
        self._by_name: dict[str, Tenant] = {}
        self._by_host: dict[str, Tenant] = {}
        self._by_parent_host: dict[str, Tenant] = {}
        for provider in providers:
            door = provider.door()
            tenant = Tenant(provider, door, Router(door.routes))
            self._by_name[provider.name] = tenant
            self._by_host.update(dict.fromkeys(provider.hosts, tenant))
            self._by_parent_host.update(dict.fromkeys(provider.parent_hosts, tenant))
            self._claim_root(tenant)

    def __iter__(self) -> Iterator[Tenant]:
        return iter(self._by_name.values())

    def is_provider_host(self, host: str) -> bool:
        """Whether a Host header names a provider."""
        return self._host(host) is not None

    def resolve(self, method: str, path: str, host: str) -> Match | Miss:
        """The route that a request is for. `path`: as sent, still percent-encoded."""
        first, _, rest = path[1:].partition("/")
        tenant = self._by_name.get(first)
        if tenant is not None:
            return _within(tenant, method, f"/{rest}", f"/{first}")
        tenant = self._host(host)
        if tenant is not None:
            return _within(tenant, method, path)
        for tenant in self._by_name.values():
            found = tenant.routes.match(method, path)
            if found is not None:
                return Match(tenant, *found, path, at_root=True)
        allowed = {m for tenant in self._by_name.values() for m in tenant.routes.allowed(path)}
        return Miss(None, path, tuple(sorted(allowed)))

    def nearest(self, path: str) -> list[str]:
        """Paths that somebody may have meant."""
        known = [
            f"/{name}{path}"
            for name, tenant in self._by_name.items()
            for path in tenant.routes.paths
        ]
        return get_close_matches(path, known, cutoff=0.4)

    def _host(self, host: str) -> Tenant | None:
        name = host.partition(":")[0].lower()
        tenant = self._by_host.get(name)
        return tenant or self._by_parent_host.get(name.partition(".")[2])

    def _claim_root(self, tenant: Tenant) -> None:
        others = [(other, r) for other in self for r in other.door.routes if other is not tenant]
        for route in tenant.door.routes:
            for other, theirs in others:
                if _overlap(route, theirs):
                    raise AddressClash(
                        f"{route.method} {route.path} is answered by both "
                        f"{other.provider.name} and {tenant.provider.name}"
                    )


def _overlap(one: Route, other: Route) -> bool:
    """Whether there is a request that both routes answer."""
    if one.method != other.method or len(one.segments) != len(other.segments):
        return False
    pairs = zip(one.segments, other.segments, strict=True)
    return all(a == b or a.startswith("{") or b.startswith("{") for a, b in pairs)


def _within(tenant: Tenant, method: str, path: str, mount: str = "") -> Match | Miss:
    found = tenant.routes.match(method, path)
    if found is not None:
        return Match(tenant, *found, path, mount)
    return Miss(tenant, path, tenant.routes.allowed(path), mount)


def _split(path: str) -> list[str]:
    """A path's parts; a slash too many makes an empty one, which no route has."""
    return path[1:].split("/")


def _params(segments: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    params = {}
    for segment, part in zip(segments, parts, strict=True):
        if segment.startswith("{"):
            if not part:
                return None
            params[segment[1:-1]] = unquote(part)
        elif segment != part:
            return None
    return params
