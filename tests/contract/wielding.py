"""Each provider's own operation mints a token, which is put to use and given to a verifier."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import httpx
import jwt

from tests import graphql
from tests.providers.hyperswitch.calling import PAYPAL, config
from tests.providers.usegrant import calls as usegrant
from tests.signing import minting, revoking

CONTROL = "/_emulator/sandboxes/default"
OWN = f"{usegrant.ORIGIN}/oidc/{usegrant.URL_ID}"

Headers = Mapping[str, str]


class Wielder(NamedTuple):
    """One provider's tokens. `operation`: what mints; `mint` does it, `use` consumes a token.

    `issuer`, `audience`, `type`, `required`: what a verifier asks of them.
    """

    operation: str
    mint: Callable[[httpx.AsyncClient, Headers], Awaitable[str]]
    use: Callable[[httpx.AsyncClient, str], Awaitable[httpx.Response]]
    issuer: str
    audience: str | None
    type: str
    required: tuple[str, ...]


async def _mint_zerohash(client: httpx.AsyncClient, headers: Headers) -> str:
    request = minting()
    request["headers"] = {**request["headers"], **headers}
    answer = await client.request(**request)
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["message"]["token"]
    return token


async def _use_zerohash(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.request(**revoking(token))


_CARD = {"input": {"paymentCardId": graphql.CARD, "permissions": ["READ_RESTRICTED_DETAILS"]}}


async def _mint_highnote(client: httpx.AsyncClient, headers: Headers) -> str:
    document = graphql.mutation("generatePaymentCardClientToken", graphql.MINTED)
    answer = await client.request(**graphql.posted(document, _CARD, headers=headers))
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["data"]["generatePaymentCardClientToken"]["value"]
    return token


async def _use_highnote(client: httpx.AsyncClient, token: str) -> httpx.Response:
    by = graphql.bearer(token)
    request = graphql.posted(graphql.READ_CARD, {"id": graphql.CARD}, by=by)
    return await client.request(**request)


_KEY = usegrant.bearer(usegrant.KEY)


async def _mint_usegrant(client: httpx.AsyncClient, headers: Headers) -> str:
    path = f"/usegrant{usegrant.TOKENS}"
    return await usegrant.mint(client, path, headers={**_KEY, **headers})


async def _use_usegrant(client: httpx.AsyncClient, token: str) -> httpx.Response:
    client.headers.update(_KEY)
    trusted = await usegrant.trust(client, OWN)
    answer = await client.post(trusted.path, json=trusted.body(token))
    del client.headers["authorization"]
    return answer


WIELDERS: Mapping[str, Wielder] = {
    "zerohash": Wielder(
        "client_auth_token",
        _mint_zerohash,
        _use_zerohash,
        "00000000-0000-4000-8000-00000000fa4e",
        None,
        "JWT",
        ("exp", "iss", "jti", "participant_code"),
    ),
    "highnote": Wielder(
        "generatePaymentCardClientToken",
        _mint_highnote,
        _use_highnote,
        "prod.auth.bay1.com",
        "prod.test.api.bay1.com",
        "JWT",
        ("exp", "iss", "aud", "jti", "sub"),
    ),
    "usegrant": Wielder(
        "createToken",
        _mint_usegrant,
        _use_usegrant,
        OWN,
        "sts.amazonaws.com",
        "at+jwt",
        ("exp", "iss", "aud", "iat", "jti", "sub", "client_id"),
    ),
}


async def _mint_hyperswitch(client: httpx.AsyncClient, headers: Headers) -> str:
    path = "/hyperswitch/payments/create_access_token"
    answer = await client.post(path, json={}, headers={**config(Paypal=PAYPAL), **headers})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


async def _use_hyperswitch(client: httpx.AsyncClient, token: str) -> httpx.Response:
    path = "/hyperswitch/upstream/paypal/v1/identity/generate-token"
    return await client.post(path, json={}, headers=usegrant.bearer(token))


# A connector's access token, which the connector takes back; opaque, unless a setting says else.
HYPERSWITCH = Wielder(
    "create_access_token",
    _mint_hyperswitch,
    _use_hyperswitch,
    "https://connector-service.hyperswitch.emulator",
    None,
    "JWT",
    ("exp", "iat", "iss", "jti", "sub"),
)
ALL: Mapping[str, Wielder] = {**WIELDERS, "hyperswitch": HYPERSWITCH}


async def verify(client: httpx.AsyncClient, provider: str, token: str) -> str | None:
    """What an ordinary verifier has against a token; None: nothing.

    The key is that of the token's `kid` in the issuer's set, or the set's only one.
    """
    wielder = ALL[provider]
    asked = {"issuer": OWN} if provider == "usegrant" else {}
    answer = await client.get(f"{CONTROL}/jwks/{provider}.json", params=asked)
    keys = {key["kid"]: key for key in answer.json()["keys"]}
    try:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != wielder.type:
            return "typ"
        kid = header.get("kid", next(iter(keys)))
        if kid not in keys:
            return "kid"
        jwt.decode(
            token,
            jwt.PyJWK(keys[kid]),
            algorithms=["RS256"],
            issuer=wielder.issuer,
            audience=wielder.audience,
            options={"require": list(wielder.required)},
        )
    except jwt.PyJWTError as error:
        return type(error).__name__
    return None


async def introspect(client: httpx.AsyncClient, token: str) -> dict[str, Any]:
    """What the control API makes of a token."""
    answer = await client.post(f"{CONTROL}/introspect", json={"token": token})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def find_record(client: httpx.AsyncClient) -> dict[str, Any]:
    """The book's newest record."""
    answer = await client.get(f"{CONTROL}/tokens?limit=1")
    assert answer.status_code == 200, answer.text
    record: dict[str, Any] = answer.json()["items"][0]
    return record
