"""Alerts of a running site: its workers end, or a process of another release runs beside the others."""

from datetime import timedelta
from subprocess import Popen

import pytest
from django.core.management import call_command
from django.test import Client

from newsroom.background.models import WorkerLife
from newsroom.operations.models import Alert, Process, Pulse
from tests.databases import database_url
from tests.factories import make_user
from tests.mail_server import MailServer
from tests.servers.alert_processes import FULL_LENGTH, MAX_START_SECONDS, NAMED_WITHIN, AlertSite, is_ready
from tests.servers.server_process import send_request
from tests.wait import wait_until

pytestmark = [pytest.mark.portable, pytest.mark.django_db(transaction=True)]
# ``processes.OVERLAP`` in the processes of the site.
OVERLAP = timedelta(seconds=60 if FULL_LENGTH else 3)


@pytest.fixture
def site(tmp_path):
    """Yield a site on the test database."""
    with MailServer() as mails:
        yield AlertSite(tmp_path, database_url(), mails)


@pytest.fixture
def cookie():
    """Return the cookie of a signed-in administrator."""
    client = Client()
    client.force_login(make_user(role="Administrator"), backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def read(port, address, **headers):
    return send_request(port, address, **headers).body.decode()


def is_named(site, words, *, port):
    """Return whether a mail contains these words. Ask ``/readyz`` first, as newsroom-watch.timer does."""
    is_ready(port)
    return any(words in subject for subject in site.mails.subjects)


def assert_named_everywhere(site, words, *, code, level, port, cookie):
    assert words in read(port, "/admin/health/", Cookie=cookie)
    assert f'newsroom_alerts_open{{code="{code}",level="{level}"}} 1.0' in read(port, "/metrics")
    # The doctor prints the sentence after a colon.
    assert words.lower() in site.manage("doctor", "--only", code).lower()


@pytest.mark.parametrize("end", [Popen.kill, Popen.terminate], ids=["killed", "stopped"])
def test_the_end_of_all_workers_is_reported_once_and_so_is_the_start_of_another(site, cookie, end):
    words = "Mail, announcements and pictures are not being processed. Start newsroom-worker@1."
    with site.run("worker") as first, site.run("worker") as second, site.serve() as port:
        wait_until(lambda: WorkerLife.objects.alive().count() == 2, MAX_START_SECONDS, site.read_log)
        for worker in (first, second):
            end(worker)
        assert [worker.wait(60) for worker in (first, second)] == ([-9, -9] if end is Popen.kill else [0, 0])
        # A worker that is stopped records its end. Nothing records that of a killed one.
        assert WorkerLife.objects.filter(ended_at=None).count() == (2 if end is Popen.kill else 0)
        wait_until(lambda: is_named(site, words, port=port), NAMED_WITHIN, site.read_log)
        assert [subject.partition(" since ")[0] for subject in site.mails.subjects] == ["Newsroom: No worker has run"]
        assert_named_everywhere(site, words, code="worker", level="red", port=port, cookie=cookie)
        with site.run("worker"):
            site.wait_for_mail("Newsroom: ended: No worker has run since")
        assert len([subject for subject in site.mails.subjects if words in subject]) == 2


@pytest.mark.soak
def test_a_process_of_another_release_is_reported_after_a_minute_but_not_during_an_upgrade(site, cookie):
    with site.serve() as port, site.run("worker"):
        wait_until(WorkerLife.objects.is_any_alive, MAX_START_SECONDS, site.read_log)
        call_command("pause_alerts", "release")  # as newsroom-upgrade does
        with site.run("worker", CONTACT_OF_RELEASE="mailto:security@elsewhere.example") as other:
            words = f"Process {other.pid} on "
            opened = Alert.objects.filter(code="release", words__startswith=words)
            wait_until(opened.exists, MAX_START_SECONDS + NAMED_WITHIN, site.read_log)
            alert, process = opened.get(), Process.objects.get(pid=other.pid)
            assert alert.since - process.begun_at >= OVERLAP
            wait_until(lambda: Pulse.objects.evaluated_at() > alert.since, NAMED_WITHIN, site.read_log)
            assert not is_named(site, words, port=port)
            call_command("pause_alerts", "release", minutes=0)  # the process has been left running
            wait_until(lambda: is_named(site, words, port=port), NAMED_WITHIN, site.read_log)
            assert_named_everywhere(site, words, code="release", level="amber", port=port, cookie=cookie)
        site.wait_for_mail(f"Newsroom: ended: {words}")
        assert len([subject for subject in site.mails.subjects if words in subject]) == 2
