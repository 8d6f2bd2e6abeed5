"""useGrant's token: its issuer in all its names, its claims, its key, how long it lives."""

from collections.abc import Mapping

import msgspec

from emulator.core.decisions import Json
from emulator.core.defects import Frailty
from emulator.core.facts import TokenIssued
from emulator.core.ids import LOWER_ALNUM, derive_text
from emulator.core.keyrings import Issuer, Keyring
from emulator.core.state import Entry
from emulator.core.tokens import Grant, template
from emulator.core.view import View
from emulator.providers.usegrant.state import (
    DOMAINS,
    KEY_BITS,
    PROVIDER,
    PROVIDERS,
    SUFFIX_LENGTH,
    Client,
    Domain,
    Provider,
    Settings,
    make_url_id,
)

OPERATION = "createToken"
LIFETIME_S = 3600  # [guess] L: what the client library's tests ask for
MAX_LIFETIME_S = 172_800  # 48 hours [doc] H

ISSUER_DOMAIN = "auth.usegrant.dev"  # [repo][doc] H
PATH = "/oidc/"

CLAIMS = ("iss", "sub", "aud", "client_id", "exp", "iat", "nbf", "jti")
_FILLS = ("exp", "iat", "nbf", "jti")


class Realm(msgspec.Struct, frozen=True):
    """An issuer under one of its names. `domain` None: under its own url id."""

    provider: Provider
    domain: Domain | None = None


class Options(msgspec.Struct, frozen=True):
    """What a token's caller may choose. `lifetime_s` None: the default."""

    lifetime_s: int | None = None
    jwt_type: bool = False
    audience_as_array: bool = False
    default_domain: bool = False


def parse_issuer(url: str) -> tuple[str | None, str | None]:
    """The url id and the domain that an issuer's URL names, if it is one of the two forms.

    The origin of a path issuer does not matter: the same server has many names. [guess]
    """
    scheme, _, rest = url.rstrip("/").partition("://")
    if scheme not in {"http", "https"}:
        return None, None
    _, found, path = rest.partition(PATH)
    if found:
        url_id, _, domain = path.partition("/")
        return url_id, domain or None
    return parse_host(rest)


def parse_host(host: str) -> tuple[str | None, str | None]:
    """The url id, or else the domain, that a host name is."""
    host = host.lower()
    label, _, parent = host.partition(".")
    return (label, None) if parent == ISSUER_DOMAIN else (None, host)


def entry_of_issuer(url_id: str | None, domain: str | None) -> Entry:
    """The directory entry of an issuer."""
    return (DOMAINS.id, domain or "") if url_id is None else (PROVIDERS.id, url_id)


def find_realm(view: View, url_id: str | None, domain: str | None) -> Realm | None:
    """The issuer of this sandbox under these names, if they are its."""
    named = view.table(DOMAINS).find("host", domain) if domain else []
    if domain and not named:
        return None
    if url_id is None:
        provider = view.table(PROVIDERS).get(named[0].provider) if named else None
    else:
        provider = next(iter(view.table(PROVIDERS).find("url_id", url_id)), None)
    if provider is None or (named and named[0].provider != provider.id):
        return None
    return Realm(provider, named[0] if named else None)


def signing_realm(view: View, client: Client, *, default_domain: bool = False) -> Realm:
    """Under which name a client's provider issues: its first verified domain, or the default one.

    Raises:
        LookupError: the client's provider is gone.
    """
    provider = view.table(PROVIDERS).get(client.provider)
    if provider is None:
        raise LookupError(client.provider)
    verified = view.table(DOMAINS).find("verified", provider.id)
    if default_domain or not verified:
        return Realm(provider)
    return Realm(provider, min(verified, key=lambda domain: domain.verified_at))


def name_host(realm: Realm) -> str:
    """The issuer's host: the custom domain, or the default one. No trailing slash [doc][repo]."""
    domain = realm.domain.host if realm.domain else None
    return domain or f"{realm.provider.url_id}.{ISSUER_DOMAIN}"


def name_path(realm: Realm) -> str:
    """The issuer's path: `/oidc/<url-id>`, and the custom domain behind it if that is its name.

    The domain alone would not do: two sandboxes may have verified the same one.
    """
    domain = f"/{realm.domain.host}" if realm.domain else ""
    return f"{PATH}{realm.provider.url_id}{domain}"


def issue(
    view: View,
    client: Client,
    home: str,
    options: Options,
    claims: Mapping[str, Json] | None = None,
) -> TokenIssued:
    """A token for a client. `home`: the URL that path issuers begin with.

    `claims` are laid over the usual ones.
    """
    realm = signing_realm(view, client, default_domain=options.default_domain)
    path = view.settings(Settings).issuer == "path"
    issuer = home + name_path(realm) if path else f"https://{name_host(realm)}"
    lifetime_s = view.lifetime_s(PROVIDER, OPERATION, LIFETIME_S, options.lifetime_s)
    key = keyring(view, realm.provider).active
    said: dict[str, Json] = {
        "iss": issuer,
        "sub": client.sub,
        "aud": [client.audience] if options.audience_as_array else client.audience,
        "client_id": client.sub,  # RFC 9068 asks for it; [guess] M
        "exp": None,
        "iat": None,
        "nbf": None,  # [guess] L, equal to iat
        "jti": None,
        **(claims or {}),
    }
    grant = Grant(
        provider=PROVIDER,
        kind=OPERATION,
        subject=client.sub,
        permissions=(),
        lifetime_s=lifetime_s,
        header=_header(view.kid(key), "jwt" if options.jwt_type else "at+jwt"),
        claims=template(said, _FILLS),
        fills=_FILLS,
        key=key,
    )
    jti = view.draw_uuid("usegrant.jti")
    return view.issue(jti, grant, lambda own: _make_abroad(view, own, home if path else None))


def _make_abroad(view: View, grant: Grant, home: str | None) -> Grant:
    """The same token of another sandbox's provider, under its own url id."""
    said = msgspec.json.decode(grant.claims)
    suffix = derive_text(
        "usegrant.abroad", view.seed, view.sandbox, alphabet=LOWER_ALNUM, length=SUFFIX_LENGTH
    )
    url_id = make_url_id("elsewhere", suffix)
    said["iss"] = f"https://{url_id}.{ISSUER_DOMAIN}" if home is None else f"{home}{PATH}{url_id}"
    key = view.other_key(grant.key, issuer_keys(view))
    header = msgspec.json.decode(grant.header)
    return msgspec.structs.replace(
        grant,
        header=_header(view.kid(key), header["typ"]),
        claims=template(said, grant.fills),
        key=key,
    )


def find_frailty(_: View, __: str) -> Frailty:
    """What can be wrong with a token: everything."""
    return Frailty(claims=CLAIMS)


def keyring(view: View, provider: Provider) -> Keyring:
    """A provider's keys."""
    return view.keyring(PROVIDERS.issuer(provider.id), KEY_BITS)


def issuer_keys(view: View) -> tuple[str, ...]:
    """Every key that verifies some token of this sandbox, the first provider's active one first."""
    rings = (keyring(view, provider) for provider in view.table(PROVIDERS))
    return tuple(dict.fromkeys(name for ring in rings for name in ring.names))


def find_issuer(view: View, name: str | None) -> Issuer:
    """The issuer of a provider: by id, url id or issuer URL; the first one when none is named.

    Raises:
        KeyError: there is none.
    """
    table = view.table(PROVIDERS)
    if name is None:
        provider = next(iter(table), None)
    else:
        realm = find_realm(view, name, None) or find_realm(view, *parse_issuer(name))
        provider = table.get(name) or (realm.provider if realm else None)
    if provider is None:
        raise KeyError(name)
    return Issuer(PROVIDERS.issuer(provider.id), KEY_BITS)


def _header(kid: str, kind: str) -> str:
    """`at+jwt` normally, `jwt` on request, in lower case [doc] H."""
    return f'{{"alg":"RS256","typ":"{kind}","kid":"{kid}"}}'
