"""Sitemaps: their pages, their parts, and the rules of their schemas."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils.dateparse import parse_datetime
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.db import keyset
from newsroom.site.models import AboutPage
from stories import publishing
from stories.drafts import revisions
from stories.models import Work
from stories.public import sitemaps
from stories.public.sitemaps import NEWS, SITEMAP, XHTML
from tests.factories import (
    make_author,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
TIME_FORMAT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
# The elements of each schema, in the order that it requires.
SITEMAP_ORDER = (f"{{{SITEMAP}}}loc", f"{{{SITEMAP}}}lastmod", f"{{{XHTML}}}link", f"{{{NEWS}}}news")
NEWS_ORDER = [f"{{{NEWS}}}{name}" for name in ("publication", "publication_date", "title")]


def parse_sitemap(client, address: str) -> ElementTree.Element:
    """Return the root of a sitemap, after checking it against the rules of its schema."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert len(response.content) <= 50 * 1024 * 1024
    root = ElementTree.fromstring(response.content)  # noqa: S314  # no user input
    assert root.tag in {f"{{{SITEMAP}}}urlset", f"{{{SITEMAP}}}sitemapindex"}
    entry = f"{{{SITEMAP}}}{'url' if root.tag.endswith('urlset') else 'sitemap'}"
    assert len(root) <= 10_000
    for each in root:
        assert each.tag == entry
        tags = [child.tag for child in each]
        assert tags == sorted(tags, key=SITEMAP_ORDER.index)
        assert tags.count(SITEMAP_ORDER[0]) == 1
        assert tags.count(SITEMAP_ORDER[1]) <= 1
        assert all(TIME_FORMAT.fullmatch(time) for time in list_texts(each, SITEMAP_ORDER[1]))
        for address in list_texts(each, SITEMAP_ORDER[0]):
            assert address.startswith(f"{SITE}/")
            assert address.isascii()
            assert len(address) < 2048
    return root


def list_texts(root: ElementTree.Element, tag: str) -> list[str]:
    return [element.text or "" for element in root.iter(tag)]


def list_paths(root: ElementTree.Element) -> list[str]:
    return [address.removeprefix(SITE) for address in list_texts(root, SITEMAP_ORDER[0])]


def get_part_address(kind: str, row) -> str:
    return f"/sitemap-{kind}-{row.pk // keyset.PART_SIZE + 1}.xml"


def set_part_size(monkeypatch, size: int) -> None:
    monkeypatch.setattr(keyset, "PART_SIZE", size)
    monkeypatch.setattr(keyset.SitemapPart, "template", f"(%(expressions)s / {size})")


def test_the_index_lists_every_part_with_its_last_change(client, set_time):
    outlet, topic, editor, author = make_outlet(), make_topic(), make_user(), make_author()
    question = make_published_question(by=editor, topics=(topic,))
    story = make_published_story(
        by=editor, outlets=(outlet, make_outlet()), topics=(topic,), byline=(author.name, "Ida Sund")
    )
    changed = set_time.go(days=3)
    story.sections.filter(kind="background").update(
        text="Another survey asked for the same limit as the first one did."
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    root = parse_sitemap(client, "/sitemap.xml")
    assert list_paths(root) == [
        "/sitemap-pages.xml",
        get_part_address("stories", story),
        get_part_address("questions", question),
        get_part_address("topics", topic),
        get_part_address("sources", outlet),
        get_part_address("people", author),
    ]
    times = [parse_datetime(text) for text in list_texts(root, SITEMAP_ORDER[1])]
    assert times == [changed, changed - timedelta(days=3), changed, changed, changed]
    assert list_paths(parse_sitemap(client, get_part_address("people", author))) == [author.get_absolute_url()]


def test_every_page_in_the_sitemaps_can_be_opened(client):
    AboutPage.objects.create(slug="how", title="How we work", text="We read.")
    make_published_story(questions=(make_published_question(),), slug="ما-الذي-حدث-أمس")
    for part in list_paths(parse_sitemap(client, "/sitemap.xml")):
        for path in list_paths(parse_sitemap(client, part)):
            assert client.get(path).status_code == 200, path


def test_pages_that_are_not_public_are_in_no_part(client, editor, set_time):
    topic, outlet, author = make_topic(), make_outlet(), make_author()
    make_story(topics=(topic,), outlets=(outlet, make_outlet()), byline=(author.name,), slug="a-draft")
    publishing.schedule(make_story(slug="to-come", topics=(topic,)), by=editor, at=set_time() + timedelta(days=1))
    withdrawn = make_published_story(by=editor, topics=(topic,), slug="taken-back")
    set_time.go(hours=1)
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    assert list_paths(parse_sitemap(client, "/sitemap.xml")) == ["/sitemap-pages.xml"]
    for row, kind in ((withdrawn, "stories"), (topic, "topics"), (outlet, "sources"), (author, "people")):
        assert client.get(get_part_address(kind, row)).status_code == 404
    assertNotContains(client.get("/news-sitemap.xml"), "taken-back")
    assertNotContains(client.get("/sitemap-pages.xml"), "/stories/archive/")


def test_parts_are_ranges_of_keys_and_complete(client, monkeypatch):
    set_part_size(monkeypatch, 2)
    stories = [make_published_story() for _ in range(5)]
    index = [path for path in list_paths(parse_sitemap(client, "/sitemap.xml")) if "stories" in path]
    assert len(index) >= 3
    assert [path for part in index for path in list_paths(parse_sitemap(client, part))] == [
        f"/stories/{story.slug}/" for story in stories
    ]


def test_the_last_change_of_a_part_ignores_withdrawn_pages(client, editor, set_time):
    changed = set_time()
    make_published_story(by=editor)
    set_time.go(hours=1)
    withdrawn = make_published_story(by=editor)
    set_time.go(hours=1)
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    times = [parse_datetime(text) for text in list_texts(parse_sitemap(client, "/sitemap.xml"), SITEMAP_ORDER[1])]
    assert times[0] == changed


@pytest.mark.parametrize(
    "address", ["/sitemap-stories-0.xml", "/sitemap-stories-999999999.xml", "/sitemap-works-1.xml"]
)
def test_an_empty_part_answers_404(client, address):
    make_published_story()
    assert client.get(address).status_code == 404


def test_a_merged_topic_is_in_the_sitemap_as_the_remaining_one(client):
    topic = make_topic()
    merged = make_topic(merged_into=topic)
    make_published_story(topics=(merged,))
    assert list_paths(parse_sitemap(client, get_part_address("topics", topic))) == [topic.get_absolute_url()]


def test_translations_refer_to_each_other_across_parts(client, monkeypatch):
    set_part_size(monkeypatch, 1)
    original, other = make_story(), make_story(language="de")
    Work.objects.filter(pk=other.pk).update(translation_group=original.uid)
    editor = make_user()
    for story in (original, other):
        story.refresh_from_db()
        revisions.record_revision(story, by=editor)
        publishing.publish(story, by=editor)
    untranslated = make_published_story()
    expected = [("de", f"{SITE}/stories/{other.slug}/"), ("en", f"{SITE}/stories/{original.slug}/")]
    for story in (original, other):
        links = parse_sitemap(client, get_part_address("stories", story)).iter(f"{{{XHTML}}}link")
        assert [(link.get("hreflang"), link.get("href")) for link in links] == expected
    assert list(parse_sitemap(client, get_part_address("stories", untranslated)).iter(f"{{{XHTML}}}link")) == []


def test_lists_are_included_in_each_language_of_the_site(client, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    root = parse_sitemap(client, "/sitemap-pages.xml")
    assert {"/", "/de/", "/stories/", "/de/stories/"} <= set(list_paths(root))
    links = [(link.get("hreflang"), link.get("href")) for link in root[0].iter(f"{{{XHTML}}}link")]
    assert links == [("en-gb", f"{SITE}/"), ("de", f"{SITE}/de/")]


def test_an_about_page_is_included_once_in_one_language(client, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    AboutPage.objects.create(slug="how", title="How we work", text="We read.")
    entries = parse_sitemap(client, "/sitemap-pages.xml")
    (entry,) = [each for each in entries if "/about/" in "".join(each.itertext())]
    assert list_texts(entry, SITEMAP_ORDER[0]) == [f"{SITE}/about/how/"]
    assert list(entry.iter(f"{{{XHTML}}}link")) == []


def test_the_news_sitemap_has_the_stories_of_two_days_in_schema_order(client, set_time):
    editor = make_user()
    make_published_story(by=editor)
    published_at = set_time.go(days=1)
    make_published_story(by=editor, headline="Why “lorries & trams” <may> return to it", language="pt-BR", slug="trams")
    set_time.go(days=1)
    (url,) = parse_sitemap(client, "/news-sitemap.xml")
    (entry,) = url.findall(f"{{{NEWS}}}news")
    assert [child.tag for child in entry] == NEWS_ORDER
    publication, day, title = entry
    assert [(child.tag, child.text) for child in publication] == [
        (f"{{{NEWS}}}name", "Newsroom"),
        (f"{{{NEWS}}}language", "pt"),
    ]
    assert parse_datetime(day.text) == published_at
    assert title.text == "Why “lorries & trams” <may> return to it"


def test_an_updated_story_is_not_in_the_news_sitemap(client, set_time):
    editor = make_user()
    story = make_published_story(by=editor)
    set_time.go(days=3)
    story.sections.filter(kind="background").update(
        text="Another survey asked for the same limit as the first one did."
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    assert len(parse_sitemap(client, "/news-sitemap.xml")) == 0


def test_the_news_sitemap_has_a_limited_number_of_stories(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_NEWS", 1)
    make_published_story()
    newest = make_published_story()
    assert list_paths(parse_sitemap(client, "/news-sitemap.xml")) == [f"/stories/{newest.slug}/"]


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("en-GB", "en"),
        ("gsw", "gsw"),
        ("zh", "zh-cn"),
        ("zh-Hant", "zh-tw"),
        ("zh-Hans-HK", "zh-cn"),
        ("zh-TW", "zh-tw"),
    ],
)
def test_the_news_sitemap_has_language_codes_of_news_search(client, language, code):
    make_published_story(language=language)
    assertContains(client.get("/news-sitemap.xml"), f"<news:language>{code}</news:language>")
