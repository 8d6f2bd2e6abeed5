"""What the control API is given to work with."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

import msgspec

from emulator.control.access import Access
from emulator.core.directory import Directory
from emulator.core.ids import draw_tag
from emulator.core.introspection import Home
from emulator.edge.addressing import Tenant
from emulator.edge.due import Worker
from emulator.edge.provider import Providers, Services
from emulator.edge.surfaces import Surfaces


class House(msgspec.Struct, frozen=True, dict=True):
    """The emulator as the control API sees it.

    `known`: all providers, enabled or not; `scenarios`: the files and folders of those that can be
    run by name; `tenants`: by provider's name; `is_shared`: strangers use it together;
    `body_limit`: bytes; `public_url` None: URLs in answers use the origin that asked; `root`: the
    local authority's certificate (PEM), where TLS is spoken.
    """

    directory: Directory
    services: Services
    worker: Worker
    known: Providers
    scenarios: tuple[Path, ...]
    tenants: Mapping[str, Tenant]
    access: Access
    surfaces: Surfaces
    version: str
    is_shared: bool
    body_limit: int
    public_url: str | None
    root: bytes | None = None

    @cached_property
    def providers(self) -> Providers:
        """The enabled providers by name."""
        return {name: tenant.provider for name, tenant in self.tenants.items()}

    @cached_property
    def run(self) -> str:
        """A name of this process's own: what it counts, no other may go on counting."""
        return draw_tag().hex()

    @cached_property
    def homes(self) -> Mapping[str, Home]:
        """How each provider's tokens name the sandbox that they come from."""
        return {name: provider.home for name, provider in self.providers.items()}
