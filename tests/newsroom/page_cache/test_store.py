"""Storing responses, without waiting for other writers."""

import gzip
from datetime import timedelta
from time import monotonic

import psycopg
import pytest
from django.core.management import call_command
from django.db import InternalError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from newsroom.db.try_write import try_write
from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.invalidation import invalidate
from newsroom.page_cache.models import MAX_ADDRESS_LENGTH, PageKey, StoredPage
from newsroom.page_cache.release import release as get_release
from newsroom.page_cache.store import StoredResponse, gzip_body, store_page
from stories import publishing
from stories.drafts import revisions
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_update

pytestmark = pytest.mark.database

RESPONSE = StoredResponse(410, "tag", [("Content-Type", "text/plain"), ("X-Word", "Grüße")], gzip_body(b"words"))
NO_WAIT = 5.0  # seconds; waiting for a lock would take longer


def make_dependencies(*names: str) -> PageDependencies:
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(names)
    return dependencies


@pytest.mark.django_db
def test_a_response_is_stored_unchanged(set_time):
    invalidate("a")
    dependencies = make_dependencies("a")
    dependencies.limit_validity(MONDAY + timedelta(hours=2))
    assert store_page("/x/", RESPONSE, dependencies, release="one")
    row = StoredPage.objects.get()
    assert (row.pk, row.status, row.tag) == (("one", "/x/"), 410, "tag")
    assert row.headers == '[["Content-Type", "text/plain"], ["X-Word", "Gr\\u00fc\\u00dfe"]]'
    assert (gzip.decompress(row.content), row.keys) == (b"words", dependencies.versions)
    assert row.valid_until == MONDAY + timedelta(hours=2)
    assert str(row) == "/x/"


@pytest.mark.django_db
def test_a_page_stored_again_replaces_the_page_of_the_same_release(set_time, django_assert_num_queries):
    invalidate("a")
    for release in ("one", "two"):
        assert store_page("/x/", RESPONSE, make_dependencies("a"), release=release)
    newer = StoredResponse(200, "newer", [], gzip_body(b"others"))
    dependencies = make_dependencies("a")
    with django_assert_num_queries(1):
        assert store_page("/x/", newer, dependencies, release="two")
    assert list(StoredPage.objects.order_by("release").values_list("release", "tag", "status")) == [
        ("one", "tag", 410),
        ("two", "newer", 200),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("length", "is_stored"), [(MAX_ADDRESS_LENGTH, True), (MAX_ADDRESS_LENGTH + 1, False)])
def test_a_page_with_a_too_long_address_is_not_stored(set_time, length, is_stored):
    invalidate("a")
    assert store_page("/" * length, RESPONSE, make_dependencies("a"), release="one") is is_stored


@pytest.mark.django_db
def test_an_expired_page_is_not_stored(set_time):
    invalidate("a")
    dependencies = make_dependencies("a")
    dependencies.limit_validity(MONDAY)
    assert not store_page("/x/", RESPONSE, dependencies, release="one")


@pytest.mark.django_db
@pytest.mark.parametrize("refusal", [OperationalError, InternalError])
def test_a_page_is_served_even_if_the_database_accepts_no_writes(client, refusal):
    make_published_story(slug="pier")

    def refuse(execute, sql, *rest):
        if sql.startswith("INSERT"):
            raise refusal("cannot execute INSERT in a read-only transaction")
        return execute(sql, *rest)

    with connection.execute_wrapper(refuse):
        assert client.get("/stories/pier/").status_code == 200
    assert not StoredPage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_page_is_built_and_stored_without_a_transaction(client):
    make_published_story(slug="pier")
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/stories/pier/").status_code == 200
    assert StoredPage.objects.exists()
    statements = [query["sql"] for query in queries]
    assert len(statements) > 5
    assert [each for each in statements if each.startswith(("BEGIN", "SAVEPOINT", "COMMIT"))] == []


def test_the_same_content_is_compressed_to_the_same_bytes():
    assert gzip_body(b"words" * 99) == gzip_body(b"words" * 99)


@pytest.fixture
def other_writer(transactional_db):
    """Return a function that executes a write on another connection, which keeps its locks until the test ends."""
    with connection.cursor():
        pass
    parameters = connection.get_connection_params()
    if connection.vendor == "sqlite":
        connection_of_other = connection.Database.connect(connection.settings_dict["NAME"], isolation_level=None)
        yield lambda statement: (connection_of_other.execute("BEGIN IMMEDIATE"), connection_of_other.execute(statement))
    else:
        connection_of_other = psycopg.connect(
            **{name: value for name, value in parameters.items() if name in {"host", "port", "user", "dbname"}}
        )
        yield connection_of_other.execute
    connection_of_other.rollback()
    connection_of_other.close()


LOCKING_STATEMENTS = {
    "sqlite": "UPDATE pages_pagekey SET version = version",
    "postgresql": "INSERT INTO pages_pagekey (name, version) VALUES ('new', 1)",
}


@pytest.mark.django_db(transaction=True)
def test_storing_does_not_wait_for_other_writers(other_writer):
    invalidate("a")
    dependencies = make_dependencies("a", "new")
    other_writer(LOCKING_STATEMENTS[connection.vendor])
    started = monotonic()
    assert not store_page("/x/", RESPONSE, dependencies, release="one")
    assert not try_write(lambda: PageKey.objects.create_missing(["new"], at=MONDAY))
    if connection.vendor == "sqlite":
        assert not store_page("/x/", RESPONSE, make_dependencies("a"), release="one")
    assert monotonic() - started < NO_WAIT
    assert not StoredPage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_page_built_with_a_fast_clock_is_not_served_early(set_time, ask, editor):
    story = make_published_story(by=editor, headline="Why the old pier is closed to lorries")
    page, goes_live_at = f"/stories/{story.slug}/", set_time.go(hours=1) + timedelta(hours=1)
    story.headline = "Why the new pier is closed to lorries"
    story.save()
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=goes_live_at, change=make_update())
    set_time.go(to=goes_live_at + timedelta(days=1))
    for _ in range(2):  # if a page key has no version, the first response is not stored
        assert "the new pier" in ask(page).text
    set_time.go(to=goes_live_at - timedelta(seconds=1))
    for address in (page, "/", "/stories/", "/feeds/stories.atom"):
        assert "the new pier" not in ask(address).text
    set_time.go(to=goes_live_at)
    for address in (page, "/", "/stories/", "/feeds/stories.atom"):
        assert "the new pier" in ask(address).text


@pytest.mark.django_db
def test_a_release_that_is_installed_again_does_not_serve_what_it_stored_before(set_time):
    invalidate("a")
    for address, name in (("/x/", get_release()), ("/y/", get_release()), ("/x/", "another")):
        assert store_page(address, RESPONSE, make_dependencies("a"), release=name)
    call_command("migrate", verbosity=0)
    assert [page.release for page in StoredPage.objects.all()] == ["another"]
