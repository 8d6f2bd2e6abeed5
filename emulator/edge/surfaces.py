"""What has to listen before the emulator is ready, and on which ports it does."""

from collections.abc import Mapping

import msgspec


class Started(msgspec.Struct, frozen=True):
    """What came of a start. `ports`: by surface; `remarks`: what a person should know of it."""

    ports: dict[str, int]
    providers: tuple[str, ...]
    remarks: tuple[str, ...] = ()


class Surfaces:
    """The listening surfaces of a process. `names`: those that have to listen, such as `http`."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._ports: dict[str, int] = {}

    @property
    def is_ready(self) -> bool:
        """Whether every surface listens."""
        return all(name in self._ports for name in self._names)

    @property
    def ports(self) -> Mapping[str, int]:
        """The ports of the surfaces that listen, by name."""
        return self._ports

    def open(self, name: str, port: int) -> None:
        """Note that a surface listens."""
        self._ports[name] = port

    def close(self) -> None:
        """Note that none listens any more."""
        self._ports.clear()
