"""What is printed once everything listens: where, under which settings, and what to try."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from emulator import __version__
from emulator.cli import PROGRAM
from emulator.edge.surfaces import Started
from emulator.settings import Settings, render_settings


def announce(started: Started, settings: Settings) -> None:
    """Print it to standard output, in the form of the logs."""
    port = started.ports["http"]
    render = _render_json if settings.log_format == "json" else _render_text
    rpc, remarks = _rpc(started, settings), list(started.remarks)
    tls = _tls(started, settings, settings.url(port)) if "https" in started.ports else None
    providers = list(started.providers)
    click.echo(render(settings, settings.url(port), port, providers, rpc, tls, remarks))


class Tls(msgspec.Struct, frozen=True):
    """Where TLS is spoken. `root`: where the certificate is that clients have to trust."""

    https: str
    rpc: list[str]
    root: str

    @property
    def trust(self) -> str:
        """How to trust it."""
        return (
            "with curl --cacert, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE and REQUESTS_CA_BUNDLE "
            "(Python); browsers: docs/frontend.md"
        )


def _tls(started: Started, settings: Settings, url: str) -> Tls:
    from emulator.authority import PUBLIC_FILE  # noqa: PLC0415 - loaded where TLS is spoken

    folder = settings.tls.folder if settings.tls else None
    return Tls(
        settings.url(started.ports["https"], "https"),
        _rpc(started, settings, over_tls=True),
        f"{folder}/{PUBLIC_FILE}" if folder else f"{url}/_emulator/{PUBLIC_FILE}",
    )


def _rpc(started: Started, settings: Settings, *, over_tls: bool = False) -> list[str]:
    """The targets under which gRPC answers. The example's port speaks TLS where that is on."""
    host = settings.url().removeprefix("http://").rpartition(":")[0]
    ports = started.ports
    names = ["grpc_tls" if over_tls else "grpc"]
    names += ["grpc_example"] if over_tls == ("https" in ports) else []
    return [f"{host}:{ports[name]}" for name in names if name in ports]


def _render_text(
    settings: Settings,
    url: str,
    port: int,
    providers: list[str],
    rpc: list[str],
    tls: Tls | None,
    remarks: list[str],
) -> str:
    rows = [("http", url, ""), ("control", _control(settings, url), "")]
    rows += [("grpc", " and ".join(rpc), "")] if rpc else []
    rows += _tls_rows(tls) if tls is not None else []
    rows += [("note", remark, "") for remark in remarks]
    rows += [(name, f"{url}/{name}", _try(settings, name, port)) for name in providers]
    shown = " ".join(f"{name}={value}" for name, value in render_settings(settings).items())
    rows.append(("settings", shown or "all at their defaults", ""))
    return "\n".join((f"token-emulator {__version__}", *_columns(rows)))


def _tls_rows(tls: Tls) -> list[tuple[str, str, str]]:
    over_tls = [("grpc+tls", " and ".join(tls.rpc), "")] if tls.rpc else []
    return [("https", tls.https, ""), *over_tls, ("trust", tls.root, ""), ("", tls.trust, "")]


def _columns(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    wide = max(len(name) for name, _, _ in rows)
    long = max(len(place) for _, place, hint in rows if hint)
    for name, place, hint in rows:
        tail = f"  {'':{long - len(place)}}try: {hint}" if hint else ""
        yield f"  {name:<{wide}}  {place}{tail}"


def _render_json(
    settings: Settings,
    url: str,
    port: int,
    providers: list[str],
    rpc: list[str],
    tls: Tls | None,
    remarks: list[str],
) -> str:
    secure = {} if tls is None else {"https": tls.https, "grpc_tls": tls.rpc, "trust": tls.root}
    return json.dumps(
        {
            "message": "ready",
            "version": __version__,
            "http": url,
            "grpc": rpc,
            **secure,
            "notes": remarks,
            "control": _control(settings, url),
            "providers": {name: f"{url}/{name}" for name in providers},
            "try": {name: _try(settings, name, port) for name in providers},
            "settings": render_settings(settings),
        }
    )


def _control(settings: Settings, url: str) -> str:
    if settings.control_token is None and not settings.is_loopback:
        return "closed beyond loopback: set EMULATOR_CONTROL_TOKEN to open it"
    return f"{url}/_emulator"


def _try(settings: Settings, provider: str, port: int) -> str:
    """A command to copy: it finds the emulator in an environment without our settings too."""
    usual = settings.url(port) == Settings().url()
    return f"{_program()} mint {provider}" + ("" if usual else f" --url {settings.url(port)}")


def _program() -> str:
    """This command as a shell finds it, in a checkout's environment too."""
    script = Path(sys.argv[0])
    if script.name != PROGRAM:
        return f"{sys.executable} -m emulator"
    return PROGRAM if shutil.which(PROGRAM) else str(script)
