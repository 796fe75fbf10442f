"""Machines with different clocks on one database: nothing is visible early, and publications are visible at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsroom.background.worker import Worker
from newsroom.http import clock
from newsroom.page_cache.models import StoredPage
from newsroom.page_cache.release import release
from stories import publishing
from stories.models import Edition
from tests.conftest import signed_in
from tests.factories import make_published_story, make_story, make_topic, make_user
from tests.newsroom.background import sample_tasks
from tests.races.processes import run_concurrently
from tests.races.skewed_clocks import publish_or_read, schedule_or_watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(transactional_db):
    return make_user()


@pytest.fixture
def story(editor):
    headline = "Why pier 0 of Port Lisle is closed to lorries"
    return make_published_story(by=editor, slug="pier", headline=headline, topics=(make_topic(slug="gates"),))


@pytest.fixture
def set_clock_offset(monkeypatch):
    """Return a function that sets this machine's clock ahead by a number of seconds, or behind if it is negative."""
    right = timezone.now
    return lambda seconds: monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(seconds=seconds))


@pytest.mark.soak
@pytest.mark.parametrize("ahead", [2.0, -2.0])
def test_a_publication_is_visible_on_every_machine_at_once(story, editor, tmp_path, ahead, full_length):
    (tmp_path / "published").write_text("0", encoding="ascii")
    folder, editions = str(tmp_path), 20 if full_length else 5
    calls = [
        (ahead, "publish", folder, 60.0, editions, story.pk, editor.pk),
        (0, "read", folder, 60.0, 90),
        (ahead, "read", folder, 60.0, 90),
    ]
    answers = run_concurrently(publish_or_read, calls, media_root=tmp_path)
    assert {kind for kind, _ in answers} == {"returned"}, answers
    assert [stale for _, (_, old) in answers for stale in old] == []


@pytest.mark.soak
def test_a_scheduled_edition_appears_on_time_on_every_machine(story, editor, tmp_path):
    folder = str(tmp_path)
    calls = [
        (2.0, "schedule", folder, story.pk, editor.pk),
        *((ahead, "watch", folder, 0, 0) for ahead in (2.0, 0, -2.0)),
    ]
    answers = run_concurrently(schedule_or_watch, calls, media_root=tmp_path)
    assert answers == [("returned", [])] * len(calls)


def test_a_worker_runs_deferred_tasks_on_time(editor, set_clock_offset, tmp_path):
    path = tmp_path / "lines"
    sample_tasks.write_line.using(run_after=clock.now()).enqueue(str(path), "now")
    sample_tasks.write_line.using(run_after=clock.now() + timedelta(minutes=10)).enqueue(str(path), "later")
    for ahead in (-3600, 3600):
        set_clock_offset(ahead)
        Worker(interval=0, batch=True).run()
        assert path.read_text().split() == ["now"]


def test_a_machine_whose_clock_is_a_second_off_stores_no_page(story, client, set_clock_offset):
    for ahead, stored in ((1.2, False), (-1.2, False), (0.8, True)):
        set_clock_offset(ahead)
        for _ in range(2):  # if a page key has no version yet, the first response is not stored
            assert client.get("/stories/pier/").status_code == 200
        assert StoredPage.objects.filter(release=release(), address="/stories/pier/").exists() is stored


def test_publishing_is_refused_if_the_clocks_differ_by_five_seconds(editor, set_clock_offset):
    story, other = make_story(), make_published_story(by=editor)
    set_clock_offset(3600)
    with pytest.raises(publishing.RefusedError, match=r"3600\.0 s ahead of the database\. Publishing is refused\."):
        publishing.publish(story, by=editor)
    with pytest.raises(publishing.RefusedError, match="Publishing is refused"):
        publishing.withdraw(other, by=editor, notice="Wrong pier.")
    set_clock_offset(-6)
    with pytest.raises(publishing.RefusedError, match=r"6\.0 s behind the database\. Publishing is refused\."):
        publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=1))
    assert Edition.objects.count() == 1
    set_clock_offset(4)
    publishing.publish(story, by=editor)


def test_the_desk_shows_why_nothing_can_be_published(editor, set_clock_offset):
    story, desk = make_story(), signed_in(editor)
    assert "Start time synchronisation" not in desk.get("/admin/").text
    set_clock_offset(6.1)
    assert "clock is 6.1 s ahead of the database. Publishing is refused. Start time" in desk.get("/admin/").text
    answer = desk.post(f"/admin/stories/story/{story.pk}/publish/", {"when": "now", "seen": "1"}, follow=True)
    assert "clock is 6.1 s ahead of the database. Publishing is refused. Start time" in answer.text
    set_clock_offset(0.7)
    assert "clock is 0.7 s ahead of the database. Start time" in desk.get("/admin/").text


def test_readyz_has_a_line_for_the_clock(client, set_clock_offset):
    for ahead, status in ((0, "ok"), (0.4, "ok"), (0.6, "failed"), (-0.6, "failed")):
        set_clock_offset(ahead)
        assert f"clock: {status}" in client.get("/readyz").text.splitlines()
    assert client.get("/readyz").status_code == 200
