"""Which works the lists of each language hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from stories import publishing
from stories.drafts import revisions
from tests.factories import (
    make_outlet,
    make_published_question,
    make_published_story,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

WORKS = {"en": "pier", "en-GB": "quay", "de": "mole", "de-AT": "kai", "ar": "rasif", "sw": "bandari"}
OF_LISTS = {"/": {"en", "en-GB", "sw"}, "/de/": {"de", "de-AT"}, "/es/": set(), "/ar/": {"ar"}}


@pytest.fixture
def works():
    """Publish a story and a question in each language, all about one topic and by the same outlets."""
    topic, outlets, editor = make_topic(slug="port"), (make_outlet(slug="paper"), make_outlet()), make_user()
    for language, slug in WORKS.items():
        make_published_story(by=editor, slug=slug, language=language, topics=(topic,), outlets=outlets)
        make_published_question(by=editor, slug=f"ask-{slug}", language=language, topics=(topic,))


def listed(client, path, prefix="/stories/"):
    page = client.get(path).content.decode()
    return {language for language, slug in WORKS.items() if f'href="{prefix}{slug}/"' in page}


def test_lists_of_works_hold_those_in_their_language(client, four_languages, works):
    for path, held in OF_LISTS.items():
        assert listed(client, path) == held
        assert listed(client, f"{path}stories/") == held
        assert listed(client, f"{path}questions/", "/questions/ask-") == held


def test_on_a_site_in_one_language_every_work_is_listed(client, works):
    assert listed(client, "/stories/") == set(WORKS)


def test_what_is_about_the_whole_newsroom_holds_works_in_every_language(client, four_languages, works):
    for path in ("/topics/port/", "/de/topics/port/", "/es/sources/paper/", "/ar/search/?q=lisle"):
        assert listed(client, path) == set(WORKS), path


def test_corrections_are_told_in_every_language(client, four_languages):
    story = make_published_story(slug="pier")
    story.sections.filter(kind="background").update(text="A survey asked for a limit of ten tonnes in that year.")
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="It was nine.", is_right="It was ten.")
    assertContains(client.get("/de/corrections/"), 'href="/stories/pier/"')
    assertNotContains(client.get("/de/"), 'href="/stories/pier/"')


def test_a_list_in_another_language_asks_no_more(client, four_languages, works):
    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    for path in ("/", "/stories/", "/questions/", "/topics/port/", "/sources/", "/corrections/", "/search/?q=lisle"):
        assert asked(f"/de{path}") <= asked(path), path
