from typing import get_args

import msgspec
import pytest

from emulator.core.clock import Clock
from emulator.core.due import Work
from emulator.core.facts import (
    CallCounted,
    ClockSet,
    ControlGranted,
    DueClaimed,
    DueDone,
    DueSet,
    EntityDropped,
    EntityPut,
    Fact,
    FaultArmed,
    FaultsCounted,
    FaultsDisarmed,
    IdsDrawn,
    KeysSet,
    LifetimesSet,
    SandboxBorn,
    SandboxReset,
    SandboxRestored,
    SettingsSet,
    TokenEnded,
    TokenIssued,
    decode_facts,
    encode_facts,
)
from emulator.core.faults import Delay, Rule, Then, When
from emulator.core.keyrings import Keyring
from tests.core.toys import WORLD, fold, grant

RULE = Rule("f1", "toy.op", 1001.5, When(1, 2), Then("internal", 3, Delay(0.25, 0.5), 60))

_LOG: tuple[Fact, ...] = (
    SandboxBorn(
        at=1000.0,
        seed="seed é",
        world=WORLD.digest,
        clock=Clock.frozen_at(1000.0),
        first_use=True,
        fixtures=msgspec.Raw(b'{"toy":{"shops":[{"id":"kiosk","code":"KIOSK"}]}}'),
        credentials=msgspec.Raw(b'{"toy":{"code":"GIVEN"}}'),
    ),
    ClockSet(1000.0, Clock.offset_by(5.25)),
    IdsDrawn(1001.0, {"jti": 2, "other": 1}),
    SettingsSet(1001.0, "toy", msgspec.Raw(b'{"mood":"wild"}')),
    LifetimesSet(1001.0, {"toy": 60, "toy.op": 30}),
    TokenIssued(1001.0, "jti-1", 1601, grant()),
    TokenIssued(1001.0, "jti-2", 1601, grant(subject="bob")),
    TokenEnded(1002.0, "jti-1", "revoked"),
    FaultArmed(1002.0, RULE),
    FaultsCounted(1002.0, ("f1",)),
    FaultsCounted(1002.0, ("f1",), "f1"),
    FaultArmed(1002.0, msgspec.structs.replace(RULE, id="f2")),
    FaultsDisarmed(1002.0, ("f2",)),
    EntityPut(1003.0, "toy", "items", msgspec.Raw(b'{"sku":"fig","shop":"kiosk"}')),
    EntityPut(1003.0, "toy", "shops", msgspec.Raw(b'{"id":"corner","code":"NEW"}')),
    EntityDropped(1003.0, "toy", "items", "apple"),
    KeysSet(1003.0, "iss", 2048, Keyring("small-2", ("small-1", "small-2"))),
    CallCounted(1003.0, "toy", "somebody", 10),
    ControlGranted(1003.0, "digest"),
    DueSet(1003.0, Work("toy", "letter", "n1", 1003.0, data=msgspec.Raw(b'{"to":"ann"}'))),
    DueSet(1003.0, Work("toy", "letter", "n2", 1009.0, 2)),
    DueSet(1003.0, Work("toy", "closing", "kiosk", 1600.0)),
    DueClaimed(1003.0, "toy", "letter", "n1", 2000.0),
    DueDone(1003.0, "toy", "letter", "n2"),
    SandboxReset(1004.0, WORLD.digest, ("lifetimes",)),
)
# One log with every fact in it.
LOG: tuple[Fact, ...] = (*_LOG, SandboxRestored(1004.0, fold(_LOG).snapshot()))


def test_the_log_here_has_every_fact() -> None:
    """A new kind of fact has to join these tests."""
    assert {type(fact) for fact in LOG} == set(get_args(Fact))


@pytest.mark.parametrize("fact", LOG, ids=lambda fact: type(fact).__name__)
def test_facts_come_back_equal(fact: Fact) -> None:
    """A fact written as JSON reads as an equal one of the same type."""
    (back,) = decode_facts(encode_facts([fact]))
    assert back == fact
    assert type(back) is type(fact)


def test_a_log_comes_back_in_order() -> None:
    """Many facts are one JSON array, each told apart by its type."""
    raw = encode_facts(LOG)
    assert tuple(decode_facts(raw)) == LOG
    assert [entry["type"] for entry in msgspec.json.decode(raw)] == [type(f).__name__ for f in LOG]


def test_the_form_of_facts_is_pinned() -> None:
    """What is written is read by later releases: its form changes only with VERSION."""
    written = encode_facts([TokenEnded(1.5, "j", "spent"), FaultsCounted(2.0, ("a",), "a")])
    assert written == (
        b'[{"type":"TokenEnded","at":1.5,"jti":"j","how":"spent"},'
        b'{"type":"FaultsCounted","at":2.0,"matched":["a"],"fired":"a"}]'
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[{}]",
        b'[{"type":"Nothing","at":1}]',
        b'[{"type":"TokenEnded","at":1}]',
        b'[{"type":"TokenEnded","at":1,"jti":"j","how":"lost"}]',
    ],
)
def test_what_is_no_log_is_refused(raw: bytes) -> None:
    """Other JSON, unknown facts and unknown values are errors, never skipped."""
    with pytest.raises(msgspec.DecodeError):
        decode_facts(raw)


def test_facts_are_frozen() -> None:
    """What happened can't be changed."""
    for fact in LOG:
        with pytest.raises(AttributeError):
            setattr(fact, "at", 5.0)  # noqa: B010 - mypy would refuse the assignment
