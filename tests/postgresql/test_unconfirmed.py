"""The connection to PostgreSQL is lost during COMMIT: the desk reports whether the change was saved."""

from contextlib import contextmanager, suppress
from threading import Event, Thread

import psycopg
import pytest
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains

from newsroom.operations import erasures
from newsroom.page_cache.commits import NotCommittedError
from stories.drafts import revisions
from stories.models import Edition, Work
from stories.publishing.erase import erase_work
from tests.conftest import signed_in
from tests.factories import make_published_story, make_story
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]


def open_connection():
    """Return a new connection to the test database."""
    names = {"host", "port", "user", "password", "dbname"}
    parameters = {name: value for name, value in connection.get_connection_params().items() if name in names}
    return psycopg.connect(**parameters, autocommit=True)


@contextmanager
def end_before_commit(table):
    """Terminate the connection that inserts into the table when its COMMIT begins, so that nothing is committed."""
    with open_connection() as other:
        other.execute(
            "CREATE FUNCTION end_it() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NULL; END $$"
        )
        other.execute(
            f"CREATE CONSTRAINT TRIGGER end_it AFTER INSERT ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_it()"
        )
        try:
            yield
        finally:
            other.execute("DROP FUNCTION end_it CASCADE")


@contextmanager
def end_after_commit(table):
    """Terminate the connection that inserts into the table while its COMMIT, already effective, waits for a replica."""
    is_over, ended = Event(), []

    def wait_for_replica(execute, sql, params, many, context):
        if sql.startswith("INSERT") and table in sql:
            context["connection"].connection.execute("SET LOCAL synchronous_commit = on")
        return execute(sql, params, many, context)

    def kill():
        find = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        with open_connection() as killer:
            while not is_over.wait(0.02):
                ended.extend(killer.execute(find).fetchall())

    with open_connection() as other:
        other.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        other.execute("SELECT pg_reload_conf()")
        thread = Thread(target=kill)
        thread.start()
        try:
            with connection.execute_wrapper(wait_for_replica):
                yield
        finally:
            is_over.set()
            thread.join()
            other.execute("ALTER SYSTEM RESET synchronous_standby_names")
            other.execute("SELECT pg_reload_conf()")
    assert ended, "No commit waited."


@pytest.fixture
def desk(editor):
    client = signed_in(editor)
    client.raise_request_exception = False
    return client


def publish(desk, story, interrupt, **fields):
    address = reverse("admin:stories_story_publish", args=[story.pk])
    form = filled(desk.get(address)) | fields
    with interrupt("stories_edition"):
        return desk.post(address, form)


def test_a_committed_publication_is_reported_as_published(desk):
    story = make_story()
    response = publish(desk, story, end_after_commit)
    assert response.status_code == 302
    assert Edition.objects.filter(work=story).count() == 1
    assertContains(desk.get(response.url), "Published as edition 1")


def test_an_uncommitted_publication_is_reported_as_not_published(desk):
    story = make_story()
    response = publish(desk, story, end_before_commit)
    assertContains(response, "Not published: the connection to the database was lost")
    assert not Edition.objects.filter(work=story).exists()


@pytest.mark.parametrize("interrupt", [end_after_commit, end_before_commit])
def test_the_outcome_of_a_withdrawal_is_reported(desk, interrupt):
    story = make_published_story()
    address = reverse("admin:stories_story_withdraw", args=[story.pk])
    with interrupt("stories_edition"):
        response = desk.post(address, {"notice": "Its source took the numbers back."})
    is_withdrawn = interrupt is end_after_commit
    assert Edition.objects.filter(work=story).count() == (2 if is_withdrawn else 1)
    assert ("Not withdrawn" in response.content.decode()) is not is_withdrawn


@pytest.mark.parametrize("interrupt", [end_after_commit, end_before_commit])
@pytest.mark.parametrize("button", ["save", "publish"])
def test_the_outcome_of_a_save_is_reported(desk, interrupt, button):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(desk.get(address)) | {"standfirst": "It opens on Friday.", "_continue": button}
    with interrupt("stories_revision"):
        response = desk.post(address, form)
    story.refresh_from_db()
    if interrupt is end_after_commit:
        assert (response.status_code, story.standfirst) == (302, "It opens on Friday.")
        expected = "Published as edition 1" if button == "publish" else "Saved as revision 2."
        assertContains(desk.get(response.url), expected)
    else:
        assertContains(response, "Not saved: the connection to the database was lost", status_code=503)
        assertContains(response, "It opens on Friday.", status_code=503)
        assert revisions.get_newest_revision(story).number == 1
        page = desk.get(address).content.decode()
        assert "Saved as revision" not in page
        assert "Published as" not in page


def test_a_connection_lost_before_the_commit_changes_nothing(desk):
    story = make_story()

    @contextmanager
    def end_during_insert(table):
        def end(execute, sql, params, many, context):
            if sql.startswith("INSERT") and table in sql:
                # Behind a pooler, only PostgreSQL knows which of its processes runs this transaction.
                pid = connection.connection.execute("SELECT pg_backend_pid()").fetchone()
                with open_connection() as other:
                    other.execute("SELECT pg_terminate_backend(%s)", pid)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(end):
            yield

    assertContains(publish(desk, story, end_during_insert), "Not published")
    assert not Edition.objects.filter(work=story).exists()


@pytest.mark.parametrize(
    ("interrupt", "states"), [(end_after_commit, ["begun", "done"]), (end_before_commit, ["begun", "failed"])]
)
def test_the_outcome_of_an_erasure_is_recorded(administrator, interrupt, states):
    story = make_published_story()
    with interrupt("record_erasure"), suppress(NotCommittedError):
        erase_work(story, by=administrator, reason="By order of a court.")
    assert [line.state for line in erasures.read(erasures.path())] == states
    assert Work.objects.filter(pk=story.pk).exists() == (states[-1] == "failed")
