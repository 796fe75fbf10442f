"""What becomes of figures: what stands for many, what a process cost, bars that hold or not, plots and the page."""

import os
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import pytest

from benchmarks import bars, colours, costs, pages, plots, report, svg
from benchmarks.figures import Latencies, Spread, percentile
from benchmarks.inside import profiler
from benchmarks.plan import parts_for
from benchmarks.processes import ROOT
from benchmarks.results import (
    DatabaseResult,
    Disk,
    FirstReads,
    Machine,
    Memory,
    Mixed,
    Page,
    Profile,
    Publishing,
    Result,
    Throughput,
    read_last,
)
from benchmarks.search.results import QueryCosts, Searches


def page(name="story", *, ratio=0.9, cpu=0.1, failures=0):
    return Page(
        name=name,
        size=9_000,
        per_second=Spread.of([9_000.0]),
        floor_per_second=Spread.of([10_000.0]),
        ratio=Spread.of([ratio]),
        cpu=cpu,
        floor_cpu=0.1,
        p99=4.0,
        failures=failures,
    )


def everything(vendor="postgresql", **fields):
    latencies = Latencies.of([2.0, 3.0, 4.0])
    return DatabaseResult(
        **{
            "vendor": vendor,
            "corpus": Throughput(count=2_000, seconds=10, cpu=5),
            "disk": Disk(stories=2_000, stored=2_400, empty=9_000_000, total=109_000_000, tables={"stories_edition": 1}),
            "memory": Memory(addresses=20_000, step=10_000, workers=[[90, 120, 121, 121.5], [91, 110, 111, 110]]),
            "pages": [page(), page("search", ratio=0.01)],
            "first_reads": [FirstReads(page="story", count=9, queries=7.5, most_queries=8, cpu=6, database_cpu=1)],
            "publishing": Publishing(
                count=9, cpu=12, database_cpu=3, per_second=20, many_count=9, many_cpu=3, many_database_cpu=1,
                many_per_second=150,
            ),
            "profiles": [
                Profile(work="publishing", shares={"django.template": 30.4, "Python": 9}),
                Profile(work="reading", shares={"django.template": 60}),
            ],
            "importing": Throughput(count=1_000, seconds=5, cpu=5),
            "mixed": Mixed(
                capacity=1_000, rate=300, seconds=300, reads=latencies, searches=latencies, publishings=latencies,
                errors=0, stale=1, examples=["/ shows edition 1"], late=latencies, driver_cores=0.2, product_cores=0.5,
            ),
            **fields,
        }
    )  # fmt: skip


def result(*databases, stories=2_000, at_full_length=True, load=0.1):
    machine = Machine(
        processor="A chip", cores=2, memory_gigabytes=8, system="Linux", versions={"Django": "6.1"}, load=load
    )
    return Result(
        began=datetime(2026, 11, 26, 4, 5, 6, tzinfo=UTC),
        machine=machine,
        stories=stories,
        at_full_length=at_full_length,
        databases=list(databases or [everything()]),
    )


def holding(found):
    return {bar.name: bar.is_met for bar in found}


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1, 100), (0.001, 1)])
def test_a_percentile_is_one_of_the_values(share, value):
    assert percentile(list(range(100, 0, -1)), share) == value


def test_of_no_values_every_percentile_is_nought():
    assert Latencies.of([]) == Latencies(0, 0, 0, 0, 0)


def test_a_spread_is_the_middle_with_its_ends():
    assert Spread.of([3, 1, 2]) == Spread(2, 1, 3)


def test_what_a_process_cost_is_read_whatever_it_is_called():
    stat = costs.read_stat("7 (a (b) c) S 3 7 7 0 -1 4194304 1 2 3 4 100 20 3 4 20 0 1 0 5 6 7")
    assert (stat.parent, stat.ticks) == (3, 127)


def test_this_process_has_cost_something_and_holds_memory():
    assert costs.cpu_seconds([os.getpid()]) > 0
    assert costs.resident_megabytes(os.getpid())[os.getpid()] > 1
    assert costs.cpu_seconds_by_process(os.getpid())[os.getpid()] > 0
    assert costs.cpu_seconds_by_process(None) == {}


def test_a_process_that_has_ended_takes_nothing_back():
    assert costs.cpu_seconds_between({1: 5.0, 2: 9.0}, {1: 6.0, 3: 0.5}) == 1.5


def test_bars_hold_or_do_not():
    held = holding(bars.make_bars(result()))
    assert held["PostgreSQL: story, of the floor"] is True
    assert held["PostgreSQL: search, of the floor"] is False
    assert held["PostgreSQL: publishing one story, CPU"] is True
    assert held["PostgreSQL: making the corpus"] is True
    assert held["PostgreSQL: disk for a story"] is True
    assert held["PostgreSQL: its growth in the second half"] is True
    assert held["PostgreSQL: mix, stale bodies"] is False


def test_sqlite_has_to_reach_more_of_the_floor():
    assert holding(bars.make_bars(result(everything("sqlite"))))["SQLite: story, of the floor"] is False


def test_a_page_that_failed_holds_nothing():
    failed = everything(pages=[page(failures=3)])
    assert holding(bars.make_bars(result(failed)))["PostgreSQL: story, of the floor"] is False


def test_memory_over_too_few_addresses_is_told_and_not_judged():
    few = everything(memory=Memory(addresses=900, step=100, workers=[[90, 200]]))
    assert holding(bars.make_bars(result(few)))["PostgreSQL: memory of a worker"] is None


def test_a_large_corpus_is_compared_with_a_small_one_in_units_of_the_floor():
    large = everything(pages=[page(cpu=0.12), page("search", cpu=0.11)])
    held = holding(bars.make_bars(result(large, stories=200_000), small=result()))
    assert held["PostgreSQL: story, 200,000 beside 2,000 stories"] is False
    assert held["PostgreSQL: search, 200,000 beside 2,000 stories"] is True


def test_the_table_stands_in_columns():
    lines = bars.format_table(bars.make_bars(result())).splitlines()
    column = lines[0].index("Wanted")
    assert all(line[column - 2 : column] == "  " for line in lines[2:])
    assert any(line.endswith("NOT PASSED") for line in lines)


def test_a_result_is_read_as_it_was_written(tmp_path):
    assert Result.read(result().write(tmp_path)) == result()


def test_only_what_is_kept_is_told_and_of_each_size_the_last(tmp_path):
    result(at_full_length=False).write(tmp_path)
    assert read_last(tmp_path, 2_000) is None
    assert report.write(tmp_path, tmp_path) == []
    result(load=3.2).replace_last(tmp_path)
    result().replace_last(tmp_path)
    assert read_last(tmp_path, 2_000) == result()


def test_searches_are_told_by_kind_and_each_database_and_size_is_held_against_its_own_bar(tmp_path):
    result().replace_last(tmp_path)
    (tmp_path / "images").mkdir()
    for vendor, stories, p95 in (("sqlite", 20_000, 24.0), ("postgresql", 200_000, 101.0), ("sqlite", 500, 900.0)):
        kinds = [QueryCosts(kind=kind, median=9, p95=p95, most=p95 + 1) for kind in ("a phrase", "all")]
        one = result()
        Searches(
            began=one.began, machine=one.machine, vendor=vendor, stories=stories, rounds=5, kinds=kinds
        ).replace_last(tmp_path)
    page = report.write(tmp_path, tmp_path)[0].read_text(encoding="utf-8")
    assert "| Queries | SQLite, 500 | SQLite, 20,000 | PostgreSQL, 200,000 |" in page
    assert "| a phrase | 900.0 | 24.0 | 101.0 |" in page
    verdicts = {row.split(":")[0]: row.rstrip("| ").rpartition("| ")[2] for row in page.splitlines() if "at p95" in row}
    assert verdicts == {
        "| SQLite, 500 stories": "–",
        "| SQLite, 20,000 stories": "passed",
        "| PostgreSQL, 200,000 stories": "NOT PASSED",
    }


def test_colours_are_those_of_the_house():
    assert colours.oklch_to_hex(1, 0, 0) == "#ffffff"
    assert colours.oklch_to_hex(0.6279, 0.2577, 29.23) == "#ff0000"
    assert colours.parse_tokens("--ink: light-dark(oklch(0 0 0), oklch(1 0 0));") == {"ink": ("#000000", "#ffffff")}
    assert {"paper", "ink", "ink-2", "pencil", "rust", "amber", "rule"} <= set(
        colours.parse_tokens(colours.TOKENS.read_text(encoding="utf-8"))
    )


def test_a_plot_says_in_words_what_it_shows_and_knows_the_dark():
    drawn = svg.bars("Shares <of>", "All of it", ["A", "B"], [svg.Row("story", (0.9, None), (0.8, None))])
    root = ElementTree.fromstring(drawn)  # noqa: S314  # drawn here
    assert [each.text for each in root[:2]] == ["Shares <of>", "All of it"]
    assert "prefers-color-scheme: dark" in drawn
    assert drawn.count('class="s0"') == 2  # the key and the bar
    assert drawn.count('class="mark"') == 1


def test_everything_measured_is_drawn():
    both = result(everything(), everything("sqlite"))
    drawn = plots.draw_plots(both)
    assert set(drawn) == {"pages", "changes", "mixed", "memory"}
    for each in drawn.values():
        assert "on SQLite" in each or "SQLite:" in each
        ElementTree.fromstring(each)  # noqa: S314  # drawn here


def test_what_was_never_asked_for_is_not_drawn():
    one = everything()
    quiet = one.model_copy(update={"mixed": one.mixed.model_copy(update={"publishings": Latencies.of([])})})
    assert plots.draw_plots(result(one))["mixed"].count('class="s0"') == 1 + 6
    assert plots.draw_plots(result(quiet))["mixed"].count('class="s0"') == 1 + 4


def test_what_only_a_larger_run_measured_is_drawn_of_that(tmp_path):
    result(everything(memory=None)).replace_last(tmp_path)
    result(stories=20_000).replace_last(tmp_path)
    (tmp_path / "docs" / "images").mkdir(parents=True)
    assert "## Memory" in report.write(tmp_path, tmp_path / "docs")[0].read_text(encoding="utf-8")


def test_the_page_tells_each_size_and_when_the_machine_was_busy(tmp_path):
    result(load=3.2).replace_last(tmp_path)
    result(stories=200_000).model_copy(update={"note": "The corpus was made by night."}).replace_last(tmp_path)
    (tmp_path / "docs" / "images").mkdir(parents=True)
    written = report.write(tmp_path, tmp_path / "docs")
    told = written[0].read_text(encoding="utf-8")
    assert "## With 2,000 stories" in told
    assert "## With 200,000 stories" in told
    assert "3.2 processes wanted to run" in told
    assert told.count(" The corpus was made by night.\n") == 1
    assert "| `django.template` | 30 % | 60 % |\n| `Python` | 9 % | 0 % |" in told
    assert "| PostgreSQL: mix, stale bodies | none | 1 of 9 | NOT PASSED |" in told
    assert all((tmp_path / "docs" / link).exists() for link in plots_in(told))


def test_memory_and_disk_are_looked_at_where_there_are_enough_stories():
    assert not {"memory", "disk"} & set(parts_for(2_000))
    assert {"memory", "disk"} <= set(parts_for(20_000))
    assert parts_for(200_000) == ("pages", "changes")


@pytest.mark.parametrize(("ratios", "do_agree"), [((0.90, 0.92, 0.88), True), ((0.90, 0.92, 0.80), False)])
def test_rounds_end_when_they_agree(ratios, do_agree):
    lower, upper = (
        [pages.Round(per_second=rate, cpu=0.1, p99=1, failures=0) for rate in rates]
        for rates in ([100.0] * 3, [100 * ratio for ratio in ratios])
    )
    assert pages.rounds_agree(lower, upper) is do_agree


@pytest.mark.parametrize(
    ("file", "place"),
    [
        (f"{ROOT}/stories/publishing/publish.py", "stories.publishing"),
        (f"{ROOT}/newsroom/http/clock.py", "newsroom.http"),
        (f"{ROOT}/.venv/lib/python3.13/site-packages/django/db/models/sql/where.py", "django.db.models.sql"),
        (f"{ROOT}/.venv/lib/python3.13/site-packages/django/apps/registry.py", "django.apps"),
        (f"{ROOT}/.venv/lib/python3.13/site-packages/psycopg/pq/abc.py", "psycopg"),
        (f"{ROOT}/.venv/lib/python3.13/site-packages/typing_extensions.py", "typing_extensions"),
        ("/usr/lib/python3.13/json/decoder.py", "Python"),
        ("<frozen importlib._bootstrap>", "Python"),
    ],
)
def test_time_counts_for_the_room_or_the_package_it_is_spent_in(file, place):
    assert profiler.place_of(file) == place


def test_what_is_built_into_python_counts_for_those_who_call_it():
    def work():
        for _ in range(20):
            sorted(range(100_000))

    places = profiler.Places()
    with places.profile():
        work()
    assert next(iter(places.shares())) == "tests.benchmarks"
    assert sum(places.shares().values()) == pytest.approx(100, abs=2)


def plots_in(told):
    return [part.partition(")")[0] for part in told.split("](")[1:] if part.startswith("images/")]
