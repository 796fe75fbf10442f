"""Search in drafts: works are found by their newest revision, at the desk only."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stories import drafts
from stories.documents import Explainer
from stories.documents.fields import field_specs
from stories.drafts import revisions, search
from stories.drafts.search import DraftQuery, index
from stories.drafts.search.texts import list_texts
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


def find(words, kind="story"):
    query = DraftQuery.parse(words, kind=kind)
    return set(Story.objects.matching_drafts(*query.build_sql())) if query else None


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
    assert (story in find(words)) is is_found


def test_only_the_newest_revision_is_searched():
    story = make_story(texts={"behind": "It was the dredging."})
    section = story.sections.get(kind="behind")
    section.text = "It was the lighthouse."
    section.save()
    revisions.record_revision(story, by=None)
    assert find("dredging") == set()
    assert find("lighthouse") == {story}


def test_words_are_stemmed_in_the_language_of_the_work():
    story = make_story(language="de", texts={"behind": "Die Häuser am Hafen werden geräumt."})
    make_story()
    assert find("haus") == find("Hauses") == {story}


@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_raises_an_error(db, words):
    find(words)


@pytest.mark.parametrize(
    "words", ['"', "-", "- -", "a OR b", "NEAR(a b)", "'; DROP", "\\", "*", "a*", ":*", "<->", "x" * 5_000, "\u0000"]
)
def test_special_characters_in_queries_are_treated_as_text(client, words):
    client.force_login(make_user())
    make_story()
    for model in ("story", "faq"):
        response = client.get(reverse(f"admin:stories_{model}_changelist"), {"q": words}, follow=True)
        assert response.status_code == 200


def test_the_list_shows_the_place_of_each_hit_and_leaves_out_the_trash(client):
    editor = make_user()
    client.force_login(editor)
    story = make_story(headline="Why the ferry is late", texts={"behind": "A ferry of 1962 takes two hours."})
    trashed = make_story(headline="Why a ferry was sold")
    trash.move_to_trash(trashed, by=editor)
    page = client.get(reverse("admin:stories_story_changelist"), {"q": "ferries"}).content.decode()
    headline, behind = (text.place for text in list_texts(drafts.build_document(story)) if "ferry" in text.text)
    assert field_specs(Explainer)["headline"].label.lower() in headline
    assert "“What’s behind the headline?”" in behind
    assert f"{headline}: Why the <mark>ferry</mark> is late" in page
    assert f"{behind}: A <mark>ferry</mark> of 1962" in page.replace("\n", " ").replace(
        "What’s behind the headline? A", "A"
    )
    assert "was sold" not in page
    page = client.get(
        reverse("admin:stories_story_changelist"), {"q": "ferries", "standing": "binned"}
    ).content.decode()
    assert "was sold" in page or "was <" in page


@pytest.mark.parametrize("typed", ["dredg", "pier dredgin"])
def test_the_list_marks_words_whose_beginning_was_typed(client, typed):
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


def test_readers_cannot_search_the_text_of_drafts(client):
    story = make_published_story(headline="Why the pier is closed")
    Story.objects.filter(pk=story.pk).update(standfirst="A word nobody knows yet: zanzara.")
    revisions.record_revision(story, by=None)
    make_story(headline="Another one about zanzara")
    assert len(find("zanzara")) == 2
    assert (
        "zanzara"
        not in client.get("/search/", {"q": "zanzara"})
        .content.decode()
        .replace('value="zanzara"', "")
        .split("<main")[1]
        .split("<form")[0]
    )
    assert "Another one" not in client.get("/search/", {"q": "zanzara"}).content.decode()


def test_erased_text_is_no_longer_found():
    admin = make_user(role="Administrator")
    story, other = make_story(texts={"behind": "It was the dredging."}), make_story()
    erase_passage(story, Section.objects.get(story=story, kind="behind").uid, by=admin, reason="A court said so.")
    assert find("dredging") == set()
    assert find("lorries") == {story, other}
    erase_work(story, by=admin, reason="A court said so.")
    assert find("lorries") == {other}
    assert Draft.objects.count() == 1


def test_unindexed_works_are_found_and_indexed():
    story, other = make_story(), make_question()
    for work in (story, other):
        index.remove_work(work)
    assert find("lorries") == set()
    assert search.find_unindexed() == [story.pk, other.pk]
    assert list(search.index_all(search.find_unindexed())) == [2]
    assert find("lorries") == {story}
    assert search.find_unindexed() == []
    assert list(search.index_all()) == [2]


def test_indexing_a_work_takes_at_most_four_queries(django_assert_max_num_queries):
    story = make_story()
    revision = revisions.get_newest_revision(story)
    with django_assert_max_num_queries(4):
        search.index_work(story, revision.document.value(), at=revision.created_at)


def test_a_revision_outside_the_draft_is_not_indexed():
    story = make_story()
    document = revisions.get_newest_revision(story).document.value()
    revisions.record_outside_draft(
        story, document.changed(standfirst="It says zanzara."), by=make_user(), reason="Carried over"
    )
    assert find("zanzara") == set()


def test_the_last_word_matches_as_a_prefix():
    story = make_story(texts={"behind": "The Überfahrten were cancelled."})
    assert find("uberf") == {story}
    assert find("cancelled uberfahrt") == {story}
    assert find("uberf cancelled") == set()
    # The first is a prefix of a word that is its own stem; the second is a prefix that is longer than the stem.
    assert find("wer") == find("cancelle") == {story}
