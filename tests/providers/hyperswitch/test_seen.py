"""What the control API says of calls over gRPC: verified, exported, told."""

from typing import Any

import httpx
import pytest

from emulator.app import Emulator
from tests.control.listening import listening
from tests.control.test_har import check
from tests.providers.hyperswitch.calling import STRIPE, Service

pytestmark = pytest.mark.anyio

OPERATION = "hyperswitch.CreateAccessToken"


async def verify(control: httpx.AsyncClient, **body: object) -> Any:  # noqa: ANN401 - JSON
    """What the emulator says to a question."""
    return (await control.post("/calls/verify", json=body)).json()


async def test_a_message_is_looked_into(
    emulator: Emulator, service: Service, control: httpx.AsyncClient
) -> None:
    """By the names of its fields; the status is gRPC's."""
    async with listening(emulator, "kinds=calls") as ear:
        assert (await ear.next()).name == "start"
        for name in ("mine", "other"):
            await service.call("ucs.v2", "CreateAccessToken", STRIPE, merchant_access_token_id=name)
        assert (await ear.next()).data["status"] == 0
        call = (await ear.next()).data
    operation = f"{call['provider']}.{call['operation']}"
    where = {"merchant_access_token_id": "m*", "status": 0, "header:x-connector": "stripe"}
    found = await verify(control, operation=operation, where=where, count={"exact": 1})
    assert (found["verified"], found["calls"]) == (True, ["call_1"]), found
    entries = check((await control.get("/calls.har")).json())
    assert [entry["response"]["status"] for entry in entries] == [200, 200]
    assert entries[0]["request"]["url"].endswith("MerchantAuthenticationService/CreateAccessToken")
