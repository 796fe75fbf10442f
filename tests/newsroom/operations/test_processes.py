"""The processes of a site, and one that runs another release."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from newsroom.http import clock
from newsroom.operations import processes
from newsroom.operations.doctor.registry import examine_site
from newsroom.operations.models import Process, ProcessKind

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _unknown(monkeypatch):
    monkeypatch.setattr(processes, "_identity", None)


def make_process(pid, version="1.4.0", *, release="", host="web1", at, age):
    return Process.objects.create(
        host=host, pid=pid, kind=ProcessKind.WEB, version=version, release=release or version, seen_at=at,
        begun_at=at - age * SECOND,
    )  # fmt: skip


def words(at):
    return [str(diagnosis) for diagnosis in processes.find_other_releases(at)]


def test_a_process_is_stored_once_with_its_beginning():
    at = clock.now()
    processes.record(ProcessKind.WORKER, at)
    processes.record(ProcessKind.WORKER, at + 60 * SECOND)
    process = Process.objects.get()
    assert (process.pid, process.kind) == (os.getpid(), ProcessKind.WORKER)
    assert (process.begun_at, process.seen_at) == (at, at + 60 * SECOND)


def test_a_process_does_not_inherit_the_beginning_of_an_ended_one_with_its_number(monkeypatch):
    at = clock.now()
    processes.record(ProcessKind.WORKER, at)
    monkeypatch.setattr(processes, "_identity", None)
    processes.record(ProcessKind.WEB, at + 60 * SECOND)
    process = Process.objects.get()
    assert (process.kind, process.begun_at) == (ProcessKind.WEB, at + 60 * SECOND)


def test_a_process_of_this_machine_that_has_ended_is_deleted():
    at = clock.now()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    for pid in (ended.pid, os.getppid()):
        make_process(pid, host=processes._host(), at=at, age=0)
    make_process(ended.pid, host="another", at=at, age=0)
    processes.record(ProcessKind.WEB, at)
    found = set(Process.objects.values_list("host", "pid"))
    here = processes._host()
    assert found == {(here, os.getpid()), (here, os.getppid()), ("another", ended.pid)}


def test_a_process_that_ends_deletes_its_row():
    processes.record(ProcessKind.WORKER, clock.now())
    processes.forget()
    assert not Process.objects.exists()


def test_a_process_of_a_former_release_is_named_after_a_minute():
    at = clock.now()
    make_process(4711, "1.3.0", at=at, age=9000)
    for pid in (1, 2):
        make_process(pid, at=at, age=50)
    assert words(at) == []
    assert words(at + 10 * SECOND) == ["Process 4711 on web1 runs 1.3.0; the others run 1.4.0. Restart it."]
    assert ("release", "warning") in [(name, str(each.severity)) for name, each in examine_site(at=at + 10 * SECOND)]


def test_one_that_ended_in_a_restart_is_not_named():
    at = clock.now()
    make_process(4711, "1.3.0", at=at - 55 * SECOND, age=9000)
    make_process(1, at=at, age=60)
    assert words(at) == []
    assert words(at + 30 * SECOND) == []


def test_several_are_counted_and_equal_versions_are_told_apart():
    at = clock.now()
    for pid in (4711, 4712):
        make_process(pid, release="0a1b2c3d4e5f", at=at, age=9000)
    for pid in (1, 2, 3):
        make_process(pid, release="ffffffffffff", at=at, age=70)
    expected = (
        "Process 4711 on web1 runs 1.4.0 (0a1b2c3d); the others run 1.4.0 (ffffffff). 1 more does so. Restart it."
    )
    assert words(at) == [expected]


def test_one_release_is_in_order():
    at = clock.now()
    make_process(1, at=at, age=70)
    make_process(2, at=at, age=9000)
    make_process(3, "1.3.0", at=at - 91 * SECOND, age=9000)
    assert words(at) == []
