"""Related stories: which are chosen, in which order, and when they are updated."""

from datetime import timedelta

import pytest

from newsroom.background.models import Job
from newsroom.http import clock
from newsroom.page_cache.dependencies import PageDependencies, page_key
from stories import publishing
from stories.models import Bundle, BundleMember, RelatedStories
from stories.public.pages.works.story import ExplainerPage
from stories.publishing.editions import related
from tests.factories import make_published_story, make_story, make_topic, make_update

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def related_uids(story):
    return RelatedStories.objects.uids_related_to(story.uid)


def test_stories_that_share_most_topics_come_first_and_newer_ones_before_older_ones(set_time):
    sea, port, law = make_topic(), make_topic(), make_topic()
    older = make_published_story(topics=(sea,))
    set_time.go(minutes=1)
    newer = make_published_story(topics=(port,))
    set_time.go(minutes=2)
    both = make_published_story(topics=(sea, port))
    make_published_story(topics=(law,))
    set_time.go(minutes=3)
    story = make_published_story(topics=(sea, port))
    assert related_uids(story) == [both.uid, newer.uid, older.uid]


def test_one_rare_topic_counts_more_than_two_common_ones(set_time):
    country, capital, bridge = make_topic(), make_topic(), make_topic()
    by_bridge = make_published_story(topics=(bridge,))
    by_bridge_and_places = make_published_story(topics=(country, capital, bridge))
    set_time.go(minutes=1)
    for _ in range(3):
        make_published_story(topics=(country, capital))
    assert related_uids(make_published_story(topics=(country, capital, bridge))) == [
        by_bridge_and_places.uid,
        by_bridge.uid,
    ]


def test_the_most_common_topic_alone_relates_no_stories():
    country, bridge = make_topic(), make_topic()
    for _ in range(4):
        make_published_story(topics=(country,))
    by_bridge = make_published_story(topics=(country, bridge))
    assert related_uids(make_published_story(topics=(country, bridge))) == [by_bridge.uid]


def test_a_story_with_only_common_topics_is_related_by_them():
    country = make_topic()
    others = {make_published_story(topics=(country,)).uid for _ in range(3)}
    assert set(related_uids(make_published_story(topics=(country,)))) == others


def test_related_stories_are_in_the_language_of_the_story():
    sea = make_topic()
    make_published_story(topics=(sea,), language="de")
    english = make_published_story(topics=(sea,), language="en-GB")
    assert related_uids(make_published_story(topics=(sea,), language="en")) == [english.uid]


def test_a_withdrawn_related_story_is_replaced_by_the_next(editor, set_time):
    sea = make_topic()
    stories = [make_published_story(topics=(sea,)) for _ in range(8)]
    latest = stories[-1]
    at = set_time.go(minutes=1)
    shown = [card.edition.uid for card in ExplainerPage.load(latest.slug, at=at).related]
    assert len(shown) == 6
    withdrawn = next(story for story in stories if story.uid == shown[0])
    publishing.withdraw(withdrawn, by=editor, notice="It was wrong throughout.")
    at = set_time.go(minutes=2)
    shown_afterwards = [card.edition.uid for card in ExplainerPage.load(latest.slug, at=at).related]
    assert len(shown_afterwards) == 6
    assert shown_afterwards[:5] == shown[1:]


def test_the_worker_adds_recently_published_stories_to_older_ones(set_time):
    sea = make_topic()
    first = make_published_story(topics=(sea,))
    set_time.go(minutes=1)
    second = make_published_story(topics=(sea,))
    assert related_uids(first) == []
    at = set_time.go(minutes=2)
    assert related.choose_related_of_recent(at) == 1
    assert related_uids(first) == [second.uid]
    assert related.choose_related_of_recent(at) == 0


def test_the_number_of_queries_does_not_depend_on_the_number_of_stories_of_a_topic(django_assert_max_num_queries):
    sea = make_topic()
    edition = make_published_story(topics=(sea,)).editions.get()
    for _ in range(5):
        make_published_story(topics=(sea, make_topic()))
    with django_assert_max_num_queries(4):
        related.choose_related([edition], at=edition.live_from)


def test_all_related_stories_are_chosen_if_none_are_stored(set_time):
    sea = make_topic()
    one, other = make_published_story(topics=(sea,)), make_published_story(topics=(sea,))
    RelatedStories.objects.all().delete()
    at = set_time.go(minutes=1)
    assert related.is_empty(at)
    assert list(related.choose_all_related(at)) == [2]
    assert (related_uids(one), related_uids(other)) == ([other.uid], [one.uid])
    assert not related.is_empty(at)


def test_a_page_depends_on_the_related_stories_it_shows_and_not_on_the_others(editor, set_time):
    sea = make_topic()
    stories = [make_published_story(topics=(sea,)) for _ in range(9)]
    latest = stories[-1]
    set_time.go(minutes=1)
    others = related_uids(latest)
    assert len(others) == 8
    shown, hidden = others[:6], others[6:]
    publishing.withdraw(next(story for story in stories if story.uid == shown[2]), by=editor, notice="It was wrong.")
    at = set_time.go(minutes=2)
    dependencies = PageDependencies(at=at)
    page = ExplainerPage.load(latest.slug, at=at, dependencies=dependencies)
    assert [card.edition.uid for card in page.related] == [*shown[:2], *shown[3:], hidden[0]]
    # The page depends on the withdrawn story too, because that story regains its place if it is republished.
    assert {page_key("story", uid) for uid in [latest.uid, *shown, hidden[0]]} <= dependencies.names
    assert page_key("story", hidden[1]) not in dependencies.names


def test_a_scheduled_edition_changes_related_stories_only_when_it_goes_live(editor, set_time):
    sea, law = make_topic(), make_topic()
    by_sea, by_law = make_published_story(topics=(sea,)), make_published_story(topics=(law,))
    set_time.go(minutes=30)
    story = make_published_story(topics=(sea,))
    story.work_topics.update(topic=law)
    begins = set_time.go(minutes=1) + timedelta(minutes=5)
    publishing.schedule(story, at=begins, by=editor, change=make_update())
    related.choose_related_of_recent(set_time.go(minutes=1))
    (task,) = Job.objects.filter(task_path="stories.publishing.editions.related.update_related_stories")
    assert task.run_after == begins
    assert related.update_related_stories.call(*task.args_kwargs["args"]) == 0
    assert (related_uids(story), related_uids(by_sea), related_uids(by_law)) == ([by_sea.uid], [story.uid], [])
    set_time.go(to=begins + timedelta(hours=1))
    assert related.update_related_stories.call(*task.args_kwargs["args"]) == 3
    assert (related_uids(story), related_uids(by_sea), related_uids(by_law)) == ([by_law.uid], [], [story.uid])


def test_related_stories_are_chosen_when_a_first_edition_is_scheduled(editor):
    sea = make_topic()
    related_story = make_published_story(topics=(sea,))
    story = make_story(topics=(sea,))
    publishing.schedule(story, at=clock.now() + timedelta(minutes=5), by=editor)
    assert related_uids(story) == [related_story.uid]


def test_related_stories_of_a_bundle_are_chosen_by_one_task(editor):
    sea = make_topic()
    bundle = Bundle.objects.create(title="The sea", created_by=editor)
    for _ in range(3):
        BundleMember.objects.create(bundle=bundle, work=make_story(topics=(sea,)))
    publishing.publish_bundle(bundle, at=clock.now() + timedelta(minutes=5), by=editor)
    (task,) = Job.objects.filter(task_path="stories.publishing.editions.related.update_related_stories")
    assert len(task.args_kwargs["args"][0]) == 3
