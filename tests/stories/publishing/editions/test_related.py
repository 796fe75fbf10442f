"""Which stories a story leads on to."""

from datetime import timedelta

import pytest

from newsroom.background.models import Job
from newsroom.http import clock
from newsroom.page_cache.dependencies import PageDependencies, page_key
from stories import publishing
from stories.models import Bundle, BundleMember, RelatedStories
from stories.public.pages.works.story import ExplainerPage
from stories.publishing.editions import related
from tests.factories import make_published_story, make_story, make_topic, update

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def _others(story):
    return RelatedStories.objects.uids_related_to(story.uid)


def test_a_story_leads_on_to_those_that_share_most_topics_the_newest_first_among_equals(set_time):
    sea, port, law = make_topic(), make_topic(), make_topic()
    older = make_published_story(topics=(sea,))
    set_time.go(minutes=1)
    newer = make_published_story(topics=(port,))
    set_time.go(minutes=2)
    nearest = make_published_story(
        topics=(
            sea,
            port,
        )
    )
    make_published_story(topics=(law,))
    set_time.go(minutes=3)
    story = make_published_story(
        topics=(
            sea,
            port,
        )
    )
    assert _others(story) == [nearest.uid, newer.uid, older.uid]


def test_one_rare_topic_weighs_more_than_two_common_ones(set_time):
    country, capital, bridge = make_topic(), make_topic(), make_topic()
    by_bridge = make_published_story(topics=(bridge,))
    by_bridge_and_places = make_published_story(topics=(country, capital, bridge))
    set_time.go(minutes=1)
    for _ in range(3):
        make_published_story(topics=(country, capital))
    assert _others(make_published_story(topics=(country, capital, bridge))) == [by_bridge_and_places.uid, by_bridge.uid]


def test_the_most_used_topic_alone_relates_nothing():
    country, bridge = make_topic(), make_topic()
    for _ in range(4):
        make_published_story(topics=(country,))
    near = make_published_story(topics=(country, bridge))
    assert _others(make_published_story(topics=(country, bridge))) == [near.uid]


def test_a_story_that_has_only_common_topics_leads_on_by_them():
    country = make_topic()
    others = {make_published_story(topics=(country,)).uid for _ in range(3)}
    assert set(_others(make_published_story(topics=(country,)))) == others


def test_it_leads_on_in_its_own_language_alone():
    sea = make_topic()
    make_published_story(topics=(sea,), language="de")
    english = make_published_story(topics=(sea,), language="en-GB")
    assert _others(make_published_story(topics=(sea,), language="en")) == [english.uid]


def test_what_was_withdrawn_leaves_its_place_to_the_next(editor, set_time):
    sea = make_topic()
    stories = [make_published_story(topics=(sea,)) for _ in range(8)]
    last = stories[-1]
    at = set_time.go(minutes=1)
    shown = [card.edition.uid for card in ExplainerPage.load(last.slug, at=at).related]
    assert len(shown) == 6
    gone = next(story for story in stories if story.uid == shown[0])
    publishing.withdraw(gone, by=editor, notice="It was wrong throughout.")
    at = set_time.go(minutes=2)
    now = [card.edition.uid for card in ExplainerPage.load(last.slug, at=at).related]
    assert len(now) == 6
    assert now[:5] == shown[1:]


def test_the_worker_lets_stories_lead_on_to_what_went_out_lately(set_time):
    sea = make_topic()
    first = make_published_story(topics=(sea,))
    set_time.go(minutes=1)
    second = make_published_story(topics=(sea,))
    assert _others(first) == []
    at = set_time.go(minutes=2)
    assert related.choose_related_of_recent(at) == 1
    assert _others(first) == [second.uid]
    assert related.choose_related_of_recent(at) == 0


def test_choosing_for_a_topic_of_many_stories_asks_no_more_than_for_one_of_few(django_assert_max_num_queries):
    sea = make_topic()
    few = make_published_story(topics=(sea,))
    edition = few.editions.get()
    for _ in range(5):
        make_published_story(
            topics=(
                sea,
                make_topic(),
            )
        )
    with django_assert_max_num_queries(4):
        related.choose_related([edition], at=edition.live_from)


def test_where_nothing_was_ever_chosen_all_of_it_is(set_time):
    sea = make_topic()
    one, other = make_published_story(topics=(sea,)), make_published_story(topics=(sea,))
    RelatedStories.objects.all().delete()
    at = set_time.go(minutes=1)
    assert related.is_empty(at)
    assert list(related.choose_all_related(at)) == [2]
    assert (_others(one), _others(other)) == ([other.uid], [one.uid])
    assert not related.is_empty(at)


def test_a_page_hangs_on_the_stories_that_it_leads_on_to_and_not_on_those_that_wait_behind_them(editor, set_time):
    sea = make_topic()
    stories = [make_published_story(topics=(sea,)) for _ in range(9)]
    last = stories[-1]
    set_time.go(minutes=1)
    others = _others(last)
    assert len(others) == 8
    shown, behind = others[:6], others[6:]
    publishing.withdraw(next(story for story in stories if story.uid == shown[2]), by=editor, notice="It was wrong.")
    at = set_time.go(minutes=2)
    dependencies = PageDependencies(at=at)
    page = ExplainerPage.load(last.slug, at=at, dependencies=dependencies)
    assert [card.edition.uid for card in page.related] == [*shown[:2], *shown[3:], behind[0]]
    # The one that was withdrawn may come back, and then has its place again.
    assert {page_key("story", uid) for uid in [last.uid, *shown, behind[0]]} <= dependencies.names
    assert page_key("story", behind[1]) not in dependencies.names


def test_a_new_edition_that_waits_leaves_alone_where_the_page_leads_until_it_is_there(editor, set_time):
    sea, law = make_topic(), make_topic()
    near, far = make_published_story(topics=(sea,)), make_published_story(topics=(law,))
    set_time.go(minutes=30)
    story = make_published_story(topics=(sea,))
    story.work_topics.update(topic=law)
    begins = set_time.go(minutes=1) + timedelta(minutes=5)
    publishing.schedule(story, at=begins, by=editor, change=update())
    related.choose_related_of_recent(set_time.go(minutes=1))
    (task,) = Job.objects.filter(task_path="stories.publishing.editions.related.update_related_stories")
    assert task.run_after == begins
    assert related.update_related_stories.call(*task.args_kwargs["args"]) == 0
    assert (_others(story), _others(near), _others(far)) == ([near.uid], [story.uid], [])
    set_time.go(to=begins + timedelta(hours=1))
    assert related.update_related_stories.call(*task.args_kwargs["args"]) == 3
    assert (_others(story), _others(near), _others(far)) == ([far.uid], [], [story.uid])


def test_the_first_edition_of_a_story_knows_where_it_leads_before_it_is_there(editor):
    sea = make_topic()
    near = make_published_story(topics=(sea,))
    story = make_story(topics=(sea,))
    publishing.schedule(story, at=clock.now() + timedelta(minutes=5), by=editor)
    assert _others(story) == [near.uid]


def test_stories_that_go_out_together_are_chosen_for_together(editor):
    sea = make_topic()
    bundle = Bundle.objects.create(title="The sea", created_by=editor)
    for _ in range(3):
        BundleMember.objects.create(bundle=bundle, work=make_story(topics=(sea,)))
    publishing.publish_bundle(bundle, at=clock.now() + timedelta(minutes=5), by=editor)
    (task,) = Job.objects.filter(task_path="stories.publishing.editions.related.update_related_stories")
    assert len(task.args_kwargs["args"][0]) == 3
