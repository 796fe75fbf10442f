"""Sitemaps: what they list, in which parts, and that they are as their schemas want them."""

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
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_user,
    update,
)

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
# The elements of each schema in the order in which it has them.
SITEMAP_ORDER = (f"{{{SITEMAP}}}loc", f"{{{SITEMAP}}}lastmod", f"{{{XHTML}}}link", f"{{{NEWS}}}news")
NEWS_ORDER = [f"{{{NEWS}}}{name}" for name in ("publication", "publication_date", "title")]


def read(client, address: str) -> ElementTree.Element:
    """Return the root of a sitemap, having held it against the rules of its schema."""
    response = client.get(address)
    assert response.status_code == 200, address
    assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert len(response.content) <= 50 * 1024 * 1024
    root = ElementTree.fromstring(response.content)  # noqa: S314  # our own words
    assert root.tag in {f"{{{SITEMAP}}}urlset", f"{{{SITEMAP}}}sitemapindex"}
    entry = f"{{{SITEMAP}}}{'url' if root.tag.endswith('urlset') else 'sitemap'}"
    assert len(root) <= 10_000
    for each in root:
        assert each.tag == entry
        tags = [child.tag for child in each]
        assert tags == sorted(tags, key=SITEMAP_ORDER.index)
        assert tags.count(SITEMAP_ORDER[0]) == 1
        assert tags.count(SITEMAP_ORDER[1]) <= 1
        assert all(WHEN.fullmatch(when) for when in texts(each, SITEMAP_ORDER[1]))
        for address in texts(each, SITEMAP_ORDER[0]):
            assert address.startswith(f"{SITE}/")
            assert address.isascii()
            assert len(address) < 2048
    return root


def texts(root: ElementTree.Element, tag: str) -> list[str]:
    return [element.text or "" for element in root.iter(tag)]


def paths(root: ElementTree.Element) -> list[str]:
    return [address.removeprefix(SITE) for address in texts(root, SITEMAP_ORDER[0])]


def part_of(kind: str, thing) -> str:
    return f"/sitemap-{kind}-{thing.pk // keyset.PART_SIZE + 1}.xml"


def cut_into_parts(monkeypatch, size: int) -> None:
    monkeypatch.setattr(keyset, "PART_SIZE", size)
    monkeypatch.setattr(keyset.SitemapPart, "template", f"(%(expressions)s / {size})")


def test_the_index_lists_every_part_with_the_day_of_its_last_change(client, set_time):
    outlet, topic, editor = make_outlet(), make_topic(), make_user()
    question = make_published_question(by=editor, topics=(topic,))
    story = make_published_story(by=editor, outlets=(outlet, make_outlet()), topics=(topic,))
    changed = set_time.go(days=3)
    story.sections.filter(kind="background").update(
        text="Another survey asked for the same limit as the first one did."
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=update())
    root = read(client, "/sitemap.xml")
    assert paths(root) == [
        "/sitemap-pages.xml",
        part_of("stories", story),
        part_of("questions", question),
        part_of("topics", topic),
        part_of("sources", outlet),
    ]
    days = [parse_datetime(when) for when in texts(root, SITEMAP_ORDER[1])]
    assert days == [changed, changed - timedelta(days=3), changed, changed]


def test_each_page_that_the_sitemaps_list_can_be_opened(client):
    AboutPage.objects.create(slug="how", title="How we work", text="We read.")
    make_published_story(questions=(make_published_question(),), slug="ما-الذي-حدث-أمس")
    for part in paths(read(client, "/sitemap.xml")):
        for path in paths(read(client, part)):
            assert client.get(path).status_code == 200, path


def test_what_cannot_be_read_stands_in_no_part(client, editor, set_time):
    topic, outlet = make_topic(), make_outlet()
    make_story(topics=(topic,), outlets=(outlet, make_outlet()), slug="a-draft")
    publishing.schedule(make_story(slug="to-come", topics=(topic,)), by=editor, at=set_time() + timedelta(days=1))
    withdrawn = make_published_story(by=editor, topics=(topic,), slug="taken-back")
    set_time.go(hours=1)
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    assert paths(read(client, "/sitemap.xml")) == ["/sitemap-pages.xml"]
    for thing, kind in ((withdrawn, "stories"), (topic, "topics"), (outlet, "sources")):
        assert client.get(part_of(kind, thing)).status_code == 404
    assertNotContains(client.get("/news-sitemap.xml"), "taken-back")
    assertNotContains(client.get("/sitemap-pages.xml"), "/stories/archive/")


def test_parts_are_cut_by_key_and_leave_nothing_out(client, monkeypatch):
    cut_into_parts(monkeypatch, 2)
    stories = [make_published_story() for _ in range(5)]
    index = [path for path in paths(read(client, "/sitemap.xml")) if "stories" in path]
    assert len(index) >= 3
    assert [path for part in index for path in paths(read(client, part))] == [
        f"/stories/{story.slug}/" for story in stories
    ]


def test_of_a_part_the_newest_change_is_told_though_what_came_after_it_has_ended(client, editor, set_time):
    changed = set_time()
    make_published_story(by=editor)
    set_time.go(hours=1)
    withdrawn = make_published_story(by=editor)
    set_time.go(hours=1)
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    days = [parse_datetime(when) for when in texts(read(client, "/sitemap.xml"), SITEMAP_ORDER[1])]
    assert days[0] == changed


@pytest.mark.parametrize(
    "address", ["/sitemap-stories-0.xml", "/sitemap-stories-999999999.xml", "/sitemap-works-1.xml"]
)
def test_a_part_that_holds_nothing_is_not_there(client, address):
    make_published_story()
    assert client.get(address).status_code == 404


def test_a_merged_topic_gives_its_changes_to_the_one_it_leads_to(client):
    topic = make_topic()
    merged = make_topic(merged_into=topic)
    make_published_story(topics=(merged,))
    assert paths(read(client, part_of("topics", topic))) == [topic.get_absolute_url()]


def test_translations_are_named_on_both_sides_also_in_another_part(client, monkeypatch):
    cut_into_parts(monkeypatch, 1)
    original, other = make_story(), make_story(language="de")
    Work.objects.filter(pk=other.pk).update(translation_group=original.uid)
    editor = make_user()
    for story in (original, other):
        story.refresh_from_db()
        revisions.record_revision(story, by=editor)
        publishing.publish(story, by=editor)
    lonely = make_published_story()
    expected = [("de", f"{SITE}/stories/{other.slug}/"), ("en", f"{SITE}/stories/{original.slug}/")]
    for story in (original, other):
        links = read(client, part_of("stories", story)).iter(f"{{{XHTML}}}link")
        assert [(link.get("hreflang"), link.get("href")) for link in links] == expected
    assert list(read(client, part_of("stories", lonely)).iter(f"{{{XHTML}}}link")) == []


def test_lists_stand_in_each_language_of_the_site(client, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    root = read(client, "/sitemap-pages.xml")
    assert {"/", "/de/", "/stories/", "/de/stories/"} <= set(paths(root))
    links = [(link.get("hreflang"), link.get("href")) for link in root[0].iter(f"{{{XHTML}}}link")]
    assert links == [("en-gb", f"{SITE}/"), ("de", f"{SITE}/de/")]


def test_a_page_about_us_stands_once_and_in_no_other_language(client, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    AboutPage.objects.create(slug="how", title="How we work", text="We read.")
    entries = read(client, "/sitemap-pages.xml")
    (entry,) = [each for each in entries if "/about/" in "".join(each.itertext())]
    assert texts(entry, SITEMAP_ORDER[0]) == [f"{SITE}/about/how/"]
    assert list(entry.iter(f"{{{XHTML}}}link")) == []


def test_news_holds_the_stories_of_two_days_as_its_schema_orders_it(client, set_time):
    editor = make_user()
    make_published_story(by=editor)
    first_of_them = set_time.go(days=1)
    make_published_story(by=editor, headline="Why “lorries & trams” <may> return to it", language="pt-BR", slug="trams")
    set_time.go(days=1)
    (url,) = read(client, "/news-sitemap.xml")
    (told,) = url.findall(f"{{{NEWS}}}news")
    assert [child.tag for child in told] == NEWS_ORDER
    publication, day, title = told
    assert [(child.tag, child.text) for child in publication] == [
        (f"{{{NEWS}}}name", "Newsroom"),
        (f"{{{NEWS}}}language", "pt"),
    ]
    assert parse_datetime(day.text) == first_of_them
    assert title.text == "Why “lorries & trams” <may> return to it"


def test_an_update_brings_no_story_back_among_the_news(client, set_time):
    editor = make_user()
    story = make_published_story(by=editor)
    set_time.go(days=3)
    story.sections.filter(kind="background").update(
        text="Another survey asked for the same limit as the first one did."
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=update())
    assert len(read(client, "/news-sitemap.xml")) == 0


def test_news_holds_no_more_than_it_may(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "MAX_NEWS", 1)
    make_published_story()
    newest = make_published_story()
    assert paths(read(client, "/news-sitemap.xml")) == [f"/stories/{newest.slug}/"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en-GB", "en"),
        ("gsw", "gsw"),
        ("zh", "zh-cn"),
        ("zh-Hant", "zh-tw"),
        ("zh-Hans-HK", "zh-cn"),
        ("zh-TW", "zh-tw"),
    ],
)
def test_news_names_languages_as_news_search_knows_them(client, language, told):
    make_published_story(language=language)
    assertContains(client.get("/news-sitemap.xml"), f"<news:language>{told}</news:language>")
