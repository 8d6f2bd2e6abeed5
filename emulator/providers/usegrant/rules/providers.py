"""Providers, their clients, and the tokens that these get."""

import msgspec

from emulator.core.decisions import Granted
from emulator.core.ids import LOWER_ALNUM
from emulator.core.view import View
from emulator.providers.usegrant import tokens
from emulator.providers.usegrant.rules.records import enter
from emulator.providers.usegrant.state import (
    CLIENTS,
    PROVIDERS,
    SUFFIX_LENGTH,
    ApiKey,
    Client,
    Provider,
    make_url_id,
)


class NewProvider(msgspec.Struct, frozen=True):
    """A provider to create."""

    name: str
    description: str


class NewClient(msgspec.Struct, frozen=True):
    """A client to create."""

    name: str
    audience: str


class Mint(msgspec.Struct, frozen=True):
    """A token to issue. `home`: the URL that path issuers begin with."""

    options: tokens.Options
    home: str


def create_provider(view: View, caller: ApiKey, new: NewProvider) -> Granted[Provider]:  # noqa: ARG001
    """A provider, which is an issuer with a key of its own."""
    provider = Provider(
        id=view.draw_uuid("usegrant.provider"),
        name=new.name,
        description=new.description,
        url_id=_draw_url_id(view, new.name),
        created_at=view.now,
        updated_at=view.now,
    )
    return enter(view, PROVIDERS, provider)


def create_client(view: View, provider: Provider, new: NewClient) -> Granted[Client]:
    """A client of a provider."""
    client = Client(
        id=view.draw_uuid("usegrant.client"),
        provider=provider.id,
        name=new.name,
        audience=new.audience,
        created_at=view.now,
        updated_at=view.now,
    )
    return enter(view, CLIENTS, client)


def create_token(view: View, client: Client, mint: Mint) -> Granted[int]:
    """A token; the reply is when it expires, Unix seconds."""
    issued = tokens.issue(view, client, mint.home, mint.options)
    return Granted(issued.expires_at, (issued,), token=issued)


def _draw_url_id(view: View, name: str) -> str:
    """One that no other sandbox draws: a bare issuer URL has to find this one."""
    label = f"usegrant.url_id {view.sandbox}"
    return make_url_id(name, view.draw_text(label, LOWER_ALNUM, SUFFIX_LENGTH))
