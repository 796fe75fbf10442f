"""A real Prometheus, set up as the documentation says, scrapes the demonstration: every panel has a series to show.

Grafana does not run. The test sends the queries of its panels to Prometheus.
"""

import math
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.db import connection

from tests.backups import empty_target, process_environment
from tests.monitoring.prometheus_server import run_prometheus
from tests.monitoring.rules_and_panels import ALERTS, read_queries, read_rules
from tests.servers.server_process import run_server
from tests.source_code import ROOT
from tests.stories.demo.seed import run_seed_demo, small_pictures
from tests.tls_server import serve_over_tls, write_certificate
from tests.visitors import Account, Visitor, list_pages
from tests.wait import WAIT, wait_until

MAX_WAIT = 120.0  # seconds
# Metrics without a series on SQLite.
OF_POSTGRESQL = {"newsroom_connection_wait_seconds_bucket", "newsroom_table_dead_rows"}
# Metrics that have a series after a worker has tried a task, after a drill, or when gauges are read for the second time.
LATE = {
    "newsroom_tasks_total",
    "newsroom_drill_age_seconds",
    "newsroom_drill_ok",
    "newsroom_certificate_end_seconds",
}


@pytest.fixture
def environment(transactional_db, tmp_path) -> Iterator[Mapping[str, str]]:
    """Seed the demonstration and back it up. Yield the environment of its processes.

    A server answers at ``SITE_URL`` with a certificate.
    """
    with small_pictures():
        run_seed_demo()
    (tmp_path / "var").mkdir()
    call_command("backup", "create", str(tmp_path / "backups"), stdout=StringIO())
    write_certificate(tmp_path, end=datetime.now(UTC) + timedelta(days=60))
    with serve_over_tls(lambda environ, start_response: [], tmp_path) as address:
        yield process_environment(tmp_path / "var") | {
            "DJANGO_SETTINGS_MODULE": "tests.monitoring.settings_of_scraped_site",
            "ADDRESS_OF_SITE": address,
        }


@contextmanager
def run_command(*command: str, environment: Mapping[str, str], folder: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a command of the site during the block, or until it ends. It logs to a file in ``folder``."""
    with (folder / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(WAIT)


@contextmanager
def run_drill(environment: Mapping[str, str], folder: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a drill with the backup during the block, or until it ends."""
    with (
        empty_target(folder) as target,
        run_command(
            *("drill", "--from", str(folder / "backups"), "--into", target, "--pages", "25"),
            environment=environment,
            folder=folder,
        ) as drill,
    ):
        yield drill


@contextmanager
def take_silent_port() -> Iterator[int]:
    """Yield a port on which nothing answers, and that no other process is given during the block."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def read_config(port: int, silent_port: int) -> dict[str, Any]:
    """Return the configuration that the documentation prints, with a scrape each second.

    The first web server answers on ``port``. The second has ``silent_port``.
    """
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    [block] = re.findall(r"```yaml\n(scrape_configs:.*?)```", text, re.DOTALL)
    config: dict[str, Any] = yaml.safe_load(block)
    [job] = config["scrape_configs"]
    [targets] = job["static_configs"]
    assert targets["targets"] == ["127.0.0.1:8001", "127.0.0.1:8002"]
    targets["targets"] = [f"127.0.0.1:{port}", f"127.0.0.1:{silent_port}"]
    every_second = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    return config | {"global": every_second, "rule_files": [str(ALERTS)]}


def find_metrics(query: str) -> set[str]:
    return set(re.findall(r"newsroom_\w+", query))


def test_each_query_of_the_dashboard_returns_a_series_and_each_rule_is_evaluated(environment, tmp_path):
    queries = read_queries(interval="1m")
    of_other_database = {query for query in queries if find_metrics(query) & OF_POSTGRESQL}
    if connection.vendor == "postgresql":
        of_other_database = set()
    unanswered = {*queries} - of_other_database
    awaited = {query for query in unanswered if not find_metrics(query) & LATE}
    with (
        run_server("serve", tmp_path, environment) as port,
        run_drill(environment, tmp_path) as drill,
        take_silent_port() as silent_port,
        run_prometheus(read_config(port, silent_port), tmp_path / "prometheus") as prometheus,
    ):
        reader = Visitor(port)
        # One of the two web servers of the machine answers.
        wait_until(lambda: sorted(prometheus.query('up{job="newsroom",machine="web1"}')) == [0, 1])
        assert reader.sign_in(Account("nobody", "wrong")).status == 200
        pages = cycle(list_pages(reader))

        def are_answered() -> bool:
            # The quantile of a time is NaN unless another request is counted after the first scrape.
            reader.get(next(pages))
            for query in [*unanswered]:
                if not all(map(math.isnan, prometheus.query(query))):
                    unanswered.remove(query)
            return not unanswered & awaited

        # Without a worker, tasks wait.
        wait_until(are_answered, MAX_WAIT, lambda: "\n".join(unanswered))
        awaited = {*unanswered}
        # A drill leaves out pages that change meanwhile, as they do when a worker makes pictures.
        assert drill.wait(MAX_WAIT) == 0, (tmp_path / "drill.log").read_text()
        with run_command("worker", environment=environment, folder=tmp_path):
            wait_until(are_answered, MAX_WAIT, lambda: "\n".join(unanswered))
        assert [query for query in of_other_database if prometheus.query(query)] == []

        [group] = prometheus.get("rules")["groups"]
        evaluated = {rule["name"]: (rule["health"], rule.get("lastError", "")) for rule in group["rules"]}
        assert evaluated == {rule["alert"]: ("ok", "") for rule in read_rules()}
