"""Outages of PostgreSQL: readers soon get an error, and the site recovers by itself."""

import signal
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.postgresql.outages.cluster import END_CONNECTIONS
from tests.postgresql.outages.conftest import STORIES
from tests.readers import reading
from tests.servers.server_process import send_request
from tests.wait import wait_until

pytestmark = [pytest.mark.audit, pytest.mark.django_db]  # the separate server copies the test database
# Limits in seconds for an idle machine (docs/failures.md), which are checked at full length only.
MAX_SECONDS, MAX_HEALTH_SECONDS, MAX_RECOVERY_SECONDS = 2.0, 3.0, 5.0
PAGES = [*STORIES, "/", "/stories/", "/search/?q=story", "/api/v1/stories", "/feeds/stories.atom"]
STOPS = [signal.SIGINT, signal.SIGQUIT]


def processes(site):
    """Return the ids of the server's processes."""
    return sorted(path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if belongs_to(site, path))


def belongs_to(site, path):
    """Return whether a process belongs to the server, or False if the process has just ended."""
    try:
        return str(site.port).encode() in path.read_bytes().split(b"\0")
    except OSError:
        return False


@pytest.mark.parametrize("stop", STOPS, ids=["stopped", "killed"])
def test_without_postgresql_forty_readers_get_503_with_retry_after_and_soon_200_again(site, stop, full_length):
    before = processes(site)

    def connect():
        return HTTPConnection("127.0.0.1", site.port, timeout=60)

    with (
        reading(connect, ["/healthz"], readers=1) as health,
        reading(connect, PAGES, readers=40) as reads,
    ):
        wait_until(lambda: len(reads) >= 80)
        stop_began_at = monotonic()
        site.cluster.stop(stop)
        stopped_at = monotonic()
        wait_until(lambda: sum(each.began > stopped_at for each in reads) >= 40)
        if full_length:
            sleep(20)
        started_at = monotonic()
        site.cluster.start()
        wait_until(lambda: any(each.began > started_at and each.status == 200 for each in reads))
        wait_until(lambda: health[-1].began > started_at)
    assert processes(site) == before
    refused = [each for each in reads if stopped_at < each.began and each.ended < started_at]
    assert len(refused) >= 40
    assert {each.status for each in refused} == {503}
    assert {(each.headers["retry-after"], each.headers["cache-control"]) for each in refused} == {("5", "no-store")}
    assert {each.status for each in reads} == {200, 503}
    assert {each.status for each in health} == {200}
    if full_length:
        waits = [each.ended - max(each.began, stop_began_at) for each in reads if each.ended > stop_began_at]
        assert max(waits) < MAX_SECONDS
        assert max(each.seconds for each in health) < MAX_HEALTH_SECONDS
        back_at = min(each.ended for each in reads if each.began > stopped_at and each.status == 200)
        assert back_at - started_at < MAX_RECOVERY_SECONDS


def test_the_desk_and_the_api_answer_503_in_their_own_formats(site):
    site.cluster.stop()
    signed_in = f"sessionid={'x' * 32}"
    desk = site.get("/admin/", Cookie=signed_in)
    api = site.get("/api/v1/stories")
    script = site.get("/admin/bar/", Cookie=signed_in, Accept="application/json")
    assert [answer.status for answer in (desk, api, script)] == [503, 503, 503]
    assert desk.headers["content-type"].startswith("text/html")
    assert api.headers["content-type"] == "application/problem+json"
    assert script.headers["content-type"] == "application/json"


def test_healthz_never_waits(site, full_length):
    site.cluster.stop()
    for method, body in (("GET", b"ok\n"), ("HEAD", b"")):
        answer = send_request(site.port, "/healthz", method=method)
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (200, body, "no-store")
    addresses = ["/stories/never-stored/"] * 30 + ["/healthz"] * 10
    began = monotonic()
    answers = site.get_all(addresses)
    assert not full_length or monotonic() - began < MAX_SECONDS
    assert [answer.status for answer in answers] == [503] * 30 + [200] * 10


@pytest.mark.parametrize("stop", STOPS, ids=["restarted", "crashed"])
def test_after_a_restart_no_reader_sees_an_error(site, stop):
    # Open several connections in the pool.
    assert {answer.status for answer in site.get_all(PAGES * 4)} == {200}
    for _ in range(2):
        site.cluster.restart(stop)
        assert [answer.status for answer in site.get_all(PAGES * 4)] == [200] * len(PAGES * 4)


def test_a_request_whose_connection_is_terminated_is_retried(site):
    statuses = set()
    for _ in range(10):
        site.cluster.execute(END_CONNECTIONS, database="postgres")
        statuses |= {answer.status for answer in site.get_all(PAGES * 2)}
    assert statuses == {200}
