"""Storing pages on PostgreSQL, where several processes may store the same page at once."""

import re

import psycopg
import pytest
from django.db import connection, transaction

from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.fetch.validity import FETCH_ON_POSTGRESQL, IS_CURRENT_ON_POSTGRESQL
from newsroom.page_cache.invalidation import invalidate
from newsroom.page_cache.models import StoredPage
from newsroom.page_cache.store import StoredResponse, gzip_body, store_page
from tests.clocks import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)
ANSWER = StoredResponse(200, "tag", [], gzip_body(b"words"))


def test_a_page_that_another_process_is_storing_is_not_stored_again():
    invalidate("a")
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(["a"])
    assert store_page("/x/", ANSWER, dependencies, release="one")
    StoredPage.objects.update(tag="old")
    names = {"host", "port", "user", "dbname"}
    parameters = {name: value for name, value in connection.get_connection_params().items() if name in names}
    with psycopg.connect(**parameters) as other:
        # The other connection takes the lock first, as a process that is storing the page does.
        with connection.execute_wrapper(lambda execute, sql, *rest: _lock_first(other, execute, sql, *rest)):
            assert not store_page("/x/", ANSWER, dependencies, release="one")
            assert store_page("/y/", ANSWER, dependencies, release="one")
        other.rollback()
    assert StoredPage.objects.get(address="/x/").tag == "old"
    assert store_page("/x/", ANSWER, dependencies, release="one")


def test_a_reader_does_not_wait_until_a_stored_page_is_on_the_disk():
    invalidate("a")
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(["a"])
    with transaction.atomic(), connection.cursor() as cursor:
        # The server of the tests never waits for its disk.
        cursor.execute("SET LOCAL synchronous_commit = on")
        assert store_page("/x/", ANSWER, dependencies, release="one")
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("off",)


@pytest.mark.parametrize("statement", [FETCH_ON_POSTGRESQL, IS_CURRENT_ON_POSTGRESQL])
def test_a_stored_page_is_found_without_reading_all_page_keys(statement):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pages_pagekey (name, version) SELECT 'key' || n, n FROM generate_series(1, 5000) AS n"
        )
        parameters = ["release", "/x/", MONDAY, "tag", 1]
        values = [parameters[int(number) - 1] for number in re.findall(r"\$(\d)", statement)]
        cursor.execute(f"EXPLAIN {re.sub(r'\$\d', '%s', statement)}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "pages_pagekey" in plan
    assert "Seq Scan on pages_pagekey" not in plan, plan


def _lock_first(other, execute, sql, params, many, context):
    if params and "/x/" in params:
        other.execute("SELECT pg_advisory_xact_lock(1886414195, %s)", [params[-1]])
    return execute(sql, params, many, context)
