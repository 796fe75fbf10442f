"""Somebody joins a topic to another one in the very moment in which a story goes out that names it."""

import time
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from newsroom.search.models import Mention
from stories import publishing
from stories.models import Story
from tests.factories import make_published_story, make_story, make_topic, make_user
from tests.races.page_readers import application, load
from tests.races.processes import beside
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)
LONGEST_WAIT = 30.0  # seconds until the other process has begun
LONGER = 0.5  # seconds in which a publication that does not wait is over


@pytest.fixture
def server(tmp_path):
    """Return what a server would call, and close in the end what it opened, which would keep the database in use."""
    called = application(str(tmp_path))
    yield called
    if opened := getattr(called._fetch._database._of_thread, "connection", None):
        opened.close()


def join_slowly(gone: int, kept: int, curator: int, folder: str) -> None:
    """Join one topic to the other, say so, and keep the transaction open for a while after somebody else has begun."""
    from newsroom.accounts.models import User
    from newsroom.page_cache.invalidation import invalidation

    with invalidation():
        merge_topics(Topic.objects.get(pk=gone), Topic.objects.get(pk=kept), by=User.objects.get(pk=curator))
        Path(folder, "joined").touch()
        _wait_for(Path(folder, "publishing"))
        time.sleep(LONGER)


def _wait_for(path: Path) -> None:
    end = time.monotonic() + LONGEST_WAIT
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} never came"
        time.sleep(0.01)


def withdraw_slowly(story: int, editor: int, folder: str) -> None:
    """Withdraw a story while a topic is joined, say so, and keep the transaction open for as long as it is wanted."""
    from newsroom.accounts.models import User
    from newsroom.page_cache.invalidation import invalidation

    # On SQLite the transaction begins only when that of the other process is over.
    Path(folder, "publishing").touch()
    with invalidation():
        publishing.withdraw(Story.objects.get(pk=story), by=User.objects.get(pk=editor), notice="Wrong pier.")
        Path(folder, "withdrawn").touch()
        _wait_for(Path(folder, "read"))


def test_a_story_that_is_withdrawn_while_its_topic_is_joined_leaves_no_page_behind(server, editor, tmp_path):
    gone, kept = make_topic(name="Sluices"), make_topic(name="Gates")
    for topic in (gone, kept):
        make_published_story(topics=(topic,))
    story = make_published_story(headline="The pier of Port Lisle", topics=(gone,))
    page = reverse("topic", args=[kept.slug])
    joiner = make_user(is_superuser=True)
    with beside(join_slowly, gone.pk, kept.pk, joiner.pk, str(tmp_path), place=tmp_path) as joining:
        _wait_for(tmp_path / "joined")
        with beside(withdraw_slowly, story.pk, editor.pk, str(tmp_path), place=tmp_path) as withdrawing:
            joining.join(LONGEST_WAIT)
            if connection.vendor == "postgresql":  # on SQLite nobody reads names while somebody else writes
                _wait_for(tmp_path / "withdrawn")
            for _ in range(2):  # where a key had no version the first page is not stored
                load(server, page)
            (tmp_path / "read").touch()
            withdrawing.join(LONGEST_WAIT)
            assert (joining.exitcode, withdrawing.exitcode) == (0, 0)
    assert story.headline not in load(server, page)[1]


def test_the_story_is_listed_and_found_by_the_topic_that_stays(client, editor, tmp_path):
    gone, kept = make_topic(name="Sluices"), make_topic(name="Gates")
    for topic in (gone, kept):
        make_published_story(topics=(topic,))
    story = make_story(headline="The pier of Port Lisle", topics=(gone,))
    page = reverse("topic", args=[kept.slug])
    assert story.headline not in client.get(page).text
    args = (gone.pk, kept.pk, make_user(is_superuser=True).pk, str(tmp_path))
    with beside(join_slowly, *args, place=tmp_path) as joining:
        _wait_for(tmp_path / "joined")
        (tmp_path / "publishing").touch()
        try:
            publishing.publish(story, by=editor)
        except publishing.InvalidStateError as refused:
            assert str(refused).startswith("“Sluices” was joined")  # noqa: PT017 -- where nobody waits it is not raised
            publishing.publish(Story.objects.get(pk=story.pk), by=editor)
        joining.join(LONGEST_WAIT)
        assert joining.exitcode == 0
    assert story.headline in client.get(page).text
    assert not Mention.objects.filter(uid=gone.uid).exists()
    assert Mention.objects.filter(uid=kept.uid, page_kind="story").count() == 3
