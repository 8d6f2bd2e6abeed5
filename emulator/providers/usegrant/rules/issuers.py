"""What an issuer tells everybody: its discovery document and its public keys."""

import msgspec

from emulator.core.decisions import Granted
from emulator.core.view import View
from emulator.providers.usegrant import tokens


class Asked(msgspec.Struct, frozen=True):
    """How an issuer was asked. `base` None: by its host; else the URL before the issuer's path."""

    base: str | None


class KeySet(msgspec.Struct, frozen=True):
    """The pool's names of the keys to show. `known`: the entity tags that the caller has."""

    names: tuple[str, ...]
    known: frozenset[str]


def discover(view: View, realm: tokens.Realm, asked: Asked) -> Granted[str]:  # noqa: ARG001
    """The issuer's URL: the one that was asked, for discovery demands that they are equal."""
    if asked.base is None:
        return Granted(f"https://{tokens.name_host(realm)}")
    return Granted(asked.base + tokens.name_path(realm))


def show_keys(view: View, realm: tokens.Realm, known: frozenset[str]) -> Granted[KeySet]:
    """All keys that the issuer publishes now."""
    return Granted(KeySet(tokens.keyring(view, realm.provider).published, known))
