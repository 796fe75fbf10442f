"""Statistics, costs of processes, targets, plots and the report page."""

import os
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import pytest

from benchmarks import colours, costs, pages, plots, report, svg, targets
from benchmarks.figures import Latencies, Spread, percentile
from benchmarks.inside import profiler
from benchmarks.plan import parts_for
from benchmarks.processes import ROOT
from benchmarks.results import (
    Backups,
    Claims,
    DatabaseResult,
    Disk,
    FirstReads,
    Machine,
    Memory,
    Mixed,
    Monitoring,
    Page,
    Profile,
    Publishing,
    Result,
    Retention,
    Throughput,
    read_last,
)
from benchmarks.search.results import QueryCosts, Searches


def make_page(name="story", *, ratio=0.9, cpu=0.1, failures=0):
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


def make_database_result(vendor="postgresql", **fields):
    latencies = Latencies.of([2.0, 3.0, 4.0])
    return DatabaseResult(
        **{
            "vendor": vendor,
            "corpus": Throughput(count=2_000, seconds=10, cpu=5),
            "disk": Disk(stories=2_000, stored=2_400, empty=9_000_000, total=109_000_000, tables={"stories_edition": 1}),
            "memory": Memory(
                addresses=20_000, step=10_000, is_proportional=True,
                workers=[[40, 61, 61, 61.5], [41, 60, 61, 60], [40, 60, 60, 60], [40, 65, 65, 65]],
            ),
            "pages": [make_page(), make_page("search", ratio=0.01)],
            "first_reads": [FirstReads(page="story", count=9, queries=7.5, most_queries=8, cpu=6, database_cpu=1)],
            "publishing": Publishing(
                count=9, cpu=12, database_cpu=3, per_second=20, many_count=9, many_cpu=3, many_database_cpu=1,
                many_per_second=150,
            ),
            "claims": [
                Claims(
                    publication="an update", pairs=9, with_claims=15, without=12, difference=3, lower_quartile=2,
                    upper_quartile=4,
                )
            ],
            "profiles": [
                Profile(work="publishing", shares={"django.template": 30.4, "Python": 9}),
                Profile(work="reading", shares={"django.template": 60}),
            ],
            "importing": Throughput(count=1_000, seconds=5, cpu=5),
            "monitoring": Monitoring(size=30_000, cpu=11, database_cpu=4, queries=16, count_cpu=0.4),
            "mixed": Mixed(
                capacity=1_000, rate=300, seconds=300, reads=latencies, searches=latencies, publishings=latencies,
                errors=0, stale=1, examples=["/ shows edition 1"], late=latencies, driver_cores=0.2, product_cores=0.5,
            ),
            "backups": Backups(
                count=9, rate=300, seconds=10, reads=Latencies.of([4.0]), quiet_reads=latencies, errors=0, stale=0
            ),
            "retention": Retention(
                sessions=1_000_000, seconds=205, writes=Latencies.of([51.0]), quiet_writes=latencies
            ),
            **fields,
        }
    )  # fmt: skip


def make_result(*databases, stories=2_000, at_full_length=True, load=0.1):
    machine = Machine(
        processor="A chip", cores=2, memory_gigabytes=8, system="Linux", versions={"Django": "6.1"}, load=load
    )
    return Result(
        began=datetime(2026, 11, 26, 4, 5, 6, tzinfo=UTC),
        machine=machine,
        stories=stories,
        at_full_length=at_full_length,
        databases=list(databases or [make_database_result()]),
    )


def verdicts_by_name(targets_found):
    return {target.name: target.is_met for target in targets_found}


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (0.99, 99), (1, 100), (0.001, 1)])
def test_a_percentile_is_one_of_the_values(share, value):
    assert percentile(list(range(100, 0, -1)), share) == value


def test_without_values_every_percentile_is_zero():
    assert Latencies.of([]) == Latencies(0, 0, 0, 0, 0)


def test_a_spread_is_the_median_with_minimum_and_maximum():
    assert Spread.of([3, 1, 2]) == Spread(2, 1, 3)


def test_process_statistics_are_parsed_whatever_the_process_name():
    stat = costs.read_stat("7 (a (b) c) S 3 7 7 0 -1 4194304 1 2 3 4 100 20 3 4 20 0 1 0 5 6 7")
    assert (stat.parent, stat.ticks) == (3, 127)


def test_this_process_has_used_cpu_time_and_memory():
    assert costs.cpu_seconds([os.getpid()]) > 0
    assert costs.proportional_megabytes(os.getpid())[os.getpid()] > 1
    assert costs.cpu_seconds_by_process(os.getpid())[os.getpid()] > 0
    assert costs.cpu_seconds_by_process(None) == {}


def test_a_process_that_has_ended_does_not_reduce_the_total():
    assert costs.cpu_seconds_between({1: 5.0, 2: 9.0}, {1: 6.0, 3: 0.5}) == 1.5


def test_targets_are_met_or_missed():
    verdicts_found = verdicts_by_name(targets.make_targets(make_result()))
    assert verdicts_found["PostgreSQL: story, of the floor"] is True
    assert verdicts_found["PostgreSQL: search, of the floor"] is None
    assert verdicts_found["PostgreSQL: search, CPU"] is True
    assert verdicts_found["PostgreSQL: publishing one story, CPU"] is True
    assert verdicts_found["PostgreSQL: points and forecasts in an update, CPU"] is False
    assert verdicts_found["PostgreSQL: making the corpus"] is True
    assert verdicts_found["PostgreSQL: disk for a story"] is True
    assert verdicts_found["PostgreSQL: memory of all workers"] is True
    assert verdicts_found["PostgreSQL: growth of a worker in the second half"] is True
    assert verdicts_found["PostgreSQL: mix, stale bodies"] is False
    assert verdicts_found["PostgreSQL: p99 of reads while backups are made, beside none"] is True
    assert verdicts_found["PostgreSQL: p99 of writes while 1,000,000 sessions are deleted"] is False


def test_backups_may_make_the_slowest_reads_a_tenth_slower():
    quiet = Latencies.of([10.0])
    for p99, stale, is_met in ((11.0, 0, True), (11.1, 1, False)):
        backups = Backups(
            count=1, rate=1, seconds=1, reads=Latencies.of([p99]), quiet_reads=quiet, errors=0, stale=stale
        )
        found = verdicts_by_name(targets.make_targets(make_result(make_database_result(backups=backups))))
        assert found["PostgreSQL: p99 of reads while backups are made, beside none"] is is_met
        assert found["PostgreSQL: mix beside backups, errors and stale bodies"] is is_met


def test_sqlite_has_a_higher_target_ratio():
    assert (
        verdicts_by_name(targets.make_targets(make_result(make_database_result("sqlite"))))[
            "SQLite: story, of the floor"
        ]
        is False
    )


def test_a_page_with_failures_misses_its_target():
    failed = make_database_result(pages=[make_page(failures=3)])
    assert verdicts_by_name(targets.make_targets(make_result(failed)))["PostgreSQL: story, of the floor"] is False


def test_memory_with_too_few_addresses_has_no_target():
    few = make_database_result(memory=Memory(addresses=900, step=9, workers=[[90, 99]] * 4, is_proportional=True))
    assert verdicts_by_name(targets.make_targets(make_result(few)))["PostgreSQL: memory of all workers"] is None


@pytest.mark.parametrize(
    ("last", "is_proportional", "workers", "is_met"),
    [(62.5, True, 4, True), (63, True, 4, False), (63, False, 4, None), (63, True, 2, None)],
)
def test_memory_has_a_target_for_four_workers_together(last, is_proportional, workers, is_met):
    memory = Memory(addresses=20_000, step=9, workers=[[50, last]] * workers, is_proportional=is_proportional)
    found = verdicts_by_name(targets.make_targets(make_result(make_database_result(memory=memory))))
    assert found["PostgreSQL: memory of all workers"] is is_met


@pytest.mark.parametrize(
    ("stories", "cpu", "filtered_cpu", "verdicts"),
    [
        (2_000, 8.5, 10.6, [True, True]),
        (2_000, 8.6, 10.8, [False, False]),
        (20_000, 12.0, 12.0, [True, True]),
        (900, 90.0, 90.0, [None, True]),
    ],
)
def test_a_search_has_targets_for_its_cost_and_for_that_of_filters(stories, cpu, filtered_cpu, verdicts):
    searches = [make_page("search", cpu=cpu), make_page("search, filtered", cpu=filtered_cpu)]
    found = verdicts_by_name(targets.make_targets(make_result(make_database_result(pages=searches), stories=stories)))
    names = ("search, CPU", "search, filtered, as a multiple of the search")
    assert [found[f"PostgreSQL: {name}"] for name in names] == verdicts


def test_stored_pages_do_not_count_for_the_disk_of_a_story():
    tables = {"stories_edition": 1, "pages_storedpage": 10_400_000}
    disk = Disk(stories=1_000, stored=1_000, empty=0, total=85_000_000, tables=tables)
    found = targets.make_targets(make_result(make_database_result(disk=disk)))
    (target,) = (each for each in found if each.name == "PostgreSQL: disk for a story")
    assert (target.is_met, target.measured) == (True, "74.6 KB (1,000 stories; 85 KB with 1,000 stored pages)")


def test_a_large_corpus_is_compared_with_a_small_one_relative_to_the_floor():
    large = make_database_result(pages=[make_page(cpu=0.12), make_page("search", cpu=0.11)])
    result = make_result(large, stories=200_000)
    verdicts_found = verdicts_by_name(targets.make_targets(result, others=[result, make_result()]))
    assert verdicts_found["PostgreSQL: story, 200,000 beside 2,000 stories"] is False
    assert verdicts_found["PostgreSQL: search, 200,000 beside 2,000 stories"] is None
    assert verdicts_found["PostgreSQL: publishing one story, 200,000 beside 2,000 stories"] is True
    middle = make_result(stories=20_000)
    verdicts_found = verdicts_by_name(targets.make_targets(result, others=[middle, make_result()]))
    assert verdicts_found["PostgreSQL: story, 200,000 beside 2,000 stories"] is False
    assert verdicts_found["PostgreSQL: search, 200,000 beside 20,000 stories"] is True


def test_the_table_has_aligned_columns():
    lines = targets.format_table(targets.make_targets(make_result())).splitlines()
    column = lines[0].index("Wanted")
    assert all(line[column - 2 : column] == "  " for line in lines[2:])
    assert any(line.endswith("NOT PASSED") for line in lines)


def test_a_result_is_read_unchanged(tmp_path):
    assert Result.read(make_result().write(tmp_path)) == make_result()


def test_only_full_results_are_reported_and_the_last_for_each_size(tmp_path):
    make_result(at_full_length=False).write(tmp_path)
    assert read_last(tmp_path, 2_000) is None
    assert report.write(tmp_path, tmp_path) == []
    make_result(load=3.2).replace_last(tmp_path)
    make_result().replace_last(tmp_path)
    assert read_last(tmp_path, 2_000) == make_result()


def test_searches_are_reported_by_kind_with_a_target_for_each_size(tmp_path):
    make_result().replace_last(tmp_path)
    (tmp_path / "images").mkdir()
    for vendor, stories, p95 in (("sqlite", 20_000, 24.0), ("postgresql", 200_000, 101.0), ("sqlite", 500, 900.0)):
        kinds = [QueryCosts(kind=kind, median=9, p95=p95, most=p95 + 1) for kind in ("a phrase", "all")]
        one = make_result()
        Searches(
            began=one.began, machine=one.machine, vendor=vendor, stories=stories, rounds=5, kinds=kinds
        ).replace_last(tmp_path)
    report_text = report.write(tmp_path, tmp_path)[0].read_text(encoding="utf-8")
    assert "| Queries | SQLite, 500 | SQLite, 20,000 | PostgreSQL, 200,000 |" in report_text
    assert "| a phrase | 900.0 | 24.0 | 101.0 |" in report_text
    verdicts = {
        row.split(":")[0]: row.rstrip("| ").rpartition("| ")[2] for row in report_text.splitlines() if "at p95" in row
    }
    assert verdicts == {
        "| SQLite, 500 stories": "–",
        "| SQLite, 20,000 stories": "passed",
        "| PostgreSQL, 200,000 stories": "NOT PASSED",
    }


def test_colours_are_those_of_the_style_sheet():
    assert colours.oklch_to_hex(1, 0, 0) == "#ffffff"
    assert colours.oklch_to_hex(0.6279, 0.2577, 29.23) == "#ff0000"
    assert colours.parse_tokens("--ink: light-dark(oklch(0 0 0), oklch(1 0 0));") == {"ink": ("#000000", "#ffffff")}
    assert {"paper", "ink", "ink-2", "pencil", "rust", "amber", "rule"} <= set(
        colours.parse_tokens(colours.TOKENS.read_text(encoding="utf-8"))
    )


def test_a_plot_has_a_text_alternative_and_dark_colours():
    plot = svg.draw_bars("Shares <of>", "All of it", ["A", "B"], [svg.Row("story", (0.9, None), (0.8, None))])
    root = ElementTree.fromstring(plot)  # noqa: S314  # drawn here
    assert [each.text for each in root[:2]] == ["Shares <of>", "All of it"]
    assert "prefers-color-scheme: dark" in plot
    assert plot.count('class="s0"') == 2  # the key and the bar
    assert plot.count('class="mark"') == 1


def test_every_measured_part_has_a_plot():
    both = make_result(make_database_result(), make_database_result("sqlite"))
    plot = plots.draw_plots(both)
    assert set(plot) == {"pages", "changes", "mixed", "memory"}
    for each in plot.values():
        assert "on SQLite" in each or "SQLite:" in each
        ElementTree.fromstring(each)  # noqa: S314  # drawn here


def test_a_kind_of_request_without_requests_is_not_drawn():
    one = make_database_result()
    quiet = one.model_copy(update={"mixed": one.mixed.model_copy(update={"publishings": Latencies.of([])})})
    assert plots.draw_plots(make_result(one))["mixed"].count('class="s0"') == 1 + 6
    assert plots.draw_plots(make_result(quiet))["mixed"].count('class="s0"') == 1 + 4


def test_a_part_measured_only_in_a_larger_run_is_drawn(tmp_path):
    make_result(make_database_result(memory=None)).replace_last(tmp_path)
    make_result(stories=20_000).replace_last(tmp_path)
    (tmp_path / "docs" / "images").mkdir(parents=True)
    assert "## Memory" in report.write(tmp_path, tmp_path / "docs")[0].read_text(encoding="utf-8")


def test_the_report_has_each_size_and_notes_a_busy_machine(tmp_path):
    make_result(load=3.2).replace_last(tmp_path)
    make_result(stories=200_000).model_copy(update={"note": "The corpus was made by night."}).replace_last(tmp_path)
    (tmp_path / "docs" / "images").mkdir(parents=True)
    written = report.write(tmp_path, tmp_path / "docs")
    text = written[0].read_text(encoding="utf-8")
    assert "## With 2,000 stories" in text
    assert "## With 200,000 stories" in text
    assert "3.2 processes wanted to run" in text
    assert text.count(" The corpus was made by night.\n") == 1
    assert "| `django.template` | 30 % | 60 % |\n| `Python` | 9 % | 0 % |" in text
    assert "| PostgreSQL: mix, stale bodies | none | 1 of 9 | NOT PASSED |" in text
    assert all((tmp_path / "docs" / link).exists() for link in list_plots(text))


def test_memory_and_disk_are_measured_only_with_enough_stories():
    assert not {"memory", "disk"} & set(parts_for(2_000))
    assert {"memory", "disk"} <= set(parts_for(20_000))
    assert parts_for(200_000) == ("pages", "monitoring", "changes")


@pytest.mark.parametrize(("ratios", "agrees"), [((0.90, 0.92, 0.88), True), ((0.90, 0.92, 0.80), False)])
def test_rounds_agree_if_their_ratios_are_close(ratios, agrees):
    lower, upper = (
        [pages.Round(per_second=rate, cpu=0.1, p99=1, failures=0) for rate in rates]
        for rates in ([100.0] * 3, [100 * ratio for ratio in ratios])
    )
    assert pages.rounds_agree(lower, upper) is agrees


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
def test_time_is_attributed_to_a_package(file, place):
    assert profiler.package_of(file) == place


def test_time_in_built_in_functions_is_attributed_to_their_callers():
    def work():
        for _ in range(20):
            sorted(range(100_000))

    places = profiler.PackageProfile()
    with places.profile():
        work()
    assert next(iter(places.shares())) == "tests.benchmarks"
    assert sum(places.shares().values()) == pytest.approx(100, abs=2)


def list_plots(text):
    return [part.partition(")")[0] for part in text.split("](")[1:] if part.startswith("images/")]


@pytest.mark.parametrize(("database_cpu", "count_cpu", "passed"), [(9, 2, [True, True]), (9.1, 2.1, [False, False])])
def test_monitoring_has_a_target_for_an_answer_and_for_a_count(database_cpu, count_cpu, passed):
    costs = Monitoring(size=30_000, cpu=11, database_cpu=database_cpu, queries=16, count_cpu=count_cpu)
    found = targets.make_targets(make_result(make_database_result(monitoring=costs)))
    assert [each.is_met for each in found if "/metrics" in each.name or "counting" in each.name] == passed
