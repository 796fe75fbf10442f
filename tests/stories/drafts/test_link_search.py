"""Searching for link targets by parts of their names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.http import clock
from stories.drafts.link_search import find_link_targets
from stories.drafts.publication_status import PublicationStatus
from stories.workflow import trash
from tests.factories import make_published_story, make_question, make_story, make_topic, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ALL_KINDS = ("story", "question", "topic")


def find_titles(query: str, *, kinds: tuple[str, ...] = ALL_KINDS, limit: int = 8) -> list[str]:
    return [each.title for each in find_link_targets(query, kinds=kinds, at=clock.now(), limit=limit)]


def test_a_story_is_found_by_words_of_its_headline_regardless_of_case_and_accents():
    make_story(headline="Why the Über-barrier of Łódź stood open")
    assert find_titles("BARRIER lodz") == ["Why the Über-barrier of Łódź stood open"]
    assert find_titles("barrier paris") == []


def test_an_older_headline_is_found_too(monkeypatch):
    monkeypatch.setattr("stories.drafts.link_search.MAX_FOLDED_HEADLINES", 1)
    old, new = make_story(headline="Who pays for the quay"), make_story(headline="Who pays for the pier")
    assert find_titles("who pays") == [new.headline, old.headline]


def test_a_topic_is_found_by_an_alias_which_the_note_contains():
    make_topic(name="Delta Works Vessara", aliases=("DWV",), kind="organisation")
    (target,) = find_link_targets("dwv", kinds=ALL_KINDS, at=clock.now(), limit=8)
    assert (target.kind, target.title, target.note) == ("topic", "Delta Works Vessara", "Topic, organisation, also DWV")


def test_a_question_is_found_by_its_words():
    question = make_question(question="Who repairs the harbour’s gates?")
    (target,) = find_link_targets("harbour's gates", kinds=ALL_KINDS, at=clock.now(), limit=8)
    assert (target.kind, target.uid) == ("question", str(question.uid))


def test_trashed_unnamed_and_merged_targets_are_not_found():
    trash.move_to_trash(make_story(headline="The binned quay"), by=make_user())
    make_story(headline="")
    make_topic(name="The merged quay", merged_into=make_topic(name="The other"))
    assert find_titles("quay") == []
    assert "" not in find_titles("")


def test_only_the_given_kinds_are_searched():
    make_story(headline="The quay of the story")
    make_topic(name="The quay of the topic")
    assert find_titles("quay", kinds=("topic",)) == ["The quay of the topic"]
    assert find_titles("quay", kinds=()) == []


def test_an_exact_match_comes_first():
    make_story(headline="How the barrier was built")
    make_topic(name="Barrier")
    assert find_titles("barrier") == ["Barrier", "How the barrier was built"]


def test_the_note_says_whether_a_story_is_a_draft_or_live():
    make_story(headline="The drafted quay")
    make_published_story(headline="Why the live quay is closed to lorries")
    notes = {each.title: each.note for each in find_link_targets("quay", kinds=ALL_KINDS, at=clock.now(), limit=8)}
    assert notes["The drafted quay"].endswith(PublicationStatus.DRAFT.label.lower())
    assert notes["Why the live quay is closed to lorries"].endswith(PublicationStatus.LIVE.label.lower())


def test_the_number_of_results_and_of_queries_is_limited(django_assert_max_num_queries):
    for number in range(30):
        make_story(headline=f"Quay {number}")
        make_question(question=f"Why is quay {number} shut?")
        make_topic(name=f"Quay number {number}", aliases=(f"Quay {number} Lisle",))
    with django_assert_max_num_queries(6):
        assert len(find_titles("quay")) == 8


@given(query=st.text(max_size=300))
def test_no_input_raises_an_error(query):
    assert isinstance(find_titles(query), list)


@given(words=st.lists(st.sampled_from(["quay", "Straße", "İstanbul", "ﬁsh", "Ελλάς"]), min_size=1, max_size=4))
def test_a_story_is_found_by_its_headline(words):
    headline = " ".join(words)
    make_story(headline=headline)
    assert headline in find_titles(headline)
