"""Lists that are cut by date."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.http import Http404

from newsroom.db.keyset import Cursor, paginate
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]
NOON = datetime(2026, 11, 13, 12, tzinfo=UTC)
KEY = UUID(int=9)


@pytest.fixture
def five_topics():
    """Return five topics, newest first; the third and fourth were made at the same moment."""
    made = []
    for number, age in enumerate((0, 1, 2, 2, 3)):
        made.append(
            Topic.objects.create(
                uid=UUID(int=number), name=f"T{number}", slug=f"t{number}", created_at=NOON - timedelta(minutes=age)
            )
        )
    return [made[0], made[1], made[3], made[2], made[4]]


def all_pages(size):
    before, seen = "", []
    while True:
        page = paginate(Topic.objects.all(), before=before, field="created_at", size=size)
        seen.append(page.rows)
        if page.next_cursor is None:
            return seen
        before = str(page.next_cursor)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6])
def test_the_pages_together_are_the_list_without_a_gap_or_a_repetition(five_topics, size):
    assert [row for page in all_pages(size) for row in page] == five_topics


def test_a_list_that_just_fits_has_no_earlier_page(five_topics):
    assert paginate(Topic.objects.all(), before="", field="created_at", size=5).next_cursor is None


def test_only_the_page_without_a_place_is_the_first(five_topics):
    first = paginate(Topic.objects.all(), before="", field="created_at", size=2)
    assert first.is_first
    assert not paginate(Topic.objects.all(), before=str(first.next_cursor), field="created_at", size=2).is_first


def test_a_page_costs_one_query(five_topics, django_assert_num_queries):
    with django_assert_num_queries(1):
        paginate(Topic.objects.all(), before=str(Cursor(NOON, KEY)), field="created_at")


def test_a_place_is_read_back_as_it_was_written():
    place = Cursor(NOON.replace(microsecond=123456), KEY)
    assert Cursor.parse(str(place)) == place


@pytest.mark.parametrize(
    "words",
    [
        "x",
        "-1",
        "20261113T120000.000000Z-",
        "20261313T120000.000000Z-" + KEY.hex,
        "20261113T120000.000000Z-" + "٣" * 32,
        "\x00-" + KEY.hex,
        "20261113T120000.000000Z-" + "9" * 33,
        "20261113T120000.000000Z-5",
    ],
)
def test_a_place_that_names_none_is_not_found(words):
    with pytest.raises(Http404):
        Cursor.parse(words)
