"""Readers load pages while editions are published: no response shows an edition replaced before the request."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from newsroom.http import clock
from newsroom.page_cache.fetch import make_fetcher
from newsroom.page_cache.models import StoredPage
from newsroom.page_cache.release import release
from stories import publishing
from stories.drafts import revisions
from tests.factories import make_published_question, make_published_story, make_topic, make_update, make_user
from tests.races.page_readers import build_and_stop, load, make_application, read_or_publish
from tests.races.processes import MAX_WAIT, run_concurrently, start_process
from tests.transactions import of_the_test

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/stories/pier/"
SOON = 20.0  # seconds; a blocked reader would wait longer


_opened_fetchers: list[Any] = []


@pytest.fixture(autouse=True)
def _close_connections():
    """Close the connections that Django does not manage, so that the database can be dropped."""
    yield
    for fetch in _opened_fetchers:
        if connection := getattr(fetch._database._thread_data, "connection", None):
            connection.close()
    _opened_fetchers.clear()


def make_server(folder: Path) -> Any:
    """Return a WSGI application of the current release."""
    application = make_application(str(folder))
    _opened_fetchers.append(application._fetch)
    return application


@pytest.fixture
def editor(transactional_db):
    return make_user()


@pytest.fixture
def story(editor):
    topic = make_topic(slug="gates")
    question = make_published_question(by=editor, slug="limits", topics=(topic,))
    headline = "Why pier 0 of Port Lisle is closed to lorries"
    return make_published_story(by=editor, slug="pier", headline=headline, topics=(topic,), questions=(question,))


@pytest.fixture
def read(story, tmp_path):
    """Return a function that loads the page of the story as a reader; the page has been stored already."""
    application = make_server(tmp_path)
    for _ in range(2):
        load(application, PAGE)
    return lambda: load(application, PAGE)[1]


def publish(story, editor, number):
    story.headline = f"Why pier {number} of Port Lisle is closed to lorries"
    story.save()
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update(f"Pier {number}."))


def has_current_page():
    """Return whether there is a current stored page of the story."""
    _opened_fetchers.append(make_fetcher(release()))
    return _opened_fetchers[-1](PAGE, clock.now()) is not None


def wait_for(file: Path) -> None:
    end = time.monotonic() + MAX_WAIT
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_request_after_a_publication_never_gets_an_older_page(story, editor, tmp_path, full_length):
    (tmp_path / "published").write_text("0", encoding="ascii")
    seconds, pages, editions = (12.0, 10**6, 10**6) if full_length else (60.0, 90, 6)
    readers = [("read", str(tmp_path), seconds, pages)] * (4 if full_length else 2)
    answers = run_concurrently(
        read_or_publish,
        [("publish", str(tmp_path), seconds, editions, story.pk, editor.pk), *readers],
        media_root=tmp_path,
    )
    assert {kind for kind, _ in answers} == {"returned"}, answers
    assert [stale for _, (_, old) in answers for stale in old] == []
    assert min(count for _, (count, _) in answers) > 3


def test_a_process_killed_while_rendering_blocks_nobody_and_stores_nothing(story, editor, read, tmp_path):
    publish(story, editor, 1)
    with start_process(build_and_stop, str(tmp_path), signal.SIGKILL, media_root=tmp_path) as process:
        process.join(MAX_WAIT)
        assert process.exitcode == -signal.SIGKILL
    assert not has_current_page()
    began = time.monotonic()
    assert "pier 1 of Port" in read()
    assert time.monotonic() - began < SOON
    assert has_current_page()


def test_a_page_rendered_before_a_publication_is_not_current_when_it_is_stored_after_it(story, editor, read, tmp_path):
    publish(story, editor, 1)
    with start_process(build_and_stop, str(tmp_path), signal.SIGSTOP, media_root=tmp_path) as process:
        wait_for(tmp_path / "stopped")
        publish(story, editor, 2)
        # The stopped process still holds the single-flight lock; others wait for this lock only for a limited time.
        assert "pier 2 of Port" in read()
        assert has_current_page()
        os.kill(process.pid, signal.SIGCONT)
        process.join(MAX_WAIT)
    assert (tmp_path / "stored").exists()
    assert not has_current_page() or "pier 2 of Port" in read()
    assert "pier 2 of Port" in read()


def test_a_publication_that_is_rolled_back_leaves_stored_pages_current(story, editor, read):
    read()
    before = read()
    with of_the_test():
        publish(story, editor, 1)
        transaction.set_rollback(True)
    assert has_current_page()
    assert read() == before


def test_two_running_releases_store_separate_pages(story, editor, read, tmp_path, settings):
    read()
    try:
        settings.SITE_NAME = "Another release"
        release.cache_clear()
        assert not has_current_page()
        newer = make_server(tmp_path)
        assert "Another release" in load(newer, PAGE)[1]
        assert has_current_page()
        assert "Another release" not in read()
        assert StoredPage.objects.filter(address=PAGE).count() == 2
        publish(story, editor, 1)
        assert not has_current_page()
        assert "pier 1 of Port" in load(newer, PAGE)[1]
    finally:
        settings.SITE_NAME = "Newsroom"
        release.cache_clear()
    assert not has_current_page()
