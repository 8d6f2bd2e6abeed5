"""What a client needs to call a sandbox: keys, base URLs, ready lines for a shell."""

import shlex
from typing import Any
from urllib.parse import urlsplit

import orjson

from emulator.control.endpoint import Asked, render
from emulator.core.sandbox import Sandbox
from emulator.core.view import View
from emulator.edge.call import Answer
from emulator.edge.http import SANDBOX_PREFIX
from emulator.edge.provider import Provider

# provider -> name -> value; `env`: variable -> value; `export`: the same as lines for a shell
Credentials = dict[str, dict[str, Any] | list[str]]


async def show(asked: Asked) -> Answer:
    """Show keys and base URLs for each provider, and the same as environment variables."""
    return render(await list_credentials(asked, await asked.sandbox()))


async def list_credentials(asked: Asked, sandbox: Sandbox) -> Credentials:
    """The credentials of a sandbox, its URLs as whoever asked reaches it."""
    house = asked.house
    origin = await find_origin(asked, sandbox)
    by_provider = await sandbox.look(
        lambda view: {
            name: _read(provider, view, origin) for name, provider in house.providers.items()
        }
    )
    for name, provider in house.providers.items():
        if provider.rpc_door is not None:
            by_provider[name]["grpc_target"] = _rpc_target(asked)
    env = {
        f"{provider}_{name}".upper(): value
        if isinstance(value, str)
        else orjson.dumps(value).decode()
        for provider, values in by_provider.items()
        for name, value in values.items()
    }
    export = [f"export {name}={shlex.quote(value)}" for name, value in env.items()]
    return {**by_provider, "env": {**env}, "export": export}


async def find_origin(asked: Asked, sandbox: Sandbox) -> str:
    """What URLs into a sandbox begin with: its prefix is there where plain calls lead elsewhere."""
    if await asked.house.directory.is_listed(sandbox):
        return asked.origin
    return asked.origin + SANDBOX_PREFIX + sandbox.id


def _read(provider: Provider, view: View, origin: str) -> dict[str, Any]:
    details = provider.details(view) if provider.details else {}
    return {**provider.credentials(view, origin), **details}


def _rpc_target(asked: Asked) -> str:
    """The host that asked over HTTP with gRPC's port; empty where no server opened one.

    Who asked over TLS here is told where gRPC speaks it too.
    """
    origin, ports = urlsplit(asked.origin), asked.house.surfaces.ports
    secure = ports.get("grpc_tls") if origin.scheme == "https" else None
    port = secure or ports.get("grpc")
    host = origin.hostname or "localhost"
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" if port else ""
