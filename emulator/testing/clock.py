"""A sandbox's clock."""

from datetime import datetime, timedelta

from emulator.testing.exchange import Resource, S, Steps, ask, operation
from emulator.testing.records import ClockState
from emulator.testing.wire import read, render_duration, render_time


class Clock(Resource[S]):
    """Time as tokens, limiters and faults of the sandbox see it.

    Durations are seconds, timedeltas or texts (`10m`, `PT10M`).
    """

    @operation
    def show(self) -> Steps[ClockState]:
        """The clock as it is."""
        return read(ClockState, (yield from ask("GET", self.path)))

    @operation
    def advance(self, by: str | float | timedelta) -> Steps[ClockState]:
        """Move on: what falls due on the way is done. A frozen clock stays frozen."""
        body: dict[str, object] = {"by": render_duration(by)}
        return read(ClockState, (yield from ask("POST", f"{self.path}/advance", body)))

    @operation
    def freeze(self, at: str | datetime | None = None) -> Steps[ClockState]:
        """Stand still at a time; now when it is None."""
        body: dict[str, object] = {"mode": "frozen"}
        if at is not None:
            body["at"] = render_time(at)
        return read(ClockState, (yield from ask("PUT", self.path, body)))

    @operation
    def set(self, at: str | datetime) -> Steps[ClockState]:
        """Run on from a time, as fast as real time."""
        real = read(ClockState, (yield from ask("PUT", self.path, {"mode": "real"})))
        wanted = datetime.fromisoformat(render_time(at))
        body = {"mode": "offset", "by": render_duration(wanted - real.now)}
        return read(ClockState, (yield from ask("PUT", self.path, body)))

    @operation
    def shift(self, by: str | float | timedelta) -> Steps[ClockState]:
        """Run at an offset against real time, which may be negative."""
        body: dict[str, object] = {"mode": "offset", "by": render_duration(by)}
        return read(ClockState, (yield from ask("PUT", self.path, body)))

    @operation
    def scale(self, factor: float) -> Steps[ClockState]:
        """Run faster or slower: seconds for each real second."""
        body: dict[str, object] = {"mode": "scaled", "factor": factor}
        return read(ClockState, (yield from ask("PUT", self.path, body)))

    @operation
    def resume(self) -> Steps[ClockState]:
        """Show real time again."""
        return read(ClockState, (yield from ask("PUT", self.path, {"mode": "real"})))
