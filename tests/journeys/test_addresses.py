"""Every address that the site prints works, whatever the script of its slug."""

import re
from urllib.parse import unquote
from uuid import uuid4

import pytest
from django.urls import resolve

from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import Story
from tests.crawl import list_api_addresses, walk
from tests.factories import (
    make_article,
    make_author,
    make_image,
    make_outlet,
    make_published_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.journeys.test_public_pages import public_route_names

pytestmark = [pytest.mark.audit, pytest.mark.portable, pytest.mark.django_db, pytest.mark.usefixtures("four_languages")]

# The text that all slugs contain, keyed by language.
SLUGS = {
    "ar": "لماذا-توقفت-الرافعات",
    "es": "por-qué-están-paradas-las-grúas",
    "zh": "为什么码头关闭了",
}
OTHER_STARTS = ("/robots.txt", "/llms.txt", "/.well-known/security.txt", "/news-sitemap.xml", "/sitemap.xml")
# Routes that only forms, scripts and monitors request, and those that only the web app manifest names.
UNPRINTED = {
    "healthz",
    "icon_192",
    "icon_512",
    "icon_maskable",
    "readyz",
    "reader_report_thanks",
    "search_sections",
    "search_suggestions",
    "story_changes",
}


@pytest.fixture
def stories():
    """Return one moved and corrected story for each language, with slugs like its own for its related objects."""
    editor, group = make_user(), uuid4()
    return [_make_moved_story(language, slug, by=editor, group=group) for language, slug in SLUGS.items()]


def _make_moved_story(language: str, slug: str, *, by, group) -> Story:
    outlets = tuple(make_outlet(slug=f"{slug}-{number}") for number in range(3))
    topics = tuple(
        make_topic(slug=f"{slug}-{kind}", kind=kind, description="A gate.", picture=make_image(), picture_alt="A gate")
        for kind in ("place", "person")
    )
    question = make_published_question(by=by, slug=slug, language=language, topics=topics)
    story = make_story(
        slug=f"{slug}-1",
        language=language,
        translation_group=group,
        outlets=outlets,
        topics=topics,
        questions=(question,),
        articles=(make_article(outlet=outlets[0]),),
        byline=(make_author(name=slug, slug=slug, topics=topics).name,),
        lead_image=make_image(),
        lead_alt="The pier at low water",
        texts={"behind": f"It was [asked](question:{question.uid}) of [all](topic:{topics[0].uid}) before.[@1]"},
    )
    publishing.publish(story, by=by)
    story.slug = slug
    story.save()
    story.sections.filter(kind="background").update(text="A survey asked for a limit of ten tonnes in that year.")
    revisions.record_revision(story, by=by)
    publishing.publish(story, by=by, change=make_update("The limit is named."))
    story.sections.filter(kind="background").update(text="A survey asked for a limit of two tonnes in that year.")
    revisions.record_revision(story, by=by)
    publishing.correct(story, by=by, was_wrong="It was ten tonnes.", is_right="It is two tonnes.", note="Misread.")
    return story


def failures(statuses: dict[str, int]) -> dict[str, int]:
    return {path: status for path, status in statuses.items() if status != 200}


def test_every_address_of_the_api_works_whatever_the_script(client, stories):
    statuses = walk(client, *list_api_addresses(client), follow=lambda path: path.startswith("/api/"))
    assert failures(statuses) == {}
    objects = [path for path in statuses if re.fullmatch(r"/api/v1/(stories|questions|topics|outlets)/[^/]+", path)]
    assert len(objects) == len(SLUGS) * 7
    assert sum("cursor=" in path for path in statuses) >= 8


@pytest.mark.audit
def test_every_printed_address_works_whatever_the_script(client, stories):
    AboutPage.objects.create(slug="كيف-نعمل", title="كيف نعمل", text="نقرأ ونقارن.", role="contact")
    statuses = walk(client, *OTHER_STARTS, "/", *(f"/{language}/" for language in ("de", "es", "ar")))
    assert failures(statuses) == {}
    routes = {resolve(unquote(path.partition("?")[0])).view_name for path in statuses}
    assert {name for name in public_route_names() if not name.startswith("api:")} - routes == UNPRINTED


def test_an_old_address_redirects_whatever_the_script(client, stories):
    for story in stories:
        for before, after in (("/stories/", "/"), ("/stories/", ".json"), ("/api/v1/stories/", "")):
            response = client.get(f"{before}{story.slug}-1{after}")
            assert response.status_code == 301
            assert client.get(response.headers["Location"]).status_code == 200
