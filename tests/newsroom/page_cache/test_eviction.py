"""Which stored pages are thrown away, and which stay."""

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


def keep(address, *, days, version=1, of=None, until=FOREVER):
    """Keep a page that was stored so many days ago, when its one key had this version."""
    return StoredPage.objects.create(
        release=of or release(), address=address, status=200, tag="tag", headers="[]", content=b"", keys={"site": version},
        valid_until=until, stored_at=MONDAY - timedelta(days=days),
    )  # fmt: skip


@pytest.fixture
def site():
    return PageKey.objects.create(name="site", version=2)


def left():
    return sorted(StoredPage.objects.values_list("address", flat=True))


def test_what_nobody_is_answered_with_goes_after_a_week(site):
    keep("/another-release/", days=8, version=2, of="another")
    keep("/changed/", days=8)
    keep("/over/", days=8, version=2, until=MONDAY)
    keep("/holds/", days=8, version=2)
    assert StalePageSweep().delete_next(at=MONDAY) == 3
    assert left() == ["/holds/"]


def test_what_was_stored_this_week_stays_whatever_became_of_it(site):
    keep("/another-release/", days=6, version=2, of="another")
    keep("/changed/", days=6)
    assert StalePageSweep().delete_next(at=MONDAY) == 0
    assert len(left()) == 2


def test_a_page_whose_key_is_gone_goes():
    keep("/changed/", days=8)
    assert StalePageSweep().delete_next(at=MONDAY) == 1


def test_a_walk_goes_on_where_the_last_one_ended_and_begins_anew_at_the_end(site):
    for number in range(5):
        keep(f"/{number}/", days=9, version=2)  # all stored in the same second
    walk = StalePageSweep()
    walk.delete_next(at=MONDAY, batch=2, batches=1)
    PageKey.objects.bump_versions(["site"], at=MONDAY)
    assert walk.delete_next(at=MONDAY, batch=2, batches=1) == 2
    assert left() == ["/0/", "/1/", "/4/"]
    assert walk.delete_next(at=MONDAY, batch=2, batches=1) == 1
    assert walk.delete_next(at=MONDAY, batch=2, batches=2) == 2
    assert left() == []


def test_a_walk_reads_no_content_and_deletes_few_pages_at_once(site):
    for number in range(6):
        keep(f"/{number}/", days=8)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert StalePageSweep().delete_next(at=MONDAY, batch=3, batches=2) == 6
    assert len(asked) == 6
    assert not any("content" in query["sql"] for query in asked.captured_queries)


def test_the_worker_tidies_them(site, set_time):
    keep("/changed/", days=8)
    cleanup.delete_expired()
    assert left() == []
