"""API responses for stories, questions, topics, outlets and searches: they contain only what readers see."""

import re
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.entities import merged
from stories import publishing
from stories.documents import SECTION_KINDS
from stories.drafts import revisions
from stories.models import WorkImage
from stories.public.api import filters, queries
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.journeys.test_leaks import HOSTILE
from tests.journeys.world import make_world
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db

API = "/api/v1"


def get(client, path):
    response = client.get(f"{API}/{path}")
    assert response.status_code == 200, path
    return response.json()


def list_slugs(client, path, field="api_url"):
    return [item[field].rpartition("/")[2] for item in get(client, path)["items"]]


def list_pages(client, path):
    """Follow the links to the next page, and return the items of each page."""
    pages, address = [], f"{API}/{path}"
    while address:
        response = client.get(address)
        body = response.json()
        pages.append(body["items"])
        address = body["next"]
        assert response.headers.get("Link", "") == (f'<{address}>; rel="next"' if address else "")
    return pages


# A story -------------------------------------------------------------------------------------------------------------


def test_a_story_has_the_content_of_its_page(client):
    world = make_world()
    story = get(client, f"stories/{world.story.slug}")
    assert story["uid"] == str(world.story.uid)
    assert story["headline"] == world.story.headline
    assert story["url"] == f"http://testserver/stories/{world.story.slug}/"
    assert story["api_url"] == f"http://testserver/api/v1/stories/{world.story.slug}"
    assert story["byline"] == ["Ana Kestrel", "Jonas Adebar"]
    assert story["edition"]["number"] == 3
    assert story["edition"]["change"] == "correction"
    assert story["edition"]["public_until"] is None
    assert [section["kind"] for section in story["sections"]] == ["behind", "papers", "background"]
    assert story["sources"][0]["number"] == 1
    assert story["sources"][0]["paywalled"]
    assert story["picture"]["alt"] == "The pier at low water"
    assert story["method_html"] == "<p>Written by two people.</p>"
    [correction] = story["corrections"]
    assert (correction["was_wrong"], correction["is_right"]) == (
        "The limit was nine tonnes.",
        "The limit was ten tonnes.",
    )


def test_passages_are_in_their_section_with_their_outlets(client):
    story = get(client, f"stories/{make_world().story.slug}")
    [papers] = [section for section in story["sections"] if section["kind"] == "papers"]
    assert [len(passage["outlets"]) for passage in papers["passages"]] == [1, 1, 1, 0]
    assert papers["passages"][0]["outlets"][0]["country"] == "Vessara"
    assert papers["passages"][-1]["text"] == "The counts differ by two lorries."


def test_addresses_in_html_are_absolute(client):
    story = get(client, f"stories/{make_world().story.slug}")
    html = "".join([story["summary_html"], *(section["html"] for section in story["sections"])])
    addresses = re.findall(r'\b(?:href|src)="([^"]+)"', html)
    assert {"http://testserver/questions", "http://testserver/topics"} <= {
        "/".join(address.split("/")[:4]) for address in addresses
    }
    assert all(address.startswith("http") for address in addresses)


def test_a_picture_in_the_text_has_absolute_addresses_in_every_size(client):
    story = make_story()
    placed = WorkImage.objects.create(work=story, image=make_image(width=1000, height=800), alt="A crane")
    story.sections.filter(kind="behind").update(text=f"Look:\n\n![](picture:{placed.uid})")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    html = "".join(section["html"] for section in get(client, f"stories/{story.slug}")["sections"])
    sizes = [part.split()[0] for srcset in re.findall(r'srcset="([^"]+)"', html) for part in srcset.split(", ")]
    assert len(sizes) > 2
    assert all(size.startswith("http://testserver/media/") for size in sizes)


def test_text_is_the_html_without_tags_and_citations(client):
    [behind] = [s for s in get(client, f"stories/{make_world().story.slug}")["sections"] if s["kind"] == "behind"]
    assert "<sup" in behind["html"]
    assert "<button" not in behind["html"]
    assert behind["text"] == "It was asked of all before."
    assert behind["sources"] == [1]


def test_a_moved_story_is_found_by_uid_and_redirected_from_its_old_slug(client):
    story = make_published_story(slug="old-name")
    story.slug = "new-name"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("A better address."))
    assert get(client, f"stories/{story.uid}")["api_url"].endswith("/stories/new-name")
    for under in ("", "/editions", "/editions/1"):
        response = client.get(f"{API}/stories/old-name{under}?fields=url")
        assert response.status_code == 301
        assert response.headers["Location"] == f"http://testserver{API}/stories/new-name{under}?fields=url"


def test_a_draft_cannot_be_told_from_a_story_that_never_existed(client):
    draft = make_story(slug="not-yet")
    for key in ("not-yet", str(draft.uid)):
        for under in ("", "/editions", "/editions/1"):
            for_draft = client.get(f"{API}/stories/{key}{under}")
            for_nothing = client.get(f"{API}/stories/no-such-one{under}")
            assert for_draft.status_code == 404
            assert for_draft.content.decode().replace(key, "no-such-one") == for_nothing.content.decode()


def test_a_story_links_to_its_live_translations(client):
    group = uuid4()
    english = make_published_story(translation_group=group)
    german = make_published_story(translation_group=group, language="de")
    make_story(translation_group=group, language="es")
    [other] = get(client, f"stories/{english.slug}")["translations"]
    assert (other["language"], other["api_url"].rpartition("/")[2]) == ("de", german.slug)


# Editions ------------------------------------------------------------------------------------------------------------


def test_editions_are_listed_newest_first(client):
    world = make_world()
    stages = get(client, f"stories/{world.story.slug}/editions")["items"]
    assert [(stage["number"], stage["change"]) for stage in stages] == [(3, "correction"), (2, "update"), (1, "first")]
    assert stages[0]["was_wrong"] == "The limit was nine tonnes."
    assert stages[0]["public_until"] is None
    assert stages[1]["public_until"] == stages[0]["public_from"]
    assert stages[1]["api_url"] == f"http://testserver/api/v1/stories/{world.story.slug}/editions/2"


def test_an_old_edition_has_its_old_text(client):
    world = make_world()
    old = get(client, f"stories/{world.story.slug}/editions/2")
    assert "nine tonnes" in str(old["sections"])
    assert old["edition"]["number"] == 2
    assert old["edition"]["public_until"]
    assert old["api_url"].endswith("/editions/2")
    assert "ten tonnes" in str(get(client, f"stories/{world.story.slug}/editions/3")["sections"])
    assert client.get(f"{API}/stories/{world.story.slug}/editions/4").status_code == 404


# Lists ---------------------------------------------------------------------------------------------------------------


def test_lists_are_paginated(client):
    stories = [make_published_story(topics=(make_topic(),)) for _ in range(5)]
    pages = list_pages(client, "stories?limit=2&fields=uid")
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [item["uid"] for page in pages for item in page] == [str(story.uid) for story in reversed(stories)]
    for path in ("topics", "outlets"):
        names = [item["name"] for page in list_pages(client, f"{path}?limit=2") for item in page]
        assert len(names) == len(set(names)) > 4


def test_an_invalid_cursor_answers_404(client):
    for path in ("stories", "questions", "topics", "outlets"):
        for cursor in ("x", "-1", "AA==", "gA==", "é", "20261125T000000.000000Z-5"):
            assert client.get(f"{API}/{path}?cursor={cursor}").status_code == 404, (path, cursor)


def test_stories_can_be_filtered_by_topic_outlet_language_and_date(client):
    pier, quay = make_topic(slug="pier"), make_topic(slug="quay")
    courier = make_outlet(slug="courier")
    one = make_published_story(topics=(pier,), outlets=(courier, make_outlet()))
    two = make_published_story(topics=(quay,), language="de-AT")
    assert list_slugs(client, "stories?topic=pier") == [one.slug]
    assert list_slugs(client, f"stories?topic={quay.uid}") == [two.slug]
    assert list_slugs(client, "stories?outlet=courier") == [one.slug]
    assert list_slugs(client, "stories?language=DE") == [two.slug]
    assert list_slugs(client, "stories?topic=pier&language=de") == []
    assert list_slugs(client, "stories?topic=nobody-knows-it") == []
    second = get(client, f"stories/{two.slug}")["updated_at"]
    assert list_slugs(client, f"stories?since={second}") == [two.slug]
    assert list_slugs(client, f"stories?until={second}") == [one.slug]
    assert list_slugs(client, "stories?since=9999-12-31T23:59:59Z") == []


def test_combined_filters_find_all_stories_over_several_pages(client, monkeypatch):
    monkeypatch.setattr(filters, "MAX_TESTED_ROWS", 2)
    pier, courier = make_topic(slug="pier"), make_outlet(slug="courier")
    former = make_topic(slug="former")
    both = [make_published_story(topics=(pier,), articles=(make_article(outlet=courier),), language="de-AT")]
    for number in range(5):
        make_published_story(topics=(pier if number % 2 else former,), language="de")
    both.append(make_published_story(topics=(pier, former), articles=(make_article(outlet=courier),), language="de-AT"))
    make_published_story(articles=(make_article(outlet=courier),))
    type(former).objects.filter(pk=former.pk).update(merged_into=pier)
    for query in ("topic=pier&outlet=courier", "topic=pier&language=de-at", "language=de-AT"):
        slugs, address, pages = [], f"{API}/stories?{query}", 0
        while address:
            body = client.get(address).json()
            slugs += [item["url"].split("/")[-2] for item in body["items"]]
            address, pages = body["next"], pages + 1
        assert slugs == [story.slug for story in reversed(both)], query
        assert 3 <= pages <= 6


def test_story_counts_stop_at_a_limit(client, monkeypatch):
    monkeypatch.setattr(merged, "MAX_ON_OWN_PAGE", 3)
    monkeypatch.setattr(queries, "MentionCounter", partial(queries.MentionCounter, limit=2))
    pier = make_topic(slug="pier")
    stories = [make_published_story(topics=(pier,)) for _ in range(4)]
    (listed,), alone = get(client, "topics")["items"], get(client, "topics/pier")
    assert (listed["story_count"], listed["story_count_is_capped"]) == (2, True)
    assert (alone["story_count"], alone["story_count_is_capped"]) == (3, True)
    newest = get(client, f"stories/{stories[-1].slug}")["updated_at"]
    assert listed["latest_at"] == alone["latest_at"] == newest


def test_a_merged_topic_is_replaced_by_the_remaining_one(client, curator):
    old, new = make_topic(slug="old-pier"), make_topic(slug="new-pier")
    story = make_published_story(topics=(old,))
    merge_topics(old, into=new, by=curator)
    for key in ("old-pier", "new-pier", str(old.uid)):
        assert list_slugs(client, f"stories?topic={key}") == [story.slug]
    assert [item["name"] for item in get(client, "topics")["items"]] == [new.name]
    assert client.get(f"{API}/topics/old-pier").headers["Location"].endswith("/topics/new-pier")
    assert get(client, f"stories/{story.slug}")["topics"][0]["api_url"].endswith("/topics/new-pier")


def test_only_the_requested_fields_are_returned(client):
    story = make_published_story()
    assert get(client, f"stories/{story.slug}?fields=headline,edition").keys() == {"headline", "edition"}
    assert get(client, "stories?fields=headline") == {"items": [{"headline": story.headline}], "next": None}


def test_topics_and_outlets_can_be_filtered_by_kind(client):
    make_published_story(
        topics=(make_topic(slug="vessara", kind="place"), make_topic()),
        outlets=(make_outlet(slug="wire", kind="agency"), make_outlet()),
    )
    assert list_slugs(client, "topics?kind=place") == ["vessara"]
    assert list_slugs(client, "outlets?kind=agency") == ["wire"]
    assert client.get(f"{API}/topics?kind=ship").status_code == 400


# Questions, topics, outlets ------------------------------------------------------------------------------------------


def test_a_question_has_the_content_of_its_page(client):
    world = make_world()
    question = get(client, f"questions/{world.question.slug}")
    assert question["question"] == world.question.question
    assert [answer["as_of"] for answer in question["answers"]] == ["2026-11-09", "2026-11-09"]
    assert question["answers"][0]["url"].startswith(f"http://testserver/questions/{world.question.slug}/#")
    assert [story["name"] for story in question["stories"]] == [world.story.headline]
    old = get(client, f"questions/{world.question.slug}/editions/1")
    assert [answer["html"] for answer in old["answers"]] == [answer["html"] for answer in question["answers"]]


def test_a_topic_links_to_its_stories_and_questions(client):
    topic = make_topic(description="A row of *nine* gates.", wikidata="Q42", picture=make_image(), picture_alt="Gates")
    story = make_published_story(topics=(topic,))
    question = make_published_question(topics=(topic,))
    body = get(client, f"topics/{topic.slug}")
    assert (body["description"], body["story_count"]) == ("A row of nine gates.", 1)
    assert body["description_html"] == "<p>A row of <em>nine</em> gates.</p>"
    assert body["picture"]["alt"] == "Gates"
    for field, slug in (("stories_api_url", story.slug), ("questions_api_url", question.slug)):
        items = client.get(body[field]).json()["items"]
        assert [item["api_url"].rpartition("/")[2] for item in items] == [slug]


def test_an_outlet_has_its_properties_and_links_to_its_stories(client):
    outlet = make_outlet(country="Vessara", owner="A trust", home_page="https://courier.example/", language="en")
    story = make_published_story(outlets=(outlet, make_outlet()))
    body = get(client, f"outlets/{outlet.slug}")
    assert (body["owner"], body["country"], body["story_count"]) == ("A trust", "Vessara", 1)
    assert client.get(body["stories_api_url"]).json()["items"][0]["uid"] == str(story.uid)


def test_a_topic_or_outlet_that_only_a_draft_names_answers_404(client):
    topic, outlet = make_topic(), make_outlet()
    make_story(topics=(topic,), outlets=(outlet, make_outlet()))
    for path in ("topics", "outlets"):
        assert get(client, path)["items"] == []
    for address in (f"topics/{topic.slug}", f"topics/{topic.uid}", f"outlets/{outlet.slug}", f"outlets/{outlet.uid}"):
        assert client.get(f"{API}/{address}").status_code == 404
    assert get(client, f"stories?topic={topic.slug}")["items"] == []


# Search --------------------------------------------------------------------------------------------------------------


def test_a_search_finds_live_pages_and_marks_the_words(client):
    story = make_published_story()
    make_story(headline="A draft about the pier and its lorries")
    body = get(client, "search?q=lorries&kind=story")
    assert [item["uid"] for item in body["items"]] == [str(story.uid)]
    assert (body["total"], body["total_is_capped"], body["next"]) == (1, False, None)
    [result] = body["items"]
    assert result["title"] == "".join(piece["words"] for piece in result["title_pieces"]) == story.headline
    assert [piece["words"] for piece in result["title_pieces"] if piece["hit"]] == ["lorries"]


def test_a_search_can_be_filtered_and_is_paginated(client):
    topic, outlet = make_topic(slug="quay", name="Quay of Lisle"), make_outlet(slug="courier", name="Lisle Courier")
    one = make_published_story(topics=(topic,), outlets=(outlet, make_outlet()))
    make_published_story()
    for query in ("topic=quay", f"topic={topic.uid}", "outlet=courier"):
        assert list_slugs(client, f"search?q=lorries&kind=story&{query}") == [one.slug]
    assert list_slugs(client, "search?q=lorries&topic=nobody-knows-it") == []
    assert list_slugs(client, "search?q=lorries&since=2999-01-01") == []
    assert list_slugs(client, "search?q=courier&kind=outlet") == ["courier"]
    assert [len(page) for page in list_pages(client, "search?q=lorries&kind=story&limit=1")] == [1, 1]
    assert get(client, "search")["items"] == []
    for wrong, status in (("since=yesterday", 400), ("kind=ship", 400), ("cursor=0", 404), ("cursor=11", 404)):
        assert client.get(f"{API}/search?q=lorries&{wrong}").status_code == status, wrong


# Any request ---------------------------------------------------------------------------------------------------------


def test_hostile_keys_and_parameters_raise_no_error(client):
    for words in HOSTILE:
        for path in ("stories", "questions", "topics", "outlets"):
            assert client.get(f"{API}/{path}/{words}").status_code in {400, 404}, words
        for name in ("topic", "outlet", "language", "since", "until", "cursor", "limit", "fields"):
            assert client.get(f"{API}/stories?{name}={words}").status_code in {200, 400, 404}, (name, words)


@pytest.mark.parametrize(
    "time", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "1e9", "2026-11-25", "2026-02-30T00:00:00Z"]
)
def test_an_invalid_time_is_refused(client, time):
    assert client.get(f"{API}/stories?since={time}").status_code == 400


def test_the_number_of_queries_for_lists_does_not_grow(client):
    paths = ("stories?limit=100", "questions?limit=100", "topics?limit=100", "outlets?limit=100")

    def count_queries():
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as queries:
                get(client, path)
            counts.append(len(queries))
        return counts

    make_published_story(topics=(make_topic(),))
    make_published_question(topics=(make_topic(),))
    before = count_queries()
    for _ in range(3):
        make_published_story(topics=(make_topic(), make_topic()), articles=(make_article(),))
        make_published_question(topics=(make_topic(),))
    assert count_queries() == before == [3, 3, 2, 1]


def test_the_description_has_every_kind_of_section(client):
    schemas = client.get(f"{API}/openapi.json").json()["components"]["schemas"]
    assert schemas["SectionKind"]["enum"] == list(SECTION_KINDS)
