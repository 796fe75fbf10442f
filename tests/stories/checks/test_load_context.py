"""What checks are told of the world around a document, and what asking for it costs."""

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

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def context_of(work, **kwargs):
    document = revisions.record_revision(work, by=None).document.value()
    return checks.load_context(work, document, **{"at": clock.now(), **kwargs})


def codes(work, **kwargs):
    """Return the ids of the checks that find something."""
    document = revisions.record_revision(work, by=None).document.value()
    return {finding.code for finding in checks.run_checks(document, context_of(work, **kwargs))}


def linking_to(*targets):
    """Make a story that links to things."""
    links = " ".join(f"[The whole of {n}]({target})." for n, target in enumerate(targets))
    return make_story(texts={"behind": links})


def test_administrators_levels_and_the_fewest_outlets_count(settings):
    settings.MINIMUM_OUTLETS = 3
    CheckLevel.objects.create(code="topics.some", level="hint")
    story = make_story(topics=())
    context = context_of(story)
    assert context.levels == {"topics.some": Level.HINT}
    assert "outlets.enough" in codes(story)
    settings.MINIMUM_OUTLETS = 2
    assert "outlets.enough" not in codes(story)
    assert checks.load_house_rules().levels == context.levels


@pytest.mark.parametrize("written", ["Why the north pier is closed", "WHY THE NORTH  PIÉR IS CLOSED"])
def test_a_headline_is_compared_with_those_of_other_live_stories(written):
    live = make_published_story(headline="Why the north pier is closed")
    assert "headline.once" in codes(make_story(headline=written))
    assert "headline.once" not in codes(live)
    assert "headline.once" not in codes(make_story(headline="Why the south pier is closed"))


def test_a_draft_and_what_was_withdrawn_take_no_headline_away():
    make_story(headline="Why the north pier is closed")
    gone = make_published_story(headline="Why the ferry is late again")
    publishing.withdraw(gone, by=make_user(), notice="We mistook the line.")
    assert "headline.once" not in codes(make_story(headline="Why the north pier is closed"))
    assert "headline.once" not in codes(make_story(headline="Why the ferry is late again"))


def test_two_that_go_out_together_cannot_share_a_headline():
    one, two = (make_story(headline="Why the north pier is closed") for _ in range(2))
    assert "headline.once" in codes(one, together=[one, two])


@pytest.mark.parametrize("state", ["on the desk", "live"])
def test_a_question_is_compared_with_others_on_the_desk_or_live(state):
    make = make_published_question if state == "live" else make_question
    make(question="Who pays for the cracked pillars?")
    assert "question.once" in codes(make_question(question="Who pays for the cracked pillar?"))
    assert "question.once" not in codes(make_question(question="Who measured the cracked pillar?"))
    assert "question.once" not in codes(make_question(question="Wer zahlt die Pfeiler?", language="de"))


def test_a_question_is_found_in_any_of_its_endings_and_what_readers_see_though_its_draft_says_other():
    published = make_published_question(question="Who measures the cracked pillars of the north pier?")
    type(published).objects.filter(pk=published.pk).update(question="Why is it shut?", folded_question="why is it shut")
    revisions.record_revision(published, by=make_user())
    assert "question.once" in codes(make_question(question="Who measured the cracked pillar of the north piers?"))
    assert "question.once" in codes(make_question(question="Why is it shut?"))


def test_a_proposed_question_and_one_in_the_bin_are_nobodys():
    make_question(question="Who pays for the cracked pillars?", question_confirmed=False)
    make_question(question="Who paid for the cracked pillars?", binned_at=clock.now())
    assert "question.once" not in codes(make_question(question="Who pays for the cracked pillar?"))


def test_a_link_leads_to_what_is_live_when_the_page_goes_out():
    draft, live, soon = make_story(), make_published_story(), make_story()
    tomorrow = clock.now() + timedelta(days=1)
    publishing.schedule(soon, by=make_user(), at=tomorrow)
    assert "links.drafts" not in codes(linking_to(f"story:{live.uid}"))
    assert "links.drafts" in codes(linking_to(f"story:{live.uid}", f"story:{draft.uid}"))
    assert "links.drafts" not in codes(linking_to(f"story:{draft.uid}"), together=[draft])
    assert "links.drafts" in codes(linking_to(f"story:{soon.uid}"))
    assert "links.drafts" not in codes(linking_to(f"story:{soon.uid}"), at=tomorrow)


def test_a_link_leads_to_topics_that_something_live_names():
    public, merged, hidden = make_topic(), make_topic(), make_topic()
    make_published_story(topics=(public,))
    merge_topics(merged, public, by=make_user(role="Curator"))
    assert "links.drafts" not in codes(linking_to(f"topic:{public.uid}", f"topic:{merged.uid}"))
    assert "links.drafts" in codes(linking_to(f"topic:{hidden.uid}"))


def test_a_question_that_readers_do_not_find_is_said():
    draft, live = make_question(), make_published_question()
    assert "questions.live" in codes(make_story(questions=(draft,)))
    assert "questions.live" not in codes(make_story(questions=(draft,)), together=[draft])
    assert "questions.live" not in codes(make_story(questions=(live,)))


def test_retired_outlets_and_merged_topics_are_known():
    outlet, topic, other = make_outlet(retired=True), make_topic(), make_topic(name="The north pier")
    story = make_story(outlets=(outlet, make_outlet()), topics=(topic,), articles=(make_article(outlet=outlet),))
    merge_topics(topic, other, by=make_user(role="Curator"))
    context = context_of(story)
    assert context.retired == {outlet.uid}
    assert context.merged == {topic.uid: "The north pier"}


def test_asking_costs_no_more_when_there_is_more():
    def cost(work):
        document = revisions.record_revision(work, by=None).document.value()
        with CaptureQueriesContext(connection) as queries:
            checks.load_context(work, document, at=clock.now(), together=[work, *together])
        return len(queries)

    together = []
    topics = [make_topic() for _ in range(9)]
    small = linking_to(f"topic:{topics[0].uid}", f"story:{make_published_story().uid}")
    first = cost(small)
    large = make_story(
        outlets=tuple(make_outlet() for _ in range(8)),
        topics=tuple(topics),
        questions=tuple(make_question() for _ in range(9)),
        texts={"behind": " ".join(f"[{n}](story:{make_published_story().uid})" for n in range(9))},
    )
    assert cost(large) <= first <= 7
    together = [make_story() for _ in range(9)]
    assert cost(large) <= 8
    assert cost(make_question(question="Who pays for the cracked pillar?", topics=tuple(topics))) <= 5


def test_a_proposed_name_that_was_confirmed_no_longer_keeps_back():
    story = make_story(topics=())
    story.work_topics.create(proposed_name="North pier")
    assert "topics.confirmed" in codes(story)
    proposed_names.confirm_topic("North pier", by=make_user())
    assert "topics.confirmed" not in codes(story)
