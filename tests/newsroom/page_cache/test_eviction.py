"""Eviction: which stored pages are deleted, and which remain."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http.clock import FOREVER
from newsroom.operations import retention
from newsroom.page_cache.eviction import delete_pages, find_stale_pages
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.release import release
from tests.clocks import MONDAY

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def make_stored_page(address, *, days, version=1, from_release=None, until=FOREVER):
    """Create a page that was stored ``days`` days before ``MONDAY``, when its only key had this version."""
    return StoredPage.objects.create(
        release=from_release or release(), address=address, status=200, tag="tag", headers="[]", content=b"", keys={"site": version},
        valid_until=until, stored_at=MONDAY - timedelta(days=days),
    )  # fmt: skip


@pytest.fixture
def site():
    return PageKey.objects.create(name="site", version=2)


def list_addresses():
    return sorted(StoredPage.objects.values_list("address", flat=True))


def delete_stale(*, batch=100) -> int:
    """Delete the pages that are stale on ``MONDAY`` and were stored at least a week before, and return their number."""
    week = timedelta(days=7)
    found = find_stale_pages(MONDAY, week, batch=batch)
    return sum(delete_pages(names, MONDAY, week) for names in found)


def test_stale_pages_are_deleted_after_a_week(site):
    make_stored_page("/another-release/", days=8, version=2, from_release="another")
    make_stored_page("/changed/", days=8)
    make_stored_page("/over/", days=8, version=2, until=MONDAY)
    make_stored_page("/holds/", days=8, version=2)
    assert delete_stale() == 3
    assert list_addresses() == ["/holds/"]


def test_pages_stored_in_the_last_week_remain_even_if_stale(site):
    make_stored_page("/another-release/", days=6, version=2, from_release="another")
    make_stored_page("/changed/", days=6)
    assert delete_stale() == 0
    assert len(list_addresses()) == 2


def test_a_page_whose_key_no_longer_exists_is_deleted():
    make_stored_page("/changed/", days=8)
    assert delete_stale() == 1


def test_a_page_that_is_stored_again_before_it_is_deleted_remains(site):
    make_stored_page("/changed/", days=8)
    [names] = find_stale_pages(MONDAY, timedelta(days=7))
    StoredPage.objects.update(stored_at=MONDAY)
    assert delete_pages(names, MONDAY, timedelta(days=7)) == 0
    assert list_addresses() == ["/changed/"]


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 6])
def test_all_pages_are_examined_in_batches(site, batch):
    for number in range(5):
        make_stored_page(f"/{number}/", days=9, version=1 if number % 2 else 2)  # all stored in the same second
    assert delete_stale(batch=batch) == 2
    assert list_addresses() == ["/0/", "/2/", "/4/"]


def test_no_content_is_read(site):
    for number in range(6):
        make_stored_page(f"/{number}/", days=8)
    with CaptureQueriesContext(connection) as queries:
        assert delete_stale(batch=3) == 6
    assert len(queries) == 7  # three for each batch, and one that finds no more pages
    assert not any("content" in query["sql"] for query in queries.captured_queries)


def test_the_rule_of_stored_pages_deletes_stale_ones(site, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    make_stored_page("/changed/", days=8)
    [outcome] = retention.tidy(at=MONDAY, only=["stored_pages"])
    assert (outcome.deleted, list_addresses()) == (1, [])
