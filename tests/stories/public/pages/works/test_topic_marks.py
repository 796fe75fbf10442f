"""Marks at the first mention of each topic on a page, which open the card of the topic."""

from uuid import uuid4

import pytest

from stories import publishing
from stories.drafts import revisions
from stories.models import WorkTopic
from stories.public.pages.works.topic_marks import TopicMarker
from stories.public.pages.works.topics import TopicCard
from tests.factories import make_published_question, make_published_story, make_story, make_topic, make_user


def make_card(name, url, *, description="A row of gates.", explain=True):
    return TopicCard(name, url, "place", description, 1, explain)


BARRIER, PORT, LISLE = (
    make_card("Kelmar barrier", "/kelmar/"),
    make_card("Port", "/port/"),
    make_card("Port Lisle", "/lisle/"),
)


def mark_topics(html, *topics):
    return TopicMarker.from_topics(topics).mark(html)


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p>The Kelmar barrier; the Kelmar barrier.</p>", '<p>The <a class="topic" href="/kelmar/">Kelmar barrier</a>; the Kelmar barrier.</p>'),
        ('<p>A <a href="/kelmar/">gate</a>, the Kelmar barrier.</p>', '<p>A <a class="topic" href="/kelmar/">gate</a>, the Kelmar barrier.</p>'),
        ('<p><a href="/x/">Kelmar barrier</a> Kelmar barrier</p>', '<p><a href="/x/">Kelmar barrier</a> <a class="topic" href="/kelmar/">Kelmar barrier</a></p>'),
        ("<h3>Kelmar barrier</h3><pre><code>Kelmar barrier</code></pre>", "<h3>Kelmar barrier</h3><pre><code>Kelmar barrier</code></pre>"),
        ('<h3><a href="/kelmar/">A gate</a></h3>', '<h3><a href="/kelmar/">A gate</a></h3>'),
        ("<p>Kelmar barriers, Kelmar  barrier</p>", "<p>Kelmar barriers, Kelmar  barrier</p>"),
        ("<p>Port Lisle is a Port.</p>", '<p><a class="topic" href="/lisle/">Port Lisle</a> is a <a class="topic" href="/port/">Port</a>.</p>'),
        ('<p>Port.<sup><a class="cite">Port</a></sup></p>', '<p><a class="topic" href="/port/">Port</a>.<sup><a class="cite">Port</a></sup></p>'),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_mention_is_a_marked_link(html, marked):
    assert mark_topics(html, BARRIER, PORT, LISLE) == marked


def test_later_texts_of_the_page_have_no_mark_for_the_same_topic():
    marker = TopicMarker.from_topics([BARRIER, PORT])
    assert 'class="topic"' in marker.mark("<p>Kelmar barrier</p>")
    assert marker.mark("<p>Kelmar barrier</p>") == "<p>Kelmar barrier</p>"
    assert 'href="/port/"' in marker.mark("<p>Kelmar barrier, Port</p>")


@pytest.mark.parametrize("without", [{"description": ""}, {"explain": False}, {"url": ""}])
def test_a_topic_without_page_or_description_or_switched_off_is_not_marked(without):
    card = make_card(**{"name": "Kelmar barrier", "url": "/kelmar/"} | without)
    assert mark_topics("<p>Kelmar barrier</p>", card) == "<p>Kelmar barrier</p>"


def test_names_are_matched_as_escaped_html():
    html = mark_topics('<p>Fish &amp; "Chips" are sold.</p>', make_card('Fish & "Chips"', "/fish/"))
    assert html == '<p><a class="topic" href="/fish/">Fish &amp; "Chips"</a> are sold.</p>'


@pytest.mark.django_db
def test_a_story_marks_one_mention_whose_description_is_once_on_the_page(client):
    topic = make_topic(name="Kelmar barrier", description="A row of *nine* gates.")
    text = f"The [barrier](topic:{topic.uid}) is shut."
    story = make_published_story(topics=(topic,), texts={"behind": text, "background": "The Kelmar barrier opened."})
    page = client.get(f"/stories/{story.slug}/").content.decode()
    assert page.count('class="topic"') == 1
    assert f'<a class="topic" href="{topic.get_absolute_url()}">barrier</a>' in page
    assert page.count("A row of nine gates.") == 1


@pytest.mark.django_db
def test_a_question_marks_the_first_mention(client):
    topic = make_topic(name="Kelmar barrier", description="A row of gates.")
    question = make_published_question(topics=(topic,), introduction="The Kelmar barrier is shut, the Kelmar barrier.")
    page = client.get(f"/questions/{question.slug}/").content.decode()
    assert page.count('class="topic"') == 1


@pytest.mark.django_db
def test_a_mark_that_is_switched_off_at_the_desk_is_not_shown(client):
    topic = make_topic(name="Kelmar barrier", description=f"Row {uuid4()}.")
    story = make_story(topics=(topic,), texts={"behind": "The Kelmar barrier is shut."})
    WorkTopic.objects.filter(work=story).update(explain=False)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    page = client.get(f"/stories/{story.slug}/").content.decode()
    assert 'class="topic"' not in page
