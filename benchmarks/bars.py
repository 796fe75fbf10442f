"""Compare the measured figures with the bars set for them, and print the result as a table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.results import DatabaseResult, FirstReads, Mixed, Page, Result
from benchmarks.search.results import Searches

ADDRESSES = 20_000
PAGES = ("story", "question", "topic", "front")
RATIOS = {"postgresql": 0.8, "sqlite": 1.5}
SEARCH_RATIO = 0.03
SEARCHED = {20_000: 25, 200_000: 100}  # stories, and milliseconds that 95 of 100 answers may take
STORED = 0.9  # of the stories: with fewer pages stored, the disk size says little


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: the wanted value in words, the measured value, and whether it is met; None if no value is wanted."""

    name: str
    wanted: str
    measured: str
    is_met: bool | None


def make_bars(result: Result, *, small: Result | None = None) -> list[Bar]:
    """Return every bar for which a run has figures; ``small`` is the run with 2,000 stories to compare it with."""
    found = [bar for one in result.databases for bar in _of(one)]
    if small and small.stories < result.stories:
        for one in result.databases:
            if before := small.on(one.vendor):
                found += _growth(one, before, result.stories, small.stories)
    return found


def make_search_bar(one: Searches) -> Bar:
    """Return the bar for a search among the number of stories of ``one``."""
    every = one.kinds[-1]
    name, wanted = f"{one.name} stories: an answer, CPU at p95", SEARCHED.get(one.stories)
    more = f"; half of them {_number(every.median)}, the most {_number(every.most)}"
    return (
        _at_most(name, wanted, every.p95, " ms", more)
        if wanted
        else Bar(name, "–", f"{_number(every.p95)} ms{more}", None)
    )


def format_table(found: Sequence[Bar]) -> str:
    """Return the bars as columns, for a terminal."""
    rows = [("Bar", "Wanted", "Measured", ""), *((bar.name, bar.wanted, bar.measured, verdict(bar)) for bar in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def verdict(bar: Bar) -> str:
    return {True: "passed", False: "NOT PASSED", None: "–"}[bar.is_met]


def _at_least(name: str, wanted: float, measured: float, unit: str = "", more: str = "") -> Bar:
    return Bar(name, f"≥ {wanted:g}{unit}", f"{_number(measured)}{unit}{more}", measured >= wanted)


def _at_most(name: str, wanted: float, measured: float, unit: str = "", more: str = "") -> Bar:
    return Bar(name, f"≤ {wanted:g}{unit}", f"{_number(measured)}{unit}{more}", measured <= wanted)


def _number(value: float) -> str:
    """Return a number with three significant digits, or as a whole number from 100 on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _of(one: DatabaseResult) -> Iterator[Bar]:
    for page in one.pages:
        yield _ratio(one, page)
    if first := one.first_read("story"):
        yield _at_most(f"{one.name}: story after a change, queries", 8, first.most_queries)
    for each in one.first_reads:
        yield _first_read(one, each)
    if publishing := one.publishing:
        cpu = publishing.cpu + publishing.database_cpu
        more = f" ({_number(publishing.database_cpu)} in the database)"
        yield _at_most(f"{one.name}: publishing one story, CPU", 20, cpu, " ms", more)
        yield _at_least(f"{one.name}: publishing one by one", 12, publishing.per_second, " a second")
        yield _at_least(f"{one.name}: publishing many together", 120, publishing.many_per_second, " a second")
    if one.corpus:
        yield _at_least(f"{one.name}: making the corpus", 6_000, 60 * one.corpus.per_second, " a minute")
    if one.importing:
        wanted = 100 if one.vendor == "postgresql" else None
        name, measured = f"{one.name}: importing stories in JSON", one.importing.per_second
        yield (
            _at_least(name, wanted, measured, " a second")
            if wanted
            else Bar(name, "–", f"{_number(measured)} a second", None)
        )
    yield from _kept(one)
    if one.mixed:
        yield from _mixed(one.name, one.mixed)


def _ratio(one: DatabaseResult, page: Page) -> Bar:
    name = f"{one.name}: {page.name}, of the floor"
    more = f" ({_number(page.ratio.least)} to {_number(page.ratio.most)}; {page.per_second.median:,.0f} a second; CPU {page.cpu:.3f} beside {page.floor_cpu:.3f} ms)"
    if page.failures:
        return Bar(name, "no failure", f"{page.failures} failures", is_met=False)
    if page.name in (*PAGES, "story, not modified"):
        return _at_least(name, RATIOS[one.vendor], page.ratio.median, "", more)
    if page.name.startswith("search"):
        return _at_least(name, SEARCH_RATIO, page.ratio.median, "", more)
    return Bar(name, "–", f"{_number(page.ratio.median)}{more}", None)


def _first_read(one: DatabaseResult, each: FirstReads) -> Bar:
    name = f"{one.name}: {each.page} after a change, CPU"
    cpu = each.cpu + each.database_cpu
    more = f" ({_number(each.database_cpu)} in the database; {each.queries:.1f} queries)"
    return (
        _at_most(name, 8, cpu, " ms", more)
        if each.page == "story"
        else Bar(name, "–", f"{_number(cpu)} ms{more}", None)
    )


def _kept(one: DatabaseResult) -> Iterator[Bar]:
    if (disk := one.disk) and disk.stored >= STORED * disk.stories:
        more = f" ({disk.stories:,} stories, {disk.stored:,} stored pages)"
        yield _at_most(f"{one.name}: disk for a story", 60, disk.kilobytes_a_story, " KB", more)
    if memory := one.memory:
        name, more = f"{one.name}: memory of a worker", f" ({memory.addresses:,} addresses)"
        if memory.addresses < ADDRESSES:
            yield Bar(name, "–", f"{_number(memory.most)} MB{more}", None)
        else:
            yield _at_most(name, 150, memory.most, " MB", more)
            yield _at_most(f"{one.name}: its growth in the second half", 2, memory.growth, " MB")


def _mixed(name: str, mixed: Mixed) -> Iterator[Bar]:
    asked = mixed.reads.count + mixed.searches.count + mixed.publishings.count + mixed.errors
    yield Bar(f"{name}: mix, errors", "none", f"{mixed.errors} of {asked:,}", mixed.errors == 0)
    yield Bar(f"{name}: mix, stale bodies", "none", f"{mixed.stale} of {asked:,}", mixed.stale == 0)
    cores = f"{mixed.driver_cores:.2f} and {mixed.product_cores:.2f} cores; sent {mixed.late.p99:.1f} ms late at p99"
    yield Bar(f"{name}: mix, CPU of the driver and of the product", "–", cores, None)
    load = f" (at {mixed.rate:.0f} of {mixed.capacity:.0f} requests a second)"
    for what, wanted, seen in (
        ("reads", 25, mixed.reads),
        ("searches", 150, mixed.searches),
        ("publishings", 400, mixed.publishings),
    ):
        if not seen.count:
            yield Bar(f"{name}: mix, p99 of {what}", f"≤ {wanted} ms", "none were due", None)
            continue
        more = f"; p50 {seen.p50:.1f}, p95 {seen.p95:.1f}"
        yield _at_most(f"{name}: mix, p99 of {what}", wanted, seen.p99, " ms", more + (load if what == "reads" else ""))


def _growth(one: DatabaseResult, before: DatabaseResult, stories: int, fewer: int) -> Iterator[Bar]:
    """Yield the growth of each cost from the smaller corpus to the larger one."""
    # Costs are in units of the floor of the same run: the speed of machines varies, and the floor varies with it.
    if not one.pages or not before.pages:
        return
    unit = one.pages[0].floor_cpu / before.pages[0].floor_cpu
    for page in one.pages:
        if (small := before.page(page.name)) and small.cpu and page.floor_cpu and small.floor_cpu:
            grown = page.cpu / page.floor_cpu / (small.cpu / small.floor_cpu)
            yield _at_most(f"{one.name}: {page.name}, {stories:,} beside {fewer:,} stories", 1.15, grown)
    for each in one.first_reads:
        if small_read := before.first_read(each.page):
            grown = (each.cpu + each.database_cpu) / (small_read.cpu + small_read.database_cpu) / unit
            name = f"{one.name}: {each.page} after a change, {stories:,} beside {fewer:,} stories"
            yield _at_most(name, 1.15, grown)
