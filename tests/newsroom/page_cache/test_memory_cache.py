"""A page that was found to hold is not compared key by key again, and is never handed out when it holds no longer."""

import gc
from datetime import datetime, timedelta

import pytest

from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.fetch import make_fetcher, memory_cache
from newsroom.page_cache.fetch.statements import FetchedPage
from newsroom.page_cache.invalidation import invalidate
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.store import StoredResponse, gzip_body, store_page
from tests.clocks import MONDAY

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fetch():
    """Return what fetches the tag of the page at an address, and ends its connection with the test."""
    fetches = [make_fetcher("one")]
    yield lambda address, at=MONDAY: (found := fetches[0](address, at)) and found.tag
    fetches.clear()
    gc.collect()


def lay(address: str, *names: str, tag: str = "tag", until: datetime | None = None) -> None:
    """Store a page at an address, built from keys of these names."""
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(names)
    dependencies.limit_validity(until)
    assert store_page(address, StoredResponse(200, tag, [], gzip_body(b"words")), dependencies, release="one")


@pytest.fixture
def held(fetch):
    """Return what fetches, once it has found a page at ``/x/`` that was built from ``a``."""
    invalidate("a", "b")
    lay("/x/", "a")
    assert fetch("/x/") == "tag"
    return fetch


def test_as_long_as_no_key_changes_it_is_not_compared_again(held):
    # As no verb would: each change of a key is told to the one that whoever holds a page asks for.
    PageKey.objects.filter(name="a").update(version=1)
    assert held("/x/") == "tag"
    invalidate("b")
    assert held("/x/") is None


def test_it_is_not_handed_out_when_one_of_its_keys_has_changed(held):
    invalidate("a")
    assert held("/x/") is None


def test_it_is_handed_out_when_another_key_has_changed(held):
    invalidate("b")
    assert held("/x/") == "tag"


def test_it_is_not_handed_out_when_its_time_is_over(fetch):
    invalidate("a")
    lay("/x/", "a", until=MONDAY + timedelta(hours=1))
    assert fetch("/x/", MONDAY + timedelta(hours=1, microseconds=-1)) == "tag"
    assert fetch("/x/", MONDAY + timedelta(hours=1)) is None


def test_a_page_that_somebody_stores_too_late_is_not_taken_for_it(held):
    # Built before the last change of "a", and stored after the page that was built after it.
    StoredPage.objects.update(keys={"a": 1}, tag="too late")
    assert held("/x/") is None


def test_nothing_is_handed_out_that_is_not_stored_any_more(held):
    StoredPage.objects.all().delete()
    assert held("/x/") is None


def test_what_is_held_of_one_page_says_nothing_of_another(held):
    StoredPage.objects.create(
        release="one", address="/y/", status=200, tag="other", headers="[]", content=b"", keys={"a": 1}
    )
    assert held("/y/") is None
    assert held("/x/") == "tag"


def test_where_more_is_read_than_can_be_held_the_last_pages_are(held, monkeypatch):
    monkeypatch.setattr(memory_cache, "MAX_BYTES", 1_000)
    lay("/y/", "a", tag="other")
    assert held("/y/") == "other"
    PageKey.objects.filter(name="a").update(version=1)
    assert held("/y/") == "other"
    assert held("/x/") is None


def test_pages_are_found_before_any_key_has_ever_changed(fetch):
    PageKey.objects.create(name="a", version=1)
    lay("/x/", "a")
    assert fetch("/x/") == "tag"
    assert fetch("/x/") == "tag"


class ForgetfulDatabase:
    """A database in which every page is found anew, as long as it answers."""

    answers = True

    def fetch(self, address: str, at: datetime) -> tuple[FetchedPage, int] | None:
        return (FetchedPage(200, address, "[]", b"", at), 1) if self.answers else None

    def is_current(self, address: str, at: datetime, *, tag: str, latest: int) -> bool:
        return not self.answers


def test_a_page_that_is_found_again_takes_its_space_once(monkeypatch):
    monkeypatch.setattr(memory_cache, "MAX_BYTES", 1_100)  # two pages without content
    database = ForgetfulDatabase()
    fetch = memory_cache.MemoryCache(database)
    for address in ("/x/", "/y/", "/y/", "/y/"):
        fetch(address, MONDAY)
    database.answers = False
    assert fetch("/x/", MONDAY)
