"""What a client needs to call a sandbox: keys, base URLs, ready lines for a shell."""

import shlex

from emulator.control.endpoint import Asked, render
from emulator.core.sandbox import Sandbox
from emulator.edge.call import Answer
from emulator.edge.http import SANDBOX_PREFIX

# provider -> name -> value; `env`: variable -> value; `export`: the same as lines for a shell
Credentials = dict[str, dict[str, str] | list[str]]


async def show(asked: Asked) -> Answer:
    """Show keys and base URLs for each provider, and the same as environment variables."""
    return render(await list_credentials(asked, await asked.sandbox()))


async def list_credentials(asked: Asked, sandbox: Sandbox) -> Credentials:
    """The credentials of a sandbox, its URLs as whoever asked reaches it."""
    house = asked.house
    origin = await find_origin(asked, sandbox)
    by_provider = await sandbox.look(
        lambda view: {
            name: provider.credentials(view, origin) for name, provider in house.providers.items()
        }
    )
    env = {
        f"{provider}_{name}".upper(): value
        for provider, values in by_provider.items()
        for name, value in values.items()
    }
    export = [f"export {name}={shlex.quote(value)}" for name, value in env.items()]
    return {**by_provider, "env": env, "export": export}


async def find_origin(asked: Asked, sandbox: Sandbox) -> str:
    """What URLs into a sandbox begin with: its prefix is there where plain calls lead elsewhere."""
    if await asked.house.directory.is_listed(sandbox):
        return asked.origin
    return asked.origin + SANDBOX_PREFIX + sandbox.id
