"""The works in the lists of each language."""

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
LANGUAGES_OF_LISTS = {"/": {"en", "en-GB", "sw"}, "/de/": {"de", "de-AT"}, "/es/": set(), "/ar/": {"ar"}}


@pytest.fixture
def works():
    """Publish a story and a question in each language, all about one topic and with the same outlets."""
    topic, outlets, editor = make_topic(slug="port"), (make_outlet(slug="paper"), make_outlet()), make_user()
    for language, slug in WORKS.items():
        make_published_story(by=editor, slug=slug, language=language, topics=(topic,), outlets=outlets)
        make_published_question(by=editor, slug=f"ask-{slug}", language=language, topics=(topic,))


def list_languages(client, path, prefix="/stories/"):
    page = client.get(path).content.decode()
    return {language for language, slug in WORKS.items() if f'href="{prefix}{slug}/"' in page}


def test_lists_have_the_works_in_their_language(client, four_languages, works):
    for path, languages in LANGUAGES_OF_LISTS.items():
        assert list_languages(client, path) == languages
        assert list_languages(client, f"{path}stories/") == languages
        assert list_languages(client, f"{path}questions/", "/questions/ask-") == languages


def test_a_site_in_one_language_lists_every_work(client, works):
    assert list_languages(client, "/stories/") == set(WORKS)


def test_topics_outlets_and_search_include_works_in_every_language(client, four_languages, works):
    for path in ("/topics/port/", "/de/topics/port/", "/es/sources/paper/", "/ar/search/?q=lisle"):
        assert list_languages(client, path) == set(WORKS), path


def test_corrections_are_listed_in_every_language(client, four_languages):
    story = make_published_story(slug="pier")
    story.sections.filter(kind="background").update(text="A survey asked for a limit of ten tonnes in that year.")
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="It was nine.", is_right="It was ten.")
    assertContains(client.get("/de/corrections/"), 'href="/stories/pier/"')
    assertNotContains(client.get("/de/"), 'href="/stories/pier/"')


def test_a_list_in_another_language_takes_no_more_queries(client, four_languages, works):
    def count_queries(path):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    for path in ("/feeds/", "/de/feeds/"):  # the first page of a language loads what all its pages share
        client.get(path)
    for path in ("/", "/stories/", "/questions/", "/topics/port/", "/sources/", "/corrections/", "/search/?q=lisle"):
        assert count_queries(f"/de{path}") <= count_queries(path), path
