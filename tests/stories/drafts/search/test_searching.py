"""Drafts are found by what their newest revision says, by editors and by nobody else."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories.drafts import revisions, search
from stories.drafts.search import DraftQuery, index
from stories.models import Draft, Section, Story
from stories.publishing.erase import erase_passage, erase_work
from stories.workflow import trash
from tests.factories import (
    make_article,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def found(words, kind="story"):
    asked = DraftQuery.parse(words, kind=kind)
    return set(Story.objects.matching_drafts(*asked.build_sql())) if asked else None


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("dredging", True),
        ("dredge", True),
        ("dredgi", True),
        ("DREDGING", True),
        ("“third pillar”", True),
        ('"pillar third"', False),
        ("dredging -pillar", False),
        ("dredging -lighthouse", True),
        ("lighthouse", False),
        ("weighed twice", True),
        ("Norrhavn", True),
        ("Radio Tessen", True),
        ("survey of pier", True),
        ("Ida Sund", True),
    ],
)
def test_a_draft_is_found_by_any_of_its_words(words, is_found):
    make_story(headline="Something else altogether", texts={"happened": "Nothing.", "behind": "", "background": ""})
    story = make_story(
        texts={"behind": "The dredging began in March, as the third pillar shows."},
        outlets=(make_outlet(name="Radio Tessen"), make_outlet()),
        topics=(make_topic(name="Norrhavn"),),
        articles=(make_article(),),
        byline=("Ida Sund",),
    )
    assert (story in found(words)) is is_found


def test_only_the_newest_revision_counts():
    story = make_story(texts={"behind": "It was the dredging."})
    section = story.sections.get(kind="behind")
    section.text = "It was the lighthouse."
    section.save()
    revisions.record_revision(story, by=None)
    assert found("dredging") == set()
    assert found("lighthouse") == {story}


def test_words_are_stemmed_in_the_language_of_the_work():
    story = make_story(language="de", texts={"behind": "Die Häuser am Hafen werden geräumt."})
    make_story()
    assert found("haus") == found("Hauses") == {story}


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_is_an_error(db, words):
    found(words)


@pytest.mark.parametrize(
    "words", ['"', "-", "- -", "a OR b", "NEAR(a b)", "'; DROP", "\\", "*", "a*", ":*", "<->", "x" * 5_000, "\u0000"]
)
def test_hostile_words_are_only_words(client, words):
    client.force_login(make_user())
    make_story()
    for model in ("story", "faq"):
        response = client.get(reverse(f"admin:stories_{model}_changelist"), {"q": words}, follow=True)
        assert response.status_code == 200


def test_the_list_says_where_hits_stand_and_leaves_the_bin_out(client):
    editor = make_user()
    client.force_login(editor)
    make_story(headline="Why the ferry is late", texts={"behind": "A ferry of 1962 takes two hours."})
    thrown = make_story(headline="Why a ferry was sold")
    trash.move_to_trash(thrown, by=editor)
    page = client.get(reverse("admin:stories_story_changelist"), {"q": "ferries"}).content.decode()
    assert "in the headline: Why the <mark>ferry</mark> is late" in page
    assert "in “What’s behind the headline?”: A <mark>ferry</mark> of 1962" in page.replace("\n", " ").replace(
        "What’s behind the headline? A", "A"
    )
    assert "was sold" not in page
    page = client.get(
        reverse("admin:stories_story_changelist"), {"q": "ferries", "standing": "binned"}
    ).content.decode()
    assert "was sold" in page or "was <" in page


@pytest.mark.parametrize("typed", ["dredg", "pier dredgin"])
def test_the_list_says_where_words_stand_of_which_the_beginning_was_typed(client, typed):
    client.force_login(make_user())
    make_story(headline="The pier waits for dredging")
    page = client.get(reverse("admin:stories_story_changelist"), {"q": typed}).content.decode()
    assert "waits for <mark>dredging</mark>" in page


def test_questions_are_found_by_their_answers(client):
    client.force_login(make_user())
    make_question(question="May lorries use the pier?")
    page = client.get(reverse("admin:stories_faq_changelist"), {"q": "“pillar was measured”"}).content.decode()
    assert "May lorries use the pier?" in page
    assert "in an answer" in page


def test_readers_never_find_what_only_a_draft_says(client):
    story = make_published_story(headline="Why the pier is closed")
    Story.objects.filter(pk=story.pk).update(standfirst="A word nobody knows yet: zanzara.")
    revisions.record_revision(story, by=None)
    make_story(headline="Another one about zanzara")
    assert len(found("zanzara")) == 2
    assert (
        "zanzara"
        not in client.get("/search/", {"q": "zanzara"})
        .content.decode()
        .replace('value="zanzara"', "")
        .split("<main")[1]
        .split("<form")[0]
    )
    assert "Another one" not in client.get("/search/", {"q": "zanzara"}).content.decode()


def test_what_is_erased_is_found_no_more():
    chief = make_user(role="Administrator")
    story, other = make_story(texts={"behind": "It was the dredging."}), make_story()
    erase_passage(story, Section.objects.get(story=story, kind="behind").uid, by=chief, reason="A court said so.")
    assert found("dredging") == set()
    assert found("lorries") == {story, other}
    erase_work(story, by=chief, reason="A court said so.")
    assert found("lorries") == {other}
    assert Draft.objects.count() == 1


def test_what_was_written_before_is_filled_in():
    story, other = make_story(), make_question()
    index.clear_index()
    assert found("lorries") == set()
    assert search.find_unindexed() == [story.pk, other.pk]
    assert list(search.index_all(search.find_unindexed())) == [2]
    assert found("lorries") == {story}
    assert search.find_unindexed() == []
    assert list(search.index_all()) == [2]


def test_a_save_costs_four_queries_more_at_most(django_assert_max_num_queries):
    story = make_story()
    revision = revisions.get_newest_revision(story)
    with django_assert_max_num_queries(4):
        search.index_work(story, revision.document.value(), at=revision.created_at)


def test_a_change_carried_into_a_schedule_is_no_draft():
    story = make_story()
    document = revisions.get_newest_revision(story).document.value()
    revisions.record_outside_draft(
        story, document.changed(standfirst="It says zanzara."), by=make_user(), reason="Carried over"
    )
    assert found("zanzara") == set()


def test_the_beginning_of_the_last_word_is_enough():
    story = make_story(texts={"behind": "The Überfahrten were cancelled."})
    assert found("uberf") == {story}
    assert found("cancelled uberfahrt") == {story}
    assert found("uberf cancelled") == set()
    # Of a word that is its own stem, and behind the end of a stem.
    assert found("wer") == found("cancelle") == {story}
