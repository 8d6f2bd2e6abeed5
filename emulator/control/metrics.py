"""Counts for Prometheus, read off the journals when they are asked for."""

from collections.abc import Iterator

from emulator.control.endpoint import Asked
from emulator.core.directory import Directory
from emulator.core.journal import Outcome, Tally
from emulator.edge.call import Answer

# The text format 0.0.4 is what every scraper reads.
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def show(asked: Asked) -> Answer:
    """Show the counts in the Prometheus text format."""
    return Answer(200, render_metrics(asked.house.directory), media_type=MEDIA_TYPE)


def render_metrics(directory: Directory) -> bytes:
    """The exposition: calls and their time over all sandboxes, how many sandboxes and tokens."""
    # 30 ms that nobody pays who never asks.
    from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415
    from prometheus_client.core import (  # noqa: PLC0415
        CounterMetricFamily,
        GaugeMetricFamily,
        Metric,
        SummaryMetricFamily,
    )
    from prometheus_client.registry import Collector  # noqa: PLC0415

    class Journals(Collector):
        """The sandboxes as Prometheus collects them."""

        def collect(self) -> Iterator[Metric]:
            labels = ("provider", "operation", "status")
            calls = CounterMetricFamily("emulator_calls", "Calls.", labels=labels)
            durations = SummaryMetricFamily(
                "emulator_call_duration_seconds", "How long calls took.", labels=labels
            )
            for (provider, operation, status), tally in add_up(directory).items():
                values = (provider, operation or "", str(status))
                calls.add_metric(values, tally.calls)
                durations.add_metric(values, tally.calls, tally.duration_ms / 1000)
            yield calls
            yield durations
            sandboxes = [tenancy.sandbox for tenancy in directory.tenancies()]
            tokens = sum(len(sandbox.state.tokens) for sandbox in sandboxes)
            yield GaugeMetricFamily("emulator_sandboxes", "Open sandboxes.", len(sandboxes))
            yield GaugeMetricFamily("emulator_tokens", "Tokens in the books.", tokens)

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Journals())
    return generate_latest(registry)


def add_up(directory: Directory) -> dict[Outcome, Tally]:
    """The tallies of all sandboxes together."""
    total: dict[Outcome, Tally] = {}
    for tenancy in directory.tenancies():
        for outcome, tally in tenancy.sandbox.journal.tallies.items():
            sum_of = total.setdefault(outcome, Tally())
            sum_of.calls += tally.calls
            sum_of.duration_ms += tally.duration_ms
    return total
