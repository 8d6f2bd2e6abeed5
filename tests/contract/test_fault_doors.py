import httpx
import pytest

from emulator.app import Emulator, create_emulator
from emulator.core.decisions import Decision, Row
from emulator.core.facts import FaultArmed
from emulator.core.faults import Rule, Then, When
from emulator.edge.faults.magic import fire_magic, name_ways
from emulator.edge.provider import FAULT_ALIASES, Provider
from emulator.settings import Settings
from tests import graphql, signing
from tests.conftest import client_of
from tests.contract.arming import arm, routes_of, url_of
from tests.contract.test_catalogue import every_provider, every_row, is_data
from tests.providers.usegrant.calls import KEY, NEW_CLIENT, PROVIDER, TOKENS, bearer, view_of

pytestmark = pytest.mark.anyio

FAULT = "X-Emulator-Fault"
MINT = "zerohash.client_auth_token"


async def ask(client: httpx.AsyncClient, provider: Provider, header: str) -> httpx.Response:
    """A call of the provider's first operation that asks for its own fault."""
    route = routes_of(provider)[0]
    return await client.request(route.method, url_of(provider, route), headers={FAULT: header})


@every_row
async def test_the_header_injects_every_row_as_a_rule_does(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider, row: Row
) -> None:
    """By whichever door an error comes, it is the same answer, and it befalls this call alone."""
    if is_data(row):
        pytest.skip("it is a member of a field's answer, and the call names no field")
    asked = await ask(client, provider, f"error={row.name}, retry_after=3")
    assert asked.status_code == row.status
    route = routes_of(provider)[0]
    sandbox = await emulator.directory.open("default")
    call = next(iter(reversed(sandbox.journal)))
    assert (call.refusal, call.fault) == (row.name, FAULT)
    after = await client.request(route.method, url_of(provider, route))
    assert next(iter(reversed(sandbox.journal))).fault is None
    assert after.headers.get("x-emulator-hint") != asked.headers["x-emulator-hint"]


NESTED = r"{\"a\":" * 2000


@every_provider
@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("", "asks for nothing"),
        ("=", "is no RFC 9651 dictionary"),
        ("error", "error expected"),
        ("error=rate_limitd", "error is no error of"),
        ("eror=rate_limited", "eror is no field here; there is error"),
        ("error=rate_limited, lifetime=3", "lifetime contradicts error"),
        ("retry_after=3", "retry_after goes with an error only"),
        ('delay="61s"', "delay must be more than 0 and at most 60 s"),
        ("delay=250", "delay must be a text"),
        ("error=internal, retry_after=-1", "retry_after expected"),
        ('graphql="{"', "graphql is not JSON"),
        ("error=(internal)", "error must be one value"),
        ("operation=(a b);c", "operation must be one value"),
        (f'delay="{NESTED}"', "delay is not JSON, or too deep"),
        ("transport=rest", "transport must be one of"),
        ("token=expird", "token is no defect"),
        ("operation=nothing, error=internal", "operation is not in this call"),
        ("sequence=pass", "sequence is no field here"),
        ("error=\xe4", "is no RFC 9651 dictionary"),
    ],
)
async def test_a_bad_header_is_the_emulators_own_400(
    emulator: Emulator, client: httpx.AsyncClient, provider: Provider, header: str, told: str
) -> None:
    """It says what is wrong, that the emulator says it, and the call is not made."""
    route = routes_of(provider)[0]
    headers = {FAULT.encode(): header.encode("latin-1")}
    answer = await client.request(route.method, url_of(provider, route), headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["title"] == "Bad fault header"
    assert told in problem["detail"]
    assert "The call was not made" in problem["detail"]
    sandbox = await emulator.directory.open("default")
    assert list(reversed(sandbox.journal)) == []


async def test_lines_of_the_header_are_one_dictionary(client: httpx.AsyncClient) -> None:
    """A header that is sent twice is one, as RFC 9651 has it."""
    headers = [(FAULT, "error=rate_limited"), (FAULT, "retry_after=9")]
    answer = await client.get("/zerohash/time", headers=headers)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "9")


async def test_a_closed_door_says_so() -> None:
    """With EMULATOR_FAULT_HEADER=off such a call is refused, and the problem names the setting."""
    made = create_emulator(Settings(fault_header=False))
    await made.start()
    async with client_of(made) as client:
        answer = await client.get("/zerohash/time", headers={FAULT: "error=internal"})
        assert answer.status_code == 403
        assert "EMULATOR_FAULT_HEADER" in answer.json()["detail"]
        assert (await client.get("/zerohash/time")).status_code == 200
    await made.close()


async def test_precedence(emulator: Emulator, client: httpx.AsyncClient) -> None:
    """The header goes before a magic value, that before a rule; the rule counts all it matches."""
    sandbox = await emulator.directory.open("default")
    await arm(sandbox, MINT, Then(error="unavailable"))
    magic = {**signing.MINT, "participant_code": "FAULT_CONFLICT"}
    seen = []
    for body, header in ((magic, "error=timeout"), (magic, None), (signing.MINT, None)):
        headers = {FAULT: header} if header else {}
        request = signing.signed("POST", "/client_auth_token", body, headers=headers)
        seen.append((await client.request(**request)).status_code)
    assert seen == [504, 409, 503]
    (armed,) = sandbox.state.faults.items()
    assert (armed[1].matched, armed[1].fired) == (3, 1)


async def arm_match(emulator: Emulator, operation: str, match: dict[str, object]) -> None:
    """A rule that makes the calls which match fail."""
    sandbox = await emulator.directory.open("default")

    def decide(now: float) -> FaultArmed:
        return FaultArmed(now, Rule("f1", operation, now, When(), Then(error="internal"), match))  # type: ignore[arg-type]

    await sandbox.transact(lambda view: Decision(None, (decide(view.now),)))


@pytest.mark.parametrize(
    ("match", "status"),
    [
        ({"participant_code": "CUST01"}, 500),
        ({"participant_code": "CUST*", "permissions": "crypto-buy"}, 500),
        ({"participant_code": "CUST02"}, 201),
        ({"caller": signing.PRIMARY.api_key}, 500),
        ({"caller": "FakeKeyOther*"}, 201),
        ({"header:x-request-id": "abc-*"}, 500),
        ({"header:x-request-id": "abd-*"}, 201),
    ],
)
async def test_match_over_rest(
    emulator: Emulator, client: httpx.AsyncClient, match: dict[str, object], status: int
) -> None:
    """Body, caller and headers of a signed call."""
    await arm_match(emulator, MINT, match)
    headers = {"X-REQUEST-ID": "abc-1"}
    request = signing.signed("POST", "/client_auth_token", signing.MINT, headers=headers)
    answer = await client.request(**request)
    assert answer.status_code == status


@pytest.mark.parametrize("form", ["variables", "literals"])
@pytest.mark.parametrize(("card", "status"), [(graphql.CARD, 500), ("cd_other*", 200)])
async def test_match_over_graphql(
    emulator: Emulator, client: httpx.AsyncClient, form: str, card: str, status: int
) -> None:
    """A root field's arguments, whether they come as variables or stand in the document."""
    await arm_match(
        emulator, "highnote.generatePaymentCardClientToken", {"input.paymentCardId": card}
    )
    name = "generatePaymentCardClientToken"
    values = {"paymentCardId": graphql.CARD, "permissions": ["READ_RESTRICTED_DETAILS"]}
    if form == "literals":
        literal = f'{{paymentCardId: "{graphql.CARD}", permissions: [READ_RESTRICTED_DETAILS]}}'
        document = f"mutation {{ {name}(input: {literal}) {{ __typename }} }}"
        answer = await client.request(**graphql.posted(document))
    else:
        document = graphql.mutation(name, "")
        answer = await client.request(**graphql.posted(document, {"input": values}))
    assert answer.status_code == status


async def test_a_body_that_is_no_json_matches_only_rules_without_match(
    emulator: Emulator, client: httpx.AsyncClient
) -> None:
    """It goes by a rule that asks for anything, even for a header that it has."""
    await arm_match(emulator, MINT, {"header:content-type": "*"})
    request = signing.signed("POST", "/client_auth_token", "{", headers={"Content-Type": "x"})
    assert (await client.request(**request)).status_code == 400
    sandbox = await emulator.directory.open("default")
    await arm(sandbox, MINT, Then(error="unavailable"))
    assert (await client.request(**request)).status_code == 503


@every_provider
async def test_magic_values_name_every_alias_and_row(
    emulator: Emulator, provider: Provider
) -> None:
    """Letter case and dashes don't count; what can't be is an ordinary value."""
    view = view_of(emulator)
    magic = provider.magic
    assert magic is not None
    operation = next(iter(provider.lifetimes))
    for name in (*FAULT_ALIASES, *provider.catalogue):
        for value in (magic.prefix + name, magic.prefix + name.upper().replace("_", "-")):
            firing = fire_magic(provider, operation, value, view)
            assert firing is not None, value
            assert firing.then == Then(error=name)
    assert set(name_ways(provider)) > {*provider.catalogue, "slow", "reset", "token_expired"}
    for value in (magic.prefix, f"{magic.prefix}nothing", f"x{magic.prefix}internal", "internal"):
        assert fire_magic(provider, operation, value, view) is None
    assert fire_magic(provider, provider.operations[-1], f"{magic.prefix}slow", view) is not None


async def test_a_participant_that_asks_for_a_fault(client: httpx.AsyncClient) -> None:
    """Wherever zerohash is told a participant's code: the mint fails in its own words."""
    body = {**signing.MINT, "participant_code": "FAULT_RATE_LIMITED"}
    answer = await client.request(**signing.signed("POST", "/client_auth_token", body))
    assert answer.status_code == 429
    assert "Injected by a participant_code" in answer.headers["x-emulator-hint"]
    answer = await client.request(**signing.signed("GET", "/participants/FAULT_UNAVAILABLE"))
    assert answer.status_code in {503, 404}


async def test_a_card_that_asks_for_a_fault(client: httpx.AsyncClient) -> None:
    """A Highnote id, as a variable or in the document; an error that is data is told as data."""
    document = graphql.mutation("generatePaymentCardClientToken", graphql.ERRORS)
    for card, status in (("fault_unavailable", 503), ("fault_access_denied", 200)):
        values = {"paymentCardId": card, "permissions": ["READ_RESTRICTED_DETAILS"]}
        answer = await client.request(**graphql.posted(document, {"input": values}))
        assert answer.status_code == status
        assert "Injected by an id" in answer.headers["x-emulator-hint"]
    given = '{paymentCardId: "fault_timeout", permissions: []}'
    literal = f"mutation {{ generatePaymentCardClientToken(input: {given}) {{ __typename }} }}"
    assert (await client.request(**graphql.posted(literal))).status_code == 504


async def test_a_client_whose_name_asks_for_a_fault(client: httpx.AsyncClient) -> None:
    """A useGrant client can be made under such a name; what is asked of it then fails."""
    headers = bearer(KEY)
    body = {**NEW_CLIENT, "name": "fault-rate-limited"}
    url = f"/usegrant{PROVIDER}/clients"
    made = (await client.post(url, json=body, headers=headers)).json()
    minted = await client.post(f"{url}/{made['id']}/tokens", json={}, headers=headers)
    assert minted.status_code == 429
    assert "Injected by a client's name" in minted.headers["x-emulator-hint"]
    other = await client.post(f"/usegrant{TOKENS}", json={}, headers=headers)
    assert other.status_code in {200, 201}
