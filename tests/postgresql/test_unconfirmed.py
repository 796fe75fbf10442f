"""The connection to PostgreSQL ends during COMMIT: the desk says what became of it."""

from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest
from django.db import connection
from django.urls import reverse
from pytest_django.asserts import assertContains

from stories.drafts import revisions
from stories.models import Edition
from tests.conftest import signed_in
from tests.factories import make_published_story, make_story
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]


def beside():
    """Return a connection of its own to the database of the test."""
    named = {"host", "port", "user", "password", "dbname"}
    parameters = {name: value for name, value in connection.get_connection_params().items() if name in named}
    return psycopg.connect(**parameters, autocommit=True)


@contextmanager
def killed_before_it_commits(table):
    """End the connection that writes into the table at the beginning of its COMMIT: nothing is committed."""
    with beside() as other:
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
def killed_after_it_committed(table):
    """End the connection that writes into the table while its COMMIT waits for a copy: all of it is committed."""
    is_over, ended = Event(), []

    def wait_for_copy(execute, sql, params, many, context):
        if sql.startswith("INSERT") and table in sql:
            context["connection"].connection.execute("SET LOCAL synchronous_commit = on")
        return execute(sql, params, many, context)

    def kill():
        find = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        with beside() as killer:
            while not is_over.wait(0.02):
                ended.extend(killer.execute(find).fetchall())

    with beside() as other:
        other.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        other.execute("SELECT pg_reload_conf()")
        thread = Thread(target=kill)
        thread.start()
        try:
            with connection.execute_wrapper(wait_for_copy):
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


def send(desk, story, how, **fields):
    address = reverse("admin:stories_story_publish", args=[story.pk])
    form = filled(desk.get(address)) | fields
    with how("stories_edition"):
        return desk.post(address, form)


def test_a_publication_that_was_committed_is_said_to_be_published(desk):
    story = make_story()
    response = send(desk, story, killed_after_it_committed)
    assert response.status_code == 302
    assert Edition.objects.filter(work=story).count() == 1
    assertContains(desk.get(response.url), "Published as edition 1")


def test_a_publication_that_was_not_committed_is_said_not_to_be_published(desk):
    story = make_story()
    response = send(desk, story, killed_before_it_commits)
    assertContains(response, "Not published: the connection to the database was lost")
    assert not Edition.objects.filter(work=story).exists()


@pytest.mark.parametrize("how", [killed_after_it_committed, killed_before_it_commits])
def test_a_withdrawal_is_said_to_be_what_it_is(desk, how):
    story = make_published_story()
    address = reverse("admin:stories_story_withdraw", args=[story.pk])
    with how("stories_edition"):
        response = desk.post(address, {"notice": "Its source took the numbers back."})
    is_withdrawn = how is killed_after_it_committed
    assert Edition.objects.filter(work=story).count() == (2 if is_withdrawn else 1)
    assert ("Not withdrawn" in response.content.decode()) is not is_withdrawn


@pytest.mark.parametrize("how", [killed_after_it_committed, killed_before_it_commits])
@pytest.mark.parametrize("then", ["save", "publish"])
def test_a_save_is_said_to_be_what_it_is(desk, how, then):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(desk.get(address)) | {"standfirst": "It opens on Friday.", "_continue": then}
    with how("stories_revision"):
        response = desk.post(address, form)
    story.refresh_from_db()
    if how is killed_after_it_committed:
        assert (response.status_code, story.standfirst) == (302, "It opens on Friday.")
        said = "Published as edition 1" if then == "publish" else "Saved as revision 2."
        assertContains(desk.get(response.url), said)
    else:
        assertContains(response, "Not saved: the connection to the database was lost", status_code=503)
        assertContains(response, "It opens on Friday.", status_code=503)
        assert revisions.get_newest_revision(story).number == 1
        page = desk.get(address).content.decode()
        assert "Saved as revision" not in page
        assert "Published as" not in page


def test_a_connection_that_ends_before_the_commit_changes_nothing(desk):
    story = make_story()

    @contextmanager
    def killed_meanwhile(table):
        def end(execute, sql, params, many, context):
            if sql.startswith("INSERT") and table in sql:
                with beside() as other:
                    other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
            return execute(sql, params, many, context)

        with connection.execute_wrapper(end):
            yield

    assertContains(send(desk, story, killed_meanwhile), "Not published")
    assert not Edition.objects.filter(work=story).exists()
