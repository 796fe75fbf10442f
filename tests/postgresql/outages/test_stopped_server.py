"""Outages of PostgreSQL: readers soon get an error, and the site recovers by itself."""

import signal
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.postgresql.outages.cluster import END_CONNECTIONS
from tests.postgresql.outages.conftest import STORIES
from tests.servers.server_process import send_request

pytestmark = [pytest.mark.audit, pytest.mark.django_db]  # the separate server copies the test database
# The documentation promises two seconds on an idle machine.
MAX_SECONDS = 6.0
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
def test_without_postgresql_forty_readers_get_503_with_retry_after(site, stop):
    before = processes(site)
    site.cluster.stop(stop)
    for _ in range(2):
        began = monotonic()
        answers = site.get_all((PAGES * 5)[:40])
        assert monotonic() - began < MAX_SECONDS
        assert {answer.status for answer in answers} == {503}
        assert {answer.headers["retry-after"] for answer in answers} == {"5"}
        assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert processes(site) == before
    site.cluster.start()
    began = monotonic()
    while site.get(PAGES[0]).status != 200:
        assert monotonic() - began < 4 * MAX_SECONDS
        sleep(0.1)


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


def test_healthz_never_waits(site):
    site.cluster.stop()
    for method, body in (("GET", b"ok\n"), ("HEAD", b"")):
        answer = send_request(site.port, "/healthz", method=method)
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (200, body, "no-store")
    addresses = ["/stories/never-stored/"] * 30 + ["/healthz"] * 10
    began = monotonic()
    answers = site.get_all(addresses)
    assert monotonic() - began < MAX_SECONDS
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
