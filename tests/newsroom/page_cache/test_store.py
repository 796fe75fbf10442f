"""How an answer is kept, and that nobody waits for it."""

import gzip
from datetime import timedelta
from time import monotonic

import psycopg
import pytest
from django.db import InternalError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from newsroom.db.try_write import try_write
from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.invalidation import invalidate
from newsroom.page_cache.models import MAX_ADDRESS_LENGTH, PageKey, StoredPage
from newsroom.page_cache.store import StoredResponse, gzip_body, store_page
from stories import publishing
from stories.drafts import revisions
from tests.clocks import MONDAY
from tests.factories import make_published_story, update

pytestmark = pytest.mark.database

ANSWER = StoredResponse(410, "tag", [("Content-Type", "text/plain"), ("X-Word", "Grüße")], gzip_body(b"words"))
SOON = 5.0  # seconds; who waits for a lock here waits for longer


def guarded(*names: str) -> PageDependencies:
    dependencies = PageDependencies(at=MONDAY)
    dependencies.read_versions(names)
    return dependencies


@pytest.mark.django_db
def test_an_answer_is_kept_as_it_is(set_time):
    invalidate("a")
    dependencies = guarded("a")
    dependencies.limit_validity(MONDAY + timedelta(hours=2))
    assert store_page("/x/", ANSWER, dependencies, release="one")
    row = StoredPage.objects.get()
    assert (row.pk, row.status, row.tag) == (("one", "/x/"), 410, "tag")
    assert row.headers == '[["Content-Type", "text/plain"], ["X-Word", "Gr\\u00fc\\u00dfe"]]'
    assert (gzip.decompress(row.content), row.keys) == (b"words", dependencies.versions)
    assert row.valid_until == MONDAY + timedelta(hours=2)
    assert str(row) == "/x/"


@pytest.mark.django_db
def test_what_is_kept_anew_takes_the_place_of_the_old_one_of_its_release(set_time, django_assert_num_queries):
    invalidate("a")
    for release in ("one", "two"):
        assert store_page("/x/", ANSWER, guarded("a"), release=release)
    newer = StoredResponse(200, "newer", [], gzip_body(b"others"))
    dependencies = guarded("a")
    with django_assert_num_queries(1):
        assert store_page("/x/", newer, dependencies, release="two")
    assert list(StoredPage.objects.order_by("release").values_list("release", "tag", "status")) == [
        ("one", "tag", 410),
        ("two", "newer", 200),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("length", "is_kept"), [(MAX_ADDRESS_LENGTH, True), (MAX_ADDRESS_LENGTH + 1, False)])
def test_an_address_that_is_too_long_is_not_kept(set_time, length, is_kept):
    invalidate("a")
    assert store_page("/" * length, ANSWER, guarded("a"), release="one") is is_kept


@pytest.mark.django_db
def test_what_is_over_is_not_kept(set_time):
    invalidate("a")
    dependencies = guarded("a")
    dependencies.limit_validity(MONDAY)
    assert not store_page("/x/", ANSWER, dependencies, release="one")


@pytest.mark.django_db
@pytest.mark.parametrize("refusal", [OperationalError, InternalError])
def test_a_page_is_read_though_the_database_takes_nothing(client, refusal):
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
    said = [query["sql"] for query in queries]
    assert len(said) > 5
    assert [each for each in said if each.startswith(("BEGIN", "SAVEPOINT", "COMMIT"))] == []


def test_the_same_content_is_packed_into_the_same_bytes():
    assert gzip_body(b"words" * 99) == gzip_body(b"words" * 99)


@pytest.fixture
def other_writer(transactional_db):
    """Return what lets another connection write, which holds its locks until the test ends."""
    with connection.cursor():
        pass
    parameters = connection.get_connection_params()
    if connection.vendor == "sqlite":
        other = connection.Database.connect(connection.settings_dict["NAME"], isolation_level=None)
        yield lambda statement: (other.execute("BEGIN IMMEDIATE"), other.execute(statement))
    else:
        other = psycopg.connect(
            **{name: value for name, value in parameters.items() if name in {"host", "port", "user", "dbname"}}
        )
        yield other.execute
    other.rollback()
    other.close()


LOCKS = {
    "sqlite": "UPDATE pages_pagekey SET version = version",
    "postgresql": "INSERT INTO pages_pagekey (name, version) VALUES ('new', 1)",
}


@pytest.mark.django_db(transaction=True)
def test_storing_waits_for_no_writer(other_writer):
    invalidate("a")
    dependencies = guarded("a", "new")
    other_writer(LOCKS[connection.vendor])
    began = monotonic()
    assert not store_page("/x/", ANSWER, dependencies, release="one")
    assert not try_write(lambda: PageKey.objects.create_missing(["new"], at=MONDAY))
    if connection.vendor == "sqlite":
        assert not store_page("/x/", ANSWER, guarded("a"), release="one")
    assert monotonic() - began < SOON
    assert not StoredPage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_was_built_by_a_fast_clock_is_not_served_before_its_time(set_time, ask, editor):
    story = make_published_story(by=editor, headline="Why the old pier is closed to lorries")
    page, begin = f"/stories/{story.slug}/", set_time.go(hours=1) + timedelta(hours=1)
    story.headline = "Why the new pier is closed to lorries"
    story.save()
    revisions.record_revision(story, by=editor)
    publishing.schedule(story, by=editor, at=begin, change=update())
    set_time.go(to=begin + timedelta(days=1))
    for _ in range(2):  # where a key had no version the first page is not stored
        assert "the new pier" in ask(page).text
    set_time.go(to=begin - timedelta(seconds=1))
    for address in (page, "/", "/stories/", "/feeds/stories.atom"):
        assert "the new pier" not in ask(address).text
    set_time.go(to=begin)
    for address in (page, "/", "/stories/", "/feeds/stories.atom"):
        assert "the new pier" in ask(address).text
