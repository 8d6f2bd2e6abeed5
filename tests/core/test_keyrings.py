import pytest

from emulator.core.keyrings import CannotRotate, Issuer, Keyring, Keyrings, Step

NAMES = tuple(f"key-{number}" for number in range(4))
ONE, TWO = Issuer("one", 2048), Issuer("two", 2048)


def new_rings(seed: str = "seed") -> Keyrings:
    """A pool of four keys of one size, two of another."""
    return Keyrings({2048: NAMES, 4096: ("big-0", "big-1")}, seed)


def turn(rings: Keyrings, issuer: Issuer, *steps: Step) -> Keyring:
    """The keyring after these steps."""
    for step in steps:
        rings.put(issuer, rings.rotate(issuer, step))
    return rings.get(issuer)


def test_an_issuer_begins_with_one_key() -> None:
    """One key signs and verifies; which one depends on the seed and the issuer alone."""
    ring = new_rings().get(ONE)
    assert ring.published == (ring.active,)
    assert new_rings().get(ONE) == ring
    assert len({new_rings(f"seed {n}").get(ONE).active for n in range(30)}) == 4


def test_assigned_issuers_share_a_key_only_when_the_pool_has_run_out() -> None:
    """The first four issuers of a pool of four have four keys, the next four again."""
    rings = new_rings()
    issuers = [Issuer(f"issuer {number}", 2048) for number in range(8)]
    for issuer in issuers:
        rings.assign(issuer)
    keys = [rings.get(issuer).active for issuer in issuers]
    assert set(keys[:4]) == set(keys[4:]) == set(NAMES)


def test_what_an_issuer_leaves_is_free_again() -> None:
    """The next issuer gets the key that nobody publishes any more."""
    rings = new_rings()
    for number in range(4):
        rings.assign(Issuer(f"issuer {number}", 2048))
    left = rings.get(Issuer("issuer 2", 2048)).active
    rings.drop(Issuer("issuer 2", 2048))
    rings.assign(ONE)
    assert rings.get(ONE).active == left


def test_assigning_twice_changes_nothing() -> None:
    """An issuer keeps what it has, rotated or not."""
    rings = new_rings()
    rings.assign(ONE)
    ring = turn(rings, ONE, "overlap")
    rings.assign(ONE)
    assert rings.get(ONE) == ring


def test_a_rotation_goes_in_steps() -> None:
    """Published ahead, then signing beside the old one, then alone."""
    rings = new_rings()
    old = rings.get(ONE).active
    ahead = turn(rings, ONE, "publish")
    assert ahead.active == old
    assert ahead.published[0] == old
    new = ahead.published[1]
    assert turn(rings, ONE, "activate") == Keyring(new, (old, new))
    assert rings.get(ONE).names == (new, old)
    assert turn(rings, ONE, "retire") == Keyring(new, (new,))
    assert turn(rings, ONE, "retire") == Keyring(new, (new,))


def test_overlap_does_two_steps_and_abrupt_all() -> None:
    """`overlap` keeps the old key published, `abrupt` does not."""
    rings = new_rings()
    old = rings.get(ONE).active
    overlapping = turn(rings, ONE, "overlap")
    assert overlapping == Keyring(overlapping.published[-1], (old, overlapping.active))
    alone = turn(rings, ONE, "abrupt")
    assert alone.published == (alone.active,)
    assert alone.active not in overlapping.published


def test_the_next_key_is_one_that_no_other_issuer_publishes() -> None:
    """A rotation does not step onto the neighbour's key."""
    rings = new_rings()
    rings.assign(ONE)
    rings.assign(TWO)
    turn(rings, ONE, "publish", "publish")
    assert rings.get(TWO).active not in rings.get(ONE).published


def test_what_is_impossible_is_refused() -> None:
    """Without a key published ahead, or with all of them published, there is no step."""
    rings = new_rings()
    with pytest.raises(CannotRotate, match="publish another first"):
        rings.rotate(ONE, "activate")
    turn(rings, ONE, "publish", "publish", "publish")
    for step in ("publish", "overlap", "abrupt"):
        with pytest.raises(CannotRotate, match="All 4 keys"):
            rings.rotate(ONE, step)


def test_sizes_are_kept_apart() -> None:
    """An issuer has keys of each size, and a rotation stays within one."""
    rings = new_rings()
    big = Issuer("one", 4096)
    turn(rings, ONE, "overlap")
    assert rings.get(big).published == (rings.get(big).active,)
    assert rings.get(big).active.startswith("big")
