"""Write ``docs/performance.md`` and its plots from the results of the last runs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import plots, targets
from benchmarks.plan import LARGE_CORPUS
from benchmarks.results import DatabaseResult, Machine, Result, read_last
from benchmarks.search.results import Searches, read_searches

SIZES = (2_000, 20_000, 200_000)  # stories
MAX_PACKAGES = 12  # packages whose share of the time is printed
_HOW = """\
`make bench` fills an empty database with an invented corpus, serves the product as the demonstration does (`manage.py serve`,
two workers; four where memory is measured), and sends it the requests of readers and editors. It wrote this page.

**The floor** is a Django project with one view, without middleware, that returns exactly the same bytes and headers from memory,
served in the same way on the same machine. `wrk` requests the page and the floor in turn, several times, with 16 connections over
one core. The ratio of the two is printed, because requests a second vary with the machine and ratios hardly do. *CPU* is the
processor time of the web server and the database together for one request. PostgreSQL has its default settings: a commit is on the
disk. On PostgreSQL, one process for each core makes the corpus; on SQLite, one. Of a corpus above 20,000 stories, 20,000 are
published, and the rest are copies of them in the database, with keys, uids, addresses and times of their own."""
_PAGES = """\
Pages that were opened before, and are therefore stored. A mark shows the target. `HEAD` requests are sent by a client of our
own, because `wrk` would wait for a body."""
_CHANGES = """\
Stories get new text and are saved. Their publication is measured, one by one and together. Pairs of stories that differ only in eight
points and five forecasts show what these add. Then the first read of each kind of page that shows them is measured, which builds
and stores the page. The process has built some pages before, as a server has. A mark shows the limit. *Database* is everything that
its server does in the meantime, including clean-up. The shares of CPU by package, below the figures, come from a profiler that ran
over some more stories."""
_MEMORY = f"""\
Pages of every kind, from {LARGE_CORPUS:,} stories, in random order; no page is read again before all have been read."""
_MIXED = """\
Of 100 requests, 95 open a page, some pages much more often than others; 4 search; 1 gives a story new text, saves it and
publishes it. They arrive independently of one another (a Poisson process), at 30 % of the rate of this mix that the product can
sustain. Each latency counts from the moment at which the request was due, whether or not earlier ones were answered. Each
published headline has the number of its edition, and each body is compared with the editions that were committed before it was
requested. One older headline anywhere on a page makes a stale body."""

_SEARCHING = """\
`scripts/bench-search` invents a number of stories, every sixth of them a question, whose words are as frequent as those of a
newspaper. It sends the queries of `benchmarks/search/queries.toml` to the WSGI application as a browser would. The figures are the
processor time in milliseconds, including the database's server, that 95 of 100 responses take at most. For each query, the
shortest of several rounds counts."""


def read_all(folder: Path) -> list[Result]:
    """Return the last results of all sizes in a folder, smallest first."""
    return [result for stories in SIZES if (result := read_last(folder, stories))]


def write(results_folder: Path, docs: Path) -> list[Path]:
    """Write the page and its plots from the results in ``results_folder``.

    Return the paths of the files that were written, or [] if there are no results.
    """
    results = read_all(results_folder)
    if not results:
        return []
    images = docs / "images"
    # If a part was measured with several sizes, its plot shows the smallest.
    plots_by_name = {
        name: drawing for result in reversed(results) for name, drawing in plots.draw_plots(result).items()
    }
    written = []
    for name, drawing in plots_by_name.items():
        written.append(images / f"performance-{name}.svg")
        written[-1].write_text(drawing, encoding="utf-8")
    page = docs / "performance.md"
    page.write_text(format_page(results, plots_by_name, read_searches(results_folder)), encoding="utf-8")
    return [page, *written]


def format_page(results: Sequence[Result], plots_by_name: dict[str, str], searched: Sequence[Searches] = ()) -> str:
    """Return the page for results of different sizes, smallest first, with the given plots and searches."""
    parts = ["# What it costs", _HOW, _describe_machine(results[0])]
    for heading, name, alternative, words in (
        ("Pages beside the floor", "pages", "How fast each page is, as a share of the floor", _PAGES),
        ("After a change", "changes", "What publishing and the first reads after it cost", _CHANGES),
        ("Readers and editors at once", "mixed", "How long readers, searchers and editors wait", _MIXED),
        ("Memory", "memory", "What each worker holds while many pages are opened", _MEMORY),
    ):
        if name in plots_by_name:
            parts += [f"## {heading}", words, f"![{alternative}](images/performance-{name}.svg)"]
    for result in results:
        parts += [
            f"## With {result.stories:,} stories",
            _describe_run(result),
            _format_target_table(targets.make_targets(result, others=results)),
        ]
        parts += _iter_tables(result)
    if searched:
        parts += ["## Searching", _SEARCHING, *(_describe_run(each) for each in searched if each.note)]
        parts += [
            _format_target_table([targets.make_search_target(each) for each in searched]),
            _format_query_table(searched),
        ]
    return "\n\n".join(parts) + "\n"


def _describe_machine(result: Result) -> str:
    machine = result.machine
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return (
        f"Measured on {machine.cores} cores of {machine.processor or 'a processor that does not say its name'} with"
        f" {machine.memory_gigabytes:g} GB, {machine.system}; {versions}. The driver runs on the same cores."
    )


def _describe_run(result: Result | Searches) -> str:
    note = f" {result.note}" if result.note else ""
    return f"Measured on {result.began:%-d %B %Y}.{_describe_load(result.machine)}{note}"


def _describe_load(machine: Machine) -> str:
    """Return a sentence about other running programs if the load was at least 0.5, otherwise an empty string."""
    if machine.load < 0.5:
        return ""
    return f" The machine was busy with other things: {machine.load:.1f} processes wanted to run when it began."


def _format_target_table(rows_of_targets: Sequence[targets.Target]) -> str:
    rows = [
        f"| {target.name} | {target.wanted} | {target.measured} | {targets.verdict(target)} |"
        for target in rows_of_targets
    ]
    return "\n".join(["| Bar | Wanted | Measured | |", "|---|---|---|---|", *rows])


def _iter_tables(result: Result) -> Iterator[str]:
    """Yield two tables for each database: CPU time by package, and the ten largest database tables with their indexes.

    A table without measurements is left out.
    """
    for database in result.databases:
        if database.profiles:
            yield _format_profile_table(database)
        if database.disk and database.disk.tables:
            largest = list(database.disk.tables.items())[:10]
            rows = [f"| `{name}` | {size / database.disk.stories / 1_000:.1f} |" for name, size in largest]
            head = [f"| Table on {database.name}, with its indexes | KB for a story |", "|---|---|"]
            yield "\n".join([*head, *rows])


def _format_query_table(searched: Sequence[Searches]) -> str:
    """Return a table of the 95th percentile of each kind of query."""
    names = [query.kind for query in searched[0].kinds]
    columns = [{query.kind: query.p95 for query in each.kinds} for each in searched]
    rows = [f"| {name} | " + " | ".join(f"{each[name]:.1f}" for each in columns) + " |" for name in names]
    head = "| Queries | " + " | ".join(each.name for each in searched) + " |"
    return "\n".join([head, "|---|" + "--:|" * len(searched), *rows])


def _format_profile_table(database: DatabaseResult) -> str:
    """Return a table of the packages with the largest shares of CPU time, with one column for each profile."""
    works = [profile.work for profile in database.profiles]
    largest_shares = {
        place: max(profile.shares.get(place, 0.0) for profile in database.profiles)
        for profile in database.profiles
        for place in profile.shares
    }
    places = sorted(largest_shares, key=lambda place: -largest_shares[place])[:MAX_PACKAGES]
    rows = [
        f"| `{place}` | "
        + " | ".join(f"{profile.shares.get(place, 0.0):.0f} %" for profile in database.profiles)
        + " |"
        for place in places
    ]
    head = f"| Where the time goes, with {database.name} | " + " | ".join(works) + " |"
    return "\n".join([head, "|---|" + "--:|" * len(works), *rows])
