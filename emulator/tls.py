"""TLS for the HTTP port: the names that are served, and a context with the server's identity."""

import os
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import urlsplit

from emulator.authority import Identity
from emulator.edge.provider import Provider
from emulator.settings import Settings

# This machine, as itself and from a container; the service of the compose file, and the README's.
LOCAL = (
    "localhost",
    "127.0.0.1",
    "::1",
    "emulator",
    "token-emulator",
    "host.docker.internal",
)


def list_names(settings: Settings, providers: Iterable[Provider]) -> list[str]:
    """Every name and address that a client may reach this by, each once."""
    hosts = [host for provider in providers for host in sorted(provider.hosts)]
    below = [f"*.{parent}" for provider in providers for parent in sorted(provider.parent_hosts)]
    own = [settings.host] if settings.host not in {"0.0.0.0", "::"} else []  # noqa: S104
    if settings.public_url:
        own.append(urlsplit(settings.public_url).hostname or "")
    named = [*LOCAL, *own, *settings.tls_names, *hosts, *below]
    return list(dict.fromkeys(name.lower() for name in named if name))


def open_context(identity: Identity) -> ssl.SSLContext:
    """What a listening socket needs to speak HTTP/1.1 over TLS 1.2 or newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    with _as_file(identity.key + identity.certificate) as path:
        context.load_cert_chain(path)
    return context


@contextmanager
def _as_file(content: bytes) -> Iterator[str]:
    """A file that only this process reads, for a library that takes nothing else.

    Where the system can do that (Linux) it is on no disk: there may be none that can be written to.
    """
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        with os.fdopen(os.memfd_create("identity"), "wb") as held:
            held.write(content)
            held.flush()
            yield f"/proc/self/fd/{held.fileno()}"
    else:
        with NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            yield file.name
