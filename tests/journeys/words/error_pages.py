"""The error pages: those for readers, for accounts and for the desk."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from newsroom.errors import RefusedError
from newsroom.page_cache.commits import NotCommittedError
from newsroom.site import errors
from stories.drafts import revisions
from stories.models import LastLook
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_story, make_user
from tests.stories.admin.form_data import filled

LOGIN = "/accounts/login/"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
TEXT = {"standfirst": "What was typed on deadline."}


def open_pages() -> Iterator[tuple[str, Any]]:
    """Yield each error page, caused by a request wherever one can cause it."""
    yield from _open_for_readers()
    yield from _open_at_desk()
    yield from _open_without_database()


def _open_for_readers() -> Iterator[tuple[str, Any]]:
    reader, request = Client(raise_request_exception=False), RequestFactory().get("/")
    yield "another host", reader.get("/", headers={"Host": "elsewhere.example"})
    yield "not allowed", errors.not_allowed(request, PermissionDenied())
    yield "form without token", Client(enforce_csrf_checks=True).post(LOGIN, {"login": "editor"})
    yield "missing page", reader.get("/nowhere/")
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        reader.post(LOGIN, {"login": "nobody", "password": PASSWORD})
        yield "too many requests", reader.post(LOGIN, {"login": "nobody", "password": PASSWORD})
    yield "failure", errors.failed(request)
    with patch("newsroom.site.errors.render_to_string", side_effect=ValueError), patch.object(errors, "logger"):
        yield "failure of the page for failures", errors.failed(request)


def _open_at_desk() -> Iterator[tuple[str, Any]]:
    story, editor = make_story(), make_user(role="Editor")
    address, review = (reverse(story.view_name(screen), args=[story.pk]) for screen in ("change", "mark_as_read"))
    client = signed_in(editor)
    client.raise_request_exception = False
    form = filled(client.get(address)) | TEXT
    yield "desk: missing screen", client.get("/admin/nowhere/")
    yield "desk: missing work after a POST", client.post(reverse("admin:stories_story_change", args=[999]), TEXT)
    yield "desk: not allowed", client.get(reverse("admin:check_levels"))
    yield (
        "desk: not allowed, with a reason",
        signed_in(make_user(role="Curator")).get(reverse("admin:stories_story_live_preview_new")),
    )
    yield "desk: signed out after a POST", Client().post(address, TEXT)
    yield "desk: signed out, to a script", Client().post(reverse("admin:upload_editor_image"))
    yield "desk: no place at the desk", signed_in(make_user(role="")).get(address, follow=True)
    yield "desk: no place, to a script", signed_in(make_user(role="")).post(reverse("admin:upload_editor_image"))
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    yield "desk: form without token", strict.post(address, TEXT, headers=SAME_ORIGIN)
    yield "desk: script without token", strict.post(address, TEXT, headers={"Accept": "application/json"})
    with patch.object(LastLook.objects, "record_reading", side_effect=RefusedError("This was refused.")):
        yield "desk: refused", client.post(review, {"number": 1})
    with patch.object(revisions, "record_revision", side_effect=NotCommittedError("Not saved")):
        yield "desk: connection lost", client.post(address, form)
    with patch.object(revisions, "record_revision", side_effect=_make_unwritable_error()):
        yield "desk: read-only database", client.post(address, form)


def _open_without_database() -> Iterator[tuple[str, Any]]:
    """Yield the pages for outages. These come last, because the connection may be closed after a failure."""
    reader, report = Client(raise_request_exception=False), {"problem": "The year is wrong."}
    with _failing_statements(_make_unwritable_error()):
        yield "read-only database", reader.post("/reports/", report, headers=SAME_ORIGIN)
    with _failing_statements(OperationalError("the connection was refused")):
        yield "no database", reader.get("/")
        yield "no database after a POST", reader.post("/reports/", report, headers=SAME_ORIGIN)


@contextmanager
def _failing_statements(error: OperationalError) -> Iterator[None]:
    """Make all SQL statements fail with ``error``, even in a transaction that has failed already."""

    def fail(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> None:
        raise error

    # Prepared statements on PostgreSQL have cursors of their own. On SQLite, a connection that has been closed has none.
    with connection.execute_wrapper(fail), patch.object(BaseDatabaseWrapper, "cursor", side_effect=error):
        yield


def _make_unwritable_error() -> OperationalError:
    """Return the error that Django raises for a write to a read-only SQLite database."""
    error, cause = OperationalError("attempt to write a readonly database"), sqlite3.OperationalError()
    cause.sqlite_errorcode = sqlite3.SQLITE_READONLY
    error.__cause__ = cause
    return error
