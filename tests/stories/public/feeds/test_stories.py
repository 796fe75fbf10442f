"""The Atom feed of stories, read with a feed parser."""

import re

import feedparser
import pytest

from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db
FEED = "/feeds/stories.atom"


def parse_feed(client):
    feed = feedparser.parse(client.get(FEED).content)
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def test_an_empty_feed_is_valid_and_does_not_change(client):
    first = client.get(FEED)
    assert feedparser.parse(first.content).entries == []
    assert client.get(FEED).content == first.content


def test_an_entry_has_the_full_text_and_its_outlets(client):
    outlet = make_outlet(name="Harbour & Coast")
    make_published_story(
        outlets=(outlet,),
        articles=(make_article(title="One lock"),),
        texts={"behind": "It broke.[@1]"},
        byline=("Ana K.",),
    )
    (entry,) = parse_feed(client).entries
    content = entry.content[0].value
    assert "What’s behind the headline?" in content
    assert "Harbour &amp; Coast" in content
    assert "One lock" in content
    assert entry.author == "Ana K."


def test_an_entry_is_in_the_language_of_its_story_and_the_feed_of_the_site_in_one_language(client):
    topic = make_topic()
    make_published_story(language="ar", topics=(topic,), articles=(make_article(),), texts={"behind": "[@1]"})
    content = client.get(f"/topics/{topic.slug}/feed.atom").content.decode()
    assert '<entry xml:lang="ar">' in content
    assert '&lt;div lang="ar" dir="rtl"&gt;' in content
    assert "المصادر" in content
    assert parse_feed(client).entries == []


def test_an_entry_begins_with_its_picture_in_all_formats(client):
    image = make_image(credit="Harbour archive")
    make_published_story(lead_image=image, lead_alt="The pier at <low> water")
    contents = [client.get(f"/feeds/stories.{ending}").content for ending in ("atom", "rss")]
    assert all(b"<media:description>The pier at &lt;low&gt; water</media:description>" in each for each in contents)
    atom, rss = map(feedparser.parse, contents)
    (item,) = client.get("/feeds/stories.json").json()["items"]
    for entry in (atom.entries[0], rss.entries[0]):
        (media,) = entry.media_content
        assert (media["medium"], media["type"], media["url"]) == ("image", "image/jpeg", item["image"])
        assert entry.media_credit[0]["content"] == "Harbour archive"
        figure = entry.content[0].value.partition("</figure>")[0]
        assert 'alt="The pier at &lt;low&gt; water"' in figure
        assert "Harbour archive" in figure
    assert item["_newsroom"]["image_alt"] == "The pier at <low> water"
    response = client.get(item["image"].removeprefix("http://testserver"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/jpeg")


def test_an_entry_names_its_newest_change_and_shows_a_correction_struck(client):
    story = make_published_story(articles=(make_article(),), texts={"behind": "It broke.[@1]"})
    assert "Updated" not in parse_feed(client).entries[0].content[0].value
    publish_text(story, "The limit was ten tonnes.", make_update("the limit is known."))
    publish_text(story, "The limit was  ten tonnes.", ChangeNote(Change.MINOR))
    text = parse_feed(client).entries[0].content[0].value
    assert re.search(r"<strong>Updated <time[^>]*>[^<]+</time>:</strong> the limit is known\.", text)
    story.sections.filter(kind="background").update(text="The limit was nine tonnes.")
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="It was ten tonnes.", is_right="It was nine tonnes.")
    text = parse_feed(client).entries[0].content[0].value
    assert re.search(
        r"<strong>Correction, <time[^>]*>[^<]+</time>:</strong> It was <del>ten</del> <ins>nine</ins> tonnes", text
    )
    assert "visually-hidden" not in text


def publish_text(story, text, change):
    story.sections.filter(kind="background").update(text=text)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=change)


def test_every_link_in_an_entry_is_absolute(client):
    topic = make_topic()
    make_published_story(
        topics=(topic,),
        articles=(make_article(),),
        texts={"behind": f"The [pier](topic:{topic.uid}) is [closed](/about/pier/).[@1]"},
    )
    (entry,) = parse_feed(client).entries
    content = entry.content[0].value
    assert f'href="http://testserver{topic.get_absolute_url()}"' in content
    assert 'href="/' not in content
    assert 'href="#' not in content


def test_the_id_of_an_entry_does_not_change_with_the_address(client):
    story = make_published_story(slug="old-name")
    before = parse_feed(client).entries[0]
    story.slug = "new-name"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("Moved."))
    after = parse_feed(client).entries[0]
    assert before.id == after.id == f"urn:uuid:{story.uid}"
    assert before.link != after.link == "http://testserver/stories/new-name/"
    assert before.published == after.published
    assert before.updated != after.updated


def test_drafts_and_withdrawn_stories_are_not_in_the_feed(client):
    make_story()
    story = make_published_story()
    publishing.withdraw(story, by=make_user(), notice="Gone.")
    assert parse_feed(client).entries == []


def test_the_newest_story_comes_first(client):
    first, second = (
        make_published_story(headline="The first of the two"),
        make_published_story(headline="The second of the two"),
    )
    assert [entry.title for entry in parse_feed(client).entries] == [second.headline, first.headline]


def test_special_characters_in_a_summary_are_escaped(client):
    make_published_story(standfirst="Less than 5 &lt; 6 tonnes & no more.")
    assert parse_feed(client).entries[0].summary == "Less than 5 &lt; 6 tonnes &amp; no more."


def test_the_feed_has_the_media_type_of_atom(client):
    assert client.get(FEED)["Content-Type"] == "application/atom+xml; charset=utf-8"


@pytest.mark.parametrize("character", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_characters_that_xml_cannot_contain_are_removed(client, character):
    make_published_story(
        headline=f"Why the {character}pier is closed",
        byline=(f"Ana{character} K.",),
        topics=(make_topic(name=f"Gat{character}es"),),
        texts=dict.fromkeys(("happened", "behind"), f"It {character}broke."),
    )
    (entry,) = parse_feed(client).entries
    assert entry.title == "Why the pier is closed"
    assert "It broke." in entry.content[0].value
