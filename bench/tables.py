"""The results as plain text that can be pasted as it is."""

from statistics import median

from bounds import BoundResult
from rounds import LoadResult, LoadRow

LOAD_HEAD = (
    "row",
    "against",
    "CPU ratio",
    "asked",
    "",
    "spread",
    "req/s ratio",
    "CPU us",
    "ref. us",
    "req/s",
    "p99/p50",
    "ref. p99/p50",
)
BOUND_HEAD = ("row", "measured", "at most", "", "note")


def _verdict(*, bounded: bool, short: bool) -> str:
    if not bounded:
        return "shown"
    return "SHORT" if short else "ok"


def _asked(row: LoadRow) -> str:
    if row.asked is None:
        return "-"
    return f"{row.asked:.2f} req/s" if row.by_rate else f"{row.asked:.2f}"


def _load_line(result: LoadResult) -> tuple[str, ...]:
    asked, ratios = result.row.asked, result.cpu_ratios
    (ours_us, base_us), (tail, base_tail) = result.cpu_us, result.tails
    return (
        result.row.name,
        result.row.reference.name,
        f"{median(ratios):.2f}",
        _asked(result.row),
        _verdict(bounded=asked is not None, short=result.is_short),
        f"{min(ratios):.2f}-{max(ratios):.2f}",
        f"{median(result.rate_ratios):.2f}",
        f"{ours_us:.0f}",
        f"{base_us:.0f}",
        f"{median(ours.rate for ours, _ in result.pairs):.0f}",
        f"{tail:.2f}",
        f"{base_tail:.2f}",
    )


def _bound_line(result: BoundResult) -> tuple[str, ...]:
    return (
        result.name,
        f"{result.value:.2f} {result.unit}".rstrip(),
        "-" if result.at_most is None else f"{result.at_most:g} {result.unit}".rstrip(),
        _verdict(bounded=result.at_most is not None, short=result.is_short),
        result.note,
    )


def _render(lines: list[tuple[str, ...]]) -> str:
    """Columns as wide as their widest cell."""
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (lines[0], rule, *lines[1:])
    )


def render_loads(results: list[LoadResult]) -> str:
    """The rows that are ratios to a reference; `spread` is the CPU ratio's over the rounds."""
    return _render([LOAD_HEAD, *(_load_line(result) for result in results)])


def render_bounds(results: list[BoundResult]) -> str:
    """The rows that have an absolute bound."""
    return _render([BOUND_HEAD, *(_bound_line(result) for result in results)])
