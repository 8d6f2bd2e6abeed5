"""The golden exchanges are answered today as they were when they were recorded."""

import re
from pathlib import Path

import msgspec
import pytest

from tests.examples.exchanges import HEADER, files, load, play

pytestmark = pytest.mark.anyio

NAMES = [f"{file.parent.name}/{file.stem}" for file in files()]

MARK = re.compile(r"\[(doc|openapi|sdk|repo|example|run|guess)[^\]]*\]")


@pytest.mark.parametrize("file", files(), ids=NAMES)
async def test_replay(file: Path) -> None:
    """Each answer of a file is the recorded one, but for what the named rules replace."""
    exchanges = load(file)
    answers = await play(file.parent.name, exchanges)
    recorded = {exchange.title: msgspec.to_builtins(exchange.answer) for exchange in exchanges}
    played = {
        exchange.title: msgspec.to_builtins(answer)
        for exchange, answer in zip(exchanges, answers, strict=True)
    }
    assert played == recorded


@pytest.mark.parametrize("file", files(), ids=NAMES)
def test_provenance(file: Path) -> None:
    """Each exchange has a title of its own and says where it is known from."""
    assert file.read_text(encoding="utf-8").startswith(HEADER)
    exchanges = load(file)
    assert len({exchange.title for exchange in exchanges}) == len(exchanges)
    assert all(MARK.search(exchange.source) for exchange in exchanges)


def test_there_are_exchanges() -> None:
    """The folder is not empty, nor is any file."""
    assert len(files()) >= 5
    assert all(load(file) for file in files())
