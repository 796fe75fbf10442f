"""What Prometheus and Grafana read: ``/metrics``, ``docs/alerts.yml`` and ``docs/dashboard.json``."""

import re
import subprocess

import pytest
import yaml
from django.test import Client

from newsroom import counters
from newsroom.operations import metrics
from newsroom.operations.request_log import DURATIONS
from tests.factories import make_published_story
from tests.monitoring.find_prometheus import find_promtool
from tests.monitoring.rules_and_panels import ALERTS, DASHBOARD, read_panels, read_queries, read_rules
from tests.stored_names import metrics as stored_metrics

# For each alert, series with which it fires, and the same series with values with which it does not. The notation is
# that of promtool: a value, its change and its number of repetitions, one each minute.
FIRING: dict[str, tuple[list[str], list[str]]] = {
    "NewsroomDown": (
        ['up{job="newsroom",machine="web1",instance="a"} 0x60', 'up{job="newsroom",machine="web1",instance="b"} 0x60'],
        ['up{job="newsroom",machine="web1",instance="a"} 1x60', 'up{job="newsroom",machine="web1",instance="b"} 0x60'],
    ),
    "NewsroomDatabaseGone": (
        ["newsroom_release_info 1x60"],
        ["newsroom_release_info 1x60", "newsroom_database_bytes 5x60"],
    ),
    "NewsroomAlertRed": (
        ['newsroom_alerts_open{code="writes",level="red"} 1x60'],
        ['newsroom_alerts_open{code="cache",level="amber"} 1x60'],
    ),
    "NewsroomAlertAmber": (
        ['newsroom_alerts_open{code="cache",level="amber"} 1x61'],
        [
            'newsroom_alerts_open{code="review",level="amber"} 1x61',
            'newsroom_alerts_open{code="hub",level="amber"} 1x50',
        ],
    ),
    "NewsroomNoWorker": (["newsroom_workers_alive 0x60"], ["newsroom_workers_alive 1x60"]),
    "NewsroomUntold": (
        ["newsroom_editions_due_untold_seconds 61x60"],
        ["newsroom_editions_due_untold_seconds 60x60"],
    ),
    "NewsroomTriggerMissing": (["newsroom_triggers_missing 1x60"], ["newsroom_triggers_missing 0x60"]),
    "NewsroomDiskFull": (
        ['newsroom_disk_free_bytes{path="/var"} 9e9x60', 'newsroom_disk_size_bytes{path="/var"} 1e11x60'],
        ['newsroom_disk_free_bytes{path="/var"} 2e9x60', 'newsroom_disk_size_bytes{path="/var"} 1.9e10x60'],
    ),
    "NewsroomDiskFilling": (
        ['newsroom_disk_free_bytes{path="/var"} 8e9-1e7x60'],
        ['newsroom_disk_free_bytes{path="/var"} 8e9-1e3x60'],
    ),
    "NewsroomClockWrong": (["newsroom_clock_offset_seconds -6x60"], ["newsroom_clock_offset_seconds -5x60"]),
    "NewsroomClockOff": (["newsroom_clock_offset_seconds 0.6x60"], ["newsroom_clock_offset_seconds 6x60"]),
    "NewsroomBackupOld": (["newsroom_backup_age_seconds 93601x60"], ["newsroom_backup_age_seconds 93600x60"]),
    "NewsroomNoBackup": (
        ["newsroom_database_bytes 5x1600"],
        ["newsroom_database_bytes 5x1600", "newsroom_backup_age_seconds 60x1600"],
    ),
    "NewsroomDrillOld": (["newsroom_drill_age_seconds 691201x60"], ["newsroom_drill_age_seconds 691200x60"]),
    "NewsroomCertificateEnds": (
        ["newsroom_certificate_end_seconds 1209599x60"],
        ["newsroom_certificate_end_seconds 1209600x60"],
    ),
    "NewsroomDrillFailed": (["newsroom_drill_ok 0x60"], ["newsroom_drill_ok 1x60"]),
    "NewsroomTasksFailed": (["newsroom_tasks_failed 1x60"], ["newsroom_tasks_failed 0x60"]),
    "NewsroomQueueSlow": (
        ['newsroom_tasks_oldest_seconds{queue="default"} 301x60'],
        ['newsroom_tasks_oldest_seconds{queue="default"} 300x60'],
    ),
    "NewsroomMailWaiting": (
        ["newsroom_mails_waiting 3x60", "newsroom_quiet 0x60"],
        ["newsroom_mails_waiting 3x60", "newsroom_quiet 1x60"],
    ),
    "NewsroomErrors": (
        ['newsroom_requests_total{status="500"} 0+6x60'],
        ['newsroom_requests_total{status="404"} 0+600x60', 'newsroom_requests_total{status="500"} 0+1x60'],
    ),
    "NewsroomSlow": (
        [
            'newsroom_request_seconds_bucket{le="1.0"} 0+10x60',
            'newsroom_request_seconds_bucket{le="5.0"} 0+20x60',
            'newsroom_request_seconds_bucket{le="+Inf"} 0+20x60',
        ],
        ['newsroom_request_seconds_bucket{le="1.0"} 0+20x60', 'newsroom_request_seconds_bucket{le="+Inf"} 0+20x60'],
    ),
    "NewsroomConnectionsShort": (
        [
            'newsroom_connection_wait_seconds_bucket{le="0.1"} 0+10x60',
            'newsroom_connection_wait_seconds_bucket{le="0.5"} 0+20x60',
            'newsroom_connection_wait_seconds_bucket{le="+Inf"} 0+20x60',
        ],
        [
            'newsroom_connection_wait_seconds_bucket{le="0.1"} 0+20x60',
            'newsroom_connection_wait_seconds_bucket{le="+Inf"} 0+20x60',
        ],
    ),
    "NewsroomVacuumLate": (
        ['newsroom_table_dead_rows{table="pages_storedpage"} 100001x361'],
        ['newsroom_table_dead_rows{table="pages_storedpage"} 100000x361'],
    ),
    "NewsroomSignInsFail": (
        ['newsroom_sign_ins_total{result="failed"} 0+6x60'],
        ['newsroom_sign_ins_total{result="failed"} 0+1x60', 'newsroom_sign_ins_total{result="succeeded"} 0+90x60'],
    ),
    "NewsroomReleasesDiffer": (
        ['newsroom_release_info{release="a"} 1x60', 'newsroom_release_info{release="b"} 1x60'],
        ['newsroom_release_info{release="a"} 1x60'],
    ),
    "NewsroomReviewsOverdue": (["newsroom_reviews_overdue 4x1600"], ["newsroom_reviews_overdue 0x1600"]),
    "NewsroomQuiet": (["newsroom_quiet 1x90"], ["newsroom_quiet 0x90"]),
}


def promtool(*arguments: str, text: str | None = None) -> str:
    """Run promtool, and return its output if it has nothing to object to."""
    program = find_promtool()
    assert program, "promtool is missing."
    done = subprocess.run([program, *arguments], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.django_db
def test_prometheus_has_nothing_to_object_to_in_the_metrics(tmp_path, monkeypatch):
    monkeypatch.setattr(metrics, "close_old_connections", lambda: None)
    counters.write_to(tmp_path / "metrics")
    metrics.reset()
    make_published_story(slug="harbour")
    for address in ("/", "/stories/harbour/", "/nowhere/", "/search/?q=harbour"):
        Client().get(address)
    DURATIONS.observe(0.2, 'a route with "quotes", a \\ and a \n')
    text = metrics.render().decode()
    counters.write_to(None)
    assert "newsroom_requests_total{" in text
    assert promtool("check", "metrics", text=text) == ""


def test_every_alert_is_valid():
    assert "SUCCESS" in promtool("check", "rules", str(ALERTS))


def test_every_alert_fires_when_it_should_and_not_before(tmp_path):
    assert [rule["alert"] for rule in read_rules()] == [*FIRING]
    tests = []
    for alert, (firing, quiet) in FIRING.items():
        for series, samples in ((firing, [{"labels": "{}", "value": 1}]), (quiet, [])):
            length = max(int(each.rpartition("x")[2]) for each in series)
            test = {"expr": f'count(ALERTS{{alertname="{alert}", alertstate="firing"}})', "exp_samples": samples}
            tests.append(
                {
                    "name": f"{alert}: {series}",
                    "interval": "1m",
                    "input_series": [
                        dict(zip(("series", "values"), each.split(" ", 1), strict=True)) for each in series
                    ],
                    "promql_expr_test": [test | {"eval_time": f"{length}m"}],
                }
            )
    file = tmp_path / "tests.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(ALERTS)], "tests": tests}), encoding="utf-8")
    promtool("test", "rules", str(file))


def test_every_query_of_the_dashboard_is_valid(tmp_path):
    rules = [{"record": f"query_{number}", "expr": query} for number, query in enumerate(read_queries())]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")
    assert f"{len(rules)} rules found" in promtool("check", "rules", str(file))


def test_alerts_and_the_dashboard_name_only_metrics_that_exist():
    names = dict(stored_metrics())
    for query in [*(rule["expr"] for rule in read_rules()), *read_queries()]:
        for name in re.findall(r"newsroom_\w+", query):
            assert re.sub(r"_(bucket|sum|count)$", "", name) in names, query
        for name, labels in re.findall(r"(newsroom_\w+)\{([^}]*)\}", query):
            used = set(re.findall(r"(\w+)\s*(?:=|!)", labels)) - {"instance", "job"}
            assert used <= names[re.sub(r"_(bucket|sum|count)$", "", name)], query


def test_the_dashboard_shows_every_metric():
    shown = {re.sub(r"_bucket$", "", name) for query in read_queries() for name in re.findall(r"newsroom_\w+", query)}
    assert shown == set(stored_metrics())


def test_panels_do_not_overlap():
    cells: dict[tuple[int, int], str] = {}
    for panel in read_panels():
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert cells.setdefault((x, y), panel["title"]) == panel["title"]
    assert len({panel["id"] for panel in read_panels()}) == len(read_panels())
    assert DASHBOARD.stat().st_size < 100_000
