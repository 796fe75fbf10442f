"""Readers load pages while they change: nobody sees what was replaced before they asked."""

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
from tests.factories import make_published_question, make_published_story, make_topic, make_user, update
from tests.races.page_readers import any_of, application, build_and_stop, load
from tests.races.processes import LONGEST_WAIT, at_once, beside
from tests.transactions import of_the_test

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/stories/pier/"
SOON = 20.0  # seconds; whoever were held up would be for longer


_opened: list[Any] = []


@pytest.fixture(autouse=True)
def _connections_closed():
    """Close what was opened beside Django in this process, which would keep the database from being removed."""
    yield
    for fetch in _opened:
        if connection := getattr(fetch._database._of_thread, "connection", None):
            connection.close()
    _opened.clear()


def server(folder: Path) -> Any:
    """Return what a server would call, of the release that runs now."""
    called = application(str(folder))
    _opened.append(called._fetch)
    return called


@pytest.fixture
def by(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()
    return make_user()


@pytest.fixture
def story(by):
    topic = make_topic(slug="gates")
    question = make_published_question(by=by, slug="limits", topics=(topic,))
    headline = "Why pier 0 of Port Lisle is closed to lorries"
    return make_published_story(by=by, slug="pier", headline=headline, topics=(topic,), questions=(question,))


@pytest.fixture
def read(story, tmp_path):
    """Return what loads the page of the story as a reader, with everything that it hangs on begun."""
    called = server(tmp_path)
    for _ in range(2):
        load(called, PAGE)
    return lambda: load(called, PAGE)[1]


def publish(story, by, number):
    story.headline = f"Why pier {number} of Port Lisle is closed to lorries"
    story.save()
    revisions.record_revision(story, by=by)
    publishing.publish(story, by=by, change=update(f"Pier {number}."))


def holds():
    _opened.append(make_fetcher(release()))
    return _opened[-1](PAGE, clock.now()) is not None


def wait_for(file: Path) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while not file.exists():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_who_asks_after_a_publication_never_sees_what_was_before(story, by, tmp_path, full_length):
    (tmp_path / "published").write_text("0", encoding="ascii")
    seconds, pages, editions = (12.0, 10**6, 10**6) if full_length else (60.0, 90, 6)
    readers = [("read", str(tmp_path), seconds, pages)] * (4 if full_length else 2)
    answers = at_once(
        any_of, [("publish", str(tmp_path), seconds, editions, story.pk, by.pk), *readers], place=tmp_path
    )
    assert {kind for kind, _ in answers} == {"returned"}, answers
    assert [stale for _, (_, old) in answers for stale in old] == []
    assert min(count for _, (count, _) in answers) > 3


def test_a_builder_that_is_killed_holds_nobody_up_and_leaves_nothing(story, by, read, tmp_path):
    publish(story, by, 1)
    with beside(build_and_stop, str(tmp_path), signal.SIGKILL, place=tmp_path) as process:
        process.join(LONGEST_WAIT)
        assert process.exitcode == -signal.SIGKILL
    assert not holds()
    began = time.monotonic()
    assert "pier 1 of Port" in read()
    assert time.monotonic() - began < SOON
    assert holds()


def test_a_builder_that_is_overtaken_by_a_publication_stores_nothing_that_is_taken_for_valid(story, by, read, tmp_path):
    publish(story, by, 1)
    with beside(build_and_stop, str(tmp_path), signal.SIGSTOP, place=tmp_path) as process:
        wait_for(tmp_path / "stopped")
        publish(story, by, 2)
        # It has its turn still, and nobody waits for it longer than they are patient.
        assert "pier 2 of Port" in read()
        assert holds()
        os.kill(process.pid, signal.SIGCONT)
        process.join(LONGEST_WAIT)
    assert (tmp_path / "stored").exists()
    assert not holds() or "pier 2 of Port" in read()
    assert "pier 2 of Port" in read()


def test_what_is_taken_back_leaves_pages_as_they_were(story, by, read):
    read()
    before = read()
    with of_the_test():
        publish(story, by, 1)
        transaction.set_rollback(True)
    assert holds()
    assert read() == before


def test_two_releases_side_by_side_keep_their_pages_apart(story, by, read, tmp_path, settings):
    read()
    try:
        settings.SITE_NAME = "Another release"
        release.cache_clear()
        assert not holds()
        newer = server(tmp_path)
        assert "Another release" in load(newer, PAGE)[1]
        assert holds()
        assert "Another release" not in read()
        assert StoredPage.objects.filter(address=PAGE).count() == 2
        publish(story, by, 1)
        assert not holds()
        assert "pier 1 of Port" in load(newer, PAGE)[1]
    finally:
        settings.SITE_NAME = "Newsroom"
        release.cache_clear()
    assert not holds()
