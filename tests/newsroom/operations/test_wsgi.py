"""During a restore, every address but the health checks answers 503, stored pages included."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError

from newsroom.http import clock
from newsroom.operations import site_state, wsgi
from newsroom.operations.wsgi import LOOK_INTERVAL, NOTICE_DELAY, RETRY_AFTER, RestoreWatch, with_restore_notice
from newsroom.page_cache.fetch import make_fetcher
from newsroom.page_cache.models import StoredPage
from newsroom.page_cache.release import release
from newsroom.page_cache.wsgi import StoredPages
from newsroom.wsgi import with_health
from tests.factories import make_published_story

pytestmark = pytest.mark.database


@pytest.fixture
def now(monkeypatch):
    """Stop the clock that decides when the state is read again; return a list with its time."""
    moment = [1_000.0]
    monkeypatch.setattr(wsgi, "monotonic", lambda: moment[0])
    return moment


@pytest.fixture
def ask(transactional_db, settings, tmp_path):
    """Return a function that sends a request through the layers of ``newsroom.wsgi``."""
    settings.VAR_DIR = tmp_path
    stored_pages = StoredPages(
        WSGIHandler(),
        fetch=make_fetcher(release()),
        hosts=["testserver"],
        is_secure=False,
        proxy_header=None,
        lock_folder=tmp_path / "turns",
    )
    application = with_health(with_restore_notice(stored_pages))

    def request(path, method="GET"):
        environ = {"REQUEST_METHOD": method, "HTTP_HOST": "testserver", "PATH_INFO": path, "QUERY_STRING": ""}
        setup_testing_defaults(environ)
        received = []
        body = b"".join(application(environ, lambda status, headers: received.extend((status, dict(headers)))))
        status, headers = received
        return int(status.split()[0]), headers, body

    return request


def test_a_restore_answers_503_also_for_stored_pages(ask, now):
    path = f"/stories/{make_published_story().slug}/"
    assert [ask(path)[0] for _ in range(2)] == [200, 200]
    assert StoredPage.objects.filter(address=path).exists()
    site_state.begin_restore(delay=0)
    now[0] += NOTICE_DELAY
    for address in (path, "/", "/search/", "/admin/", "/static/css/base.css", "/no-such-page/"):
        status, headers, body = ask(address)
        assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, str(RETRY_AFTER), "no-store")
        assert body == b"This site is being restored. Try again in a few minutes.\n"
        assert headers["Content-Length"] == str(len(body))
    assert ask(path, "POST")[0] == 503
    assert ask(path, "HEAD")[2] == b""
    site_state.end_restore(at=clock.now())
    now[0] += LOOK_INTERVAL
    assert ask(path)[0] == 200


def test_the_api_answers_with_a_problem_document(ask, now):
    site_state.begin_restore(delay=0)
    status, headers, body = ask("/api/v1/stories")
    assert (status, headers["Content-Type"]) == (503, "application/problem+json")
    assert headers["Retry-After"] == str(RETRY_AFTER)
    assert json.loads(body)["detail"].startswith("This site is being restored.")


def test_health_checks_are_answered_during_a_restore(ask, now):
    assert b"restored: ok" in ask("/readyz")[2]
    site_state.begin_restore(delay=0)
    now[0] += LOOK_INTERVAL
    assert ask("/healthz")[0] == 200
    status, _, body = ask("/readyz")
    assert status == 503
    assert b"restored: failed" in body
    assert b"migrations: ok" in body


def test_a_quiet_site_serves_readers(ask, now):
    site_state.begin_restore(delay=0)
    site_state.end_restore(at=clock.now())
    assert ask("/")[0] == 200
    assert b"restored: ok" in ask("/readyz")[2]


def test_the_state_is_read_once_in_an_interval(now):
    looks = []
    watch = RestoreWatch(lambda: looks.append(now[0]) is not None)
    for tenth in range(31):
        now[0] = 1_000.0 + tenth / 10
        watch.is_restoring()
    assert looks == [1_000.0, 1_001.0, 1_002.0, 1_003.0]


def test_if_the_database_fails_the_last_state_remains(now):
    answers = [True, OperationalError("gone"), False]

    def look():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    watch, states = RestoreWatch(look), []
    for _ in range(3):
        states.append(watch.is_restoring())
        now[0] += LOOK_INTERVAL
    assert states == [True, True, False]


def test_while_one_thread_reads_the_state_others_do_not_wait(now):
    begun, may_end, states = Event(), Event(), iter([False, True])

    def look():
        state = next(states)
        if state:
            begun.set()
            may_end.wait(60)
        return state

    watch = RestoreWatch(look)
    watch.is_restoring()
    now[0] += LOOK_INTERVAL
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(watch.is_restoring)
        begun.wait(60)
        assert watch.is_restoring() is False
        may_end.set()
        assert first.result() is True
    assert watch.is_restoring() is True


@pytest.mark.parametrize("is_first", [True, False])
def test_requests_wait_if_the_last_state_is_missing_or_too_old(now, is_first):
    begun, may_end, states = Event(), Event(), iter([True] if is_first else [False, True])

    def look():
        state = next(states)
        if state:
            begun.set()
            may_end.wait(60)
        return state

    watch = RestoreWatch(look)
    if not is_first:
        assert watch.is_restoring() is False
        now[0] += NOTICE_DELAY
    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(watch.is_restoring)]
        begun.wait(60)
        results.append(pool.submit(watch.is_restoring))
        may_end.set()
        assert [result.result() for result in results] == [True, True]
