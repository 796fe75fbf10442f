"""The languages of feeds: each feed contains the stories in the lists of one language."""

from uuid import uuid4

import feedparser
import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.asserts import assertContains

from newsroom.http.languages import primary_subtag
from stories import publishing
from stories.drafts import revisions
from stories.models import Story
from stories.publishing.tasks import announce_to_hub
from tests.factories import edition_of, make_outlet, make_story, make_topic, make_user

LANGUAGES = ("en-gb", "de", "es", "ar")
FEEDS = (
    "/feeds/stories.atom", "/feeds/stories.rss", "/feeds/stories.json", "/topics/gates/feed.atom",
    "/sources/courier/feed.atom", "/corrections/feed.atom",
)  # fmt: skip

pytestmark = [
    pytest.mark.audit,
    pytest.mark.portable,
    pytest.mark.django_db,
    pytest.mark.usefixtures("four_languages", "translations"),
]


@pytest.fixture
def translations():
    """Publish one story in four languages, corrected in each, and a second story in Austrian German."""
    editor, group, topic = make_user(), uuid4(), make_topic(slug="gates")
    outlets = (make_outlet(slug="courier"), make_outlet())
    for language in ("en", "de", "es", "ar", "de-AT"):
        story = make_story(
            slug=f"pier-{language.lower()}",
            language=language,
            translation_group=uuid4() if language == "de-AT" else group,
            topics=(topic,),
            outlets=outlets,
        )
        publishing.publish(story, by=editor)
        story.sections.filter(kind="background").update(text="A survey asked for a limit of two tonnes in that year.")
        revisions.record_revision(story, by=editor)
        publishing.correct(story, by=editor, was_wrong="It was ten.", is_right="It is two.", note="Misread.")


def path_prefix(language: str) -> str:
    return "" if language == "en-gb" else f"/{language}"


def read_languages(client, path: str) -> tuple[str, list[str]]:
    """Return the declared language of a feed and the languages of its entries."""
    response = client.get(path)
    assert response.status_code == 200, path
    if path.endswith(".json"):
        feed = response.json()
        return feed["language"], [item["language"] for item in feed["items"]]
    content = response.content.decode()
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo
    entries = [entry.get("language") or entry.title_detail.language for entry in parsed.entries]
    declared = parsed.feed.get("language") or content.partition('xml:lang="')[2].partition('"')[0]
    return declared, entries


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feed", FEEDS)
def test_all_entries_of_a_feed_have_its_language(client, feed, language):
    declared, entries = read_languages(client, f"{path_prefix(language)}{feed}")
    assert declared == language
    assert {primary_subtag(each) for each in entries} == {primary_subtag(language)}
    assert len(entries) == (2 if language == "de" else 1)


@pytest.mark.parametrize("feed", FEEDS)
def test_each_language_has_its_own_feed(client, feed):
    pages = [client.get(f"{path_prefix(language)}{feed}").content.decode() for language in LANGUAGES]
    assert all(
        f"http://testserver{path_prefix(language)}{feed}" in page
        for language, page in zip(LANGUAGES, pages, strict=True)
    )
    if feed.endswith(".atom"):
        assert len({feedparser.parse(page).feed.id for page in pages}) == len(LANGUAGES)


def test_a_page_links_to_the_feed_in_its_language(client):
    for language in LANGUAGES:
        story = reverse("story", args=[f"pier-{primary_subtag(language)}"])
        for page in (story, f"{path_prefix(language)}/", f"{path_prefix(language)}/topics/gates/"):
            assertContains(client.get(page), f'href="{path_prefix(language)}/feeds/stories.atom"')
        assertContains(
            client.get(f"{path_prefix(language)}/topics/gates/"),
            f'href="{path_prefix(language)}/topics/gates/feed.atom"',
        )


def test_a_story_in_a_language_without_lists_is_in_no_feed_of_the_site(client):
    publishing.publish(make_story(slug="bandari", language="sw"), by=make_user())
    for language in LANGUAGES:
        _, entries = read_languages(client, f"{path_prefix(language)}/feeds/stories.atom")
        assert "sw" not in entries


def test_the_hub_is_pinged_for_the_feeds_in_the_language_of_the_story(monkeypatch):
    pinged: list[str] = []
    monkeypatch.setattr("stories.publishing.tasks.ping_websub", lambda hub, feeds: pinged.extend(feeds))
    monkeypatch.setattr(settings, "WEBSUB_HUB", "https://hub.example/")
    announce_to_hub.call(edition_of(Story.objects.get(slug="pier-es")).pk)
    assert {f"http://testserver/es{feed}" for feed in FEEDS} <= set(pinged)
    assert not any(address.startswith(("http://testserver/feeds", "http://testserver/topics")) for address in pinged)
