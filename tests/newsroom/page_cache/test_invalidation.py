"""Invalidation: page keys get new versions in the transaction that changes the data."""

import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from newsroom.page_cache.invalidation import ensure_keys, invalidate, invalidation
from newsroom.page_cache.models import PageKey
from newsroom.site.models import AboutPage
from tests.clocks import MONDAY
from tests.factories import make_image, make_outlet, make_topic
from tests.transactions import of_the_test

pytestmark = [pytest.mark.database, pytest.mark.django_db]
AT = int(MONDAY.timestamp() * 1_000_000)


class FailureError(Exception):
    """The error that the tests raise inside a block."""


def invalidate_and_fail(*names: str) -> None:
    invalidate(*names)
    raise FailureError


def versions(*names: str) -> dict[str, int]:
    return PageKey.objects.versions(names)


def list_bump_statements(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if "INSERT INTO pages_pagekey" in query["sql"]]


def find_places(statement: str, *names: str) -> list[int]:
    return [match.start() for name in names if (match := re.search(rf"\b{name}\b", statement))]


def test_a_key_has_its_new_version_after_the_block(set_time):
    with invalidation():
        invalidate("a")
        assert versions("a") == {}
    assert versions("a") == {"a": AT}


def test_each_version_is_new_even_if_the_clock_stops_or_goes_back(set_time):
    seen = []
    for hours in (0, 0, 0, -5, 9):
        set_time.go(hours=hours)
        with invalidation():
            invalidate("a")
        seen.append(versions("a")["a"])
    assert seen == sorted(set(seen))
    assert seen[-1] == AT + 4 * 3_600_000_000


def test_all_keys_of_nested_blocks_are_bumped_last_in_one_sorted_statement(set_time):
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        invalidation(),
    ):
        invalidate("c", "a")
        with invalidation():
            invalidate("b", "a")
        assert versions("a", "b", "c") == {}
    (statement,) = list_bump_statements(queries)
    places = find_places(statement, "a", "b", "c")
    assert len(places) == 3
    assert places == sorted(places)
    last = [query["sql"] for query in queries if not query["sql"].startswith(("RELEASE", "SAVEPOINT"))][-1]
    assert last == statement
    assert len({*versions("a", "b", "c").values()}) == 1


def test_a_block_without_invalidated_keys_makes_no_query(django_assert_num_queries):
    with django_assert_num_queries(2), invalidation():  # only the savepoint of the block
        pass


def test_a_failed_block_changes_no_version(set_time):
    with pytest.raises(FailureError), invalidation():
        invalidate_and_fail("a")
    assert versions("a") == {}


def test_keys_of_a_rolled_back_inner_block_are_bumped(set_time):
    with invalidation():
        invalidate("a")
        with pytest.raises(FailureError), invalidation():
            invalidate_and_fail("b")
    assert versions("a", "b").keys() == {"a", "b"}


def test_keys_of_a_failed_block_are_not_bumped_by_the_next_block(set_time):
    with pytest.raises(FailureError), invalidation():
        invalidate_and_fail("a")
    with invalidation():
        invalidate("b")
    assert versions("a", "b").keys() == {"b"}


def test_versions_are_rolled_back_with_an_outer_transaction(set_time):
    with invalidation():
        invalidate("a")
    with of_the_test():
        with invalidation():
            invalidate("a")
        assert versions("a") == {"a": AT + 1}
        transaction.set_rollback(True)
    assert versions("a") == {"a": AT}


def test_if_the_versions_cannot_be_written_nothing_is_written(set_time, monkeypatch):
    def fails(*args, **kwargs):
        raise FailureError

    monkeypatch.setattr(PageKey.objects, "bump_versions", fails)
    block = invalidation()
    block.__enter__()
    PageKey.objects.create(name="row", version=1)
    invalidate("a")
    with pytest.raises(FailureError):
        block.__exit__(None, None, None)
    assert versions("row") == {}


def test_outside_a_block_a_key_is_bumped_immediately(set_time):
    invalidate("a", "b")
    assert versions("a", "b") == {"a": AT, "b": AT}


def test_a_decorated_function_can_call_itself(set_time):
    @invalidation()
    def nested(depth: int) -> None:
        invalidate(f"k{depth}")
        if depth:
            nested(depth - 1)
            assert versions("k0") == {}

    nested(2)
    assert versions("k0", "k1", "k2").keys() == {"k0", "k1", "k2"}


def test_a_new_key_gets_its_first_version_only_once(set_time):
    with invalidation():
        ensure_keys("a", "b")
        invalidate("b")
    first = versions("a", "b")
    set_time.go(hours=1)
    with invalidation():
        ensure_keys("a", "b")
    assert versions("a", "b") == first == {"a": AT, "b": AT}
    ensure_keys("outside")
    assert versions("outside") == {}


def test_new_and_bumped_keys_are_written_in_one_sorted_statement(set_time):
    invalidate("b")
    before = versions("b")
    with CaptureQueriesContext(connection) as queries, invalidation():
        ensure_keys("c", "a", "b")
        invalidate("d", "aa")
    (statement,) = list_bump_statements(queries)
    places = find_places(statement, "a", "aa", "c", "d")
    assert len(places) == 4
    assert places == sorted(places)
    assert versions("b") == before


def test_a_key_with_special_characters_is_passed_as_a_value(set_time):
    invalidate("o'brien %s; --")
    assert versions("o'brien %s; --") == {"o'brien %s; --": AT}


@pytest.mark.parametrize("make", [make_topic, make_outlet, make_image, lambda: AboutPage.objects.create(slug="us")])
@pytest.mark.parametrize("verb", ["save", "delete"])
def test_a_version_changes_after_its_row_in_the_same_transaction(monkeypatch, make, verb):
    instance, bump, seen = make(), PageKey.objects.bump_versions, []

    def record_and_bump(*args, **kwargs):
        seen.append(type(instance).objects.filter(pk=pk).exists())
        bump(*args, **kwargs)

    pk = instance.pk
    monkeypatch.setattr(PageKey.objects, "bump_versions", record_and_bump)
    getattr(instance, verb)()
    assert seen == [verb == "save"]
