"""Doing what falls due: each piece is claimed on the log, done, and settled on the log.

A sandbox's work is done one piece after the other, in the order in which it falls due; sandboxes
don't wait for each other. Nothing polls: whoever appends facts wakes the worker, and between
times one alarm a sandbox waits for what falls due next.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from weakref import ReferenceType, WeakKeyDictionary, ref

import msgspec

from emulator.core.clock import monotonic
from emulator.core.clock import wall as read_wall
from emulator.core.decisions import Decision
from emulator.core.due import Work
from emulator.core.facts import DueClaimed, DueDone, DueSet, Fact
from emulator.core.ledger import Unavailable
from emulator.core.sandbox import Gone, Sandbox
from emulator.core.view import View
from emulator.edge.duty import Duty, Settled
from emulator.edge.exchange import Request, Response, Unanswered
from emulator.edge.outgoing import Outgoing, Unreachable
from emulator.edge.provider import Provider
from emulator.edge.record import record_sent
from emulator.edge.signer import Signer

log = logging.getLogger("emulator.due")

LEASE_S = 15.0  # who has not settled by then has crashed: an exchange takes 2 s at most
PAUSE_S = 1.0  # after something of ours broke
MOST_AT_ONCE = 64


class Done(msgspec.Struct, frozen=True):
    """A piece of work that was taken up. `call`: the journal's number of what was sent."""

    work: Work
    outcome: str
    call: int | None = None


class _Claim(msgspec.Struct, frozen=True):
    work: Work
    request: Request
    until: float


class _Alarm(msgspec.Struct, frozen=True):
    at: float
    handle: asyncio.TimerHandle


class Worker:
    """Does the due work of every sandbox of a process. `house`: duties that are no provider's."""

    def __init__(
        self,
        providers: Sequence[Provider],
        outgoing: Outgoing,
        signer: Signer,
        house: Mapping[tuple[str, str], Duty] | None = None,
    ) -> None:
        self._providers = {provider.name: provider for provider in providers}
        self._duties = {(p.name, kind): duty for p in providers for kind, duty in p.due.items()}
        self._duties.update(house or {})
        self._outgoing = outgoing
        self._signer = signer
        self._alarms: WeakKeyDictionary[Sandbox, _Alarm] = WeakKeyDictionary()
        self._running: dict[Sandbox, asyncio.Task[None]] = {}
        self._watching: dict[Sandbox, list[list[Done]]] = defaultdict(list)
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._closed = False

    def wake(self, sandbox: Sandbox) -> None:
        """Begin with what is due, or set the alarm for what will be next."""
        if not self._closed and sandbox not in self._running:
            self._arm(sandbox, read_wall())

    @contextmanager
    def watch(self, sandbox: Sandbox) -> Iterator[list[Done]]:
        """A list to which everything is added that is begun and done in the sandbox meanwhile."""
        told: list[Done] = []
        watching = self._watching[sandbox]
        watching.append(told)
        try:
            yield told
        finally:
            watching[:] = [other for other in watching if other is not told]
            if not watching:
                self._watching.pop(sandbox, None)

    async def drain(self, sandbox: Sandbox, within_s: float) -> None:
        """Wait until nothing is due, but not for longer than that."""
        ends = monotonic() + within_s
        while (task := self._running.get(sandbox)) and (left_s := ends - monotonic()) > 0:
            await asyncio.wait({task}, timeout=left_s)

    async def close(self) -> None:
        """Stop at once. What was claimed is taken up again by whoever keeps the log on."""
        self._closed = True
        for alarm in self._alarms.values():
            alarm.handle.cancel()
        tasks = tuple(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _arm(self, sandbox: Sandbox, wall: float, least_s: float = 0.0) -> None:
        at = sandbox.state.due.next_wall(sandbox.state.clock, wall)
        alarm = self._alarms.get(sandbox)
        if alarm is not None and alarm.at == at:
            return
        if alarm is not None:
            alarm.handle.cancel()
            del self._alarms[sandbox]
        if at is None:
            return
        wait_s = max(at - wall, least_s)
        if wait_s <= 0:
            self._running[sandbox] = asyncio.create_task(self._run(sandbox))
        else:
            loop = asyncio.get_running_loop()
            handle = loop.call_later(wait_s, self._ring, ref(sandbox))
            self._alarms[sandbox] = _Alarm(at, handle)

    def _ring(self, reference: "ReferenceType[Sandbox]") -> None:
        sandbox = reference()
        if sandbox is not None:  # else it was dropped
            self._alarms.pop(sandbox, None)
            self.wake(sandbox)

    async def _run(self, sandbox: Sandbox) -> None:
        least_s = 0.0
        try:
            async with self._slots:
                while await self._do_next(sandbox):  # noqa: ASYNC110 - it waits for nothing
                    await asyncio.sleep(0)  # what is sent nowhere would let nobody else in
        except Gone:
            return
        except Unavailable:  # the ledger says so, once for all sandboxes
            least_s = PAUSE_S
        except Exception:
            log.exception("work that falls due could not be done: tried again in a second")
            least_s = PAUSE_S
        finally:
            del self._running[sandbox]
        if not self._closed:
            self._arm(sandbox, read_wall(), least_s)

    async def _do_next(self, sandbox: Sandbox) -> bool:
        """Do what falls due first; False: nothing is due."""
        watching = tuple(self._watching.get(sandbox, ()))
        taken = (await sandbox.transact(self._take)).reply
        done = await self._carry_out(sandbox, taken) if isinstance(taken, _Claim) else taken
        if done is None:
            return False
        for told in watching:
            told.append(done)
        return True

    async def _carry_out(self, sandbox: Sandbox, claim: _Claim) -> Done:
        number, request = sandbox.journal.open(), await self._seal(claim.request)
        started = monotonic()
        response = await self._send(request)
        took_s = monotonic() - started
        provider = self._providers[claim.work.provider]
        record_sent(sandbox, provider, claim.work.kind, number, request, response, took_s)
        settling = await sandbox.transact(lambda view: self._settle(view, claim, response))
        return Done(claim.work, settling.reply, number)

    def _take(self, view: View) -> Decision[_Claim | Done | None]:
        """Claim the first piece, or settle it at once where nothing has to be sent."""
        work = view.state.due.first(view.now, view.wall)
        if work is None:
            return Decision(None)
        begun = self._begin(view, work)
        if isinstance(begun, Settled):
            return Decision(Done(work, begun.outcome), _conclude(view, work, begun, work.due_at))
        until = view.wall + LEASE_S
        claimed = DueClaimed(view.now, work.provider, work.kind, work.key, until)
        return Decision(_Claim(work, begun, until), (claimed,))

    def _begin(self, view: View, work: Work) -> Request | Settled:
        duty = self._duty(work)
        if duty is None:
            return Settled("unknown")  # of a provider or version that is not here
        try:
            return duty.begin(view, work)
        except Exception:
            log.exception("a piece of work that falls due is given up: %s %s", *work.name[:2])
            return Settled("broken")

    def _settle(self, view: View, claim: _Claim, response: Response | Unanswered) -> Decision[str]:
        """What follows from the answer, unless the piece is not ours any more."""
        work = claim.work
        if view.state.due.claimed_until(work) != claim.until:
            return Decision("superseded")
        duty = self._duty(work)
        try:
            settled = duty.settle(view, work, response) if duty else Settled("unknown")
        except Exception:
            log.exception("a piece of work that falls due is given up: %s %s", *work.name[:2])
            settled = Settled("broken")
        # Where the clock stands still no time passed: all attempts fit into the next advance.
        ended_at = view.now if view.state.clock.factor else work.due_at
        return Decision(settled.outcome, _conclude(view, work, settled, ended_at))

    def _duty(self, work: Work) -> Duty | None:
        return self._duties.get((work.provider, work.kind))

    async def _seal(self, request: Request) -> Request:
        sealed = [
            (seal.header, (await self._signer.seal(seal.key, seal.message)).hex())
            for seal in request.seals
        ]
        headers = (*request.headers, *sealed)
        return msgspec.structs.replace(request, headers=headers, seals=())

    async def _send(self, request: Request) -> Response | Unanswered:
        try:
            return await self._outgoing.send(request)
        except Unreachable as unreachable:
            return Unanswered(str(unreachable))
        except Exception:
            log.exception("a request that falls due could not be sent")
            return Unanswered("It could not be sent: the emulator's log says why.")


def _conclude(view: View, work: Work, settled: Settled, ended_at: float) -> tuple[Fact, ...]:
    if settled.again_in_s is None:
        done = DueDone(view.now, work.provider, work.kind, work.key)
        return (done, *settled.facts)
    again = msgspec.structs.replace(
        work, attempt=work.attempt + 1, due_at=ended_at + settled.again_in_s
    )
    return (*settled.facts, DueSet(view.now, again))
