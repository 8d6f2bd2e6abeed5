"""The pytest plugin, as a project that installed it sees it."""

from pathlib import Path

import pytest

import emulator
from emulator.testing import Emulator, Sandbox
from emulator.testing.report import tell_sandbox
from emulator.testing.senders import Blocking, Where

ROOT = Path(emulator.__file__).parent.parent
INI = """
[pytest]
addopts = -p emulator.testing.plugin --strict-markers -p no:cacheprovider
filterwarnings = error
"""


@pytest.fixture
def project(
    running: Emulator, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> pytest.Pytester:
    """An empty project that has the plugin.

    What it imports is forgotten after its run: all of the emulator is loaded by `running` before.
    """
    assert running.url
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini(INI)
    return pytester


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, running: Emulator) -> Emulator:
    """An emulator outside the project's run, which EMULATOR_URL names."""
    monkeypatch.setenv("EMULATOR_URL", running.url)
    return running


def test_without_a_url_an_emulator_runs_in_process(project: pytest.Pytester) -> None:
    """One for the session, on a free port; a test's sandbox is its own."""
    project.makepyfile("""
        seen = set()

        def test_one(token_emulator, token_sandbox):
            assert token_emulator.health().status == "ok"
            seen.add((token_emulator.url, token_sandbox.id))

        def test_two(token_emulator, token_sandbox):
            seen.add((token_emulator.url, token_sandbox.id))
            assert len({url for url, _ in seen}) == 1
            assert len({sandbox for _, sandbox in seen}) == 2
    """)
    project.runpytest().assert_outcomes(passed=2)


def test_its_settings_are_overridden_by_a_fixture(project: pytest.Pytester) -> None:
    """A project that needs another emulator says so in its conftest."""
    project.makeconftest("""
        import pytest
        from emulator.settings import Settings

        @pytest.fixture(scope="session")
        def token_emulator_settings():
            return Settings(providers=("usegrant",))
    """)
    project.makepyfile("""
        def test_it(token_emulator):
            assert token_emulator.health().providers == ["usegrant"]
    """)
    project.runpytest().assert_outcomes(passed=1)


def test_a_url_names_the_emulator(project: pytest.Pytester, elsewhere: Emulator) -> None:
    """It is used, and after the test nothing of it is left there."""
    before = len(elsewhere.sandboxes.list())
    project.makepyfile(f"""
        def test_it(token_emulator, token_sandbox):
            assert token_emulator.url == "{elsewhere.url}"
            assert token_sandbox.id.rpartition("-")[0].endswith("-test_it")
    """)
    project.runpytest().assert_outcomes(passed=1)
    assert len(elsewhere.sandboxes.list()) == before


def test_a_url_that_nothing_answers_is_an_error(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is never replaced by an emulator in process without a word."""
    monkeypatch.setenv("EMULATOR_URL", "http://127.0.0.1:1")
    project.makepyfile("def test_it(token_sandbox): pass")
    outcome = project.runpytest()
    outcome.assert_outcomes(errors=1)
    outcome.stdout.fnmatch_lines(["*No emulator answers at http://127.0.0.1:1*EMULATOR_URL*"])


@pytest.mark.slow
def test_parallel_workers_have_each_their_own(
    project: pytest.Pytester, elsewhere: Emulator
) -> None:
    """The same test in many workers, or many of one name, never share a sandbox."""
    assert elsewhere.url
    project.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", range(12))
        def test_it(token_sandbox, number):
            assert token_sandbox.id.startswith("gw")
            assert token_sandbox.calls().count() == 0
            assert token_sandbox.tokens.list() == ()
            token_sandbox.tokens.mint("usegrant")
    """)
    project.runpytest_subprocess("-n", "2").assert_outcomes(passed=12)


def test_the_marker_makes_the_sandbox(project: pytest.Pytester, elsewhere: Emulator) -> None:
    """Id, seed, time and fixtures; the marker nearest to the test wins."""
    assert elsewhere.url
    project.makepyfile("""
        import pytest

        @pytest.mark.token_sandbox(seed=1, now="2026-01-01T00:00:00Z")
        class TestIt:
            @pytest.mark.token_sandbox(id="golden-one", seed=42)
            def test_it(self, token_sandbox):
                state = token_sandbox.show()
                assert (state.id, state.seed) == ("golden-one", "42")
                assert state.clock.mode == "frozen"
                assert state.clock.now.year == 2026
    """)
    project.runpytest().assert_outcomes(passed=1)


def test_a_word_that_the_marker_does_not_know_is_refused(
    project: pytest.Pytester, elsewhere: Emulator
) -> None:
    """The error names those that there are."""
    assert elsewhere.url
    project.makepyfile("""
        import pytest

        @pytest.mark.token_sandbox(sed=1)
        def test_it(token_sandbox): pass
    """)
    outcome = project.runpytest()
    outcome.assert_outcomes(errors=1)
    outcome.stdout.fnmatch_lines(["*token_sandbox takes credentials, *seed*not sed*"])


def test_coroutines_have_a_sandbox_to_await(project: pytest.Pytester, elsewhere: Emulator) -> None:
    """The same sandbox, through `aio`."""
    assert elsewhere.url
    project.makepyfile("""
        import pytest

        @pytest.mark.anyio
        @pytest.mark.parametrize("anyio_backend", ["asyncio"])
        async def test_it(token_sandbox, anyio_backend):
            await token_sandbox.aio.clock.freeze("2026-01-01T00:00:00Z")
            assert (await token_sandbox.aio.clock.advance("1m")).now.minute == 1
    """)
    project.runpytest().assert_outcomes(passed=1)


def test_a_failure_is_explained_by_its_calls(project: pytest.Pytester, elsewhere: Emulator) -> None:
    """The report carries the sandbox's last calls, why they were refused and what to do."""
    assert elsewhere.url
    project.makepyfile("""
        import httpx

        def test_it(token_sandbox):
            seat = token_sandbox.usegrant
            url = f"{seat.base_url}/v1/providers"
            assert httpx.get(url, headers=seat.headers).status_code == 200
            answer = httpx.get(url, headers={**token_sandbox.headers, "Authorization": "Bearer no"})
            assert answer.status_code == 200
    """)
    outcome = project.runpytest()
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        [
            "*- token sandbox *-test_it-* -*",
            "last calls, oldest first (2):",
            "  call_1 *usegrant.listProviders  200",
            "  call_2 *usegrant.listProviders  401 *",
            "      *key*",
        ]
    )


def test_a_call_that_went_astray_is_told(project: pytest.Pytester) -> None:
    """One whose key nobody has ended in the default sandbox: it is shown, and why."""
    project.makepyfile("""
        import httpx

        def test_it(token_sandbox):
            url = f"{token_sandbox.usegrant.base_url}/v1/providers"
            answer = httpx.get(url, headers={"Authorization": "Bearer no"})
            assert answer.status_code == 200
    """)
    outcome = project.runpytest()
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        ["it got no call", "*`default`; its last*", "  call_* usegrant.listProviders  401 *"]
    )


def test_a_sandbox_that_its_test_dropped_is_no_trouble(
    project: pytest.Pytester, elsewhere: Emulator
) -> None:
    """Its end after the test is none, and the report of a failure says why it is empty."""
    assert elsewhere.url
    project.makepyfile("""
        def test_it(token_sandbox):
            token_sandbox.drop()

        def test_other(token_sandbox):
            token_sandbox.drop()
            raise ValueError
    """)
    outcome = project.runpytest()
    outcome.assert_outcomes(passed=1, failed=1)
    outcome.stdout.fnmatch_lines(["It was dropped before the test ended*"])


def test_what_goes_wrong_is_shown_in_the_test(
    project: pytest.Pytester, elsewhere: Emulator
) -> None:
    """The line of the test that expected a call, that was refused: none of the client's code."""
    assert elsewhere.url
    project.makepyfile("""
        import asyncio

        def test_it(token_sandbox):
            token_sandbox.calls("usegrant.createToken").assert_called_once_with()

        def test_other(token_sandbox):
            asyncio.run(token_sandbox.aio.clock.advance("apples"))
    """)
    outcome = project.runpytest("--tb=short")
    outcome.assert_outcomes(failed=2)
    outcome.stdout.fnmatch_lines(
        [
            "*.assert_called_once_with()",
            "E   Assert*",
            '*advance("apples"))',
            "E   *not a duration*",
        ]
    )
    outcome.stdout.no_fnmatch_line("*yield from*")


@pytest.mark.slow
def test_a_workers_failure_is_explained_too(project: pytest.Pytester, elsewhere: Emulator) -> None:
    """The section travels with the report."""
    assert elsewhere.url
    project.makepyfile("""
        def test_it(token_sandbox):
            token_sandbox.fail("usegrant.createToken", error="internal")
            raise ValueError
    """)
    outcome = project.runpytest_subprocess("-n", "1")
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        ["*- token sandbox gw0-test_it-* -*", "it got no call", "fault_1 on * never fired: *"]
    )


def test_a_test_that_passes_says_nothing(project: pytest.Pytester, elsewhere: Emulator) -> None:
    """Nor does one that never had a sandbox."""
    assert elsewhere.url
    project.makepyfile("""
        def test_it(token_sandbox): pass
        def test_other(): raise ValueError
    """)
    outcome = project.runpytest("-rA")
    outcome.assert_outcomes(passed=1, failed=1)
    outcome.stdout.no_fnmatch_line("*token sandbox *")


def test_a_fault_that_never_fired_tells_where_the_calls_went(
    project: pytest.Pytester, elsewhere: Emulator
) -> None:
    """A client that used another sandbox's key is found out."""
    other = elsewhere.sandboxes.create("the-other-one")
    project.makepyfile(f"""
        import httpx
        from emulator.testing import connect

        def test_it(token_emulator, token_sandbox):
            token_sandbox.fail("usegrant.listProviders", error="rate_limited")
            token_sandbox.fail("usegrant.createToken", error="rate_limited")
            token_sandbox.fail("usegrant.listClients", error="rate_limited", after=5)
            seat = token_emulator.sandboxes.get("{other.id}").usegrant
            httpx.get(seat.base_url + "/v1/providers", headers=seat.headers)
            own = token_sandbox.usegrant
            url = own.base_url + f"/v1/providers/{{own.provider_id}}/clients"
            assert httpx.get(url, headers=own.headers).status_code == 429
    """)
    outcome = project.runpytest()
    other.drop()
    outcome.assert_outcomes(failed=1)
    outcome.stdout.fnmatch_lines(
        [
            "fault_3 on usegrant.listClients never fired: it matched 1 call(s), *",
            "fault_2 on usegrant.createToken never fired: no call of that operation came here",
            "  nor to any other sandbox of this emulator",
            "fault_1 on usegrant.listProviders never fired: no call of that operation came here",
            "  1 went to the sandbox the-other-one",
        ]
    )


def test_an_answer_that_is_none_does_not_hide_the_failure(project: pytest.Pytester) -> None:
    """What answers there is another emulator, or none: the report says so and the run goes on."""
    project.makepyfile("""
        from emulator.testing.report import tell_sandbox
        from emulator.testing.sandbox import Sandbox
        from emulator.testing.senders import Blocking, Where
        from emulator.testing.wire import Answer

        class Stranger(Blocking):
            def _send(self, request):
                return Answer(200, self.where.url.encode())

        def test_it():
            doubts = {"<p>": "is it one", "[]": "can't be read", "[1]": "can't be read"}
            for answer, told in doubts.items():
                sandbox = Sandbox(Stranger(Where(answer)), "/sandboxes/a", "a", {})
                assert told in tell_sandbox(sandbox), answer
    """)
    project.runpytest().assert_outcomes(passed=1)


def test_an_emulator_that_died_does_not_hide_the_failure() -> None:
    """The report says that it can't be asked."""
    nowhere = Sandbox(Blocking(Where("http://127.0.0.1:1")), "/sandboxes/gone", "gone", {})
    assert tell_sandbox(nowhere).startswith("The emulator can't be asked: No emulator answers")
