"""Alerts of a running site whose worker is killed: the web server notices, and tells it by mail."""

import pytest
from django.test import Client

from newsroom.background.models import WorkerLife
from tests.databases import database_url
from tests.factories import make_user
from tests.mail_server import MailServer
from tests.servers.alert_processes import MAX_START_SECONDS, NAMED_WITHIN, AlertSite, is_ready, wait_until
from tests.servers.server_process import send_request

pytestmark = [pytest.mark.portable, pytest.mark.django_db(transaction=True)]


def test_a_worker_that_is_killed_is_told_once_and_its_end_too(tmp_path):
    client = Client()
    client.force_login(make_user(role="Administrator"), backend="django.contrib.auth.backends.ModelBackend")
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    with MailServer() as mails:
        site = AlertSite(tmp_path, database_url(), mails)
        with site.run("worker") as worker:
            wait_until(WorkerLife.objects.is_any_alive, MAX_START_SECONDS, site.read_log)
            with site.serve() as port:

                def named() -> bool:
                    is_ready(port)  # as newsroom-watch.timer asks
                    return any("No worker has run since" in subject for subject in mails.subjects)

                wait_until(lambda: "worker: ok" in read(port, "/readyz"), 60, site.read_log)
                mails.messages.clear()
                worker.kill()
                wait_until(named, NAMED_WITHIN, site.read_log)
                words = "Mail, announcements and pictures are not being processed. Start newsroom-worker@1."
                assert mails.subjects[0].endswith(words)
                assert words in read(port, "/admin/health/", Cookie=cookie)
                assert 'newsroom_alerts_open{code="worker",level="red"} 1.0' in read(port, "/metrics")
                assert words in site.manage("doctor", "--only", "worker")
                with site.run("worker"):
                    site.wait_for_mail("Newsroom: ended: No worker has run since")
                assert len([subject for subject in mails.subjects if "No worker has run" in subject]) == 2


def read(port, address, **headers):
    return send_request(port, address, **headers).body.decode()
