"""Page dependencies: the keys of a page with their versions, and when the page expires."""

from datetime import timedelta
from uuid import UUID

import pytest

from newsroom.http.clock import FOREVER
from newsroom.page_cache.dependencies import NoDependencies, PageDependencies, list_key, page_key
from newsroom.page_cache.invalidation import invalidate
from newsroom.page_cache.models import PageKey
from newsroom.page_cache.release import release
from newsroom.page_cache.store import StoredResponse, gzip_body, store_page
from tests.clocks import MONDAY
from tests.journeys.stored_pages import fetch_stored

pytestmark = [pytest.mark.database, pytest.mark.django_db]
UID = UUID(int=255)
RESPONSE = StoredResponse(200, "tag", [("Content-Type", "text/plain")], gzip_body(b"words"))


def test_a_page_key_consists_of_kind_and_uid():
    assert page_key("story", UID) == "story:000000000000000000000000000000ff"
    assert list_key("topic", UID) == "list:topic:000000000000000000000000000000ff"


def test_versions_are_read_in_one_query_and_each_only_once(set_time, django_assert_num_queries):
    invalidate("a", "b")
    dependencies = PageDependencies(at=MONDAY)
    with django_assert_num_queries(1):
        dependencies.read_versions(["a", "b", "c"])
    with django_assert_num_queries(0):
        dependencies.read_versions(["b", "c"])
        dependencies.read_versions([])
    assert dependencies.versions == PageKey.objects.versions(["a", "b"])
    assert dependencies.names == {"a", "b", "c"}


def test_the_version_that_was_read_first_counts(set_time):
    invalidate("a")
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(["a"])
    first = dict(dependencies.versions)
    invalidate("a")
    dependencies.read_versions(["a"])
    assert dependencies.versions == first


def test_a_page_is_not_stored_the_first_time_if_a_key_has_no_version(set_time):
    invalidate("a")
    for is_stored in (False, True):
        dependencies = PageDependencies(at=MONDAY)
        dependencies.read_versions(["a", "new"])
        assert store_page("/x/", RESPONSE, dependencies, release="one") is is_stored
    assert PageKey.objects.versions(["new"]).keys() == {"new"}


def test_a_page_does_not_depend_on_removed_keys(set_time):
    invalidate("a", "b")
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(["a", "b", "c"])
    dependencies.remove(["b", "c", "d"])
    assert dependencies.names == {"a"}
    assert dependencies.ensure_versions()


def test_a_page_without_keys_is_never_stored():
    assert not PageDependencies(at=MONDAY).ensure_versions()
    assert not NoDependencies(at=MONDAY).ensure_versions()
    without_versions = NoDependencies(at=MONDAY)
    without_versions.read_versions(["a"])
    assert without_versions.names == set()


def test_a_page_is_valid_until_the_earliest_moment(set_time):
    dependencies = PageDependencies(at=MONDAY)
    assert dependencies.valid_until == FOREVER
    for hours in (5, 3, 4, None):
        dependencies.limit_validity(MONDAY + timedelta(hours=hours) if hours else None)
    assert dependencies.valid_until == MONDAY + timedelta(hours=3)


def test_a_page_is_valid_until_just_before_its_expiry(set_time, settings):
    invalidate("a")
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(["a"])
    dependencies.limit_validity(MONDAY + timedelta(hours=1))
    assert store_page("/x/", RESPONSE, dependencies, release=release())
    assert fetch_stored("/x/", at=MONDAY + timedelta(minutes=59, seconds=59, microseconds=999_999)) is not None
    assert fetch_stored("/x/", at=MONDAY + timedelta(hours=1)) is None
    assert fetch_stored("/x/", at=MONDAY + timedelta(hours=1, microseconds=1)) is None


def test_a_page_is_valid_while_each_of_its_keys_has_its_version(set_time):
    invalidate("a", "b")
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(["a", "b"])
    assert store_page("/x/", RESPONSE, dependencies, release=release())
    invalidate("c")
    assert fetch_stored("/x/", at=MONDAY) is not None
    invalidate("b")
    assert fetch_stored("/x/", at=MONDAY) is None
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(["a", "b"])
    assert store_page("/x/", RESPONSE, dependencies, release=release())
    assert fetch_stored("/x/", at=MONDAY) is not None
    PageKey.objects.filter(name="a").delete()
    assert fetch_stored("/x/", at=MONDAY) is None
