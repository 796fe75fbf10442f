"""The archive: which months have a page, which stories a month lists, and how its pages are linked."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.db.keyset import PreparedPagination
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.public.pages.lists import archive
from stories.public.pages.lists.archive import Month, MonthPage, years_with_stories
from stories.public.pages.lists.branches import list_languages
from tests.factories import make_published_story, make_story, make_update, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def publish_on(set_time):
    """Return a function that publishes a story at a time, given in UTC."""
    editor = make_user()

    def publish(*time, **fields):
        set_time.go(to=datetime(*time, tzinfo=UTC))
        return make_published_story(by=editor, **fields)

    return publish


def list_months(at) -> list[tuple[int, list[int]]]:
    return [
        (year.number, [month.month for month in year.months])
        for year in years_with_stories(list_languages("story"), at=at)
    ]


def slugs(page: MonthPage) -> list[str]:
    return [card.edition.slug for card in page.cards]


def test_only_months_with_a_story_are_listed(publish_on, set_time):
    for day in ((2030, 11, 5), (2030, 11, 6), (2031, 1, 31), (2031, 3, 1)):
        publish_on(*day)
    assert list_months(set_time.go(days=40)) == [(2031, [1, 3]), (2030, [11])]


def test_there_are_no_months_before_the_first_story(client, set_time):
    assert list_months(set_time()) == []
    assertNotContains(client.get("/stories/"), 'id="by-month"')


def test_a_month_lists_its_stories_newest_first_and_links_to_adjacent_months(publish_on, set_time):
    publish_on(2030, 11, 5)
    first, second = publish_on(2031, 1, 2), publish_on(2031, 1, 30)
    publish_on(2031, 3, 1)
    page = MonthPage.load(date(2031, 1, 1), before="", at=set_time())
    assert slugs(page) == [second.slug, first.slug]
    assert (page.previous, page.following) == (Month(2030, 11), Month(2031, 3))


def test_an_update_does_not_move_a_story_to_another_month(publish_on, set_time):
    story = publish_on(2031, 1, 2)
    editor = make_user()
    set_time.go(days=60)
    story.sections.filter(kind="background").update(
        text="Another survey asked for the same limit as the first one did."
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    assert slugs(MonthPage.load(date(2031, 1, 1), before="", at=set_time())) == [story.slug]
    assert list_months(set_time()) == [(2031, [1])]


def test_the_time_zone_of_the_newsroom_determines_the_month(publish_on, set_time, settings):
    settings.TIME_ZONE = "Pacific/Auckland"  # thirteen hours ahead in that season
    story = publish_on(2031, 1, 31, 12)
    assert list_months(set_time()) == [(2031, [2])]
    assert slugs(MonthPage.load(date(2031, 2, 1), before="", at=set_time())) == [story.slug]


def test_withdrawn_and_scheduled_stories_have_no_month(client, publish_on, set_time):
    publish_on(2031, 3, 1)
    withdrawn, editor = publish_on(2031, 1, 5), make_user()
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    set_time.go(to=datetime(2031, 3, 2, tzinfo=UTC))
    publishing.schedule(make_story(), by=editor, at=datetime(2031, 4, 2, tzinfo=UTC))
    assert list_months(set_time()) == [(2031, [3])]
    page = MonthPage.load(date(2031, 3, 1), before="", at=set_time())
    assert (page.previous, page.following) == (None, None)


@pytest.mark.parametrize(
    "path", ["2020/01", "2026/13", "2026/00", "2026/1", "0000/01", "9999/12", "8999/12", "2026", "26/11", "٢٠٢٦/11"]
)
def test_an_empty_or_invalid_month_answers_404(client, path):
    make_published_story()
    assert client.get(f"/stories/archive/{path}/").status_code == 404


def test_a_long_month_is_paginated_by_date(client, publish_on, monkeypatch):
    short_pages = PreparedPagination(archive._list_stories, field="first_published_at", size=2)
    monkeypatch.setattr(archive, "_STORIES_WITHIN", short_pages)
    stories = [publish_on(2031, 1, day) for day in (2, 3, 4)]
    address = reverse("stories_of_month", args=[date(2031, 1, 1)])
    assert address == "/stories/archive/2031/01/"
    first = MonthPage.load(date(2031, 1, 1), before="", at=datetime(2031, 1, 9, tzinfo=UTC))
    second = MonthPage.load(date(2031, 1, 1), before=str(first.next_cursor), at=datetime(2031, 1, 9, tzinfo=UTC))
    assert slugs(first) + slugs(second) == [story.slug for story in reversed(stories)]
    assert second.next_cursor is None


def test_archive_pages_and_the_list_of_stories_link_to_each_other(client):
    make_published_story()
    month = Month.containing(clock.now())
    address = month.get_absolute_url()
    assertContains(client.get("/stories/"), f'<a href="{address}">')
    assertContains(client.get("/stories/"), 'id="by-month"')
    page = client.get(address)
    assertContains(page, 'href="/stories/#by-month"')
    assertContains(page, f'<link rel="canonical" href="http://testserver{address}">')


def test_the_months_of_ten_years_take_two_queries(publish_on, set_time):
    publish_on(2021, 1, 5)
    publish_on(2031, 1, 5)
    with CaptureQueriesContext(connection) as queries:
        assert list_months(set_time()) == [(2031, [1]), (2021, [1])]
    assert len(queries) == 2
    assert "COUNT" not in "".join(query["sql"] for query in queries)
