"""The control client that blocks, against a server in a thread."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from emulator.testing import ControlError, Emulator, Failure, Sandbox, connect
from tests.testing.minting import ASKS, ask_zerohash, mint_zerohash

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINT = "zerohash.client_auth_token"
MINT_CARD = "highnote.generatePaymentCardClientToken"


def test_an_emulator_tells_its_health(running: Emulator) -> None:
    """It is ok when every surface listens, and names the ports."""
    health = running.health()
    assert health.status == "ok"
    assert running.url.endswith(f":{health.ports['http']}")


def test_a_sandbox_is_made_as_asked(running: Emulator) -> None:
    """Id, seed and time are those asked for; it is listed, and gone when it is dropped."""
    made = running.sandboxes.create("golden", seed=42, now=NEW_YEAR, ttl="5m")
    state = made.show()
    assert (state.id, state.seed, state.clock.now) == ("golden", "42", NEW_YEAR)
    assert "golden" in {sandbox.id for sandbox in running.sandboxes.list()}
    made.drop()
    assert "golden" not in {sandbox.id for sandbox in running.sandboxes.list()}


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.__name__)
def test_a_seat_has_what_a_client_needs(sandbox: Sandbox, ask: type) -> None:
    """With its credentials alone each provider mints, in this sandbox."""
    answer = httpx.request(**ask(sandbox))
    assert answer.is_success, answer.text
    assert answer.headers["x-emulator-sandbox"] == f"{sandbox.id}; by=credential"


def test_the_clock_goes_as_it_is_told(sandbox: Sandbox) -> None:
    """It is frozen, advanced, shifted, scaled and let go, each told in the answer."""
    assert sandbox.clock.freeze(NEW_YEAR).now == NEW_YEAR
    assert sandbox.clock.advance("10m").now == NEW_YEAR + timedelta(minutes=10)
    assert sandbox.clock.advance(0.5).now == NEW_YEAR + timedelta(minutes=10, seconds=0.5)
    assert sandbox.clock.shift(timedelta(hours=-1)).by == "-PT3600S"
    assert sandbox.clock.set(NEW_YEAR).mode == "offset"
    assert timedelta() <= sandbox.clock.show().now - NEW_YEAR < timedelta(minutes=1)
    assert sandbox.clock.scale(60).factor == 60
    assert sandbox.clock.resume().mode == "real"
    assert sandbox.clock.show().mode == "real"


def test_an_error_is_armed_and_told(sandbox: Sandbox) -> None:
    """Two calls get the provider's own error, the third is served; the fault knows its hits."""
    fault = sandbox.fail(MINT, error="rate_limited", retry_after=3, times=2)
    statuses = [httpx.request(**ask_zerohash(sandbox)).status_code for _ in range(3)]
    assert statuses == [429, 429, 201]
    assert fault.hits().fired == 2
    fault.disarm()
    assert sandbox.faults.list() == ()


def test_an_unknown_operation_is_refused_with_the_nearest(sandbox: Sandbox) -> None:
    """The error carries the problem's title, its detail, and what is wrong where."""
    with pytest.raises(ControlError) as refused:
        sandbox.fail("zerohash.client_auth_tokne", error="rate_limited")
    assert refused.value.status == 400
    assert refused.value.title == "Bad request body"
    assert "zerohash.client_auth_token" in refused.value.detail
    [failure] = refused.value.failures
    assert isinstance(failure, Failure)
    assert failure.path == "/operation"


def test_a_lifetime_holds_for_what_is_minted_after(sandbox: Sandbox) -> None:
    """A token lives as long as its operation was told, then as long as it does by default."""
    sandbox.clock.freeze(NEW_YEAR)
    sandbox.lifetime(MINT, "5m")
    short = sandbox.tokens.mint("zerohash")
    sandbox.lifetime(MINT, None)
    usual = sandbox.tokens.mint("zerohash")
    assert short.expires_at - short.issued_at == timedelta(minutes=5)
    assert usual.expires_at - usual.issued_at == timedelta(hours=1)


def test_a_token_is_revoked_by_its_text(sandbox: Sandbox) -> None:
    """It is found by what the page holds, whether it is active or ended."""
    token = mint_zerohash(sandbox)
    assert sandbox.tokens.introspect(token).active
    assert sandbox.tokens.revoke(token).status == "revoked"
    assert sandbox.tokens.introspect(token).reason == "revoked"
    assert sandbox.tokens.revoke(token).status == "revoked"


def test_a_token_is_expired_by_its_record(sandbox: Sandbox) -> None:
    """The emulator refuses it from now on; the book lists it so."""
    token = sandbox.tokens.mint("usegrant", lifetime=600)
    assert sandbox.tokens.expire(token).status == "expired"
    assert sandbox.tokens.get(token.jti).status == "expired"
    assert [found.jti for found in sandbox.tokens.list("usegrant")] == [token.jti]
    assert sandbox.tokens.list("highnote") == ()


def test_a_token_of_another_sandbox_is_not_found(running: Emulator, sandbox: Sandbox) -> None:
    """What this sandbox never issued it can't end."""
    other = running.sandboxes.create()
    token = other.tokens.mint("zerohash")
    other.drop()
    with pytest.raises(ControlError) as refused:
        sandbox.tokens.revoke(token.token)
    assert refused.value.status == 404


def test_switches_are_changed_in_part(sandbox: Sandbox) -> None:
    """What is not named stays."""
    changed = sandbox.settings.change(zerohash={"timestamp_clock": "wall"})
    assert changed == sandbox.settings.show()
    zerohash = changed["zerohash"]
    assert isinstance(zerohash, dict)
    assert zerohash["timestamp_clock"] == "wall"


def test_the_world_is_changed(sandbox: Sandbox) -> None:
    """A record is put, listed, read and dropped."""
    entities = sandbox.entities
    [one, *_] = entities.list("zerohash", "participants")
    key = str(one["participant_code"])
    changed = entities.put("zerohash", "participants", key, {**one, "status": "locked"})
    assert changed["status"] == "locked"
    assert entities.get("zerohash", "participants", key) == changed
    before = entities.kinds("zerohash")["participants"]
    entities.drop("zerohash", "participants", key)
    assert entities.kinds("zerohash")["participants"] != before
    del one["participant_code"]
    added = entities.add("zerohash", "participants", one)
    assert added["participant_code"] != key


def test_a_reset_brings_the_first_world_back(sandbox: Sandbox) -> None:
    """Whole, or only in part."""
    sandbox.tokens.mint("zerohash")
    sandbox.clock.freeze(NEW_YEAR)
    sandbox.reset("tokens")
    assert sandbox.tokens.list() == ()
    assert sandbox.clock.show().mode == "frozen"
    assert sandbox.reset().clock.mode == "real"


def test_keys_are_rotated(sandbox: Sandbox) -> None:
    """What is signed after is signed by another key."""
    before = sandbox.tokens.mint("usegrant").token.partition(".")[0]
    sandbox.rotate_keys("usegrant")
    assert sandbox.tokens.mint("usegrant").token.partition(".")[0] != before


def test_a_sandbox_is_reached_without_its_credentials(sandbox: Sandbox) -> None:
    """By header, and by the prefix of its URL."""
    by_path = httpx.get(f"{sandbox.url}/usegrant/v1/providers", headers=sandbox.usegrant.headers)
    assert by_path.headers["x-emulator-sandbox"] == f"{sandbox.id}; by=path"
    url = f"{sandbox.usegrant.base_url}/v1/providers"
    by_header = httpx.get(url, headers={**sandbox.headers, **sandbox.usegrant.headers})
    assert by_header.headers["x-emulator-sandbox"] == f"{sandbox.id}; by=header"


def test_credentials_are_told_as_variables(sandbox: Sandbox) -> None:
    """For a backend that reads its keys from the environment."""
    assert sandbox.env["ZEROHASH_API_KEY"] == sandbox.zerohash.api_key


def test_the_default_sandbox_is_there(running: Emulator) -> None:
    """One that was not created here is found by its id."""
    assert running.sandboxes.get().zerohash.api_key == "FakeKeyAcmePrimary1111"
    with pytest.raises(ControlError, match="No such sandbox"):
        running.sandboxes.get("no-such")


def test_what_is_no_emulator_is_told_as_such(sandbox: Sandbox) -> None:
    """A server that answers otherwise is not taken for one."""
    elsewhere = connect(f"{sandbox.url}/zerohash/nowhere")
    with elsewhere, pytest.raises(ControlError, match="is it one"):
        elsewhere.health()


def test_a_copy_goes_its_own_way(sandbox: Sandbox) -> None:
    """A fork has what there was, and is reached by its URL; neither sees the other from then on."""
    token = sandbox.tokens.mint("usegrant")
    copy = sandbox.fork(f"{sandbox.id}-copy")
    sandbox.tokens.revoke(token)
    assert copy.tokens.get(token).status == "active"
    assert copy.usegrant.base_url.startswith(copy.url)
    assert httpx.request(**ask_zerohash(copy)).headers["x-emulator-sandbox"].startswith(copy.id)
    copy.drop()


def test_a_snapshot_brings_back_what_was(sandbox: Sandbox) -> None:
    """Tokens, clock and faults are as they were when it was taken."""
    token = sandbox.tokens.mint("usegrant")
    taken = sandbox.snapshot()
    sandbox.tokens.revoke(token)
    sandbox.clock.advance("1h")
    assert sandbox.restore(taken).clock.mode == "real"
    assert sandbox.tokens.get(token).status == "active"


def test_a_scenario_is_played(sandbox: Sandbox) -> None:
    """A shipped one by its name, and one that a test brings."""
    assert sandbox.play("token-expires-mid-checkout").title
    token = sandbox.tokens.mint("usegrant")
    assert token.expires_at - token.issued_at == timedelta(minutes=1)
    sandbox.clock.freeze()
    steps = [{"at": "5m", "lifetimes": {"usegrant": 30}}]
    assert len(sandbox.play({"title": "Shorter later", "steps": steps}).waiting) == 1
    assert len(sandbox.clock.advance("5m").due) == 1
    later = sandbox.tokens.mint("usegrant")
    assert later.expires_at - later.issued_at == timedelta(seconds=30)
