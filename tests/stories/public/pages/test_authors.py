"""The pages of authors: who has one, what is on it, and when it changes."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404
from django.urls import reverse

from newsroom.accounts.models import Contributor
from newsroom.http import clock
from newsroom.page_cache.models import StoredPage
from stories import publishing
from stories.drafts import revisions
from stories.public.pages import authors
from stories.public.pages.copies.share_image import ShareImage
from tests.factories import (
    make_author,
    make_image,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.stories.public.structured_data.parse import Page

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def topic():
    return make_topic(name="Port Lisle")


@pytest.fixture
def author(topic):
    """Return an author whose page has all that it can have."""
    return make_author(
        name="Ana Kestrel",
        slug="ana-kestrel",
        topics=(topic,),
        role="Reporter",
        languages="en, de",
        description="Ana Kestrel counts lorries.",
        contact="ana@lisle.example",
        picture=make_image(),
    )


def open_text(client, address="/people/ana-kestrel/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def correct(story):
    story.sections.filter(kind="background").update(text="A survey asked for a limit of ten tonnes in that year.")
    revisions.record_revision(story, by=None)
    publishing.correct(
        story, by=make_user(), was_wrong="The limit was nine tonnes.", is_right="The limit was ten tonnes.", note=""
    )


def list_story_authors(client, story):
    graph = Page(open_text(client, f"/stories/{story.slug}/")).graph
    return graph[0]["author"]


def test_of_two_names_in_a_byline_the_one_with_a_page_is_a_link(client, author, topic):
    story = make_published_story(byline=("Ana Kestrel", "Jonas Adebar"), topics=(topic,))
    text = open_text(client, f"/stories/{story.slug}/")
    assert text.count('href="/people/') == 1
    assert '<a class="strong" rel="author" href="/people/ana-kestrel/">Ana Kestrel</a>' in text
    assert '<span class="strong">Jonas Adebar</span>' in text
    assert list_story_authors(client, story) == [
        {
            "@type": "Person",
            "name": "Ana Kestrel",
            "url": "http://testserver/people/ana-kestrel/",
            "jobTitle": "Reporter",
            "knowsAbout": ["Port Lisle"],
        },
        {"@type": "Person", "name": "Jonas Adebar"},
    ]


def test_the_page_has_the_person_the_stories_and_the_corrections_to_them(client, author, topic):
    story = make_published_story(byline=("Ana Kestrel", "Jonas Adebar"), topics=(topic,))
    other = make_published_story(byline=("Jonas Adebar",))
    correct(story)
    correct(other)
    text = open_text(client)
    for words in ("Reporter", "Ana Kestrel counts lorries.", "English", "German", "Stories by Ana Kestrel"):
        assert words in text
    assert 'href="mailto:ana@lisle.example"' in text
    assert f'href="{topic.get_absolute_url()}"' in text
    assert text.count(story.headline) >= 2
    assert other.headline not in text
    assert text.count('class="correction-text"') == 1
    person = Page(text).of_type("ProfilePage")["mainEntity"]
    assert (person["name"], person["knowsLanguage"], person["email"]) == (
        "Ana Kestrel",
        ["en", "de"],
        "ana@lisle.example",
    )
    entry = open_text(client, "/people/ana-kestrel/feed.atom")
    assert f"urn:uuid:{story.uid}" in entry
    assert f"urn:uuid:{other.uid}" not in entry


def test_the_portrait_has_an_empty_alternative_text_and_is_public_with_the_page(client, author):
    address = reverse("media:rendition", args=[author.picture.uid, "name"]).removesuffix("name")
    assert not Contributor.objects.filter(picture__in=type(author.picture).objects.public(clock.now())).exists()
    make_published_story(byline=("Ana Kestrel",))
    text = open_text(client)
    portrait = text[text.index(address) :]
    assert 'alt=""' in portrait[: portrait.index("</picture>")]
    assert type(author.picture).objects.public(clock.now()).filter(pk=author.picture.pk).exists()
    Contributor.objects.filter(pk=author.pk).update(has_page=False)
    assert not type(author.picture).objects.public(clock.now()).filter(pk=author.picture.pk).exists()


@pytest.mark.parametrize("address", ["/people/ana-kestrel/", "/people/ana-kestrel/feed.atom"])
def test_without_a_live_story_or_without_a_public_page_there_is_nothing(client, author, address):
    nothing = client.get(address.replace("ana-kestrel", "never-was"))
    make_story(byline=("Ana Kestrel",))
    assert (client.get(address).status_code, client.get(address).content) == (404, nothing.content)
    story = make_published_story(byline=("Ana Kestrel",))
    assert client.get(address).status_code == 200
    publishing.withdraw(story, by=make_user(), notice="It did not hold.")
    assert client.get(address).status_code == 404
    make_published_story(byline=("Ana Kestrel",))
    assert client.get(address).status_code == 200
    author.has_page = False
    author.save()
    assert client.get(address).status_code == 404


def test_a_topic_that_readers_cannot_open_is_a_plain_name(client, author, topic):
    story = make_published_story(byline=("Ana Kestrel",))
    text = open_text(client)
    assert "Port Lisle" in text
    assert topic.get_absolute_url() not in text
    make_published_story(topics=(topic,))
    assert topic.get_absolute_url() in open_text(client)
    assert list_story_authors(client, story)[0]["knowsAbout"] == ["Port Lisle"]
    topic.name = "Port of Lisle"
    topic.save()
    assert list_story_authors(client, story)[0]["knowsAbout"] == ["Port of Lisle"]
    assert "Port of Lisle" in open_text(client)


def test_a_stored_page_shows_each_change_at_once(client, author):
    def read():
        # A page key without a version keeps the first answer from being stored.
        texts = [open_text(client) for _ in range(2)]
        assert StoredPage.objects.filter(address="/people/ana-kestrel/").exists()
        return texts[-1]

    first = make_published_story(byline=("Ana Kestrel",))
    assert first.headline in read()
    author.role, author.is_former = "Editor", True
    author.save()
    assert "Former staff" in read()
    second = make_published_story(byline=("Ana Kestrel",))
    assert second.headline in read()
    correct(second)
    assert 'class="correction-text"' in read()
    publishing.withdraw(second, by=make_user(), notice="It did not hold.")
    assert second.headline not in read()
    first.set_byline([Contributor.objects.create(name="Ida Sund")])
    revisions.record_revision(first, by=None)
    publishing.publish(first, by=make_user(), change=make_update())
    assert client.get("/people/ana-kestrel/").status_code == 404


def test_a_stored_story_gets_and_loses_its_link_at_once(client):
    person = Contributor.objects.create(name="Ana Kestrel")
    story = make_published_story(byline=("Ana Kestrel",))
    for _ in range(2):
        assert "/people/" not in open_text(client, f"/stories/{story.slug}/")
    person.has_page, person.slug = True, "ana-kestrel"
    person.save()
    for _ in range(2):
        assert "/people/ana-kestrel/" in open_text(client, f"/stories/{story.slug}/")
    person.has_page = False
    person.save()
    assert "/people/" not in open_text(client, f"/stories/{story.slug}/")


def test_a_former_address_redirects_for_good_and_belongs_to_nobody_else(client, author):
    make_published_story(byline=("Ana Kestrel",))
    author.slug = "ana-lindqvist"
    author.save()
    for end in ("", "feed.atom"):
        response = client.get(f"/people/ana-kestrel/{end}")
        assert (response.status_code, response["Location"]) == (301, f"/people/ana-lindqvist/{end}")
    other = Contributor(name="Ana Kestrel the younger", slug="ana-kestrel", has_page=True)
    assert list(_find_errors(other)) == ["slug"]
    assert list(_find_errors(Contributor(name="Somebody", slug="people", has_page=True))) == ["slug"]


def _find_errors(contributor):
    with pytest.raises(ValidationError) as error:
        contributor.full_clean()
    return error.value.error_dict


@pytest.mark.usefixtures("four_languages")
def test_the_page_is_in_each_language_and_a_feed_in_one(client, author):
    english = make_published_story(byline=("Ana Kestrel",))
    german = make_published_story(byline=("Ana Kestrel",), language="de")
    text = open_text(client, "/de/people/ana-kestrel/")
    assert '<html lang="de"' in text
    assert english.headline in text
    assert german.headline in text
    feeds = {prefix: open_text(client, f"{prefix}/people/ana-kestrel/feed.atom") for prefix in ("", "/de")}
    assert [str(story.uid) in feeds[""] for story in (english, german)] == [True, False]
    assert [str(story.uid) in feeds["/de"] for story in (english, german)] == [False, True]


def test_a_long_list_continues_on_further_pages_and_says_how_many_there_are(client, author):
    stories = [make_published_story(byline=("Ana Kestrel",)) for _ in range(authors.STORIES_ON_A_PAGE + 1)]
    text = open_text(client)
    assert f"{len(stories)} stories" in text
    assert [story.headline in text for story in stories] == [False, *([True] * authors.STORIES_ON_A_PAGE)]
    following = text[text.index('rel="next" href="') + 17 :].partition('"')[0]
    assert stories[0].headline in open_text(client, f"/people/ana-kestrel/{following}")
    assert client.get("/people/ana-kestrel/?before=x").status_code == 404


def test_the_share_picture_is_public_with_the_page(client, author):
    with pytest.raises(Http404):
        ShareImage.load(author.uid, at=clock.now())
    make_published_story(byline=("Ana Kestrel",))
    image = ShareImage.load(author.uid, at=clock.now())
    assert (image.card.headline, image.card.label, image.card.note) == (
        "Ana Kestrel", "Reporter", "Ana Kestrel counts lorries.",
    )  # fmt: skip
    assert client.get(image.url)["Content-Type"] == "image/jpeg"
    assert image.url in open_text(client)


def test_the_api_gives_the_address_of_a_public_page(client, author):
    story = make_published_story(byline=("Ana Kestrel", "Jonas Adebar"))
    data = json.loads(client.get(f"/api/v1/stories/{story.slug}").content)
    assert data["byline"] == ["Ana Kestrel", "Jonas Adebar"]
    assert data["authors"] == [
        {"name": "Ana Kestrel", "url": "http://testserver/people/ana-kestrel/"},
        {"name": "Jonas Adebar", "url": None},
    ]
