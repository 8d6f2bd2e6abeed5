"""Facts as the event stream tells them."""

from typing import Any

import msgspec
import pytest

from emulator.app import Emulator
from emulator.control.facts import FactShape, show_fact
from emulator.core import facts as f
from emulator.core.clock import Clock
from emulator.core.faults import Rule, Then, When
from emulator.core.keyrings import Keyring
from emulator.core.state import State
from emulator.core.tokens import Grant
from emulator.providers.highnote.state.kinds import API_KEYS
from emulator.settings import Settings

pytestmark = pytest.mark.anyio

SECRET = "FakeSecretThatNobodyMaySee"
RAW = msgspec.Raw(msgspec.json.encode({"webhook_url": SECRET}))
RULE = Rule("fault_1", "usegrant.createToken", 1.0, When(), Then(error=SECRET))


@pytest.fixture
def settings() -> Settings:
    """All providers."""
    return Settings()


@pytest.fixture
async def state(emulator: Emulator) -> State:
    """The default sandbox's."""
    return (await emulator.directory.open("default")).state


def issue(jti: str, opaque: str = "") -> f.TokenIssued:
    """A token full of what is not told."""
    claims = f'{{"sub": "{SECRET}"}}'
    grant = Grant("toy", "access", SECRET, (SECRET,), 600, SECRET, claims, ("jti",), "k", opaque)
    return f.TokenIssued(1.0, jti, 601, grant)


SAFE: list[tuple[f.Fact, str | None, dict[str, Any]]] = [
    (f.SandboxBorn(1.0, SECRET, SECRET, credentials=RAW, fixtures=RAW), None, {}),
    (f.SandboxReset(1.0, SECRET, ("tokens", "ids")), None, {"what": ["tokens", "ids"]}),
    (f.ClockSet(1.0, Clock()), None, {"mode": "real"}),
    (f.SettingsSet(1.0, "zerohash", RAW), "zerohash", {}),
    (f.LifetimesSet(1.0, {"zerohash": 60}), None, {}),
    (f.CallCounted(1.0, "usegrant", SECRET, 5), "usegrant", {}),
    (
        f.TokenEnded(1.0, SECRET, "revoked"),  # of no token that is known
        None,
        {"jti": "***", "how": "revoked"},
    ),
    (
        issue("j1"),
        "toy",
        {"jti": "j1", "kind": "access", "expires_at": "1970-01-01T00:10:01Z"},
    ),
    (
        issue(SECRET, "{jti}"),
        "toy",
        {"jti": "***", "kind": "access", "expires_at": "1970-01-01T00:10:01Z"},
    ),
    (
        f.FaultArmed(1.0, RULE),
        "usegrant",
        {"fault": "fault_1", "operation": "usegrant.createToken"},
    ),
    (
        f.FaultsCounted(1.0, ("fault_9",), None),
        None,
        {"matched": ["fault_9"], "fired": None},
    ),
    (f.FaultsDisarmed(1.0, ("fault_1",)), None, {"faults": ["fault_1"]}),
    (
        f.KeysSet(1.0, "usegrant.providers/p", 2048, Keyring(SECRET, (SECRET,))),
        "usegrant",
        {"issuer": "usegrant.providers/p"},
    ),
    (
        f.EntityDropped(1.0, "highnote", "api_keys", "k"),
        "highnote",
        {"kind": "api_keys", "key": "k"},
    ),
    (
        f.EntityDropped(1.0, "nowhere", "things", SECRET),
        "nowhere",
        {"kind": "things", "key": "***"},
    ),
]


@pytest.mark.parametrize(
    ("fact", "provider", "about"), SAFE, ids=lambda value: type(value).__name__
)
async def test_a_fact_is_told_by_names_alone(
    state: State, fact: f.Fact, provider: str | None, about: dict[str, Any]
) -> None:
    """No credential, no value of a record or a setting, no claim, no text of a token."""
    shown = show_fact(fact, state)
    assert SECRET not in repr(shown)
    assert (shown.at, shown.provider, shown.about) == ("1970-01-01T00:00:01Z", provider, about)


async def test_an_entity_is_told_by_its_key(state: State) -> None:
    """Its record may have secrets, and is not told at all."""
    key = msgspec.structs.replace(next(iter(state.table(API_KEYS))), api_key=SECRET)
    fact = f.EntityPut(1.0, "highnote", "api_keys", msgspec.Raw(msgspec.json.encode(key)))
    about = {"kind": "api_keys", "key": key.id}
    assert show_fact(fact, state) == FactShape(
        "entity_put", "1970-01-01T00:00:01Z", "highnote", about
    )


async def test_what_a_fact_ends_or_counts_is_looked_up(state: State) -> None:
    """The provider of a token that ended, and of a rule that was met, is known from the state."""
    for fact in (issue("j1"), issue("j2", "{jti}"), f.FaultArmed(1.0, RULE)):
        state.apply(fact)
    ended = show_fact(f.TokenEnded(1.0, "j1", "spent"), state)
    assert (ended.provider, ended.about) == ("toy", {"jti": "j1", "how": "spent"})
    opaque = show_fact(f.TokenEnded(1.0, "j2", "spent"), state)
    assert (opaque.provider, opaque.about) == ("toy", {"jti": "***", "how": "spent"})
    counted = show_fact(f.FaultsCounted(1.0, ("fault_1",), "fault_1"), state)
    assert counted.provider == "usegrant"


async def test_a_fact_that_is_not_known_here_is_told_by_its_kind_alone(state: State) -> None:
    """Whoever adds a fact can't leak it."""

    class SomethingNew(msgspec.Struct):
        at: float
        secret: str

    told = show_fact(SomethingNew(1.0, SECRET), state)  # type: ignore[arg-type]
    assert told == FactShape("something_new", "1970-01-01T00:00:01Z", None, {})
