"""PostgreSQL stopped, killed and restarted: readers wait for nobody, and all works again by itself."""

import signal
from pathlib import Path
from time import monotonic, sleep

import pytest

from tests.postgresql.outages.cluster import END_ALL
from tests.postgresql.outages.conftest import STORIES
from tests.servers.server_process import ask

pytestmark = [pytest.mark.audit, pytest.mark.django_db]  # whose tables the server of its own begins with
# Two seconds are promised, on a machine that does nothing else.
WIDE_MARGIN = 6.0
PAGES = [*STORIES, "/", "/stories/", "/search/?q=story", "/api/v1/stories", "/feeds/stories.atom"]
STOPS = [signal.SIGINT, signal.SIGQUIT]


def processes(site):
    """Return the processes of the server."""
    return sorted(path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if is_of(site, path))


def is_of(site, path):
    """Return whether a process is one of the server; one that ends meanwhile is not."""
    try:
        return str(site.port).encode() in path.read_bytes().split(b"\0")
    except OSError:
        return False


@pytest.mark.parametrize("stop", STOPS, ids=["stopped", "killed"])
def test_forty_readers_without_postgresql_are_told_to_come_back(site, stop):
    before = processes(site)
    site.cluster.stop(stop)
    for _ in range(2):
        began = monotonic()
        answers = site.get_all((PAGES * 5)[:40])
        assert monotonic() - began < WIDE_MARGIN
        assert {answer.status for answer in answers} == {503}
        assert {answer.headers["retry-after"] for answer in answers} == {"5"}
        assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert processes(site) == before
    site.cluster.start()
    began = monotonic()
    while site.get(PAGES[0]).status != 200:
        assert monotonic() - began < 4 * WIDE_MARGIN
        sleep(0.1)


def test_the_desk_and_the_api_say_it_in_their_own_way(site):
    site.cluster.stop()
    signed_in = f"sessionid={'x' * 32}"
    desk = site.get("/admin/", Cookie=signed_in)
    api = site.get("/api/v1/stories")
    script = site.get("/admin/bar/", Cookie=signed_in, Accept="application/json")
    assert [answer.status for answer in (desk, api, script)] == [503, 503, 503]
    assert desk.headers["content-type"].startswith("text/html")
    assert api.headers["content-type"] == "application/problem+json"
    assert script.headers["content-type"] == "application/json"


def test_healthz_waits_for_nothing(site):
    site.cluster.stop()
    for method, body in (("GET", b"ok\n"), ("HEAD", b"")):
        answer = ask(site.port, "/healthz", method=method)
        assert (answer.status, answer.body, answer.headers["cache-control"]) == (200, body, "no-store")
    addresses = ["/stories/never-stored/"] * 30 + ["/healthz"] * 10
    began = monotonic()
    answers = site.get_all(addresses)
    assert monotonic() - began < WIDE_MARGIN
    assert [answer.status for answer in answers] == [503] * 30 + [200] * 10


@pytest.mark.parametrize("stop", STOPS, ids=["restarted", "crashed"])
def test_after_a_restart_no_reader_sees_an_error(site, stop):
    # More connections than one lie ready.
    assert {answer.status for answer in site.get_all(PAGES * 4)} == {200}
    for _ in range(2):
        site.cluster.restart(stop)
        assert [answer.status for answer in site.get_all(PAGES * 4)] == [200] * len(PAGES * 4)


def test_a_read_whose_connection_is_ended_meanwhile_is_answered_again(site):
    seen = set()
    for _ in range(10):
        site.cluster.execute(END_ALL, database="postgres")
        seen |= {answer.status for answer in site.get_all(PAGES * 2)}
    assert seen == {200}
