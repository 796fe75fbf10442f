"""A curator merges a topic at the moment when a story with this topic is published or withdrawn."""

import time
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from newsroom.search.models import Mention
from stories import publishing
from stories.models import Story
from tests.factories import make_published_story, make_story, make_topic, make_user
from tests.races.page_readers import load, make_application
from tests.races.processes import start_process
from topics.merge import merge_topics
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)
MAX_WAIT = 30.0  # seconds until the other process has begun
PAUSE = 0.5  # seconds; long enough for a publication that is not blocked


@pytest.fixture
def server(tmp_path):
    """Return a WSGI application, and close its database connection afterwards, so that the database can be dropped."""
    application = make_application(str(tmp_path))
    yield application
    if connection := getattr(application._fetch._database._thread_data, "connection", None):
        connection.close()


def merge_slowly(merged: int, target: int, curator: int, folder: str) -> None:
    """Merge one topic into the other, and keep the transaction open for a while after the other process has begun."""
    from newsroom.accounts.models import User
    from newsroom.page_cache.invalidation import invalidation

    with invalidation():
        merge_topics(Topic.objects.get(pk=merged), Topic.objects.get(pk=target), by=User.objects.get(pk=curator))
        Path(folder, "merged").touch()
        _wait_for(Path(folder, "publishing"))
        time.sleep(PAUSE)


def _wait_for(path: Path) -> None:
    end = time.monotonic() + MAX_WAIT
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} was not created"
        time.sleep(0.01)


def withdraw_slowly(story: int, editor: int, folder: str) -> None:
    """Withdraw a story during the merge, and keep the transaction open until the page has been read."""
    from newsroom.accounts.models import User
    from newsroom.page_cache.invalidation import invalidation

    # On SQLite this transaction begins only after that of the other process has ended.
    Path(folder, "publishing").touch()
    with invalidation():
        publishing.withdraw(Story.objects.get(pk=story), by=User.objects.get(pk=editor), notice="Wrong pier.")
        Path(folder, "withdrawn").touch()
        _wait_for(Path(folder, "read"))


def test_a_story_withdrawn_during_a_merge_of_its_topic_disappears_from_the_stored_page(server, editor, tmp_path):
    merged, target = make_topic(name="Sluices"), make_topic(name="Gates")
    for topic in (merged, target):
        make_published_story(topics=(topic,))
    story = make_published_story(headline="The pier of Port Lisle", topics=(merged,))
    page = reverse("topic", args=[target.slug])
    curator = make_user(is_superuser=True)
    with start_process(merge_slowly, merged.pk, target.pk, curator.pk, str(tmp_path), media_root=tmp_path) as merging:
        _wait_for(tmp_path / "merged")
        with start_process(withdraw_slowly, story.pk, editor.pk, str(tmp_path), media_root=tmp_path) as withdrawing:
            merging.join(MAX_WAIT)
            if connection.vendor == "postgresql":  # on SQLite the withdrawal waits for the merge
                _wait_for(tmp_path / "withdrawn")
            for _ in range(2):  # if a page key has no version yet, the first response is not stored
                load(server, page)
            (tmp_path / "read").touch()
            withdrawing.join(MAX_WAIT)
            assert (merging.exitcode, withdrawing.exitcode) == (0, 0)
    assert story.headline not in load(server, page)[1]


def test_a_story_published_during_a_merge_is_listed_and_indexed_under_the_target(client, editor, tmp_path):
    merged, target = make_topic(name="Sluices"), make_topic(name="Gates")
    for topic in (merged, target):
        make_published_story(topics=(topic,))
    story = make_story(headline="The pier of Port Lisle", topics=(merged,))
    page = reverse("topic", args=[target.slug])
    assert story.headline not in client.get(page).text
    args = (merged.pk, target.pk, make_user(is_superuser=True).pk, str(tmp_path))
    with start_process(merge_slowly, *args, media_root=tmp_path) as merging:
        _wait_for(tmp_path / "merged")
        (tmp_path / "publishing").touch()
        try:
            publishing.publish(story, by=editor)
        except publishing.InvalidStateError as error:
            assert str(error).startswith("“Sluices” has just been merged")  # noqa: PT017 -- not raised on every database
            publishing.publish(Story.objects.get(pk=story.pk), by=editor)
        merging.join(MAX_WAIT)
        assert merging.exitcode == 0
    assert story.headline in client.get(page).text
    assert not Mention.objects.filter(uid=merged.uid).exists()
    assert Mention.objects.filter(uid=target.uid, page_kind="story").count() == 3
