"""Keys get new versions in the transaction that changes what is behind them."""

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
    """What goes wrong in the middle."""


def touch_and_fail(*names: str) -> None:
    invalidate(*names)
    raise FailureError


def versions(*names: str) -> dict[str, int]:
    return PageKey.objects.versions(names)


def bumps(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if "INSERT INTO pages_pagekey" in query["sql"]]


def test_what_is_touched_has_its_new_version_when_the_block_has_ended(set_time):
    with invalidation():
        invalidate("a")
        assert versions("a") == {}
    assert versions("a") == {"a": AT}


def test_each_version_is_new_though_the_clock_stands_or_goes_back(set_time):
    seen = []
    for hours in (0, 0, 0, -5, 9):
        set_time.go(hours=hours)
        with invalidation():
            invalidate("a")
        seen.append(versions("a")["a"])
    assert seen == sorted(set(seen))
    assert seen[-1] == AT + 4 * 3_600_000_000


def test_all_keys_of_all_blocks_are_bumped_last_in_one_statement_in_their_order(set_time):
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
    (statement,) = bumps(queries)
    assert [statement.index(f"'{name}'") for name in "abc"] == sorted(statement.index(f"'{name}'") for name in "abc")
    last = [query["sql"] for query in queries if not query["sql"].startswith(("RELEASE", "SAVEPOINT"))][-1]
    assert last == statement
    assert len({*versions("a", "b", "c").values()}) == 1


def test_nothing_is_asked_where_nothing_was_touched(django_assert_num_queries):
    with django_assert_num_queries(2), invalidation():  # the savepoint of the block alone
        pass


def test_what_fails_changes_no_version(set_time):
    with pytest.raises(FailureError), invalidation():
        touch_and_fail("a")
    assert versions("a") == {}


def test_what_an_inner_block_touched_is_bumped_though_that_was_taken_back(set_time):
    with invalidation():
        invalidate("a")
        with pytest.raises(FailureError), invalidation():
            touch_and_fail("b")
    assert versions("a", "b").keys() == {"a", "b"}


def test_what_was_touched_before_a_failure_is_forgotten_by_the_next_block(set_time):
    with pytest.raises(FailureError), invalidation():
        touch_and_fail("a")
    with invalidation():
        invalidate("b")
    assert versions("a", "b").keys() == {"b"}


def test_versions_go_back_with_an_outer_transaction(set_time):
    with invalidation():
        invalidate("a")
    with of_the_test():
        with invalidation():
            invalidate("a")
        assert versions("a") == {"a": AT + 1}
        transaction.set_rollback(True)
    assert versions("a") == {"a": AT}


def test_where_the_versions_cannot_be_written_nothing_is(set_time, monkeypatch):
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


def test_outside_a_block_a_key_is_bumped_at_once(set_time):
    invalidate("a", "b")
    assert versions("a", "b") == {"a": AT, "b": AT}


def test_a_function_can_be_a_block_and_call_itself(set_time):
    @invalidation()
    def nested(depth: int) -> None:
        invalidate(f"k{depth}")
        if depth:
            nested(depth - 1)
            assert versions("k0") == {}

    nested(2)
    assert versions("k0", "k1", "k2").keys() == {"k0", "k1", "k2"}


def test_a_key_that_begins_gets_its_first_version_once(set_time):
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


def test_what_begins_and_what_is_bumped_is_written_in_one_order(set_time):
    invalidate("b")
    with CaptureQueriesContext(connection) as queries, invalidation():
        ensure_keys("c", "a", "b")
        invalidate("d", "aa")
    (statement,) = bumps(queries)
    places = [statement.index(f"'{name}'") for name in ("a", "aa", "c", "d")]
    assert places == sorted(places)
    assert "'b'" not in statement


def test_a_rare_name_is_a_value_and_no_statement(set_time):
    invalidate("o'brien %s; --")
    assert versions("o'brien %s; --") == {"o'brien %s; --": AT}


@pytest.mark.parametrize("make", [make_topic, make_outlet, make_image, lambda: AboutPage.objects.create(slug="us")])
@pytest.mark.parametrize("verb", ["save", "delete"])
def test_a_version_changes_with_what_is_behind_it_and_not_before(monkeypatch, make, verb):
    thing, bump, seen = make(), PageKey.objects.bump_versions, []

    def bumping(*args, **kwargs):
        seen.append(type(thing).objects.filter(pk=number).exists())
        bump(*args, **kwargs)

    number = thing.pk
    monkeypatch.setattr(PageKey.objects, "bump_versions", bumping)
    getattr(thing, verb)()
    assert seen == [verb == "save"]
