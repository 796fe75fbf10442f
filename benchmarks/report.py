"""Write ``docs/performance.md`` with its plots from the results of the last runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import bars, plots
from benchmarks.plan import MANY
from benchmarks.results import DatabaseResult, Machine, Result, read_last
from benchmarks.search.results import Searches, read_searches

SIZES = (2_000, 20_000, 200_000)  # stories
SHOWN_PACKAGES = 12  # packages whose share of the time is printed
_HOW = """\
`make bench` fills an empty database with an invented corpus, serves the product as the demonstration does (granian, WSGI, two
workers), and asks it as readers would. What is printed here it wrote itself.

**The floor** is a Django project of one view, without middleware, that returns the very same bytes and headers from memory,
served in the same way on the same machine. Page and floor are driven in turn, several times, by `wrk` with 16 connections over
one core, and the ratio of the two is told: requests a second swing with the machine, ratios hardly do. *CPU* is the time on a
processor of web server and database together, for one request. PostgreSQL runs with the settings it comes with: what is
committed is on the disk. There a process for each processor makes the corpus, on SQLite one."""
_PAGES = """\
Pages that were opened before, so that they are stored. A mark shows what is wanted. Headers alone are asked for by a driver of
our own, as `wrk` would wait for a body."""
_CHANGES = """\
Stories get new words and are saved; what is counted is their publication, one by one and together, and then the first reading
of each kind of page that shows them, building and storing included, in a process that has done a few before, as a server has.
A mark shows what may not be passed. *Database* is all that its server does meanwhile, tidying up included. Where the time goes,
as shares of CPU by package, stands below the figures: a profiler says it of some more stories."""
_MEMORY = f"""\
Pages of every kind, over {MANY:,} stories, in an order without order, each of them once before any comes again."""
_MIXED = """\
95 of 100 requests open a page, some pages much more often than others; 4 search; 1 gives a story new words, saves it and
publishes it. They arrive at moments that know nothing of each other (a Poisson process) at 30 % of what the product takes of the
same mix, and each latency counts from the moment at which the request was due, whether or not those before were answered. Each
published headline carries the number of its edition, and each body is held against the editions that were committed before it
was asked for: one older headline anywhere on a page is a stale body."""

_SEARCHING = """\
`scripts/bench-search` makes up so many stories, every sixth of them a question, whose words are as frequent as those of a
newspaper, and puts the queries of `benchmarks/search/queries.toml` to the WSGI callable as a browser puts them. Told is what 95
of 100 answers take of a processor at most, the database's server included, in milliseconds; of each query it is the least of
several rounds."""


def write(kept: Path, docs: Path) -> list[Path]:
    """Write the page and its plots from the results in ``kept``; return the files, none without a result."""
    results = [result for stories in SIZES if (result := read_last(kept, stories))]
    if not results:
        return []
    images = docs / "images"
    # A part that was measured over several sizes is drawn from the smallest.
    drawn = {name: drawing for result in reversed(results) for name, drawing in plots.draw_plots(result).items()}
    written = []
    for name, drawing in drawn.items():
        written.append(images / f"performance-{name}.svg")
        written[-1].write_text(drawing, encoding="utf-8")
    page = docs / "performance.md"
    page.write_text(format_page(results, drawn, read_searches(kept)), encoding="utf-8")
    return [page, *written]


def format_page(results: Sequence[Result], drawn: dict[str, str], searched: Sequence[Searches] = ()) -> str:
    """Return the page about results of different sizes, smallest first, with the given plots and searches."""
    first = results[0]
    parts = ["# What it costs", _HOW, _where(first)]
    for heading, name, alternative, words in (
        ("Pages beside the floor", "pages", "How fast each page is, as a share of the floor", _PAGES),
        ("After a change", "changes", "What publishing and the first reads after it cost", _CHANGES),
        ("Readers and editors at once", "mixed", "How long readers, searchers and editors wait", _MIXED),
        ("Memory", "memory", "What each worker holds while many pages are opened", _MEMORY),
    ):
        if name in drawn:
            parts += [f"## {heading}", words, f"![{alternative}](images/performance-{name}.svg)"]
    for result in results:
        small = first if result is not first else None
        parts += [f"## With {result.stories:,} stories", _when(result), _table(bars.make_bars(result, small=small))]
        parts += _tables_of(result)
    if searched:
        parts += ["## Searching", _SEARCHING, *(_when(each) for each in searched if each.note)]
        parts += [_table([bars.make_search_bar(each) for each in searched]), _kinds(searched)]
    return "\n\n".join(parts) + "\n"


def _where(result: Result) -> str:
    machine = result.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return (
        f"Measured on {machine.cores} cores of {machine.processor or 'a processor that does not say its name'} with"
        f" {machine.memory_gigabytes:g} GB, {machine.system}; {versions}. The driver runs on the same cores."
    )


def _when(result: Result | Searches) -> str:
    said = f" {result.note}" if result.note else ""
    return f"Run on {result.began:%-d %B %Y}.{_busy(result.machine)}{said}"


def _busy(machine: Machine) -> str:
    """Return a sentence that other programs were running, if the load was at least 0.5 before the run."""
    if machine.load < 0.5:
        return ""
    return f" The machine was busy with other things: {machine.load:.1f} processes wanted to run when it began."


def _table(found: Sequence[bars.Bar]) -> str:
    rows = [f"| {bar.name} | {bar.wanted} | {bar.measured} | {bars.verdict(bar)} |" for bar in found]
    return "\n".join(["| Bar | Wanted | Measured | |", "|---|---|---|---|", *rows])


def _tables_of(result: Result) -> Iterator[str]:
    """Yield the CPU time by package, and the disk space of the ten largest tables with their indexes."""
    for one in result.databases:
        if one.profiles:
            yield _profiles(one)
        if one.disk and one.disk.tables:
            largest = list(one.disk.tables.items())[:10]
            rows = [f"| `{name}` | {size / one.disk.stories / 1_000:.1f} |" for name, size in largest]
            head = [f"| Table on {one.name}, with its indexes | KB for a story |", "|---|---|"]
            yield "\n".join([*head, *rows])


def _kinds(searched: Sequence[Searches]) -> str:
    """Return a table of the 95th percentile of each kind of query."""
    names = [asked.kind for asked in searched[0].kinds]
    found = [{asked.kind: asked.p95 for asked in each.kinds} for each in searched]
    rows = [f"| {name} | " + " | ".join(f"{each[name]:.1f}" for each in found) + " |" for name in names]
    head = "| Queries | " + " | ".join(each.name for each in searched) + " |"
    return "\n".join([head, "|---|" + "--:|" * len(searched), *rows])


def _profiles(one: DatabaseResult) -> str:
    """Return a table of the packages with the largest shares of CPU time, one column for each profile."""
    works = [profile.work for profile in one.profiles]
    most = {
        place: max(profile.shares.get(place, 0.0) for profile in one.profiles)
        for profile in one.profiles
        for place in profile.shares
    }
    places = sorted(most, key=lambda place: -most[place])[:SHOWN_PACKAGES]
    rows = [
        f"| `{place}` | " + " | ".join(f"{profile.shares.get(place, 0.0):.0f} %" for profile in one.profiles) + " |"
        for place in places
    ]
    head = f"| Where the time goes, with {one.name} | " + " | ".join(works) + " |"
    return "\n".join([head, "|---|" + "--:|" * len(works), *rows])
