"""Choose and draw the plots of a result."""

from collections.abc import Sequence

from benchmarks import svg, targets
from benchmarks.figures import Latencies
from benchmarks.results import DatabaseResult, Mixed, Result


def draw_plots(result: Result) -> dict[str, str]:
    """Return the plots of a result as SVG, keyed by name. Parts that were not measured have no plot."""
    databases = result.databases
    plots = {}
    if any(database.pages for database in databases):
        plots["pages"] = _pages(databases)
    if any(database.first_reads for database in databases):
        plots["changes"] = _changes(databases)
    if any(database.mixed for database in databases):
        plots["mixed"] = _mixed(databases)
    if any(database.memory and database.memory.workers for database in databases):
        plots["memory"] = _memory(databases)
    return plots


def _names(databases: Sequence[DatabaseResult]) -> list[str]:
    return [database.name for database in databases]


def _describe_rows(rows: Sequence[svg.Row], databases: Sequence[DatabaseResult], unit: str) -> str:
    """Return the text alternative for rows of bars."""
    descriptions = (
        f"{row.name}: "
        + ", ".join(
            f"{value:.3g}{unit} on {database.name}"
            for value, database in zip(row.values, databases, strict=True)
            if value is not None
        )
        for row in rows
    )
    return "; ".join(descriptions) + "."


def _pages(databases: Sequence[DatabaseResult]) -> str:
    names = [page.name for page in databases[0].pages]
    rows = []
    for name in names:
        pages = [database.page(name) for database in databases]
        has_target = name in (*targets.TARGET_PAGES, "story, not modified")
        targets_of_row = tuple(targets.MIN_RATIOS[database.vendor] if has_target else None for database in databases)
        rows.append(svg.Row(name, tuple(page.ratio.median if page else None for page in pages), targets_of_row))
    title = "Requests a second, as a share of Django returning the same bytes"
    return svg.draw_bars(title, _describe_rows(rows, databases, " of the floor"), _names(databases), rows)


def _changes(databases: Sequence[DatabaseResult]) -> str:
    publishing = tuple(
        database.publishing.cpu + database.publishing.database_cpu if database.publishing else None
        for database in databases
    )
    together = tuple(
        database.publishing.many_cpu + database.publishing.many_database_cpu if database.publishing else None
        for database in databases
    )
    rows = [
        svg.Row("publish one story", publishing, (20.0,) * len(databases)),
        svg.Row("publish one of many", together, (None,) * len(databases)),
    ]
    for each in databases[0].first_reads:
        reads = [database.first_read(each.page) for database in databases]
        limits = (8.0 if each.page == "story" else None,) * len(databases)
        values = tuple(read.cpu + read.database_cpu if read else None for read in reads)
        rows.append(svg.Row(f"first read: {each.page}", values, limits))
    title = "Milliseconds of CPU, database included"
    return svg.draw_bars(title, _describe_rows(rows, databases, " ms"), _names(databases), rows, unit=" ms")


def _mixed(databases: Sequence[DatabaseResult]) -> str:
    rows = []
    for name, limit in (("reads", 25), ("searches", 150), ("publishings", 400)):
        for share in ("p50", "p99"):
            values = tuple(_latency(database.mixed, name, share) for database in databases)
            suffix = f" (at most {limit})" if share == "p99" else ""
            rows.append(svg.Row(f"{name}, {share}{suffix}", values, (None,) * len(databases)))
    title = "Milliseconds from when a request was due, at 30 % of the capacity"
    return svg.draw_bars(title, _describe_rows(rows, databases, " ms"), _names(databases), rows, unit=" ms")


def _latency(mixed: Mixed | None, name: str, share: str) -> float | None:
    """Return a percentile of the latencies of one kind of request, or None if there are none."""
    latencies: Latencies | None = getattr(mixed, name, None)
    return getattr(latencies, share) if latencies and latencies.count else None


def _memory(databases: Sequence[DatabaseResult]) -> str:
    memories = [
        (database.name, database.memory) for database in databases if database.memory and database.memory.workers
    ]
    largest = [(name, memory, max(memory.workers, key=max)) for name, memory in memories]
    steps = [f"{memory.step * (number + 1):,}" for _, memory, worker in largest[:1] for number in range(len(worker))]
    description = "; ".join(f"{name}: from {worker[0]:.0f} to {worker[-1]:.0f} MB" for name, _, worker in largest) + "."
    title = "Megabytes of the largest worker, after so many requests"
    return svg.draw_lines(title, description, [name for name, *_ in largest], steps, [worker for *_, worker in largest])
