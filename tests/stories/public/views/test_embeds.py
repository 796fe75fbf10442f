"""Stories inside the pages of others: what oEmbed says, and the page that may be framed."""

import json
import re
from urllib.parse import quote, urlencode

import pytest

from stories import publishing
from stories.drafts import revisions
from tests.factories import (
    let_pass,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_user,
    update,
)

pytestmark = pytest.mark.django_db
PIER = "http://testserver/stories/north-pier/"
UNKNOWN = [
    "https://testserver/stories/north-pier/",
    "http://testserver:8080/stories/north-pier/",
    "http://testserver.evil.example/stories/north-pier/",
    "http://testserver@evil.example/stories/north-pier/",
    "http://somebody@testserver/stories/north-pier/",
    "http://evil.example/http://testserver/stories/north-pier/",
    "//testserver/stories/north-pier/",
    "/stories/north-pier/",
    "http://testserver/stories/",
    "http://testserver/stories/never/",
    "http://testserver/stories/draft/",
    "http://testserver/stories/withdrawn/",
    "http://testserver/stories/north-pier/history/",
    "http://testserver/questions/asked/",
    "http://testserver/admin/",
    "http://testserver",
    "http://[",
    "http://testserver:port/stories/north-pier/",
    "javascript:alert(1)",
    "north-pier",
    "\x00",
    "http://testserver/stories/\x00/",
]


def asked(client, url=PIER, **more):
    return client.get(f"/oembed?{urlencode({'url': url, **more})}")


def test_it_says_how_a_story_is_embedded(client):
    make_published_story(slug="north-pier", byline=("Ana Kestrel", "Jonas Adebar"))
    answer = asked(client, format="json")
    assert answer["Content-Type"] == "application/json"
    said = answer.json()
    assert (said["version"], said["type"]) == ("1.0", "rich")
    assert said["author_name"] == "Ana Kestrel, Jonas Adebar"
    assert (said["provider_name"], said["provider_url"]) == ("Newsroom", "http://testserver/")
    source = re.search(r'<iframe src="([^"]+)" width="600" height="320"', said["html"])[1]
    assert source == f"{PIER}embed/"
    assert client.get(source.removeprefix("http://testserver")).status_code == 200
    assert client.get(said["thumbnail_url"].removeprefix("http://testserver"))["Content-Type"] == "image/png"
    assert (said["thumbnail_width"], said["thumbnail_height"]) == (1200, 630)


def test_it_keeps_to_the_size_that_was_asked_for(client):
    make_published_story(slug="north-pier")
    said = asked(client, maxwidth=400, maxheight="200").json()
    assert (said["width"], said["height"]) == (400, 200)
    assert 'width="400" height="200"' in said["html"]
    assert "thumbnail_url" not in said
    for nonsense in ("", "-5", "wide", "٣", "9" * 30):
        assert asked(client, maxwidth=nonsense).json()["width"] == 600


def test_a_headline_cannot_leave_the_frame(client):
    let_pass()
    make_published_story(slug="north-pier", headline='"><script>alert(1)</script>')
    html = asked(client).json()["html"]
    assert "<script" not in html
    assert html.count('"') == 12


def test_any_other_address_is_unknown(client):
    make_published_story(slug="north-pier")
    make_published_question(slug="asked")
    make_story(slug="draft")
    publishing.withdraw(make_published_story(slug="withdrawn"), by=make_user(), notice="Gone.")
    assert [url for url in UNKNOWN if asked(client, url).status_code != 404] == []


def test_the_same_address_in_other_letters_is_the_same(client):
    make_published_story(slug="north-pier", language="ar")
    make_published_story(slug="ميناء-تلمار")
    for url in ("HTTP://TESTSERVER:80/stories/north-pier/", f"{PIER}?from=elsewhere#sources"):
        assert asked(client, url).status_code == 200
    for slug in ("ميناء-تلمار", quote("ميناء-تلمار")):
        assert asked(client, f"http://testserver/stories/{slug}/").status_code == 200


def test_a_former_address_says_how_the_story_is_embedded_today(client):
    story = make_published_story(slug="north-pier")
    story.slug = "moved"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=update("Moved."))
    assert "/stories/moved/embed/" in asked(client).json()["html"]
    moved = client.get("/stories/north-pier/embed/")
    assert (moved.status_code, moved["Location"]) == (301, "/stories/moved/embed/")


def test_other_formats_are_not_spoken_and_an_address_is_needed(client):
    assert asked(client, format="xml").status_code == 501
    assert client.get("/oembed").status_code == 400
    assert client.get("/oembed?url=").status_code == 400


def test_a_story_leads_to_what_is_said_of_it(client):
    make_published_story(slug="north-pier")
    page = client.get("/stories/north-pier/").content.decode()
    href = re.search(r'<link rel="alternate" href="([^"]+)" type="application/json\+oembed"', page)[1]
    assert client.get(href.removeprefix("http://testserver").replace("&amp;", "&")).status_code == 200


def test_the_embedded_page_may_be_framed_by_anybody_and_no_other_page_may(client):
    make_published_story(slug="north-pier")
    for headers in ({}, {"If-None-Match": client.get("/stories/north-pier/embed/")["ETag"]}):
        framed = client.get("/stories/north-pier/embed/", headers=headers)
        assert "frame-ancestors *" in framed["Content-Security-Policy"]
        assert "default-src 'none'" in framed["Content-Security-Policy"]
        assert "X-Frame-Options" not in framed.headers
    page = client.get("/stories/north-pier/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_the_embedded_page_leads_out_of_its_frame_and_search_engines_to_the_story(client):
    make_published_story(slug="north-pier", topics=(make_topic(name="North pier"),))
    answer = client.get("/stories/north-pier/embed/")
    html = answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert f'<link rel="canonical" href="{PIER}">' in html
    links = re.findall(r"<a [^>]*>", html)
    assert all('target="_top"' in link and 'href="http://testserver/' in link for link in links)
    assert "<script" not in html
    assert "North pier" in html


def test_a_withdrawn_story_says_so_in_its_frame_and_a_draft_is_not_there(client):
    publishing.withdraw(make_published_story(slug="north-pier"), by=make_user(), notice="The source erred.")
    make_story(slug="draft")
    gone = client.get("/stories/north-pier/embed/")
    assert gone.status_code == 410
    assert "The source erred." in gone.content.decode()
    assert client.get("/stories/draft/embed/").status_code == 404


def test_what_it_says_is_the_same_for_everybody(client):
    make_published_story(slug="north-pier")
    first = asked(client)
    assert json.loads(first.content) == asked(client).json()
    assert asked(client)["ETag"] == first["ETag"]
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
