"""Faults that are set by hand: each is named everywhere and told once, and its end too; without one, a day is silent.

Those of Redis and of PostgreSQL are set in ``tests/caching`` and ``tests/postgresql/outages``, with the servers themselves.
"""

import os
import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils.html import escape

from newsroom.accounts.tasks import mail_account_notice
from newsroom.background.failures import stop_retrying
from newsroom.background.models import RETRY_DELAYS, Failure, Job, WorkerLife
from newsroom.http import clock
from newsroom.operations import metrics, processes
from newsroom.operations.alerts.evaluation import INTERVAL, evaluate_if_due
from newsroom.operations.models import Backup, Drill, Process, ProcessKind, TidyRun
from newsroom.page_cache.purge import purge
from newsroom.page_cache.release import release
from newsroom.task_queue import enqueue
from stories import publishing
from stories.models import Edition
from stories.publishing import triggers
from stories.publishing.tasks import announce_to_hub
from tests.clocks import SetClock, set_clock
from tests.factories import make_story, make_user
from tests.health_results import discard_results
from tests.mail_server import MailServer
from tests.newsroom.background import sample_tasks
from tests.newsroom.background.test_retries import enqueue_job, make_jobs_due, run_worker
from tests.newsroom.page_cache.edge import Edge
from tests.site_process import free_port

pytestmark = [pytest.mark.portable, pytest.mark.audit, pytest.mark.django_db(transaction=True)]
NAMED_WITHIN = timedelta(minutes=2)
Usage = namedtuple("Usage", "total used free")


@dataclass
class Site:
    """A site on which nothing is wrong until a test sets a fault. Its worker runs while ``has_worker``."""

    settings: Any
    monkeypatch: pytest.MonkeyPatch
    clock: SetClock
    client: Client
    mails: MailServer
    receiver: Edge
    capsys: pytest.CaptureFixture[str]
    services: ExitStack
    has_worker: bool = True

    def go(self, duration: timedelta, *, step: float = INTERVAL) -> None:
        """Advance the clock in steps. At each step, record heartbeats, run due tasks, and evaluate the alerts."""
        end = self.clock.moment + duration
        while self.clock.moment < end:
            self.clock.go(seconds=step)
            if self.has_worker:
                WorkerLife.objects.update_or_create(worker_id="a", defaults={"seen_at": self.clock.moment})
            Process.objects.exclude(pid=4711, host="gone").update(seen_at=self.clock.moment)
            if self.has_worker and Job.objects.ready().exists():
                run_worker()
            discard_results()
            evaluate_if_due(self.clock.moment)

    def told(self) -> list[tuple[str, str]]:
        """Return code and state of all alerts that ALERT_URL got."""
        return [(body["code"], body["state"]) for _, _, body in self.receiver.requests if "code" in body]

    def screen(self) -> str:
        discard_results()
        return self.client.get("/admin/health/").content.decode()

    def metrics(self) -> str:
        discard_results()
        return metrics.render().decode()

    def doctor(self) -> str:
        discard_results()
        self.capsys.readouterr()
        with suppress(CommandError):
            call_command("doctor")
        return self.capsys.readouterr().out


@pytest.fixture
def site(settings, monkeypatch, tmp_path, capsys) -> Iterator[Site]:
    now = clock.now().replace(microsecond=0)
    administrator = make_user(role="Administrator")
    client = Client()
    settings.EMAIL_CONFIGURED = True
    settings.ALERT_EMAILS = ["operations@lisle.example"]
    settings.BACKUP_TO = str(tmp_path / "backups")
    settings.MEDIA_ROOT.mkdir(exist_ok=True)
    Backup.objects.create(name="2026-11-28T031500Z", taken_at=now, ended_at=now, is_quick=False)
    Drill.objects.create(backup="2026-11-28T031500Z", began_at=now, seconds=9, has_passed=True, sentence="It passed.")
    TidyRun.objects.create(name="tasks", ended_at=now, deleted=0)
    for pid in (1, 2):
        Process.objects.create(
            host="web1", pid=pid, kind=ProcessKind.WEB, version="1.4.0", release=release(), begun_at=now, seen_at=now
        )
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    with MailServer() as mails, Edge() as receiver, ExitStack() as services:
        settings.MAILERS = mails.mailers()
        settings.ALERT_URL = f"http://127.0.0.1:{receiver.server_port}/hook"
        found = Site(settings, monkeypatch, set_clock(monkeypatch, now), client, mails, receiver, capsys, services)
        found.go(timedelta(minutes=1))
        yield found
        receiver.shutdown()


@contextmanager
def no_worker(site: Site) -> Iterator[None]:
    site.has_worker = False
    yield
    site.has_worker = True


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    with site.monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda folder: Usage(42_000_000_000, 0, 2_100_000_000))
        yield


@contextmanager
def dropped_triggers(site: Site) -> Iterator[None]:
    triggers.remove()
    try:
        yield
    finally:
        triggers.install()


@contextmanager
def refused_mail(site: Site) -> Iterator[None]:
    site.mails.refusal = "535 5.7.8 Authentication failed"
    enqueue(mail_account_notice, "ana@lisle.example", "A line", "Words")
    run_twice()
    yield
    site.mails.refusal = ""
    run_again()


@contextmanager
def untold_edition(site: Site) -> Iterator[None]:
    site.settings.WEBSUB_HUB = "https://hub.example"
    story = make_story(headline="Harbour wall reopens")
    publishing.schedule(story, by=make_user(role="Editor"), at=site.clock.moment + timedelta(seconds=10))
    job = Job.objects.get(task_path=announce_to_hub.module_path)
    job.claim("a")  # by a worker that hangs
    yield
    job.set_successful(1)


@contextmanager
def unpurged_edition(site: Site) -> Iterator[None]:
    site.settings.PURGE_URL = "https://edge.example/purge"
    site.monkeypatch.setattr("newsroom.page_cache.purge._checked_releases", {release()})  # purge nothing else
    publishing.publish(make_story(), by=make_user(role="Editor"))
    job = Job.objects.get(task_path=purge.module_path)
    job.claim("a")  # by a worker that hangs
    yield
    job.set_successful(1)


@contextmanager
def old_backup(site: Site) -> Iterator[None]:
    Backup.objects.update(taken_at=site.clock.moment - timedelta(hours=31))
    yield
    Backup.objects.update(taken_at=site.clock.moment)


@contextmanager
def incomplete_backup(site: Site) -> Iterator[None]:
    Backup.objects.update(fault_count=2)
    yield
    Backup.objects.update(fault_count=0)


@contextmanager
def wrong_clock(site: Site) -> Iterator[None]:
    with site.monkeypatch.context() as patch:
        patch.setattr(clock, "skew", lambda: timedelta(seconds=6.1))
        yield


@contextmanager
def process_of_the_last_release(site: Site) -> Iterator[None]:
    with site.monkeypatch.context() as patch:
        patch.setattr(processes, "release", lambda: "0a1b2c3d4e5f")
        patch.setattr(processes, "version", lambda: "1.3.0")
        patch.setattr(processes, "_identity", None)
        processes.record(ProcessKind.WEB, site.clock.moment)
    yield
    processes.forget()


@contextmanager
def dead_hub(site: Site) -> Iterator[None]:
    service = DeadService()
    site.settings.WEBSUB_HUB = service.address
    publishing.publish(make_story(), by=make_user(role="Editor"))
    run_twice()
    yield
    site.services.enter_context(service.revived())
    run_again()


@contextmanager
def dead_edge(site: Site) -> Iterator[None]:
    service = DeadService()
    site.settings.PURGE_URL = service.address
    enqueue(purge, ["release"])
    run_twice()
    yield
    site.services.enter_context(service.revived())
    run_again()


@contextmanager
def unwritable_media(site: Site) -> Iterator[None]:
    folder, site.settings.MEDIA_ROOT = site.settings.MEDIA_ROOT, "/proc"  # where not even root can make a file
    yield
    site.settings.MEDIA_ROOT = folder


@contextmanager
def failed_task(site: Site) -> Iterator[None]:
    enqueue_job(sample_tasks.fail_without_file, "/no/such/file")
    for _ in range(len(RETRY_DELAYS) + 1):
        make_jobs_due()
        run_worker()
    yield
    stop_retrying(Failure.objects.get(), by=make_user(role="Administrator"))


def run_twice() -> None:
    """Run the tasks that are ready, and those that failed once more."""
    run_worker()
    run_again()


def run_again() -> None:
    make_jobs_due()
    run_worker()


class DeadService:
    """An address at which nothing answers, except in the block of ``revived``."""

    def __init__(self) -> None:
        self._port = free_port()
        self.address = f"http://127.0.0.1:{self._port}/service"

    @contextmanager
    def revived(self) -> Iterator[None]:
        with ThreadingHTTPServer(("127.0.0.1", self._port), _Accepting) as server:
            Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            yield
            server.shutdown()


class _Accepting(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Suppress the request log."""


# For each fault: what sets it and mends it, the code of its alert, its words, and its level.
type SetFault = Callable[[Site], Any]
FAULTS: dict[str, tuple[SetFault, str, str, str]] = {
    "all workers killed": (no_worker, "worker", "No worker has run since ", "red"),
    "disk full": (full_disk, "disk", "is free (2.1 GB). Delete old backups or enlarge it.", "red"),
    "trigger dropped": (dropped_triggers, "trigger", "The rule “revision_kept” is missing in the database.", "red"),
    "mail refused": (
        refused_mail, "mail", "The mail server refuses our mail: 535 Authentication failed. 1 message waits.", "red",
    ),
    "edition untold": (untold_edition, "untold", "“Harbour wall reopens” is live since ", "red"),
    "edition not purged": (unpurged_edition, "untold", "; the edge has not been notified. See Failed tasks.", "red"),
    "backup old": (old_backup, "backup", "The last complete backup is 31 hours old.", "amber"),
    "backup incomplete": (incomplete_backup, "backup", "The last backup lacks 2 files.", "amber"),
    "clock wrong": (wrong_clock, "clock", "clock is 6.1 s ahead of the database. Publishing is refused.", "red"),
    "last release": (process_of_the_last_release, "release", f"Process {os.getpid()} on ", "amber"),
    "hub dead": (dead_hub, "hub", "127.0.0.1 does not answer (Connection refused). Tried again at ", "amber"),
    "edge dead": (dead_edge, "edge", "The edge was not purged since ", "red"),
    "media read-only": (unwritable_media, "media", "Pictures cannot be written under proc/.", "red"),
    "task given up": (failed_task, "task", "1 task failed after 6 attempts: fail without file.", "amber"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_everywhere_and_told_once_and_so_is_its_end(name, site):
    set_fault, code, words, level = FAULTS[name]
    assert not site.told()
    with set_fault(site):
        site.go(NAMED_WITHIN)
        assert site.told() == [(code, "begun")]
        message = site.receiver.requests[-1][2]["message"]
        assert words in message
        if code != "mail":
            assert site.mails.subjects == [f"Newsroom: {message}"]
        assert escape(words) in site.screen()
        assert f'newsroom_alerts_open{{code="{code}",level="{level}"}} 1.0' in site.metrics()
        assert words.lower() in site.doctor().lower()  # a line goes on in lower case
        assert (escape(message) in site.client.get("/admin/").content.decode()) == (level == "red")
        site.go(timedelta(minutes=5))
        assert site.told() == [(code, "begun")]
    site.go(NAMED_WITHIN)
    assert site.told() == [(code, "begun"), (code, "ended")]
    assert site.mails.subjects[-1].startswith("Newsroom: ended: ")
    assert len([subject for subject in site.mails.subjects if ": ended: " in subject]) == 1
    assert "newsroom_alerts_open{" not in site.metrics()
    assert escape(words) not in site.screen()


def test_a_day_without_a_fault_is_silent(site, full_length):
    site.go(timedelta(hours=24), step=INTERVAL if full_length else 300)
    assert site.told() == []
    assert site.mails.messages == []
    TidyRun.objects.update(ended_at=site.clock.moment)  # as a worker does each hour
    assert "Everything is in order. Checked at " in site.screen()
    assert Edition.objects.count() == 0
