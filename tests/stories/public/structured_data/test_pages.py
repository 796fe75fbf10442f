"""What every kind of public page says to machines: known words in known shapes, whole addresses, nothing hidden."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from jsonschema import Draft202012Validator

from newsroom.public_pages import get_page, list_pages
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from tests.factories import (
    let_pass,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_topic,
    make_user,
    update,
)
from tests.journeys.world import make_world
from tests.stories.public.structured_data.reading import Page, nodes_in, types_of
from tests.stories.public.structured_data.vocabulary import BELONGS_TO, lineage

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((Path(settings.BASE_DIR) / "docs/schemas/structured-data.json").read_text(encoding="utf-8"))


def opened(client, address):
    return Page(client.get(address).content.decode())


@dataclass(frozen=True)
class Walked:
    """Every kind of page, and how what it leads machines to is answered: status and type, by address."""

    pages: dict[str, Page]
    answers: dict[str, tuple[int, str]]


@pytest.fixture(scope="module")
def walked(django_db_setup, django_db_blocker, tmp_path_factory):
    """Walk a small newsroom once for all tests that only look, and leave nothing of it behind."""
    client = Client()
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with media, django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        pages = {page.name: opened(client, world.public[page.name]) for page in list_pages() if page.schema_type}
        answers = {}
        for address in {address for page in pages.values() for address in page.leads_to()}:
            response = client.get(address.removeprefix("http://testserver"))
            answers[address] = (response.status_code, response["Content-Type"].partition(";")[0])
        transaction.set_rollback(True)
    return Walked(pages, answers)


@pytest.fixture
def pages(walked):
    return walked.pages


def test_our_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_every_page_keeps_to_our_schema_and_to_the_words_of_schema_org(pages):
    validator = Draft202012Validator(SCHEMA)
    for name, page in pages.items():
        assert [error.message for error in validator.iter_errors(page.data)] == [], name
        for node in nodes_in(page.graph):
            kinds = set().union(*(lineage(kind) for kind in types_of(node)))
            for said in node.keys() - {"@type", "@id"}:
                assert BELONGS_TO[said.removesuffix("-input")] & kinds, f"{name}: {said} of {types_of(node)}"


def test_every_page_says_what_it_is_who_publishes_it_and_the_way_to_it(pages):
    for name, page in pages.items():
        declared = get_page(name).schema_type
        assert types_of(page.graph[0]) == ([declared] if isinstance(declared, str) else [*declared]), name
        assert page.of_type("WebSite")["potentialAction"]["target"]["urlTemplate"].endswith("/search/?q={words}")
        assert page.of_type("NewsMediaOrganization")["name"] == "Newsroom"
    ways = {name for name, page in pages.items() if any("BreadcrumbList" in types_of(node) for node in page.graph)}
    assert ways == pages.keys() - {"front_page"}


def test_the_way_begins_at_the_front_page_and_ends_here(pages):
    steps = pages["story"].of_type("BreadcrumbList")["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert [step["item"] for step in steps] == [
        "http://testserver/",
        "http://testserver/stories/",
        pages["story"].link("canonical"),
    ]


def test_every_page_names_its_one_address_and_describes_itself(walked):
    for name, page in walked.pages.items():
        canonical = page.link("canonical")
        assert canonical.startswith("http://testserver/"), name
        assert walked.answers[canonical] == (200, "text/html"), name
        assert page.meta("og:url") == canonical, name
        assert page.meta("description") == page.meta("og:description") != "", name
        assert page.meta("og:title"), name
        assert page.meta("og:site_name") == "Newsroom", name
        assert page.meta("og:locale") == "en_GB", name
        assert page.meta("og:type") == ("article" if name in {"story", "question"} else "website"), name
        assert page.meta("twitter:card") in {"summary", "summary_large_image"}, name


def test_what_is_shared_has_a_picture_of_the_size_it_says(walked):
    for name in ("story", "question", "topic"):
        page = walked.pages[name]
        picture = page.meta("og:image")
        assert (page.meta("og:image:width"), page.meta("og:image:height")) == ("1200", "630")
        assert page.meta("og:image:alt") == page.meta("og:title")
        assert page.meta("twitter:card") == "summary_large_image"
        assert walked.answers[picture] == (200, page.meta("og:image:type"))


def test_feeds_and_embeds_are_found_from_the_pages_they_are_of(walked):
    found = {
        (name, link["type"])
        for name, page in walked.pages.items()
        for link in page.links
        if link["rel"] == "alternate" and link.get("type", "").startswith("application/")
    }
    assert {
        ("front_page", "application/atom+xml"),
        ("front_page", "application/rss+xml"),
        ("front_page", "application/feed+json"),
        ("topic", "application/atom+xml"),
        ("source", "application/atom+xml"),
        ("corrections", "application/atom+xml"),
        ("story", "application/json+oembed"),
    } <= found
    assert {status for status, _ in walked.answers.values()} == {200}


def test_a_part_of_a_list_has_an_address_of_its_own_and_marks_of_others_are_none(client):
    assert opened(client, "/stories/?utm_source=elsewhere").link("canonical") == "http://testserver/stories/"
    part = f"/stories/?before=20261109T120000.000000Z-{'5' * 32}"
    assert opened(client, part).link("canonical") == f"http://testserver{part}"


def test_what_was_found_leads_search_engines_to_the_search_itself(client):
    assert opened(client, "/search/?q=pier&kind=topic&page=2").link("canonical") == "http://testserver/search/"


def test_a_story_says_who_wrote_it_what_it_is_about_and_what_it_cites(pages):
    story = pages["story"].of_type("NewsArticle")
    assert [author["name"] for author in story["author"]] == ["Ana Kestrel", "Jonas Adebar"]
    assert [each["@type"] for each in story["about"]] == ["Thing", "Place"]
    assert [each["name"] for each in story["mentions"] if each["@type"] == "NewsMediaOrganization"]
    (cited,) = story["citation"]
    assert cited["isAccessibleForFree"] is False
    assert cited["datePublished"] == "2026-11-09"
    assert story["backstory"] == "Written by two people."
    assert story["wordCount"] > 50


def test_a_story_says_what_was_put_right(pages):
    (correction,) = pages["story"].of_type("NewsArticle")["correction"]
    assert correction["text"] == "Wrong: The limit was nine tonnes. Right: The limit was ten tonnes. We misread."
    assert correction["url"].endswith("/history/3/")


def test_its_dates_are_those_that_readers_see(client, settings):
    story = make_published_story(slug="pier")
    settings.TIME_ZONE = "Asia/Kolkata"
    html = client.get(f"/stories/{story.slug}/").content.decode()
    said = Page(html)
    published = said.of_type("NewsArticle")["datePublished"]
    assert published.endswith("+05:30")
    assert said.meta("article:published_time") == published
    assert f"{published[11:16]}</time>" in html


def test_without_a_byline_the_site_is_the_author(client):
    story = make_published_story(slug="pier")
    (author,) = opened(client, f"/stories/{story.slug}/").of_type("NewsArticle")["author"]
    assert (author["@type"], author["name"]) == ("NewsMediaOrganization", "Newsroom")


def test_a_lead_picture_is_offered_in_three_shapes_of_enough_pixels(client):
    make_published_story(slug="pier", lead_image=make_image(width=1600, height=1200), lead_alt="The pier")
    images = opened(client, "/stories/pier/").of_type("NewsArticle")["image"]
    assert [round(image["width"] / image["height"], 2) for image in images] == [1.78, 1.33, 1.0]
    assert all(image["width"] * image["height"] >= 50_000 for image in images)


def test_a_lead_picture_that_is_too_small_gives_way_to_the_share_picture(client):
    make_published_story(slug="pier", lead_image=make_image(), lead_alt="The pier")
    page = opened(client, "/stories/pier/")
    (image,) = page.of_type("NewsArticle")["image"]
    assert image["url"] == page.meta("og:image")


def test_a_topic_is_said_to_be_what_wikipedia_and_wikidata_describe(client):
    elsewhere = {"wikipedia": "https://en.wikipedia.org/wiki/Ana_Kestrel", "wikidata": "Q42"}
    topic = make_topic(name="Ana Kestrel", kind="person", **elsewhere)
    make_published_story(slug="pier", topics=(topic,))
    told = [
        *opened(client, "/stories/pier/").of_type("NewsArticle")["about"],
        opened(client, topic.get_absolute_url()).of_type("CollectionPage")["about"],
    ]
    assert len(told) == 2
    for each in told:
        assert each["@type"] == "Person"
        assert each["@id"] == f"urn:uuid:{topic.uid}"
        assert each["sameAs"] == ["https://en.wikipedia.org/wiki/Ana_Kestrel", "https://www.wikidata.org/wiki/Q42"]


def test_a_question_page_gives_each_question_with_its_answer(pages):
    question = pages["question"].of_type("Question")
    assert [asked["acceptedAnswer"]["temporalCoverage"] for asked in question["hasPart"]] == ["2026-11-09"] * 2
    assert all("#" in asked["url"] for asked in question["hasPart"])


def test_the_accepted_answer_is_what_answers_and_the_introduction_describes(client):
    introduction = "What the limits of the pier are. Who decides on them?"
    make_published_question(slug="limits", introduction=introduction)
    question = opened(client, "/questions/limits/").of_type("Question")
    answers = [asked["acceptedAnswer"]["text"] for asked in question["hasPart"]]
    assert question["acceptedAnswer"]["text"] == " ".join(answers)
    assert introduction not in question["acceptedAnswer"]["text"]
    assert question["description"] == introduction


def test_a_question_without_answers_has_no_accepted_answer(client):
    let_pass()
    make_published_question(slug="limits", answers=0)
    question = opened(client, "/questions/limits/").of_type("Question")
    assert question["description"]
    assert "acceptedAnswer" not in question
    assert "hasPart" not in question


def test_lists_name_what_they_list_in_its_order(pages):
    listed = pages["stories"].of_type("CollectionPage")["mainEntity"]
    assert listed["numberOfItems"] == len(listed["itemListElement"]) == 2
    assert [each["position"] for each in listed["itemListElement"]] == [1, 2]


def test_what_a_work_is_called_by_machines_outlives_its_address(client):
    story = make_published_story(slug="old-name")
    before = opened(client, "/stories/old-name/").of_type("NewsArticle")
    story.slug = "new-name"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=update("Moved."))
    after = opened(client, "/stories/new-name/").of_type("NewsArticle")
    assert before["@id"] == after["@id"] == f"urn:uuid:{story.uid}"
    assert before["url"] != after["url"]


def test_no_two_things_on_a_page_share_a_name_for_machines(pages):
    for name, page in pages.items():
        whole = [node for node in nodes_in(page.graph) if "@id" in node and "publisher" not in node["@id"]]
        keys = [node["@id"] for node in whole]
        assert len(keys) == len(set(keys)), name


def test_words_that_look_like_markup_stay_words(client):
    hostile = "</script><script>alert(1)</script><!-- & \u2028 ]]>?"
    make_published_story(
        slug="pier",
        headline=hostile,
        topics=(make_topic(name=f"Pier {hostile}"),),
        outlets=(make_outlet(name=f"Paper {hostile}"),),
    )
    make_published_question(slug="asked", question=hostile)
    for address in ("/stories/pier/", "/questions/asked/", "/stories/", "/"):
        html = client.get(address).content.decode()
        assert "<script>alert" not in html
        assert "\u2028" not in html.split("application/ld+json")[1].split("</script>")[0]
        assert hostile in json.dumps(Page(html).graph, ensure_ascii=False)
    assert opened(client, "/stories/pier/").of_type("NewsArticle")["headline"] == hostile


def test_pages_about_us_are_named_by_what_they_answer(client):
    slugs = ("how-we-work", "how"), ("corrections", "corrected"), ("ownership", "owned"), ("contact", "write-to-us")
    for role, slug in slugs:
        AboutPage.objects.create(slug=slug, title=slug.title(), text="Some words.", role=role)
    publisher = opened(client, "/").of_type("NewsMediaOrganization")
    assert publisher["publishingPrinciples"] == publisher["ethicsPolicy"] == "http://testserver/about/how/"
    assert publisher["correctionsPolicy"] == "http://testserver/about/corrected/"
    assert publisher["ownershipFundingInfo"] == "http://testserver/about/owned/"
    assert publisher["contactPoint"]["url"] == "http://testserver/about/write-to-us/"
    assert opened(client, "/about/write-to-us/").of_type("ContactPage")


def test_a_page_that_is_withdrawn_or_old_says_nothing_to_machines(client):
    story = make_published_story(slug="pier")
    assert "ld+json" not in client.get("/stories/pier/history/1/").content.decode()
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    assert "ld+json" not in client.get("/stories/pier/").content.decode()


def test_translations_name_each_other(client):
    original = make_published_story(slug="pier")
    make_published_story(slug="der-pier", language="de", translation_group=original.uid)
    (made,) = opened(client, "/stories/pier/").of_type("NewsArticle")["workTranslation"]
    assert (made["url"], made["inLanguage"]) == ("http://testserver/stories/der-pier/", "de")
    page = opened(client, "/stories/der-pier/")
    assert page.of_type("NewsArticle")["translationOfWork"]["url"] == "http://testserver/stories/pier/"
    assert page.meta("og:locale") == "de_DE"
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(page.data)] == []
