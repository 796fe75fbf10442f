"""Popovers with the description of a topic at its first mention in a section."""

import re
from uuid import uuid4

import pytest

from stories import publishing
from stories.drafts import revisions
from stories.models import WorkTopic
from stories.public.pages.works.topic_popovers import PopoverInserter, remove_buttons
from stories.public.pages.works.topics import TopicCard
from tests.factories import make_published_story, make_story, make_topic, make_user


def make_card(name, *, url="", description="A row of gates.", explain=True):
    return TopicCard(name, url, "place", description, 1, explain)


def add_buttons(html, *topics):
    """Return the HTML with buttons added, each replaced with the id of its popover in braces."""
    result = PopoverInserter.from_topics(topics).add_buttons(html)
    assert remove_buttons(result) == html
    result = re.sub(r'<button type="button" popovertarget="([^"]+)"[^>]*>\+</button></span>', r"{\1}", result)
    return re.sub(r'<span class="has-topic-popover">(?:<span>([^<]*)</span>)?', r"\1", result)


BARRIER, PORT, LISLE = make_card("Kelmar barrier", url="/topics/kelmar/"), make_card("Port"), make_card("Port Lisle")


@pytest.mark.parametrize(
    ("html", "printed"),
    [
        ("<p>The Kelmar barrier; the Kelmar barrier.</p>", "<p>The Kelmar barrier{topic-1}; the Kelmar barrier.</p>"),
        ('<p>A <a href="/topics/kelmar/">gate</a>, the Kelmar barrier.</p>', '<p>A <a href="/topics/kelmar/">gate</a>{topic-1}, the Kelmar barrier.</p>'),
        ('<p><a href="/x/">Kelmar barrier</a> Kelmar barrier</p>', '<p><a href="/x/">Kelmar barrier</a> Kelmar barrier{topic-1}</p>'),
        ("<h3>Kelmar barrier</h3><pre><code>Kelmar barrier</code></pre>", "<h3>Kelmar barrier</h3><pre><code>Kelmar barrier</code></pre>"),
        ('<h3><a href="/topics/kelmar/">A gate</a></h3>', '<h3><a href="/topics/kelmar/">A gate</a></h3>'),
        ("<p>Kelmar barriers, Kelmar  barrier</p>", "<p>Kelmar barriers, Kelmar  barrier</p>"),
        ("<p>Port Lisle is a Port.</p>", "<p>Port Lisle{topic-3} is a Port{topic-2}.</p>"),
        ('<p>Port.<sup><a class="cite">1</a></sup> A Port.</p>', '<p>Port.<sup><a class="cite">1</a></sup> A Port{topic-2}.</p>'),
        ('<p><em>Port</em> (<sup><a class="cite">1</a></sup></p>', '<p><em>Port</em> (<sup><a class="cite">1</a></sup></p>'),
        ('<p><a href="/topics/kelmar/">Gates</a><sup><a class="cite">1</a></sup></p>', '<p><a href="/topics/kelmar/">Gates</a><sup><a class="cite">1</a></sup></p>'),
        ('<p>Port is one<sup><a class="cite">1</a></sup></p>', '<p>Port{topic-2} is one<sup><a class="cite">1</a></sup></p>'),
        ("", ""),
    ],
)  # fmt: skip
def test_the_first_mention_gets_a_button(html, printed):
    assert add_buttons(html, BARRIER, PORT, LISLE) == printed


def test_a_topic_gets_a_button_in_each_section_but_one_popover():
    inserter = PopoverInserter.from_topics([BARRIER])
    for _ in range(2):
        assert "popovertarget" in inserter.add_buttons("<p>Kelmar barrier</p>")
    assert [each.at for each in inserter.used.values()] == ["topic-1"]


def test_a_topic_without_description_or_switched_off_gets_no_button():
    cards = (make_card("Kelmar barrier", description=""), make_card("Kelmar barrier", explain=False))
    assert add_buttons("<p>Kelmar barrier</p>", *cards) == "<p>Kelmar barrier</p>"


def test_names_are_matched_and_printed_as_escaped_html():
    html = PopoverInserter.from_topics([make_card('Fish & "Chips"')]).add_buttons('<p>Fish &amp; "Chips" are sold.</p>')
    assert '<span class="has-topic-popover"><span>Fish &amp; "Chips"</span><button' in html
    assert 'aria-label="About Fish &amp; &quot;Chips&quot;"' in html


@pytest.mark.django_db
def test_the_popover_is_outside_the_text_of_the_page(client):
    topic = make_topic(name="Kelmar barrier", description="A row of *nine* gates.")
    text = f"The [barrier](topic:{topic.uid}) is shut."
    story = make_published_story(topics=(topic,), texts={"behind": text, "background": "The Kelmar barrier opened."})
    page = client.get(f"/stories/{story.slug}/").content.decode()
    assert page.count('popovertarget="topic-1"') == 2
    assert page.count('<div class="topic-popover" id="topic-1" popover>') == 1
    assert "A row of nine gates." in page.partition("</article>")[2]


@pytest.mark.django_db
def test_a_popover_that_is_switched_off_at_the_desk_is_not_shown(client):
    topic = make_topic(name="Kelmar barrier", description=f"Row {uuid4()}.")
    story = make_story(topics=(topic,), texts={"behind": "The Kelmar barrier is shut."})
    WorkTopic.objects.filter(work=story).update(explain=False)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    page = client.get(f"/stories/{story.slug}/").content.decode()
    assert "popover" not in page
