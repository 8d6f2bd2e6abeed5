"""The world of the connector service: the accounts at connectors, and its switches."""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from emulator.core.ids import BASE62
from emulator.core.limits import RateLimit
from emulator.core.world import AnyKind, Blueprint, Identity, Kind, World
from emulator.providers.hyperswitch.connectors import CONNECTORS

PROVIDER = "hyperswitch"

Profile = Literal["documented", "faithful"]


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An account at a connector.

    `connector`: as in `x-connector`; `config`: its credentials by field; `fixture_config`: those
    that the fixtures gave it, good as well where the sandbox is addressed by header or path;
    `outcome`: a row of the catalogue that every call with it ends in.
    """

    name: str
    connector: str
    config: dict[str, str]
    fixture_config: dict[str, str] = {}
    status: Literal["active", "disabled"] = "active"
    outcome: str = ""

    @property
    def credential(self) -> str:
        """What leads a call here: the connector and the value that names the account."""
        return name_credential(self.connector, self.config)

    def knows(self, presented: Mapping[str, str], *, addressed: bool) -> bool:
        """Whether these are its credentials."""
        if _agree(self.config, presented):
            return True
        return addressed and bool(self.fixture_config) and _agree(self.fixture_config, presented)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The service's switches.

    `profile` `package`: `ucs.v2` as documented, all else faithful. `expiry` `profile`: epoch
    seconds as documented, else relative seconds. `bare_auth` `profile`: the published
    `x-connector-auth` without a wrapper is accepted as documented, else refused.
    """

    profile: Literal["package", "documented", "faithful"] = "package"
    expiry: Literal["profile", "relative", "epoch"] = "profile"
    tokens: Literal["opaque", "jwt"] = "opaque"
    bare_auth: Literal["profile", "accept", "refuse"] = "profile"
    rate_limit: RateLimit = RateLimit()


CONNECTOR_ACCOUNTS = Kind(
    PROVIDER,
    "connectors",
    Account,
    key="name",
    indexes={"connector": lambda account: account.connector},
    home="credential",
    secrets=frozenset({"config", "fixture_config"}),
)


def name_credential(connector: str, config: Mapping[str, str]) -> str:
    """A directory entry's value: `paypal:<client_id>`."""
    known = CONNECTORS.get(connector)
    fields = known.required if known and known.required else tuple(sorted(config))
    value = config.get(fields[0], "") if fields else ""
    return f"{connector}:{value[:256]}"


def settle(world: World, identity: Identity) -> Iterable[tuple[AnyKind, msgspec.Struct]]:
    """Each account with credentials of the sandbox's own."""
    for account in world.bases[CONNECTOR_ACCOUNTS.id].records.values():
        if isinstance(account, Account):
            own = {
                field: _own_value(identity, f"{account.name}.{field}", value)
                for field, value in account.config.items()
            }
            yield (
                CONNECTOR_ACCOUNTS,
                msgspec.structs.replace(account, config=own, fixture_config=account.config),
            )


def _own_value(identity: Identity, label: str, value: str) -> str:
    return f"{value}-{identity.text(f'hyperswitch {label}', BASE62, 10)}"


def _agree(config: Mapping[str, str], presented: Mapping[str, str]) -> bool:
    """Whether every credential that both name is the same, and the account's own are named."""
    common = [name for name in config if name in presented]
    return bool(common) and all(config[name] == presented[name] for name in common)


BLUEPRINT = Blueprint(PROVIDER, (CONNECTOR_ACCOUNTS,), Settings, settle)
