import io
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from emulator.cli import run
from tests.cli.stub import Stub, serve_stub


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]


@pytest.fixture
def stub() -> Iterator[Stub]:
    """A stand-in for a running emulator, empty."""
    with serve_stub() as made:
        yield made


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs a command line in this process, with an environment of its own."""

    def call(*arguments: str, stdin: bytes = b"", **environ: str) -> Outcome:
        for name in os.environ:
            if name.startswith("EMULATOR_"):
                monkeypatch.delenv(name)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = run(arguments)
        told = capsys.readouterr()
        return Outcome(code, told.out, told.err)

    return call


@pytest.fixture
def here(cli: Cli, stub: Stub) -> Cli:
    """The same with the stub as the emulator."""

    def call(*arguments: str, stdin: bytes = b"", **environ: str) -> Outcome:
        return cli(*arguments, stdin=stdin, EMULATOR_PORT=str(stub.port), **environ)

    return call
