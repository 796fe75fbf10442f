"""A run from the first row to the table, small and short; pages are driven where there is something to drive them with."""

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
def database_of_its_own(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)


def places():
    """Return what a run that goes on has laid out."""
    return {*(ROOT / "var" / "bench").glob("run-*"), *(ROOT / "var" / "bench").glob("sqlite-*")}


def test_a_run_measures_everything_and_leaves_nothing_but_its_figures():
    before = places()
    parts = PARTS if shutil.which("wrk") else [part for part in PARTS if part != "pages"]
    done = subprocess.run([*COMMAND, "--only", *parts], cwd=ROOT, capture_output=True, text=True, check=False)
    written = re.search(r"All figures are in (\S+)\.$", done.stdout, re.MULTILINE)
    assert written, done.stdout + done.stderr
    result = Result.read(ROOT / written[1])
    (ROOT / written[1]).unlink()
    one = result.databases[0]
    assert not result.at_full_length
    assert one.disk
    assert one.disk.stories == 20
    assert one.publishing
    assert one.importing
    assert {each.page for each in one.first_reads} == {"story", "question", "topic", "front", "stories"}
    assert all(page.failures == 0 for page in one.pages)
    assert one.mixed
    assert (one.mixed.errors, one.mixed.stale, one.mixed.examples) == (0, 0, [])
    assert places() <= before


def test_a_run_that_is_told_to_stop_ends_what_it_has_started():
    before = places()
    with subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not places() - before:
            assert process.poll() is None
            time.sleep(0.1)
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert "Stopped" in said
    assert process.returncode == 130
    assert places() <= before
