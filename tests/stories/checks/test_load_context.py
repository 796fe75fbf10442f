"""Loading the context of checks: what it contains, and how many queries this takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http import clock
from stories import checks, publishing
from stories.checks import Level
from stories.drafts import revisions
from stories.models import CheckLevel
from stories.workflow import proposed_names
from tests.factories import (
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
)
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db


def load_context_of(work, **kwargs):
    document = revisions.record_revision(work, by=None).document.value()
    return checks.load_context(work, document, **{"at": clock.now(), **kwargs})


def run_checks_on(work, **kwargs):
    """Return the codes of the checks that find something."""
    document = revisions.record_revision(work, by=None).document.value()
    return {finding.code for finding in checks.run_checks(document, load_context_of(work, **kwargs))}


def make_story_linking_to(*targets):
    """Make a story that links to these targets."""
    links = " ".join(f"[The whole of {n}]({target})." for n, target in enumerate(targets))
    return make_story(texts={"behind": links})


def test_the_levels_set_by_administrators_and_the_minimum_number_of_outlets_apply(settings):
    settings.MINIMUM_OUTLETS = 3
    CheckLevel.objects.create(code="topics.some", level="hint")
    story = make_story(topics=())
    context = load_context_of(story)
    assert context.levels == {"topics.some": Level.HINT}
    assert "outlets.enough" in run_checks_on(story)
    settings.MINIMUM_OUTLETS = 2
    assert "outlets.enough" not in run_checks_on(story)
    assert checks.load_house_rules().levels == context.levels


@pytest.mark.parametrize("written", ["Why the north pier is closed", "WHY THE NORTH  PIÉR IS CLOSED"])
def test_a_headline_is_compared_with_those_of_other_live_stories(written):
    live = make_published_story(headline="Why the north pier is closed")
    assert "headline.once" in run_checks_on(make_story(headline=written))
    assert "headline.once" not in run_checks_on(live)
    assert "headline.once" not in run_checks_on(make_story(headline="Why the south pier is closed"))


def test_drafts_and_withdrawn_stories_do_not_take_a_headline():
    make_story(headline="Why the north pier is closed")
    withdrawn = make_published_story(headline="Why the ferry is late again")
    publishing.withdraw(withdrawn, by=make_user(), notice="We mistook the line.")
    assert "headline.once" not in run_checks_on(make_story(headline="Why the north pier is closed"))
    assert "headline.once" not in run_checks_on(make_story(headline="Why the ferry is late again"))


def test_two_stories_published_together_cannot_have_the_same_headline():
    one, two = (make_story(headline="Why the north pier is closed") for _ in range(2))
    assert "headline.once" in run_checks_on(one, together=[one, two])


@pytest.mark.parametrize("state", ["on the desk", "live"])
def test_a_question_is_compared_with_drafts_and_live_questions(state):
    make = make_published_question if state == "live" else make_question
    make(question="Who pays for the cracked pillars?")
    assert "question.once" in run_checks_on(make_question(question="Who pays for the cracked pillar?"))
    assert "question.once" not in run_checks_on(make_question(question="Who measured the cracked pillar?"))
    assert "question.once" not in run_checks_on(make_question(question="Wer zahlt die Pfeiler?", language="de"))


def test_similar_questions_are_found_whatever_the_endings_in_drafts_and_live_wordings():
    published = make_published_question(question="Who measures the cracked pillars of the north pier?")
    type(published).objects.filter(pk=published.pk).update(question="Why is it shut?", folded_question="why is it shut")
    revisions.record_revision(published, by=make_user())
    assert "question.once" in run_checks_on(
        make_question(question="Who measured the cracked pillar of the north piers?")
    )
    assert "question.once" in run_checks_on(make_question(question="Why is it shut?"))


def test_a_question_is_not_compared_with_proposed_wordings_or_the_trash():
    make_question(question="Who pays for the cracked pillars?", question_confirmed=False)
    make_question(question="Who paid for the cracked pillars?", binned_at=clock.now())
    assert "question.once" not in run_checks_on(make_question(question="Who pays for the cracked pillar?"))


def test_link_targets_must_be_live_when_the_page_is_published():
    draft, live, soon = make_story(), make_published_story(), make_story()
    tomorrow = clock.now() + timedelta(days=1)
    publishing.schedule(soon, by=make_user(), at=tomorrow)
    assert "links.drafts" not in run_checks_on(make_story_linking_to(f"story:{live.uid}"))
    assert "links.drafts" in run_checks_on(make_story_linking_to(f"story:{live.uid}", f"story:{draft.uid}"))
    assert "links.drafts" not in run_checks_on(make_story_linking_to(f"story:{draft.uid}"), together=[draft])
    assert "links.drafts" in run_checks_on(make_story_linking_to(f"story:{soon.uid}"))
    assert "links.drafts" not in run_checks_on(make_story_linking_to(f"story:{soon.uid}"), at=tomorrow)


def test_linked_topics_must_be_named_by_a_live_page():
    public, merged, hidden = make_topic(), make_topic(), make_topic()
    make_published_story(topics=(public,))
    merge_topics(merged, public, by=make_user(role="Curator"))
    assert "links.drafts" not in run_checks_on(make_story_linking_to(f"topic:{public.uid}", f"topic:{merged.uid}"))
    assert "links.drafts" in run_checks_on(make_story_linking_to(f"topic:{hidden.uid}"))


def test_a_question_without_a_live_page_is_reported():
    draft, live = make_question(), make_published_question()
    assert "questions.live" in run_checks_on(make_story(questions=(draft,)))
    assert "questions.live" not in run_checks_on(make_story(questions=(draft,)), together=[draft])
    assert "questions.live" not in run_checks_on(make_story(questions=(live,)))


def test_the_context_has_retired_outlets_and_merged_topics():
    outlet, topic, other = make_outlet(retired=True), make_topic(), make_topic(name="The north pier")
    story = make_story(outlets=(outlet, make_outlet()), topics=(topic,), articles=(make_article(outlet=outlet),))
    merge_topics(topic, other, by=make_user(role="Curator"))
    context = load_context_of(story)
    assert context.retired == {outlet.uid}
    assert context.merged == {topic.uid: "The north pier"}


def test_the_number_of_queries_does_not_grow():
    def count_queries(work):
        document = revisions.record_revision(work, by=None).document.value()
        with CaptureQueriesContext(connection) as queries:
            checks.load_context(work, document, at=clock.now(), together=[work, *together])
        return len(queries)

    together = []
    topics = [make_topic() for _ in range(9)]
    small = make_story_linking_to(f"topic:{topics[0].uid}", f"story:{make_published_story().uid}")
    first = count_queries(small)
    large = make_story(
        outlets=tuple(make_outlet() for _ in range(8)),
        topics=tuple(topics),
        questions=tuple(make_question() for _ in range(9)),
        texts={"behind": " ".join(f"[{n}](story:{make_published_story().uid})" for n in range(9))},
    )
    assert count_queries(large) <= first <= 7
    together = [make_story() for _ in range(9)]
    assert count_queries(large) <= 8
    assert count_queries(make_question(question="Who pays for the cracked pillar?", topics=tuple(topics))) <= 5


def test_a_confirmed_name_no_longer_blocks_publication():
    story = make_story(topics=())
    story.work_topics.create(proposed_name="North pier")
    assert "topics.confirmed" in run_checks_on(story)
    proposed_names.confirm_topic("North pier", by=make_user())
    assert "topics.confirmed" not in run_checks_on(story)
