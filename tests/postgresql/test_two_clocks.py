"""Machines whose clocks differ, on one database: nothing is seen before its time, and what was published everywhere at once."""

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
from tests.races.processes import at_once
from tests.races.skewed_clocks import publish_or_read, schedule_or_watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def by(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()
    return make_user()


@pytest.fixture
def story(by):
    headline = "Why pier 0 of Port Lisle is closed to lorries"
    return make_published_story(by=by, slug="pier", headline=headline, topics=(make_topic(slug="gates"),))


@pytest.fixture
def machine(monkeypatch):
    """Return what puts the clock of this machine ahead by so many seconds, or behind."""
    right = timezone.now
    return lambda seconds: monkeypatch.setattr(timezone, "now", lambda: right() + timedelta(seconds=seconds))


@pytest.mark.soak
@pytest.mark.parametrize("ahead", [2.0, -2.0])
def test_what_one_machine_publishes_every_other_shows_at_once(story, by, tmp_path, ahead, full_length):
    (tmp_path / "published").write_text("0", encoding="ascii")
    folder, editions = str(tmp_path), 20 if full_length else 5
    calls = [
        (ahead, "publish", folder, 60.0, editions, story.pk, by.pk),
        (0, "read", folder, 60.0, 90),
        (ahead, "read", folder, 60.0, 90),
    ]
    answers = at_once(publish_or_read, calls, place=tmp_path)
    assert {kind for kind, _ in answers} == {"returned"}, answers
    assert [stale for _, (_, old) in answers for stale in old] == []


@pytest.mark.soak
def test_what_waits_for_its_time_is_seen_from_then_on_whichever_machine_is_asked(story, by, tmp_path):
    folder = str(tmp_path)
    calls = [(2.0, "schedule", folder, story.pk, by.pk), *((ahead, "watch", folder, 0, 0) for ahead in (2.0, 0, -2.0))]
    answers = at_once(schedule_or_watch, calls, place=tmp_path)
    assert answers == [("returned", [])] * len(calls)


def test_a_worker_does_in_time_what_is_to_be_done_later(by, machine, tmp_path):
    path = tmp_path / "lines"
    sample_tasks.write_line.using(run_after=clock.now()).enqueue(str(path), "now")
    sample_tasks.write_line.using(run_after=clock.now() + timedelta(minutes=10)).enqueue(str(path), "later")
    for ahead in (-3600, 3600):
        machine(ahead)
        Worker(interval=0, batch=True).run()
        assert path.read_text().split() == ["now"]


def test_a_machine_that_is_a_second_off_stores_no_page(story, client, machine):
    for ahead, stored in ((1.2, False), (-1.2, False), (0.8, True)):
        machine(ahead)
        for _ in range(2):  # where a key had no version the first page is not stored
            assert client.get("/stories/pier/").status_code == 200
        assert StoredPage.objects.filter(release=release(), address="/stories/pier/").exists() is stored


def test_verbs_refuse_where_the_clocks_are_five_seconds_apart(by, machine):
    story, other = make_story(), make_published_story(by=by)
    machine(3600)
    with pytest.raises(publishing.RefusedError, match=r"3600\.0 s ahead of the database\. Publishing is refused\."):
        publishing.publish(story, by=by)
    with pytest.raises(publishing.RefusedError, match="Publishing is refused"):
        publishing.withdraw(other, by=by, notice="Wrong pier.")
    machine(-6)
    with pytest.raises(publishing.RefusedError, match=r"6\.0 s behind the database\. Publishing is refused\."):
        publishing.schedule(story, by=by, at=clock.now() + timedelta(days=1))
    assert Edition.objects.count() == 1
    machine(4)
    publishing.publish(story, by=by)


def test_an_editor_reads_at_the_desk_why_nothing_can_be_published(by, machine):
    story, desk = make_story(), signed_in(by)
    assert "Start time synchronisation" not in desk.get("/admin/").text
    machine(6.1)
    assert "clock is 6.1 s ahead of the database. Publishing is refused. Start time" in desk.get("/admin/").text
    answer = desk.post(f"/admin/stories/story/{story.pk}/publish/", {"when": "now", "seen": "1"}, follow=True)
    assert "clock is 6.1 s ahead of the database. Publishing is refused. Start time" in answer.text
    machine(0.7)
    assert "clock is 0.7 s ahead of the database. Start time" in desk.get("/admin/").text


def test_the_clock_has_a_line_of_its_own_in_readyz(client, machine):
    for ahead, said in ((0, "ok"), (0.4, "ok"), (0.6, "failed"), (-0.6, "failed")):
        machine(ahead)
        assert f"clock: {said}" in client.get("/readyz").text.splitlines()
    assert client.get("/readyz").status_code == 200
