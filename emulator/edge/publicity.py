"""Keys that everybody knows, since they are shipped: where strangers share, they open nothing."""

from collections.abc import Iterable

from emulator.core.state import Entry
from emulator.core.world import Blueprint, World
from emulator.edge.call import Call
from emulator.edge.provider import Provider

HINT = (
    "The keys of the fixtures are public and refused here: POST /_emulator/sandboxes answers keys "
    "of your own. EMULATOR_FIXTURE_KEYS=allow lets them in."
)


class PublicKey(Exception):  # noqa: N818 - what was presented
    """A call presented one."""


def list_public(world: World, blueprints: Iterable[Blueprint]) -> frozenset[Entry]:
    """The names that lead to a world's own records, credentials among them."""
    return frozenset(
        (kind.id, value)
        for blueprint in blueprints
        for kind in blueprint.kinds
        for record in world.bases[kind.id].records.values()
        if kind.home and (value := getattr(record, kind.home)) is not None
    )


def refuse_public(public: frozenset[Entry], provider: Provider, call: Call) -> None:
    """Let a call pass that presents a key of its own, or none.

    Raises:
        PublicKey: it presents one of `public`.
    """
    if not public:
        return
    for entry, kind in provider.locate(call):
        if kind == "credential" and entry in public:
            raise PublicKey
