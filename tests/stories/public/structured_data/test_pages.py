"""The metadata of public pages: structured data is valid, URLs are absolute, and what they lead to can be opened."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from newsroom.public_pages import get_page, list_pages
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from tests.factories import (
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_topic,
    make_update,
    make_user,
    reduce_checks_to_hints,
)
from tests.journeys.world import make_world
from tests.json_schema import list_schema_errors
from tests.stories.public.structured_data.parse import Page, nodes_in, types_of
from tests.stories.public.structured_data.vocabulary import TYPES_WITH_PROPERTY, lineage

pytestmark = [pytest.mark.portable, pytest.mark.django_db]
# The frame that other sites show, and the forms of readers.
NOT_SHARED = {"story_embed", "reader_report", "reader_report_thanks"}
SCHEMA = json.loads((Path(settings.BASE_DIR) / "docs/schemas/structured-data.json").read_text(encoding="utf-8"))


def open_page(client, address):
    return Page(client.get(address).content.decode())


@dataclass(frozen=True)
class CrawledPages:
    """Pages, keyed by name, and the status and media type of each URL that their metadata links to.

    ``pages`` are those with structured data. ``others`` are the other pages that people can share.
    """

    pages: dict[str, Page]
    others: dict[str, Page]
    responses: dict[str, tuple[int, str]]
    sizes: dict[str, int]


@pytest.fixture(scope="module")
def crawled(django_db_setup, django_db_blocker, tmp_path_factory):
    """Request one page of each kind for all tests that only read pages, and roll back the transaction."""
    client = Client()
    media = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with media, django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        pages = {page.name: open_page(client, world.public[page.name]) for page in list_pages() if page.schema_type}
        others = {}
        for page in list_pages():
            response = client.get(world.public[page.name])
            if page.name not in {*pages, *NOT_SHARED} and response["Content-Type"].startswith("text/html"):
                others[page.name] = Page(response.content.decode())
        responses, sizes = {}, {}
        for address in {address for page in (*pages.values(), *others.values()) for address in page.linked_addresses()}:
            response = client.get(address.removeprefix("http://testserver"))
            responses[address] = (response.status_code, response["Content-Type"].partition(";")[0])
            sizes[address] = len(response.content)
        transaction.set_rollback(True)
    return CrawledPages(pages, others, responses, sizes)


@pytest.fixture
def pages(crawled):
    return crawled.pages


def test_every_graph_is_valid_by_our_schema_and_by_schema_org(pages):
    for name, page in pages.items():
        assert list_schema_errors(page.data, SCHEMA) == [], name
        for node in nodes_in(page.graph):
            kinds = set().union(*(lineage(kind) for kind in types_of(node)))
            for property_name in node.keys() - {"@type", "@id"}:
                assert TYPES_WITH_PROPERTY[property_name.removesuffix("-input")] & kinds, (
                    f"{name}: {property_name} of {types_of(node)}"
                )


def test_every_graph_has_the_type_the_publisher_and_breadcrumbs(pages):
    for name, page in pages.items():
        declared = get_page(name).schema_type
        assert types_of(page.graph[0]) == ([declared] if isinstance(declared, str) else [*declared]), name
        assert page.of_type("WebSite")["potentialAction"]["target"]["urlTemplate"].endswith("/search/?q={words}")
        assert page.of_type("NewsMediaOrganization")["name"] == "Newsroom"
    with_breadcrumbs = {
        name for name, page in pages.items() if any("BreadcrumbList" in types_of(node) for node in page.graph)
    }
    assert with_breadcrumbs == pages.keys() - {"front_page"}


def test_breadcrumbs_begin_at_the_front_page_and_end_at_the_page(pages):
    steps = pages["story"].of_type("BreadcrumbList")["itemListElement"]
    assert [step["position"] for step in steps] == [1, 2, 3]
    assert [step["item"] for step in steps] == [
        "http://testserver/",
        "http://testserver/stories/",
        pages["story"].link("canonical"),
    ]


def test_every_page_has_a_canonical_address_and_a_description(crawled):
    for name, page in crawled.pages.items():
        canonical = page.link("canonical")
        assert canonical.startswith("http://testserver/"), name
        assert crawled.responses[canonical] == (200, "text/html"), name
        assert page.meta("og:url") == canonical, name
        assert page.meta("description") == page.meta("og:description") != "", name
        assert page.meta("og:title"), name
        assert page.meta("og:site_name") == "Newsroom", name
        assert page.meta("og:locale") == "en_GB", name
        assert page.meta("og:type") == ("article" if name in {"story", "question"} else "website"), name


def test_every_page_declares_the_size_and_alternative_text_of_its_share_image(crawled):
    for name, page in (crawled.pages | crawled.others).items():
        assert (page.meta("og:image:width"), page.meta("og:image:height")) == ("1200", "630"), name
        assert page.meta("og:image:alt"), name
        assert page.meta("twitter:card") == "summary_large_image", name
        assert crawled.responses[page.meta("og:image")] == (200, "image/jpeg"), name
        assert crawled.sizes[page.meta("og:image")] < 300_000, name


def test_past_editions_and_lists_without_structured_data_can_be_shared(crawled):
    assert {"story_edition", "question_edition"} <= crawled.others.keys()
    for name, page in crawled.others.items():
        assert page.meta("og:url").startswith("http://testserver/"), name
        assert page.meta("og:title"), name
    assert crawled.others["story_edition"].meta("og:url").endswith("/history/2/")


def test_search_has_the_share_image_of_its_name(client):
    page = open_page(client, "/search/?q=barrier")
    assert page.meta("og:image:alt") == page.meta("og:title") == "Search"
    response = client.get(page.meta("og:image").removeprefix("http://testserver"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")
    assert page.link("canonical") == "http://testserver/search/"


def test_pages_link_to_their_feeds_and_embeds(crawled):
    links = {
        (name, link["type"])
        for name, page in crawled.pages.items()
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
    } <= links
    assert {status for status, _ in crawled.responses.values()} == {200}


def test_only_list_parameters_are_part_of_the_canonical_address(client):
    assert open_page(client, "/stories/?utm_source=elsewhere").link("canonical") == "http://testserver/stories/"
    part = f"/stories/?before=20261109T120000.000000Z-{'5' * 32}"
    assert open_page(client, part).link("canonical") == f"http://testserver{part}"


def test_the_canonical_address_of_results_is_the_search_page(client):
    assert open_page(client, "/search/?q=pier&kind=topic&page=2").link("canonical") == "http://testserver/search/"


def test_a_story_has_authors_topics_outlets_and_citations(pages):
    story = pages["story"].of_type("NewsArticle")
    assert [author["name"] for author in story["author"]] == ["Ana Kestrel", "Jonas Adebar"]
    assert [each["@type"] for each in story["about"]] == ["Thing", "Place"]
    assert [each["name"] for each in story["mentions"] if each["@type"] == "NewsMediaOrganization"]
    (cited,) = story["citation"]
    assert cited["isAccessibleForFree"] is False
    assert cited["datePublished"] == "2026-11-09"
    assert story["backstory"] == "Written by two people."
    assert story["wordCount"] > 50


def test_a_story_has_its_corrections(pages):
    (correction,) = pages["story"].of_type("NewsArticle")["correction"]
    assert correction["text"] == "Wrong: The limit was nine tonnes. Right: The limit was ten tonnes. We misread."
    assert correction["url"].endswith("/history/3/")


def test_dates_are_in_the_time_zone_of_the_page(client, settings):
    story = make_published_story(slug="pier")
    settings.TIME_ZONE = "Asia/Kolkata"
    html = client.get(f"/stories/{story.slug}/").content.decode()
    page = Page(html)
    published = page.of_type("NewsArticle")["datePublished"]
    assert published.endswith("+05:30")
    assert page.meta("article:published_time") == published
    assert f"{published[11:16]}</time>" in html


def test_without_a_byline_the_site_is_the_author(client):
    story = make_published_story(slug="pier")
    (author,) = open_page(client, f"/stories/{story.slug}/").of_type("NewsArticle")["author"]
    assert (author["@type"], author["name"]) == ("NewsMediaOrganization", "Newsroom")


def test_a_lead_picture_has_three_aspect_ratios_with_enough_pixels(client):
    make_published_story(slug="pier", lead_image=make_image(width=1600, height=1200), lead_alt="The pier")
    images = open_page(client, "/stories/pier/").of_type("NewsArticle")["image"]
    assert [round(image["width"] / image["height"], 2) for image in images] == [1.78, 1.33, 1.0]
    assert all(image["width"] * image["height"] >= 50_000 for image in images)


def test_a_small_lead_picture_is_replaced_with_the_share_image(client):
    make_published_story(slug="pier", lead_image=make_image(), lead_alt="The pier")
    page = open_page(client, "/stories/pier/")
    (image,) = page.of_type("NewsArticle")["image"]
    assert image["url"] == page.meta("og:image")


def test_a_topic_refers_to_wikipedia_and_wikidata(client):
    identifiers = {"wikipedia": "https://en.wikipedia.org/wiki/Ana_Kestrel", "wikidata": "Q42"}
    topic = make_topic(name="Ana Kestrel", kind="person", **identifiers)
    make_published_story(slug="pier", topics=(topic,))
    nodes = [
        *open_page(client, "/stories/pier/").of_type("NewsArticle")["about"],
        open_page(client, topic.get_absolute_url()).of_type("CollectionPage")["about"],
    ]
    assert len(nodes) == 2
    for each in nodes:
        assert each["@type"] == "Person"
        assert each["@id"] == f"urn:uuid:{topic.uid}"
        assert each["sameAs"] == ["https://en.wikipedia.org/wiki/Ana_Kestrel", "https://www.wikidata.org/wiki/Q42"]


def test_a_question_page_has_each_question_with_its_answer(pages):
    question = pages["question"].of_type("Question")
    assert [part["acceptedAnswer"]["temporalCoverage"] for part in question["hasPart"]] == ["2026-11-09"] * 2
    assert all("#" in part["url"] for part in question["hasPart"])


def test_the_accepted_answer_is_the_short_answer_and_never_the_introduction(client):
    introduction, short_answer = "What the limits of the pier are. Who decides on them?", "The harbour office decides."
    make_published_question(
        slug="limits",
        introduction=introduction,
        short_answer=short_answer,
        short_answer_as_of=date(2026, 11, 9),
    )
    question = open_page(client, "/questions/limits/").of_type("Question")
    assert question["acceptedAnswer"]["text"] == short_answer
    assert question["acceptedAnswer"]["temporalCoverage"] == "2026-11-09"
    assert question["description"] == introduction


def test_a_question_without_a_short_answer_has_no_accepted_answer(client):
    make_published_question(slug="limits")
    question = open_page(client, "/questions/limits/").of_type("Question")
    assert "acceptedAnswer" not in question
    assert all(part["acceptedAnswer"]["text"] for part in question["hasPart"])


def test_a_question_without_answers_has_no_accepted_answer(client):
    reduce_checks_to_hints()
    make_published_question(slug="limits", answers=0)
    question = open_page(client, "/questions/limits/").of_type("Question")
    assert question["description"]
    assert "acceptedAnswer" not in question
    assert "hasPart" not in question


def test_lists_have_their_items_in_order(pages):
    listed = pages["stories"].of_type("CollectionPage")["mainEntity"]
    assert listed["numberOfItems"] == len(listed["itemListElement"]) == 2
    assert [each["position"] for each in listed["itemListElement"]] == [1, 2]


def test_the_id_of_a_work_does_not_change_with_its_address(client):
    story = make_published_story(slug="old-name")
    before = open_page(client, "/stories/old-name/").of_type("NewsArticle")
    story.slug = "new-name"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("Moved."))
    after = open_page(client, "/stories/new-name/").of_type("NewsArticle")
    assert before["@id"] == after["@id"] == f"urn:uuid:{story.uid}"
    assert before["url"] != after["url"]


def test_ids_are_unique_in_a_graph(pages):
    for name, page in pages.items():
        nodes = [node for node in nodes_in(page.graph) if "@id" in node and "publisher" not in node["@id"]]
        keys = [node["@id"] for node in nodes]
        assert len(keys) == len(set(keys)), name


def test_markup_in_texts_is_escaped(client):
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
    assert open_page(client, "/stories/pier/").of_type("NewsArticle")["headline"] == hostile


def test_the_publisher_refers_to_about_pages_by_their_role(client):
    slugs = ("how-we-work", "how"), ("corrections", "corrected"), ("ownership", "owned"), ("contact", "write-to-us")
    for role, slug in slugs:
        AboutPage.objects.create(slug=slug, title=slug.title(), text="Some words.", role=role)
    publisher = open_page(client, "/").of_type("NewsMediaOrganization")
    assert publisher["publishingPrinciples"] == publisher["ethicsPolicy"] == "http://testserver/about/how/"
    assert publisher["correctionsPolicy"] == "http://testserver/about/corrected/"
    assert publisher["ownershipFundingInfo"] == "http://testserver/about/owned/"
    assert publisher["contactPoint"]["url"] == "http://testserver/about/write-to-us/"
    assert open_page(client, "/about/write-to-us/").of_type("ContactPage")


def test_old_editions_and_withdrawn_pages_have_no_structured_data(client):
    story = make_published_story(slug="pier")
    assert "ld+json" not in client.get("/stories/pier/history/1/").content.decode()
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    assert "ld+json" not in client.get("/stories/pier/").content.decode()


def test_translations_refer_to_each_other(client):
    original = make_published_story(slug="pier")
    make_published_story(slug="der-pier", language="de", translation_group=original.uid)
    (translation,) = open_page(client, "/stories/pier/").of_type("NewsArticle")["workTranslation"]
    assert (translation["url"], translation["inLanguage"]) == ("http://testserver/stories/der-pier/", "de")
    page = open_page(client, "/stories/der-pier/")
    assert page.of_type("NewsArticle")["translationOfWork"]["url"] == "http://testserver/stories/pier/"
    assert page.meta("og:locale") == "de_DE"
    assert list_schema_errors(page.data, SCHEMA) == []
