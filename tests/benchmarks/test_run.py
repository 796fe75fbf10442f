"""A complete run, but a small and short one. Pages are measured only if wrk is installed."""

import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.plan import PARTS
from benchmarks.results import Result
from tests.conftest import VENDOR

pytestmark = pytest.mark.soak
ROOT = Path(__file__).resolve().parent.parent.parent
COMMAND = [sys.executable, "-m", "benchmarks", "--stories", "20", "--short", "--on", VENDOR]


@pytest.fixture(autouse=True)
def _without_database_url(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


def list_run_folders():
    """Return the temporary folders of all runs that exist now."""
    return {*(ROOT / "var" / "bench").glob("run-*"), *(ROOT / "var" / "bench").glob("sqlite-*")}


def test_a_run_measures_all_parts_and_leaves_only_its_results():
    before = list_run_folders()
    parts = PARTS if shutil.which("wrk") else [part for part in PARTS if part != "pages"]
    process = subprocess.run([*COMMAND, "--only", *parts], cwd=ROOT, capture_output=True, text=True, check=False)
    written = re.search(r"All figures are in (\S+)\.$", process.stdout, re.MULTILINE)
    assert written, process.stdout + process.stderr
    result = Result.read(ROOT / written[1])
    (ROOT / written[1]).unlink()
    one = result.databases[0]
    assert not result.at_full_length
    assert one.disk
    assert one.disk.stories == 20
    assert one.publishing
    assert [each.publication for each in one.claims] == ["a first edition", "an update"]
    assert one.importing
    assert one.monitoring
    assert one.monitoring.count_cpu > 0
    assert {each.page for each in one.first_reads} == {"story", "question", "topic", "front", "stories"}
    assert all(page.failures == 0 for page in one.pages)
    assert one.mixed
    assert (one.mixed.errors, one.mixed.stale, one.mixed.examples) == (0, 0, [])
    assert one.backups
    assert one.backups.count > 0
    assert one.backups.quiet_reads.count > 0
    assert (one.backups.errors, one.backups.stale) == (0, 0)
    assert one.retention
    assert one.retention.writes.count > 0
    assert list_run_folders() <= before


def test_a_run_that_is_stopped_ends_its_processes():
    before = list_run_folders()
    with subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not list_run_folders() - before:
            assert process.poll() is None
            time.sleep(0.1)
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    assert "Stopped" in output
    assert process.returncode == 130
    assert list_run_folders() <= before
