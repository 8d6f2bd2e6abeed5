import httpx
import pytest

from emulator.app import PROVIDERS, Emulator
from emulator.core.faults import Then
from emulator.core.sandbox import Sandbox
from emulator.edge.provider import Provider
from tests.contract.arming import arm, routes_of, url_of
from tests.contract.test_provider import mint

pytestmark = pytest.mark.anyio

every_provider = pytest.mark.parametrize("provider", PROVIDERS, ids=lambda p: p.name)


def look_at(sandbox: Sandbox, provider: Provider) -> dict[str, object]:
    """All that a call could change in a sandbox."""
    state = sandbox.state
    return {
        "head": sandbox._head,
        "calls": sandbox.journal.count,
        "tokens": list(reversed(state.tokens)),
        "faults": list(state.faults.items()),
        "counters": dict(state.counters),
        "clock": state.clock,
        "tables": {kind.name: list(state.table(kind)) for kind in provider.blueprint.kinds},
    }


@every_provider
async def test_a_call_is_seen_in_its_sandbox_only(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider
) -> None:
    """Whatever is called, minted and armed in one sandbox, no other shows a trace of it."""
    others = [await emulator.directory.open(name) for name in ("default", "s2")]
    before = [look_at(other, provider) for other in others]
    sandbox, token, text = await mint(emulator, provider, "s1")
    for route in routes_of(provider):
        headers = {"X-Emulator-Sandbox": "s1", "Authorization": f"Bearer {text}"}
        await client.request(route.method, url_of(provider, route), headers=headers)
        await arm(sandbox, f"{provider.name}.{route.operation}", Then(error="internal"))
        await client.request(route.method, url_of(provider, route), headers=headers)
    assert sandbox.journal.count == 2 * len(routes_of(provider))
    assert [look_at(other, provider) for other in others] == before
    assert all(other.state.tokens.get(token.jti) is None for other in others)


@every_provider
async def test_a_fault_hits_its_sandbox_only(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider
) -> None:
    """What is armed in one sandbox befalls no call of another."""
    route = routes_of(provider)[0]
    sandbox = await emulator.directory.open("s1")
    await arm(sandbox, f"{provider.name}.{route.operation}", Then(error="internal"))
    faults = []
    for name in ("s1", "s2", "default"):
        headers = {"X-Emulator-Sandbox": name}
        await client.request(route.method, url_of(provider, route), headers=headers)
        opened = await emulator.directory.open(name)
        faults.append(next(iter(reversed(opened.journal))).fault)
    assert faults == ["f1", None, None]


@every_provider
async def test_homes_are_apart(emulator: Emulator, provider: Provider) -> None:
    """No two sandboxes answer to one name, and each name leads to its sandbox."""
    seen: set[tuple[str, str]] = set()
    for name in ("default", "s1", "s2"):
        sandbox = await emulator.directory.open(name)
        homes = {
            entry for entry in sandbox.state.own_homes() if entry[0].startswith(f"{provider.name}.")
        }
        assert homes
        assert seen.isdisjoint(homes)
        seen |= homes
        for entry in homes:
            assert await emulator.directory.locate(entry) is sandbox


@every_provider
async def test_a_dropped_sandbox_leaves_nothing(emulator: Emulator, provider: Provider) -> None:
    """A sandbox made anew under an old id has none of the old one's tokens."""
    _, token, _ = await mint(emulator, provider, "s1")
    await emulator.directory.drop("s1")
    again = await emulator.directory.open("s1")
    assert again.state.tokens.get(token.jti) is None
    assert again.journal.count == 0
