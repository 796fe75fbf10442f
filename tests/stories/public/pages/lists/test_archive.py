"""The stories by month: which months there are, what each holds, and where it leads."""

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
from tests.factories import make_published_story, make_story, make_user, update

pytestmark = [pytest.mark.database, pytest.mark.django_db]


@pytest.fixture
def published_on(set_time):
    """Return what publishes a story at a moment, given as UTC."""
    editor = make_user()

    def publish(*moment, **fields):
        set_time.go(to=datetime(*moment, tzinfo=UTC))
        return make_published_story(by=editor, **fields)

    return publish


def held(at) -> list[tuple[int, list[int]]]:
    return [
        (year.number, [month.month for month in year.months])
        for year in years_with_stories(list_languages("story"), at=at)
    ]


def slugs(page: MonthPage) -> list[str]:
    return [card.edition.slug for card in page.cards]


def test_only_months_that_hold_a_story_are_named(published_on, set_time):
    for moment in ((2030, 11, 5), (2030, 11, 6), (2031, 1, 31), (2031, 3, 1)):
        published_on(*moment)
    assert held(set_time.go(days=40)) == [(2031, [1, 3]), (2030, [11])]


def test_before_the_first_story_there_is_no_month(client, set_time):
    assert held(set_time()) == []
    assertNotContains(client.get("/stories/"), "By month")


def test_a_month_holds_its_stories_newest_first_and_leads_to_those_around_it(published_on, set_time):
    published_on(2030, 11, 5)
    first, second = published_on(2031, 1, 2), published_on(2031, 1, 30)
    published_on(2031, 3, 1)
    page = MonthPage.load(date(2031, 1, 1), before="", at=set_time())
    assert slugs(page) == [second.slug, first.slug]
    assert (page.previous, page.following) == (Month(2030, 11), Month(2031, 3))


def test_an_update_moves_no_story_to_another_month(published_on, set_time):
    story = published_on(2031, 1, 2)
    editor = make_user()
    set_time.go(days=60)
    story.sections.filter(kind="background").update(
        text="Another survey asked for the same limit as the first one did."
    )
    revisions.record_revision(story, by=editor)
    publishing.publish(story, by=editor, change=update())
    assert slugs(MonthPage.load(date(2031, 1, 1), before="", at=set_time())) == [story.slug]
    assert held(set_time()) == [(2031, [1])]


def test_the_clocks_of_the_newsroom_decide_the_month(published_on, set_time, settings):
    settings.TIME_ZONE = "Pacific/Auckland"  # thirteen hours ahead in that season
    story = published_on(2031, 1, 31, 12)
    assert held(set_time()) == [(2031, [2])]
    assert slugs(MonthPage.load(date(2031, 2, 1), before="", at=set_time())) == [story.slug]


def test_what_cannot_be_read_makes_no_month(client, published_on, set_time):
    published_on(2031, 3, 1)
    withdrawn, editor = published_on(2031, 1, 5), make_user()
    publishing.withdraw(withdrawn, by=editor, notice="It did not hold.")
    set_time.go(to=datetime(2031, 3, 2, tzinfo=UTC))
    publishing.schedule(make_story(), by=editor, at=datetime(2031, 4, 2, tzinfo=UTC))
    assert held(set_time()) == [(2031, [3])]
    page = MonthPage.load(date(2031, 3, 1), before="", at=set_time())
    assert (page.previous, page.following) == (None, None)


@pytest.mark.parametrize(
    "path", ["2020/01", "2026/13", "2026/00", "2026/1", "0000/01", "9999/12", "8999/12", "2026", "26/11", "٢٠٢٦/11"]
)
def test_a_month_without_stories_and_what_is_no_month_answer_404(client, path):
    make_published_story()
    assert client.get(f"/stories/archive/{path}/").status_code == 404


def test_a_long_month_goes_on_by_date(client, published_on, monkeypatch):
    short = PreparedPagination(archive._list_stories, field="first_published_at", size=2)
    monkeypatch.setattr(archive, "_STORIES_WITHIN", short)
    stories = [published_on(2031, 1, day) for day in (2, 3, 4)]
    address = reverse("stories_of_month", args=[date(2031, 1, 1)])
    assert address == "/stories/archive/2031/01/"
    first = MonthPage.load(date(2031, 1, 1), before="", at=datetime(2031, 1, 9, tzinfo=UTC))
    rest = MonthPage.load(date(2031, 1, 1), before=str(first.next_cursor), at=datetime(2031, 1, 9, tzinfo=UTC))
    assert slugs(first) + slugs(rest) == [story.slug for story in reversed(stories)]
    assert rest.next_cursor is None


def test_pages_of_the_archive_lead_to_one_another(client):
    make_published_story()
    month = Month.containing(clock.now())
    address = month.get_absolute_url()
    assertContains(client.get("/stories/"), f'<a href="{address}">')
    page = client.get(address)
    assertContains(page, 'href="/stories/#by-month"')
    assertContains(page, f'<link rel="canonical" href="http://testserver{address}">')


def test_ten_years_of_months_are_asked_for_in_two_queries(published_on, set_time):
    published_on(2021, 1, 5)
    published_on(2031, 1, 5)
    with CaptureQueriesContext(connection) as queries:
        assert held(set_time()) == [(2031, [1]), (2021, [1])]
    assert len(queries) == 2
    assert "COUNT" not in "".join(query["sql"] for query in queries)
