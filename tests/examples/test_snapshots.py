"""Whatever the golden exchanges have done to a sandbox, its snapshot can be put back."""

from pathlib import Path

import httpx
import pytest

from tests.examples import exchanges, graphql_exchanges

pytestmark = pytest.mark.anyio

SNAPSHOT = "/_emulator/sandboxes/{}/snapshot"


async def put_back(client: httpx.AsyncClient) -> None:
    """Put the snapshot in the sandbox's place, and into another's, without a difference."""
    taken = await client.get(SNAPSHOT.format("default"))
    for name, status in (("default", 200), ("copy", 201)):
        put = await client.put(SNAPSHOT.format(name), content=taken.content)
        assert put.status_code == status, put.text
        again = await client.get(SNAPSHOT.format(name))
        assert again.json() == {**taken.json(), "sandbox": name}


@pytest.mark.parametrize("file", exchanges.files(), ids=lambda file: file.stem)
async def test_after_rest_and_rpc(file: Path) -> None:
    """Tokens, records, keys and work of these providers all pass the checks."""
    await exchanges.play(file.parent.name, exchanges.load(file), put_back)


@pytest.mark.parametrize("file", graphql_exchanges.files(), ids=lambda file: file.stem)
async def test_after_graphql(file: Path) -> None:
    """So do those of the provider that speaks GraphQL."""
    await graphql_exchanges.play(graphql_exchanges.load(file), put_back)
