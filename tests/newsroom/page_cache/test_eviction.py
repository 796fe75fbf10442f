"""Eviction: which stored pages are deleted, and which remain."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.background import cleanup
from newsroom.http.clock import FOREVER
from newsroom.page_cache.eviction import StalePageSweep
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


def test_stale_pages_are_deleted_after_a_week(site):
    make_stored_page("/another-release/", days=8, version=2, from_release="another")
    make_stored_page("/changed/", days=8)
    make_stored_page("/over/", days=8, version=2, until=MONDAY)
    make_stored_page("/holds/", days=8, version=2)
    assert StalePageSweep().delete_next(at=MONDAY) == 3
    assert list_addresses() == ["/holds/"]


def test_pages_stored_in_the_last_week_remain_even_if_stale(site):
    make_stored_page("/another-release/", days=6, version=2, from_release="another")
    make_stored_page("/changed/", days=6)
    assert StalePageSweep().delete_next(at=MONDAY) == 0
    assert len(list_addresses()) == 2


def test_a_page_whose_key_no_longer_exists_is_deleted():
    make_stored_page("/changed/", days=8)
    assert StalePageSweep().delete_next(at=MONDAY) == 1


def test_a_sweep_continues_from_its_last_position_and_restarts_at_the_end(site):
    for number in range(5):
        make_stored_page(f"/{number}/", days=9, version=2)  # all stored in the same second
    sweep = StalePageSweep()
    sweep.delete_next(at=MONDAY, batch=2, batches=1)
    PageKey.objects.bump_versions(["site"], at=MONDAY)
    assert sweep.delete_next(at=MONDAY, batch=2, batches=1) == 2
    assert list_addresses() == ["/0/", "/1/", "/4/"]
    assert sweep.delete_next(at=MONDAY, batch=2, batches=1) == 1
    assert sweep.delete_next(at=MONDAY, batch=2, batches=2) == 2
    assert list_addresses() == []


def test_a_sweep_reads_no_content_and_deletes_in_batches(site):
    for number in range(6):
        make_stored_page(f"/{number}/", days=8)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert StalePageSweep().delete_next(at=MONDAY, batch=3, batches=2) == 6
    assert len(queries) == 6
    assert not any("content" in query["sql"] for query in queries.captured_queries)


def test_the_worker_deletes_stale_pages(site, set_time):
    make_stored_page("/changed/", days=8)
    cleanup.delete_expired()
    assert list_addresses() == []
