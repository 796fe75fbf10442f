"""Embedding stories in other sites: the oEmbed response, and the page for the frame."""

import json
import re
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest

from newsroom.text.markdown import render
from stories import publishing
from stories.documents.render.fragments import PassageFragment
from stories.documents.schema import NamedOutlet
from stories.drafts import revisions
from stories.public.pages.copies import embed
from tests.factories import (
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
    reduce_checks_to_hints,
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


def get_oembed(client, url=PIER, **more):
    return client.get(f"/oembed?{urlencode({'url': url, **more})}")


def test_the_oembed_response_describes_the_frame(client):
    make_published_story(slug="north-pier", byline=("Ana Kestrel", "Jonas Adebar"))
    response = get_oembed(client, format="json")
    assert response["Content-Type"] == "application/json"
    data = response.json()
    assert (data["version"], data["type"]) == ("1.0", "rich")
    assert data["author_name"] == "Ana Kestrel, Jonas Adebar"
    assert (data["provider_name"], data["provider_url"]) == ("Newsroom", "http://testserver/")
    source = re.search(r'<iframe src="([^"]+)" width="600" height="520"', data["html"])[1]
    assert source == f"{PIER}embed/"
    assert client.get(source.removeprefix("http://testserver")).status_code == 200
    assert client.get(data["thumbnail_url"].removeprefix("http://testserver"))["Content-Type"] == "image/jpeg"
    assert (data["thumbnail_width"], data["thumbnail_height"]) == (1200, 630)


def test_the_frame_has_at_most_the_requested_size(client):
    make_published_story(slug="north-pier")
    for maximum, size in (
        ({"maxwidth": 600}, (600, 520)),
        ({"maxwidth": 599}, (320, 640)),
        ({"maxwidth": 320}, (320, 640)),
        ({"maxwidth": 300, "maxheight": "200"}, (300, 200)),
    ):
        data = get_oembed(client, **maximum).json()
        assert (data["width"], data["height"]) == size
        assert f'width="{size[0]}" height="{size[1]}"' in data["html"]
        assert "thumbnail_url" not in data
    for invalid in ("", "-5", "wide", "٣", "9" * 30):
        assert get_oembed(client, maxwidth=invalid).json()["width"] == 600


def test_the_headline_is_escaped_in_the_html_of_the_frame(client):
    reduce_checks_to_hints()
    make_published_story(slug="north-pier", headline='"><script>alert(1)</script>')
    html = get_oembed(client).json()["html"]
    assert "<script" not in html
    assert html.count('"') == 12


def test_any_other_address_answers_404(client):
    make_published_story(slug="north-pier")
    make_published_question(slug="asked")
    make_story(slug="draft")
    publishing.withdraw(make_published_story(slug="withdrawn"), by=make_user(), notice="Gone.")
    assert [url for url in UNKNOWN if get_oembed(client, url).status_code != 404] == []


def test_equivalent_forms_of_an_address_are_accepted(client):
    make_published_story(slug="north-pier", language="ar")
    make_published_story(slug="ميناء-تلمار")
    for url in ("HTTP://TESTSERVER:80/stories/north-pier/", f"{PIER}?from=elsewhere#sources"):
        assert get_oembed(client, url).status_code == 200
    for slug in ("ميناء-تلمار", quote("ميناء-تلمار")):
        assert get_oembed(client, f"http://testserver/stories/{slug}/").status_code == 200


def test_a_former_address_gives_the_present_frame(client):
    story = make_published_story(slug="north-pier")
    story.slug = "moved"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("Moved."))
    assert "/stories/moved/embed/" in get_oembed(client).json()["html"]
    moved = client.get("/stories/north-pier/embed/")
    assert (moved.status_code, moved["Location"]) == (301, "/stories/moved/embed/")


def test_other_formats_answer_501_and_a_missing_address_400(client):
    assert get_oembed(client, format="xml").status_code == 501
    assert client.get("/oembed").status_code == 400
    assert client.get("/oembed?url=").status_code == 400


def test_a_story_links_to_its_oembed_response(client):
    make_published_story(slug="north-pier")
    page = client.get("/stories/north-pier/").content.decode()
    href = re.search(r'<link rel="alternate" href="([^"]+)" type="application/json\+oembed"', page)[1]
    assert client.get(href.removeprefix("http://testserver").replace("&amp;", "&")).status_code == 200


def test_only_the_embed_may_be_framed_by_other_sites(client):
    make_published_story(slug="north-pier")
    for headers in ({}, {"If-None-Match": client.get("/stories/north-pier/embed/")["ETag"]}):
        response = client.get("/stories/north-pier/embed/", headers=headers)
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert "X-Frame-Options" not in response.headers
    page = client.get("/stories/north-pier/")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_links_in_the_embed_open_outside_the_frame_and_it_is_not_indexed(client):
    make_published_story(slug="north-pier", topics=(make_topic(name="North pier"),))
    response = client.get("/stories/north-pier/embed/")
    html = response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"
    assert f'<link rel="canonical" href="{PIER}">' in html
    links = re.findall(r"<a [^>]*>", html)
    assert all('target="_top"' in link and 'href="http://testserver/' in link for link in links)
    targets = re.findall('<a [^>]*href="([^"]+)"', html)
    assert sorted(targets) == ["http://testserver/", PIER]
    assert "<script" not in html
    assert "North pier" in html


def test_the_embed_of_a_withdrawn_story_answers_410_and_of_a_draft_404(client):
    publishing.withdraw(make_published_story(slug="north-pier"), by=make_user(), notice="The source erred.")
    make_story(slug="draft")
    response = client.get("/stories/north-pier/embed/")
    page = response.content.decode()
    assert response.status_code == 410
    assert "The source erred." in page
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "css/embed.css" in page
    assert "<form" not in page
    assert client.get("/stories/draft/embed/").status_code == 404


def test_the_oembed_response_is_cacheable(client):
    make_published_story(slug="north-pier")
    first = get_oembed(client)
    assert json.loads(first.content) == get_oembed(client).json()
    assert get_oembed(client)["ETag"] == first["ETag"]
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_the_embed_says_what_happened_and_what_three_outlets_report(client):
    outlets = tuple(make_outlet(name=name) for name in ("The Pier Post", "Dock Daily", "Quay News", "Harbour Times"))
    story = make_story(
        slug="north-pier", outlets=outlets, texts={"happened": " ".join(f"word{number}" for number in range(80)) + "."}
    )
    passages = list(story.passages.order_by("position"))
    for passage, outlet in zip(passages, outlets, strict=False):
        passage.text = f"{outlet.name} says " + " ".join(f"thing{number}" for number in range(30)) + "."
        passage.save()
    revisions.record_revision(story, by=None)
    reduce_checks_to_hints()
    publishing.publish(story, by=make_user())
    page = client.get("/stories/north-pier/embed/").content.decode()
    assert "word49…" in page
    assert "word50" not in page
    voices = re.findall(r"<li><strong>([^<]+)</strong> ([^<]+)</li>", page)
    assert [name for name, _ in voices] == ["The Pier Post", "Dock Daily", "Quay News"]
    assert all(words.startswith("says thing0 ") and words.endswith("thing10…") for _, words in voices)


@pytest.mark.parametrize(
    ("names", "text", "outlets", "words"),
    [
        (["The Pier Post"], "The Pier Post says nine.[@1]", "The Pier Post", " says nine."),
        (
            ["Harbour & Coast"],
            "Harbour & Coast, meanwhile, describes it.",
            "Harbour & Coast",
            ", meanwhile, describes it.",
        ),
        (["Dock Daily"], "Dock Daily’s reporter counts nine.", "Dock Daily", "’s reporter counts nine."),
        (["Kurier"], "Kurier-Leser zählen neun.", "Kurier", "-Leser zählen neun."),
        (["Kurier"], "Kuriers Bericht nennt neun.", "Kurier:", " Kuriers Bericht nennt neun."),
        (["Post"], "Postal workers tell the Post of nine.", "Post:", " Postal workers tell the Post of nine."),
        (["A", "B", "C"], "A, B und C zählen neun.", "A, B und C", " zählen neun."),
        (["A", "B"], "A counts nine, and B counts ten.", "A, B:", " A counts nine, and B counts ten."),
        (
            ["Dock", "Dock Daily"],
            "Dock Daily and Dock, both local, agree.",
            "Dock Daily and Dock",
            ", both local, agree.",
        ),
        (["بريد تلمار"], "بريد تلمار، من جهتها، تصف القطعة.", "بريد تلمار", "، من جهتها، تصف القطعة."),
        (["بريد تلمار"], "نشرت صحيفة بريد تلمار صورة.", "بريد تلمار:", " نشرت صحيفة بريد تلمار صورة."),
        (["A"], "A b c d e f g h i j k l, m n.", "A", " b c d e f g h i j k l, m…"),
        (["A"], "A b c d e f g h i j k l m, n.", "A", " b c d e f g h i j k l m…"),
    ],
)
def test_the_name_of_an_outlet_and_the_words_after_it_are_joined_as_in_the_text(names, text, outlets, words):
    passage = PassageFragment(
        uid=uuid4(),
        body_html=render(text, numbers={1: 1}, anchor="passage-1"),
        outlets=[NamedOutlet(uid=uuid4(), name=name) for name in names],
    )
    voice = embed._build_voice(passage)
    assert (voice.outlets, voice.words) == (outlets, words)


def test_an_embed_without_picture_or_voices_leaves_them_out(client):
    reduce_checks_to_hints()
    make_published_story(slug="north-pier", outlets=())
    page = client.get("/stories/north-pier/embed/").content.decode()
    assert "<picture>" not in page
    assert 'class="voices"' not in page
    assert "Read the full story" in page
