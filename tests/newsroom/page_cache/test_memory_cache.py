"""The memory cache compares the keys of a page again only after a key has changed, and returns no invalid page."""

import gc
from datetime import datetime, timedelta

import pytest

from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.fetch import make_fetcher, memory_cache
from newsroom.page_cache.fetch.validity import FetchedPage
from newsroom.page_cache.invalidation import invalidate
from newsroom.page_cache.models import PageKey, StoredPage
from newsroom.page_cache.store import StoredResponse, gzip_body, store_page
from tests.clocks import MONDAY

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fetch():
    """Return a function that fetches the tag of the page at an address. Its connection is closed after the test."""
    fetches = [make_fetcher("one")]
    yield lambda address, at=MONDAY: (found := fetches[0](address, at)) and found.tag
    fetches.clear()
    gc.collect()


def store(address: str, *names: str, tag: str = "tag", until: datetime | None = None) -> None:
    """Store a page at an address. It depends on the keys with these names."""
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(names)
    dependencies.limit_validity(until)
    assert store_page(address, StoredResponse(200, tag, [], gzip_body(b"words")), dependencies, release="one")


@pytest.fixture
def cached(fetch):
    """Return the fetch function after it has fetched the page at ``/x/``, which depends on the key ``a``."""
    invalidate("a", "b")
    store("/x/", "a")
    assert fetch("/x/") == "tag"
    return fetch


def test_while_no_key_changes_versions_are_not_compared_again(cached):
    # Unlike ``invalidate``, this changes a key without giving LATEST a new version, so the cache cannot detect it.
    PageKey.objects.filter(name="a").update(version=1)
    assert cached("/x/") == "tag"
    invalidate("b")
    assert cached("/x/") is None


def test_a_page_is_not_returned_after_one_of_its_keys_changed(cached):
    invalidate("a")
    assert cached("/x/") is None


def test_a_page_is_returned_after_another_key_changed(cached):
    invalidate("b")
    assert cached("/x/") == "tag"


def test_a_page_is_not_returned_after_it_expired(fetch):
    invalidate("a")
    store("/x/", "a", until=MONDAY + timedelta(hours=1))
    assert fetch("/x/", MONDAY + timedelta(hours=1, microseconds=-1)) == "tag"
    assert fetch("/x/", MONDAY + timedelta(hours=1)) is None


def test_an_outdated_page_that_was_stored_late_is_not_returned(cached):
    # This page was built before the last change to "a", but stored after the page that was built after that change.
    StoredPage.objects.update(keys={"a": 1}, tag="too late")
    assert cached("/x/") is None


def test_a_deleted_page_is_not_returned(cached):
    StoredPage.objects.all().delete()
    assert cached("/x/") is None


def test_a_cached_page_does_not_validate_another_page(cached):
    StoredPage.objects.create(
        release="one", address="/y/", status=200, tag="other", headers="[]", content=b"", keys={"a": 1}
    )
    assert cached("/y/") is None
    assert cached("/x/") == "tag"


def test_if_the_cache_is_full_only_the_last_page_remains(cached, monkeypatch):
    monkeypatch.setattr(memory_cache, "MAX_BYTES", 1_000)
    store("/y/", "a", tag="other")
    assert cached("/y/") == "other"
    PageKey.objects.filter(name="a").update(version=1)
    assert cached("/y/") == "other"
    assert cached("/x/") is None


def test_pages_are_fetched_before_any_key_has_ever_changed(fetch):
    PageKey.objects.create(name="a", version=1)
    store("/x/", "a")
    assert fetch("/x/") == "tag"
    assert fetch("/x/") == "tag"


class FakeDatabase:
    """A database that has every page, and in which no cached page is current.

    If ``answers`` is False, it returns no page, but reports every cached page as current.
    """

    answers = True

    def fetch(self, address: str, at: datetime) -> tuple[FetchedPage, int] | None:
        return (FetchedPage(200, address, "[]", b"", at), 1) if self.answers else None

    def is_current(self, address: str, at: datetime, *, tag: str, latest: int) -> bool:
        return not self.answers

    def has_page(self, address: str) -> bool:
        return self.answers


def test_a_page_that_is_fetched_again_counts_only_once(monkeypatch):
    monkeypatch.setattr(memory_cache, "MAX_BYTES", 1_100)  # two pages without content
    database = FakeDatabase()
    fetch = memory_cache.MemoryCache(database)
    for address in ("/x/", "/y/", "/y/", "/y/"):
        fetch(address, MONDAY)
    database.answers = False
    assert fetch("/x/", MONDAY)


def test_a_page_is_known_whether_or_not_it_is_valid():
    fetcher = make_fetcher("one")
    invalidate("a")
    store("/x/", "a")
    assert (fetcher.has_page("/x/"), fetcher.has_page("/y/")) == (True, False)
    invalidate("a")
    assert fetcher(("/x/"), MONDAY) is None
    assert fetcher.has_page("/x/")
    assert not make_fetcher("two").has_page("/x/")
    del fetcher
    gc.collect()
