"""The whole demonstration, seeded once for the tests of this module, which only look at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from newsroom.accounts.models import Contributor, User
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.media.models import Image
from newsroom.site.models import AboutPage
from stories import drafts
from stories.demo import documents
from stories.models import FAQ, Edition, Outlet, Revision, Story
from tests.stories.demo.seeding import FILES, TODAY, editions, keys_in_state, live, seed, small_pictures, story
from tests.transactions import of_the_test
from tests.walking import list_api_addresses, walk
from tests.weighing import weigh
from topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """Seed everything within a transaction, which the tests of this module see, and yield the folder of its files."""
    folder = tmp_path_factory.mktemp("demonstration")
    with django_db_blocker.unblock(), of_the_test():
        with small_pictures(), override_settings(VAR_DIR=folder, MEDIA_ROOT=folder / "media"):
            seed()
        yield folder
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _files_of_the_demonstration(seeded, settings):
    settings.VAR_DIR, settings.MEDIA_ROOT = seeded, seeded / "media"
    with small_pictures():
        yield


def test_the_desk_says_exactly_what_the_files_say():
    for key in FILES:
        assert drafts.build_document(story(key)) == documents.build_explainer(key, today=TODAY)
    for page in documents.build_questions(TODAY).values():
        assert drafts.build_document(FAQ.objects.get(uid=page.uid)) == page


@pytest.mark.usefixtures("four_languages")
def test_every_address_of_the_api_answers_in_all_languages(client):
    """Walked by its links from the lists that its description names; what it leads to beside data answers too."""
    found = walk(client, *list_api_addresses(client), follow=lambda path: path.startswith("/api/"))
    assert {path: status for path, status in found.items() if status != 200} == {}
    translated = [
        documents.build_explainer(key, today=TODAY)
        for key in FILES
        if documents.build_explainer(key, today=TODAY).language != "en"
    ]
    assert {story.language for story in translated} == {"de", "es", "ar"}
    assert {reverse("api:story", args=[story.slug]) for story in translated} <= found.keys()


def test_readers_see_what_is_live_and_nothing_else():
    for key in keys_in_state("live"):
        edition = live(key)
        assert edition is not None
        assert edition.document.value() == documents.build_explainer(key, today=TODAY)
    for state in ("draft", "binned"):
        assert [editions(key) for key in keys_in_state(state)] == [[]] * len(keys_in_state(state))
    assert Edition.objects.live(clock.now()).filter(work_kind="question").count() == len(
        documents.build_questions(TODAY)
    )


@pytest.mark.parametrize("moment", ["live_from", "updated_at"])
def test_the_first_story_of_the_files_is_the_newest(moment):
    newest = Edition.objects.live(clock.now()).filter(work_kind="story").latest(moment)
    assert newest.work_id == story(next(iter(FILES))).pk


def test_nothing_of_it_lies_in_the_future_but_what_waits():
    now = clock.now()
    assert Revision.objects.filter(created_at__gt=now).count() == 0
    assert Event.objects.filter(at__gt=now).count() == 0
    waiting = Edition.objects.filter(live_from__gt=now)
    assert [edition.work_id for edition in waiting] == [story("rent-ceiling").pk]


def test_a_second_run_changes_nothing():
    kept = (Story, FAQ, Outlet, Topic, Image, Revision, Edition, AboutPage, User, Contributor)
    before = [model.objects.count() for model in kept]
    assert seed().startswith("The demonstration is there: 0 made now")
    assert [model.objects.count() for model in kept] == before


def test_no_story_of_it_weighs_more_than_a_phone_can_carry(client):
    pages = Edition.objects.live(clock.now()).stories()
    weights = {page.slug: weigh(client, page.get_absolute_url()) for page in pages}
    assert len(weights) > 10
    assert {slug: weight.exceeded_limits for slug, weight in weights.items() if weight.exceeded_limits} == {}
