"""Alerts of a running site whose PostgreSQL server is stopped or takes no writes, by mail and to ``ALERT_URL``."""

import pytest

from tests.mail_server import MailServer
from tests.newsroom.page_cache.edge import Edge
from tests.servers.alert_processes import AlertSite, is_ready
from tests.servers.server_process import send_request
from tests.wait import wait_until

pytestmark = [pytest.mark.audit, pytest.mark.django_db]
_SIGN_IN = """
from django.test import Client
from tests.factories import make_user
client = Client()
client.force_login(make_user(role="Administrator"), backend="django.contrib.auth.backends.ModelBackend")
print(client.cookies["sessionid"].value)
"""


@pytest.fixture
def receiver():
    """Yield the server at ``ALERT_URL``, which records what is posted."""
    with Edge() as server:
        yield server
        server.shutdown()


@pytest.fixture
def site(cluster, receiver, tmp_path):
    """Yield the site with a running worker, the port of its web server, and the cookie of an administrator."""
    with MailServer() as mails:
        alert_site = AlertSite(tmp_path, cluster.url, mails, alert_url=receiver.address)
        cookie = f"sessionid={alert_site.manage('shell', '--verbosity', '0', '-c', _SIGN_IN).strip()}"
        with alert_site.serve() as port, alert_site.run("worker"):
            wait_until(lambda: "worker: ok" in read(port, "/readyz"), 60, alert_site.read_log)
            mails.messages.clear()
            receiver.requests.clear()
            yield alert_site, port, cookie


def read(port, address, **headers):
    return send_request(port, address, **headers).body.decode()


def told(site, words):
    return [subject for subject in site.mails.subjects if words in subject]


def posted(receiver, code):
    """Return the state in each alert with this code that was posted."""
    return [alert["state"] for _, _, alert in receiver.requests if alert["code"] == code]


def test_a_read_only_database_is_named_and_told_once_and_so_is_its_end(site, cluster, receiver):
    alert_site, port, cookie = site
    words = "Nothing can be saved: the database is read-only. Readers are served."
    cluster.make_read_only()
    alert_site.wait_for_mail(f"Newsroom: {words}")
    assert words in read(port, "/admin/health/", Cookie=cookie)
    assert 'newsroom_alerts_open{code="writes",level="red"} 1.0' in read(port, "/metrics")
    assert f"fault: writes: {words[0].lower()}{words[1:]}" in alert_site.manage("doctor", "--only", "writes")
    assert words in read(port, "/admin/", Cookie=cookie)
    is_ready(port)
    assert len(told(alert_site, words)) == 1
    cluster.accept_writes()
    alert_site.wait_for_mail(f"Newsroom: ended: {words}")
    assert len(told(alert_site, words)) == 2
    assert posted(receiver, "writes") == ["begun", "ended"]


def test_a_stopped_database_is_told_by_one_of_all_processes_and_so_is_its_end(site, cluster, receiver):
    alert_site, port, _ = site
    words = "The database does not answer"
    cluster.stop()
    for _ in range(4):
        is_ready(port)
    alert_site.wait_for_mail(f"Newsroom: {words}")
    for _ in range(4):
        is_ready(port)
    assert "fault: database: the database does not answer" in alert_site.manage("doctor", "--only", "database")
    assert len(told(alert_site, words)) == 1
    assert posted(receiver, "database") == ["begun"]
    cluster.start()
    alert_site.wait_for_mail(f"Newsroom: ended: {words}")
    assert len(told(alert_site, words)) == 2
    assert posted(receiver, "database") == ["begun", "ended"]
