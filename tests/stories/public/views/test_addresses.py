"""Addresses of public pages: former addresses, withdrawn pages, and unusual characters."""

import pytest
from pytest_django.asserts import assertContains, assertRedirects

from stories import publishing
from stories.drafts import revisions
from tests.factories import (
    make_outlet,
    make_published_question,
    make_published_story,
    make_topic,
    make_update,
    make_user,
)
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db


def move_to(work, slug):
    work.slug = slug
    work.save()
    revisions.record_revision(work, by=None)
    publishing.publish(work, by=make_user(), change=make_update("A better address."))


def test_a_moved_story_answers_301_from_its_old_address(client):
    story = make_published_story(slug="old-name")
    move_to(story, "new-name")
    assertRedirects(client.get("/stories/old-name/"), "/stories/new-name/", status_code=301)


def test_a_story_that_moved_twice_redirects_to_its_present_address(client):
    story = make_published_story(slug="one")
    move_to(story, "two-names")
    move_to(story, "three-names")
    assertRedirects(client.get("/stories/one/"), "/stories/three-names/", status_code=301)


def test_a_moved_question_answers_301(client):
    question = make_published_question(slug="old-question")
    move_to(question, "new-question")
    assertRedirects(client.get("/questions/old-question/"), "/questions/new-question/", status_code=301)


def test_the_old_address_of_a_withdrawn_story_answers_410(client):
    story = make_published_story(slug="old-name")
    move_to(story, "new-name")
    publishing.withdraw(story, by=make_user(), notice="The numbers were wrong.")
    assertContains(client.get("/stories/old-name/"), "The numbers were wrong.", status_code=410)


def test_a_withdrawn_story_can_be_published_again_at_its_address(client):
    story = make_published_story(slug="back-again")
    publishing.withdraw(story, by=make_user(), notice="The numbers were wrong.")
    story.standfirst = "With the right numbers."
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("With the right numbers."))
    assertContains(client.get("/stories/back-again/"), "With the right numbers.")


def test_addresses_can_be_in_any_script(client):
    make_published_story(slug="ميناء-تلمار", language="ar")
    assert client.get("/stories/ميناء-تلمار/").status_code == 200


def test_an_address_with_combining_marks_is_normalized(client):
    make_published_story(slug="caf\u00e9-in-port-lisle")
    assert client.get("/stories/cafe\u0301-in-port-lisle/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/stories/a\x00b/", "/stories/%00/", "/topics/%FF/", "/sources/a.b/", "/questions/ /"]
)
def test_malformed_addresses_answer_404(client, path):
    assert client.get(path).status_code == 404


def test_a_merged_topic_answers_301(client, curator):
    merged, remaining = make_topic(), make_topic()
    make_published_story(topics=(merged,))
    merge_topics(merged, remaining, by=curator)
    assertRedirects(client.get(f"/topics/{merged.slug}/"), f"/topics/{remaining.slug}/", status_code=301)


def test_a_renamed_topic_answers_301_from_its_old_address(client):
    topic = make_topic(slug="old-topic")
    make_published_story(topics=(topic,))
    topic.slug = "new-topic"
    topic.save()
    assertRedirects(client.get("/topics/old-topic/"), "/topics/new-topic/", status_code=301)


def test_a_topic_is_public_only_while_a_live_edition_names_it(client):
    topic = make_topic()
    assert client.get(topic.get_absolute_url()).status_code == 404
    story = make_published_story(topics=(topic,))
    assert client.get(topic.get_absolute_url()).status_code == 200
    publishing.withdraw(story, by=make_user(), notice="Gone.")
    assert client.get(topic.get_absolute_url()).status_code == 404


def test_an_outlet_is_public_only_while_a_live_edition_names_it(client):
    outlet = make_outlet()
    assert client.get(outlet.get_absolute_url()).status_code == 404
    story = make_published_story(outlets=(outlet,))
    assert client.get(outlet.get_absolute_url()).status_code == 200
    publishing.withdraw(story, by=make_user(), notice="Gone.")
    assert client.get(outlet.get_absolute_url()).status_code == 404


def test_a_renamed_outlet_answers_301_from_its_old_address(client):
    outlet = make_outlet(slug="old-paper")
    make_published_story(outlets=(outlet,))
    outlet.slug = "new-paper"
    outlet.save()
    assertRedirects(client.get("/sources/old-paper/"), "/sources/new-paper/", status_code=301)
