"""Choose and draw the plots of a result."""

from collections.abc import Sequence

from benchmarks import bars, svg
from benchmarks.figures import Latencies
from benchmarks.results import DatabaseResult, Mixed, Result


def draw_plots(result: Result) -> dict[str, str]:
    """Return the plots of a result by name, as SVG; parts that were not measured have none."""
    ones = result.databases
    drawn = {}
    if any(one.pages for one in ones):
        drawn["pages"] = _pages(ones)
    if any(one.first_reads for one in ones):
        drawn["changes"] = _changes(ones)
    if any(one.mixed for one in ones):
        drawn["mixed"] = _mixed(ones)
    if any(one.memory and one.memory.workers for one in ones):
        drawn["memory"] = _memory(ones)
    return drawn


def _names(ones: Sequence[DatabaseResult]) -> list[str]:
    return [one.name for one in ones]


def _said(rows: Sequence[svg.Row], ones: Sequence[DatabaseResult], unit: str) -> str:
    """Return the text alternative of rows of bars."""
    said = (
        f"{row.name}: "
        + ", ".join(
            f"{value:.3g}{unit} on {one.name}" for value, one in zip(row.values, ones, strict=True) if value is not None
        )
        for row in rows
    )
    return "; ".join(said) + "."


def _pages(ones: Sequence[DatabaseResult]) -> str:
    names = [page.name for page in ones[0].pages]
    rows = []
    for name in names:
        found = [one.page(name) for one in ones]
        is_promised = name in (*bars.PAGES, "story, not modified")
        wanted = tuple(bars.RATIOS[one.vendor] if is_promised else None for one in ones)
        rows.append(svg.Row(name, tuple(page.ratio.median if page else None for page in found), wanted))
    title = "Requests a second, as a share of Django returning the same bytes"
    return svg.bars(title, _said(rows, ones, " of the floor"), _names(ones), rows)


def _changes(ones: Sequence[DatabaseResult]) -> str:
    publishing = tuple(one.publishing.cpu + one.publishing.database_cpu if one.publishing else None for one in ones)
    together = tuple(
        one.publishing.many_cpu + one.publishing.many_database_cpu if one.publishing else None for one in ones
    )
    rows = [
        svg.Row("publish one story", publishing, (20.0,) * len(ones)),
        svg.Row("publish one of many", together, (None,) * len(ones)),
    ]
    for each in ones[0].first_reads:
        found = [one.first_read(each.page) for one in ones]
        wanted = (8.0 if each.page == "story" else None,) * len(ones)
        values = tuple(read.cpu + read.database_cpu if read else None for read in found)
        rows.append(svg.Row(f"first read: {each.page}", values, wanted))
    title = "Milliseconds of CPU, database included"
    return svg.bars(title, _said(rows, ones, " ms"), _names(ones), rows, unit=" ms")


def _mixed(ones: Sequence[DatabaseResult]) -> str:
    rows = []
    for name, limit in (("reads", 25), ("searches", 150), ("publishings", 400)):
        for share in ("p50", "p99"):
            values = tuple(_latency(one.mixed, name, share) for one in ones)
            allowed = f" (at most {limit})" if share == "p99" else ""
            rows.append(svg.Row(f"{name}, {share}{allowed}", values, (None,) * len(ones)))
    title = "Milliseconds from when a request was due, at 30 % of the capacity"
    return svg.bars(title, _said(rows, ones, " ms"), _names(ones), rows, unit=" ms")


def _latency(mixed: Mixed | None, name: str, share: str) -> float | None:
    """Return a percentile of one kind of request, None if none was sent."""
    seen: Latencies | None = getattr(mixed, name, None)
    return getattr(seen, share) if seen and seen.count else None


def _memory(ones: Sequence[DatabaseResult]) -> str:
    found = [(one.name, one.memory) for one in ones if one.memory and one.memory.workers]
    most = [(name, memory, max(memory.workers, key=max)) for name, memory in found]
    steps = [f"{memory.step * (number + 1):,}" for _, memory, worker in most[:1] for number in range(len(worker))]
    words = "; ".join(f"{name}: from {worker[0]:.0f} to {worker[-1]:.0f} MB" for name, _, worker in most) + "."
    title = "Resident megabytes of the larger worker, after so many requests"
    return svg.lines(title, words, [name for name, *_ in most], steps, [worker for *_, worker in most])
