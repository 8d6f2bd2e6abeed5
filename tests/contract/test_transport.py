from collections.abc import Iterator
from typing import get_args

import httpx
import pytest

from emulator.app import PROVIDERS
from emulator.edge.faults.bodies import Transport
from emulator.edge.provider import Provider
from tests.contract.arming import routes_of, url_of
from tests.live import Live, serve

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)

# How long such an answer takes is its point.
KINDS = sorted({*get_args(Transport)} - {"deadline", "dribble"})
BREAKING = {"reset", "close_before_headers", "close_mid_body", "truncate"}


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    """A server for the tests of this module."""
    with serve() as made:
        yield made


def is_changed(seen: httpx.Response, usual: httpx.Response) -> bool:
    """Whether body or label are others than usual."""
    told = seen.headers["content-type"], usual.headers["content-type"]
    return told[0] != told[1] or b"#" in seen.content or not seen.content


@every_provider
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_through_the_header(live: Live, provider: Provider, kind: str) -> None:
    """A call asks for its own fault, which is seen; the next call is what it would have been."""
    route = routes_of(provider)[0]
    with httpx.Client(base_url=live.origin) as client:
        usual = client.request(route.method, url_of(provider, route))
        fault = {"X-Emulator-Fault": f"transport={kind}"}
        try:
            seen = client.request(route.method, url_of(provider, route), headers=fault)
        except httpx.TransportError:
            assert kind in BREAKING
        else:
            assert kind not in BREAKING
            assert seen.status_code == usual.status_code
            assert is_changed(seen, usual)
        after = client.request(route.method, url_of(provider, route))
    assert after.status_code == usual.status_code
    assert after.headers["content-type"] == usual.headers["content-type"]
