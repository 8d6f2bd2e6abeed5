"""Whether what several clients saw at once could have been seen one after the other.

Wing and Gong's search, with the states that were reached before remembered: an operation takes
effect at one moment between its beginning and its end. One whose answer got lost (503, a closed
connection) took effect at some moment after its beginning, or never.
"""

import math
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

LOST = "lost"  # the answer of an operation that nobody got one of

Step = Callable[[Hashable, str, Hashable], Hashable | None]
Job = tuple[str, Callable[[], Hashable]]


class Operation(NamedTuple):
    """One call. Times: seconds on one clock; `ended` of a lost one is infinite."""

    began: float
    ended: float
    what: str
    answer: Hashable


def is_linearizable(history: Sequence[Operation], start: Hashable, step: Step) -> bool:
    """Whether an order of the operations exists that fits their times and the model.

    `step`: the state after an operation, None when it could not have answered so in that state;
    of a LOST one the state after it took effect.
    """
    operations = sorted(history)
    everything = (1 << len(operations)) - 1
    lost = sum(1 << n for n, op in enumerate(operations) if op.answer == LOST)
    seen: set[tuple[int, Hashable]] = set()
    ways = [(0, start)]
    while ways:
        done, state = ways.pop()
        if (done | lost) == everything:
            return True
        if (done, state) in seen:
            continue
        seen.add((done, state))
        left = [(n, op) for n, op in enumerate(operations) if not done >> n & 1]
        first_end = min(op.ended for _, op in left)
        for n, op in left:
            if op.began <= first_end:
                after = step(state, op.what, op.answer)
                if after is not None:
                    ways.append((done | 1 << n, after))
    return False


def record(clients: Sequence[Sequence[Job]]) -> list[Operation]:
    """What came of each client's jobs, one after the other, all clients at once.

    A job answers what the model knows, or LOST.
    """
    history: list[Operation] = []
    failures: list[BaseException] = []
    gate = threading.Barrier(len(clients))

    def work(jobs: Sequence[Job]) -> None:
        gate.wait()
        for what, job in jobs:
            began = time.perf_counter()
            try:
                answer = job()
            except BaseException as error:  # noqa: BLE001 - told in the thread that waits
                failures.append(error)
                return
            ended = math.inf if answer == LOST else time.perf_counter()
            history.append(Operation(began, ended, what, answer))

    threads = [threading.Thread(target=work, args=(jobs,)) for jobs in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return history


def step_token(state: Hashable, what: str, answer: Hashable) -> Hashable | None:
    """A token that is `active` until somebody revokes it: one `revoke` is the `first`."""
    if answer == LOST:
        return "revoked" if what == "revoke" else state
    if what == "use":
        return state if answer == (state == "active") else None
    return "revoked" if answer == ("first" if state == "active" else "again") else None


def step_single_use(state: Hashable, _: str, answer: Hashable) -> Hashable | None:
    """A token that is `fresh` for one use, and refused ever after."""
    if answer == LOST:
        return "spent"
    return "spent" if answer == (state == "fresh") else None


def step_counted(state: Hashable, _: str, answer: Hashable) -> Hashable | None:
    """A rule that fires as often as the state says, and then never."""
    assert isinstance(state, int)
    if answer == LOST:
        return max(state - 1, 0)
    return (max(state - 1, 0)) if answer == (state > 0) else None
