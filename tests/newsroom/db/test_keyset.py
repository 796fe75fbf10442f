"""Keyset pagination by date."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import Http404

from newsroom.db.keyset import Cursor, paginate
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 11, 13, 12, tzinfo=UTC)
UID = UUID(int=9)


@pytest.fixture
def five_topics():
    """Return five topics, newest first. The third and the fourth have the same creation time."""
    topics = []
    for number, age in enumerate((0, 1, 2, 2, 3)):
        topics.append(
            Topic.objects.create(
                uid=UUID(int=number), name=f"T{number}", slug=f"t{number}", created_at=NOON - timedelta(minutes=age)
            )
        )
    return [topics[0], topics[1], topics[3], topics[2], topics[4]]


def fetch_all_pages(size):
    before, pages = "", []
    while True:
        page = paginate(Topic.objects.all(), before=before, field="created_at", size=size)
        pages.append(page.rows)
        if page.next_cursor is None:
            return pages
        before = str(page.next_cursor)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_all_pages_together_are_the_list_without_gaps_or_repetitions(five_topics, size):
    assert [row for page in fetch_all_pages(size) for row in page] == five_topics


def test_a_list_that_fits_on_one_page_has_no_next_cursor(five_topics):
    assert paginate(Topic.objects.all(), before="", field="created_at", size=5).next_cursor is None


def test_only_the_page_without_a_cursor_is_the_first(five_topics):
    first = paginate(Topic.objects.all(), before="", field="created_at", size=2)
    assert first.is_first
    assert not paginate(Topic.objects.all(), before=str(first.next_cursor), field="created_at", size=2).is_first


def test_a_page_takes_one_query(five_topics, django_assert_num_queries):
    with django_assert_num_queries(1):
        paginate(Topic.objects.all(), before=str(Cursor(NOON, UID)), field="created_at")


def test_parsing_the_text_of_a_cursor_returns_the_cursor():
    cursor = Cursor(NOON.replace(microsecond=123456), UID)
    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "-1",
        "20261113T120000.000000Z-",
        "20261313T120000.000000Z-" + UID.hex,
        "20261113T120000.000000Z-" + "٣" * 32,
        "\x00-" + UID.hex,
        "20261113T120000.000000Z-" + "9" * 33,
        "20261113T120000.000000Z-5",
    ],
)
def test_an_invalid_cursor_raises_http404(text):
    with pytest.raises(Http404):
        Cursor.parse(text)
