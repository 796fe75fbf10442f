"""Compare measured figures with their targets, and format the result as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.memory import ADDRESSES, WORKERS
from benchmarks.results import Backups, DatabaseResult, FirstReads, Mixed, Page, Result, Retention
from benchmarks.search.results import Searches

TARGET_PAGES = ("story", "question", "topic", "front")
MIN_RATIOS = {"postgresql": 0.8, "sqlite": 1.5}
MAX_SEARCH_CPU = {2_000: 8.5, 20_000: 12.0}  # number of stories: milliseconds, the database included
MAX_FILTERED_SEARCH = 1.25  # CPU of a filtered search, as a multiple of the same search without filters
MAX_GROWTH = 1.15
SEARCH_GROWTH_FROM = 20_000  # stories in the smaller corpus; with fewer, the growth of a search has no limit
MAX_SEARCH_TIMES = {20_000: 25, 200_000: 100}  # number of stories: 95th percentile in milliseconds
MIN_STORED_SHARE = 0.9  # of all stories; with fewer stored pages, the disk size means little


@dataclass(frozen=True, slots=True)
class Target:
    """One figure: its target and its measured value as text, and whether the target is met (None without a target)."""

    name: str
    wanted: str
    measured: str
    is_met: bool | None


def make_targets(result: Result, *, others: Sequence[Result] = ()) -> list[Target]:
    """Return all targets for which a run has figures.

    The growth of each cost is that from the smallest run in ``others`` with fewer stories; for a search, from the
    smallest with at least ``SEARCH_GROWTH_FROM``, if there is one.
    """
    targets = [target for database in result.databases for target in _list_targets(database, result.stories)]
    smaller = sorted((other for other in others if other.stories < result.stories), key=lambda other: other.stories)
    if smaller:
        for_searches = next((other for other in smaller if other.stories >= SEARCH_GROWTH_FROM), smaller[0])
        for database in result.databases:
            targets += _list_growth(database, result.stories, smaller[0], for_searches)
    return targets


def make_search_target(searches: Searches) -> Target:
    """Return the target for searches. It has a limit only for the sizes in ``MAX_SEARCH_TIMES``."""
    all_queries = searches.kinds[-1]
    name, limit = f"{searches.name} stories: an answer, CPU at p95", MAX_SEARCH_TIMES.get(searches.stories)
    details = f"; half of them {_format_number(all_queries.median)}, the most {_format_number(all_queries.most)}"
    return (
        _at_most(name, limit, all_queries.p95, " ms", details)
        if limit
        else Target(name, "–", f"{_format_number(all_queries.p95)} ms{details}", None)
    )


def format_table(targets: Sequence[Target]) -> str:
    """Return the targets in columns, for a terminal."""
    rows = [
        ("Bar", "Wanted", "Measured", ""),
        *((target.name, target.wanted, target.measured, verdict(target)) for target in targets),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def verdict(target: Target) -> str:
    return {True: "passed", False: "NOT PASSED", None: "–"}[target.is_met]


def _at_least(name: str, wanted: float, measured: float, unit: str = "", more: str = "") -> Target:
    return Target(name, f"≥ {wanted:g}{unit}", f"{_format_number(measured)}{unit}{more}", measured >= wanted)


def _at_most(name: str, wanted: float, measured: float, unit: str = "", more: str = "") -> Target:
    return Target(name, f"≤ {wanted:g}{unit}", f"{_format_number(measured)}{unit}{more}", measured <= wanted)


def _format_number(value: float) -> str:
    """Format a number with three significant digits, or as an integer if it is at least 100."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _list_targets(result_of_database: DatabaseResult, stories: int) -> Iterator[Target]:
    for page in result_of_database.pages:
        yield _page_ratio(result_of_database, page)
    yield from _list_searches(result_of_database, stories)
    if first := result_of_database.first_read("story"):
        yield _at_most(f"{result_of_database.name}: story after a change, queries", 8, first.most_queries)
    for each in result_of_database.first_reads:
        yield _first_read(result_of_database, each)
    if publishing := result_of_database.publishing:
        cpu = publishing.cpu + publishing.database_cpu
        more = f" ({_format_number(publishing.database_cpu)} in the database)"
        yield _at_most(f"{result_of_database.name}: publishing one story, CPU", 20, cpu, " ms", more)
        yield _at_least(f"{result_of_database.name}: publishing one by one", 12, publishing.per_second, " a second")
        yield _at_least(
            f"{result_of_database.name}: publishing many together", 120, publishing.many_per_second, " a second"
        )
    for claims in result_of_database.claims:
        name = f"{result_of_database.name}: points and forecasts in {claims.publication}, CPU"
        spread = f"{_format_number(claims.lower_quartile)} to {_format_number(claims.upper_quartile)}"
        more = f" ({spread}; {_format_number(claims.with_claims)} beside {_format_number(claims.without)} ms)"
        yield _at_most(name, 2, claims.difference, " ms", more)
    if result_of_database.corpus:
        yield _at_least(
            f"{result_of_database.name}: making the corpus",
            6_000,
            60 * result_of_database.corpus.per_second,
            " a minute",
        )
    if result_of_database.importing:
        wanted = 100 if result_of_database.vendor == "postgresql" else None
        name, measured = (
            f"{result_of_database.name}: importing stories in JSON",
            result_of_database.importing.per_second,
        )
        yield (
            _at_least(name, wanted, measured, " a second")
            if wanted
            else Target(name, "–", f"{_format_number(measured)} a second", None)
        )
    if monitoring := result_of_database.monitoring:
        cpu = monitoring.cpu + monitoring.database_cpu
        more = f" ({_format_number(monitoring.database_cpu)} in the database; {monitoring.queries} queries)"
        yield _at_most(f"{result_of_database.name}: an answer of /metrics, CPU", 20, cpu, " ms", more)
        yield _at_most(f"{result_of_database.name}: counting a stored read, CPU", 2, monitoring.count_cpu, " µs")
    yield from _list_disk_and_memory(result_of_database)
    if result_of_database.mixed:
        yield from _list_mixed_load(result_of_database.name, result_of_database.mixed)
    if result_of_database.backups:
        yield from _list_backups(result_of_database.name, result_of_database.backups)
    if result_of_database.retention:
        yield _retention(result_of_database.name, result_of_database.retention)


def _page_ratio(result_of_database: DatabaseResult, page: Page) -> Target:
    name = f"{result_of_database.name}: {page.name}, of the floor"
    more = f" ({_format_number(page.ratio.least)} to {_format_number(page.ratio.most)}; {page.per_second.median:,.0f} a second; CPU {page.cpu:.3f} beside {page.floor_cpu:.3f} ms)"
    if page.failures:
        return Target(name, "no failure", f"{page.failures} failures", is_met=False)
    if page.name in (*TARGET_PAGES, "story, not modified"):
        return _at_least(name, MIN_RATIOS[result_of_database.vendor], page.ratio.median, "", more)
    return Target(name, "–", f"{_format_number(page.ratio.median)}{more}", None)


def _list_searches(result_of_database: DatabaseResult, stories: int) -> Iterator[Target]:
    search, filtered = result_of_database.page("search"), result_of_database.page("search, filtered")
    name = f"{result_of_database.name}: search, CPU"
    if search and stories in MAX_SEARCH_CPU:
        yield _at_most(name, MAX_SEARCH_CPU[stories], search.cpu, " ms")
    elif search:
        yield Target(name, "–", f"{_format_number(search.cpu)} ms", None)
    if search and filtered:
        name = f"{result_of_database.name}: search, filtered, as a multiple of the search"
        yield _at_most(name, MAX_FILTERED_SEARCH, filtered.cpu / search.cpu)


def _first_read(result_of_database: DatabaseResult, each: FirstReads) -> Target:
    name = f"{result_of_database.name}: {each.page} after a change, CPU"
    cpu = each.cpu + each.database_cpu
    more = f" ({_format_number(each.database_cpu)} in the database; {each.queries:.1f} queries)"
    return (
        _at_most(name, 8, cpu, " ms", more)
        if each.page == "story"
        else Target(name, "–", f"{_format_number(cpu)} ms{more}", None)
    )


def _list_disk_and_memory(result_of_database: DatabaseResult) -> Iterator[Target]:
    if (disk := result_of_database.disk) and disk.stored >= MIN_STORED_SHARE * disk.stories:
        pages = _format_number(disk.kilobytes_with_pages)
        more = f" ({disk.stories:,} stories; {pages} KB with {disk.stored:,} stored pages)"
        yield _at_most(f"{result_of_database.name}: disk for a story", 75, disk.kilobytes_a_story, " KB", more)
    if memory := result_of_database.memory:
        name = f"{result_of_database.name}: memory of all workers"
        kind = "proportional" if memory.is_proportional else "resident"
        more = f" ({len(memory.workers)} workers, {kind}; {memory.addresses:,} addresses)"
        if memory.addresses < ADDRESSES or not memory.is_proportional or len(memory.workers) != WORKERS:
            yield Target(name, "–", f"{_format_number(memory.most)} MB{more}", None)
        else:
            yield _at_most(name, 250, memory.most, " MB", more)
        if memory.addresses >= ADDRESSES:
            name = f"{result_of_database.name}: growth of a worker in the second half"
            yield _at_most(name, 2, memory.growth, " MB")


def _list_mixed_load(name: str, mixed: Mixed) -> Iterator[Target]:
    total = mixed.reads.count + mixed.searches.count + mixed.publishings.count + mixed.errors
    yield Target(f"{name}: mix, errors", "none", f"{mixed.errors} of {total:,}", mixed.errors == 0)
    yield Target(f"{name}: mix, stale bodies", "none", f"{mixed.stale} of {total:,}", mixed.stale == 0)
    cores = f"{mixed.driver_cores:.2f} and {mixed.product_cores:.2f} cores; sent {mixed.late.p99:.1f} ms late at p99"
    yield Target(f"{name}: mix, CPU of the driver and of the product", "–", cores, None)
    load = f" (at {mixed.rate:.0f} of {mixed.capacity:.0f} requests a second)"
    for kind, limit, latencies in (
        ("reads", 25, mixed.reads),
        ("searches", 150, mixed.searches),
        ("publishings", 400, mixed.publishings),
    ):
        if not latencies.count:
            yield Target(f"{name}: mix, p99 of {kind}", f"≤ {limit} ms", "none were due", None)
            continue
        more = f"; p50 {latencies.p50:.1f}, p95 {latencies.p95:.1f}"
        yield _at_most(
            f"{name}: mix, p99 of {kind}", limit, latencies.p99, " ms", more + (load if kind == "reads" else "")
        )


def _list_backups(name: str, backups: Backups) -> Iterator[Target]:
    more = (
        f" ({_format_number(backups.reads.p99)} beside {_format_number(backups.quiet_reads.p99)} ms, with"
        f" {backups.count} backups of {_format_number(backups.seconds)} s)"
    )
    yield _at_most(f"{name}: p99 of reads while backups are made, beside none", 1.1, backups.growth, "", more)
    failed = f"{backups.errors} errors, {backups.stale} stale bodies"
    is_met = not backups.errors and not backups.stale
    yield Target(f"{name}: mix beside backups, errors and stale bodies", "none", failed, is_met)


def _retention(name: str, retention: Retention) -> Target:
    more = f"; {_format_number(retention.quiet_writes.p99)} before; {_format_number(retention.seconds)} s"
    return _at_most(
        f"{name}: p99 of writes while {retention.sessions:,} sessions are deleted",
        50,
        retention.writes.p99,
        " ms",
        more,
    )


def _list_growth(
    result_of_database: DatabaseResult, stories: int, small: Result, small_for_searches: Result
) -> Iterator[Target]:
    """Yield a target for the growth of each cost between a smaller corpus and this one."""
    for page in result_of_database.pages:
        is_search = page.name.startswith("search")
        smaller = small_for_searches if is_search else small
        small_database = smaller.on(result_of_database.vendor)
        small_page = small_database.page(page.name) if small_database else None
        # Costs are divided by the floor of the same run, so that the speed of the machine cancels out.
        if small_page and small_page.cpu and page.floor_cpu and small_page.floor_cpu:
            growth = page.cpu / page.floor_cpu / (small_page.cpu / small_page.floor_cpu)
            name = f"{result_of_database.name}: {page.name}, {_compare_sizes(stories, smaller)}"
            if is_search and smaller.stories < SEARCH_GROWTH_FROM:
                yield Target(name, "–", _format_number(growth), None)
            else:
                yield _at_most(name, MAX_GROWTH, growth)
    small_database = small.on(result_of_database.vendor)
    if not small_database or not result_of_database.pages or not small_database.pages:
        return
    unit = result_of_database.pages[0].floor_cpu / small_database.pages[0].floor_cpu
    sizes = _compare_sizes(stories, small)
    for each in result_of_database.first_reads:
        if small_read := small_database.first_read(each.page):
            growth = (each.cpu + each.database_cpu) / (small_read.cpu + small_read.database_cpu) / unit
            yield _at_most(f"{result_of_database.name}: {each.page} after a change, {sizes}", MAX_GROWTH, growth)
    publishing, small_publishing = result_of_database.publishing, small_database.publishing
    if publishing and small_publishing:
        small_cpu = small_publishing.cpu + small_publishing.database_cpu
        growth = (publishing.cpu + publishing.database_cpu) / small_cpu / unit
        yield _at_most(f"{result_of_database.name}: publishing one story, {sizes}", MAX_GROWTH, growth)


def _compare_sizes(stories: int, small: Result) -> str:
    return f"{stories:,} beside {small.stories:,} stories"
