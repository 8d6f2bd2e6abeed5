"""The pytest plugin: an emulator for the session, a sandbox for each test, a report when one fails.

It loads nothing heavy until a test asks for one of its fixtures.
"""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from emulator.testing.control import Emulator, connect
from emulator.testing.environment import find_url, find_worker, name_run
from emulator.testing.naming import name_sandbox
from emulator.testing.report import tell_sandbox
from emulator.testing.sandbox import Sandbox
from emulator.testing.senders import Blocking
from emulator.testing.thread import run_in_thread

if TYPE_CHECKING:
    from emulator.settings import Settings

MARKER = "token_sandbox"
_WORDS = frozenset({"id", "seed", "now", "fixtures", "credentials", "ttl"})
_RUN = pytest.StashKey[str]()
_SANDBOX = pytest.StashKey[Sandbox[Blocking]]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.stash[_RUN] = name_run()
    words = "id=, seed=, now=, fixtures=, credentials=, ttl="
    line = f"{MARKER}({words}): how the test's token_sandbox is made; equal words, equal answers"
    config.addinivalue_line("markers", line)


@pytest.fixture(scope="session")
def token_emulator_settings() -> "Settings | None":
    """What the emulator of this process starts with: override it for another; None: environment."""
    return None


@pytest.fixture(scope="session")
def token_emulator(request: pytest.FixtureRequest) -> Iterator[Emulator[Blocking]]:
    """The emulator at EMULATOR_URL; without that, one in this process on a free port."""
    url = find_url()
    if url is not None:
        with connect(url) as emulator:
            emulator.health()
            yield emulator
        return
    settings = request.getfixturevalue("token_emulator_settings")
    with run_in_thread(settings=settings) as emulator:
        yield emulator


@pytest.fixture
def token_sandbox(
    request: pytest.FixtureRequest, token_emulator: Emulator[Blocking]
) -> Iterator[Sandbox[Blocking]]:
    """A sandbox of the test's own, with credentials of its own; it is dropped after the test.

    Coroutines use `token_sandbox.aio`.
    """
    node: pytest.Item = request.node
    words = _read_markers(node)
    if "id" not in words:
        words["id"] = name_sandbox(node.nodeid, find_worker(), node.config.stash[_RUN])
    sandbox = token_emulator.sandboxes.create(**words)
    node.stash[_SANDBOX] = sandbox
    yield sandbox
    sandbox.drop()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let the report of a test that failed carry what its sandbox got."""
    report = yield
    sandbox = item.stash.get(_SANDBOX, None)
    if sandbox is not None and report.failed and call.when != "teardown":
        report.sections.append((f"token sandbox {sandbox.id}", tell_sandbox(sandbox)))
    return report


def _read_markers(node: pytest.Item) -> dict[str, Any]:
    """The words of the markers; the one nearest to the test wins.

    Raises:
        UsageError: one has a word that is none.
    """
    words: dict[str, Any] = {}
    for marker in reversed(list(node.iter_markers(MARKER))):
        unknown = [*map(repr, marker.args), *(set(marker.kwargs) - _WORDS)]
        if unknown:
            known = ", ".join(sorted(_WORDS))
            raise pytest.UsageError(f"{MARKER} takes {known} by name, not {', '.join(unknown)}")
        words |= marker.kwargs
    return words
