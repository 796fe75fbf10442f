"""Two topics become one."""

import pytest
from django.core.exceptions import ValidationError

from newsroom.accounts.permissions import NotAllowedError
from tests.factories import make_published_story, make_topic
from topics import merging
from topics.models import Topic, TopicAlias

pytestmark = pytest.mark.django_db


def test_the_names_of_a_merged_topic_lead_to_the_other(curator):
    gone = make_topic(name="North Pier", aliases=("The long pier",))
    kept = make_topic(name="Pier of Port Lisle")
    merging.merge(gone, kept, by=curator)
    assert Topic.objects.called("north pier").get() == kept
    assert Topic.objects.called("the long pier").get() == kept
    assert gone not in Topic.objects.standing()


def test_drafts_and_editions_keep_the_row_they_named(curator):
    gone, kept = make_topic(), make_topic()
    story = make_published_story(topics=(gone,))
    merging.merge(gone, kept, by=curator)
    assert story.work_topics.get().topic == gone
    assert kept in Topic.objects.public(at=story.editions.get().live_from)


def test_chains_of_merging_stay_one_step_long(curator):
    first, second, third = make_topic(), make_topic(), make_topic()
    merging.merge(first, second, by=curator)
    merging.merge(second, third, by=curator)
    first.refresh_from_db()
    assert first.merged_into == third


def test_merging_with_itself_or_into_what_is_gone_is_refused(curator):
    first, second = make_topic(), make_topic()
    with pytest.raises(ValidationError, match="itself"):
        merging.merge(first, first, by=curator)
    merging.merge(first, second, by=curator)
    with pytest.raises(ValidationError, match="already"):
        merging.merge(second, first, by=curator)


def test_an_editor_cannot_merge(editor):
    with pytest.raises(NotAllowedError):
        merging.merge(make_topic(), make_topic(), by=editor)


def test_an_alias_that_leads_elsewhere_is_refused_in_words():
    make_topic(name="North Pier", aliases=("The long pier",))
    other = make_topic(name="South Pier")
    with pytest.raises(ValidationError, match="North Pier"):
        TopicAlias(topic=other, name="the LONG pier").full_clean(exclude=["folded"])
    with pytest.raises(ValidationError, match="already the topic"):
        Topic(name="the long pier", slug="long").full_clean(exclude=["folded_name"])
