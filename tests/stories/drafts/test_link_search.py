"""What a text can link to, found by a part of its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.http import clock
from stories.drafts.link_search import find_link_targets
from stories.workflow import trash
from tests.factories import make_published_story, make_question, make_story, make_topic, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ALL = ("story", "question", "topic")


def titles(query: str, *, rights: tuple[str, ...] = ALL, limit: int = 8) -> list[str]:
    return [each.title for each in find_link_targets(query, kinds=rights, at=clock.now(), limit=limit)]


def test_a_story_is_found_by_words_of_its_headline_however_they_are_written():
    make_story(headline="Why the Über-barrier of Łódź stood open")
    assert titles("BARRIER lodz") == ["Why the Über-barrier of Łódź stood open"]
    assert titles("barrier paris") == []


def test_an_older_headline_is_found_as_it_is_written(monkeypatch):
    monkeypatch.setattr("stories.drafts.link_search.MAX_FOLDED_HEADLINES", 1)
    old, new = make_story(headline="Who pays for the quay"), make_story(headline="Who pays for the pier")
    assert titles("who pays") == [new.headline, old.headline]


def test_a_topic_is_found_by_an_alias_and_says_by_which():
    make_topic(name="Delta Works Vessara", aliases=("DWV",), kind="organisation")
    (found,) = find_link_targets("dwv", kinds=ALL, at=clock.now(), limit=8)
    assert (found.kind, found.title, found.note) == ("topic", "Delta Works Vessara", "Topic, organisation, also DWV")


def test_a_question_is_found_by_its_words():
    question = make_question(question="Who repairs the harbour’s gates?")
    (found,) = find_link_targets("harbour's gates", kinds=ALL, at=clock.now(), limit=8)
    assert (found.kind, found.uid) == ("question", str(question.uid))


def test_what_stands_in_the_bin_what_has_no_name_and_what_was_merged_is_not_offered():
    trash.move_to_trash(make_story(headline="The binned quay"), by=make_user())
    make_story(headline="")
    make_topic(name="The merged quay", merged_into=make_topic(name="The other"))
    assert titles("quay") == []
    assert "" not in titles("")


def test_each_kind_is_offered_only_to_who_may_see_it():
    make_story(headline="The quay of the story")
    make_topic(name="The quay of the topic")
    assert titles("quay", rights=("topic",)) == ["The quay of the topic"]
    assert titles("quay", rights=()) == []


def test_the_name_that_was_typed_goes_before_those_that_hold_it():
    make_story(headline="How the barrier was built")
    make_topic(name="Barrier")
    assert titles("barrier") == ["Barrier", "How the barrier was built"]


def test_a_draft_and_a_live_story_say_which_they_are():
    make_story(headline="The drafted quay")
    make_published_story(headline="Why the live quay is closed to lorries")
    notes = {each.title: each.note for each in find_link_targets("quay", kinds=ALL, at=clock.now(), limit=8)}
    assert notes == {"The drafted quay": "Story, draft", "Why the live quay is closed to lorries": "Story, live"}


def test_no_more_are_answered_and_no_more_is_asked_the_more_there_are(django_assert_max_num_queries):
    for number in range(30):
        make_story(headline=f"Quay {number}")
        make_question(question=f"Why is quay {number} shut?")
        make_topic(name=f"Quay number {number}", aliases=(f"Quay {number} Lisle",))
    with django_assert_max_num_queries(6):
        assert len(titles("quay")) == 8


@given(query=st.text(max_size=300))
def test_nothing_that_is_typed_fails(query):
    assert isinstance(titles(query), list)


@given(words=st.lists(st.sampled_from(["quay", "Straße", "İstanbul", "ﬁsh", "Ελλάς"]), min_size=1, max_size=4))
def test_a_headline_finds_its_own_story(words):
    headline = " ".join(words)
    make_story(headline=headline)
    assert headline in titles(headline)
