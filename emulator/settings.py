"""The process's settings: one frozen record, and the only reader of the environment."""

from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is decided at start.

    Durations are seconds, sizes bytes. `public_url` None: URLs in answers use the origin that
    asked. `outgoing`: the hosts (or `host:port`) that requests may leave to.
    """

    host: str = "127.0.0.1"
    port: int = 4600
    providers: tuple[str, ...] | None = None
    fixtures: tuple[Path, ...] = ()
    keys: Path | None = None
    seed: str | None = None
    control_token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    public_url: str | None = None
    outgoing: tuple[str, ...] = ()
    first_use: bool = True
    sandbox_ttl_s: float = 3600.0
    sandbox_cap: int = 2000
    body_limit: int = 1 << 20
    journal_bytes: int = 64 << 20
    log_calls: bool = False
