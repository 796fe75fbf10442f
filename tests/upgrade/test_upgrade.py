"""Databases from before the migrations were squashed can be migrated, and no row changes."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.tasks import Task, TaskResultStatus
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from newsroom.accounts.models import User
from newsroom.http import clock
from newsroom.media.tasks import store_rendition_digests
from newsroom.operations import health
from stories.models import Document, Edition, EditionKind, Revision
from stories.publishing import triggers
from tests.conftest import signed_in
from tests.databases import empty_database, load

FOLDER = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = json.loads((FOLDER / "editions.json").read_text(encoding="utf-8"))
TASK_FUNCTIONS = 12
LABELLED_REVISIONS = 4
# Columns that a migration rewrites: background.0002 updates the paths of tasks whose modules have moved, and search.0002
# adds the sections of headings.
REWRITTEN_COLUMNS = {"django_tasks_database_dbtaskresult": {"task_path"}, "search_wording": {"heading_words"}}
# Tables that get rows during ``migrate``: Django records each applied migration, and for each new model its content type
# and its permissions, which roles then get.
GROWING_TABLES = {"auth_group_permissions", "auth_permission", "django_content_type", "django_migrations"}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dumped")]

type QueuedTask = tuple[object, ...]
type Columns = dict[str, list[str]]
type Rows = dict[str, Counter[tuple[object, ...]]]


class Dumped(NamedTuple):
    """What the dump contains."""

    queue: list[QueuedTask]
    columns: Columns
    rows: Rows


@pytest.fixture(scope="module")
def dumped(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Dumped]:
    """Load the dump for this kind of database, migrate it, and yield what it contained before."""
    with django_db_blocker.unblock(), empty_database(tmp_path_factory.mktemp("upgrade")):
        load(FOLDER / f"{connection.vendor}.sql")
        columns = list_columns()
        before = Dumped(read_queue(), columns, read_rows(columns))
        call_command("migrate", verbosity=0)
        # The new column for the digests of renditions is filled by a task, which is no row of the old database.
        filled, _ = DBTaskResult.objects.filter(task_path=store_rendition_digests.module_path).delete()
        assert filled == 1
        yield before


def list_columns() -> Columns:
    """Return the columns of each table, without those that a migration rewrites."""
    described = connection.introspection.get_table_description
    with connection.cursor() as cursor:
        return {
            table: [
                column.name
                for column in described(cursor, table)
                if column.name not in REWRITTEN_COLUMNS.get(table, set())
            ]
            for table in connection.introspection.table_names(cursor)
        }


def read_rows(columns: Columns) -> Rows:
    """Return these columns of every row, as the database stores them and not as the models read them."""
    as_text = "quote({})" if connection.vendor == "sqlite" else "{}::text"
    quote_name = connection.ops.quote_name
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table, names in columns.items():
            values = ", ".join(as_text.format(quote_name(name)) for name in names)
            cursor.execute(f"SELECT {values} FROM {quote_name(table)}")  # noqa: S608 -- names from the catalogue
            rows[table] = Counter(cursor.fetchall())
    return rows


def read_queue() -> list[QueuedTask]:
    """Return all rows of the queue, without the paths of their functions, which a migration may rewrite."""
    columns = ("id", "status", "args_kwargs", "priority", "run_after", "enqueued_at", "worker_ids")
    return list(DBTaskResult.objects.order_by("pk").values_list(*columns))


def digest(value: object) -> str:
    """Return the SHA-256 of a JSON value, written as the product writes canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def format_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def summarize_editions() -> dict[str, dict[str, Any]]:
    """Return a summary of each edition in the format of ``editions.json``."""
    rows = Edition.objects.select_related("document").order_by("uid", "number")
    return {
        f"{each.uid}/{each.number}": {
            "address": each.get_absolute_url(),
            "title": each.title,
            "kind": each.kind,
            "change": each.change,
            "label": f"{each.major}.{each.minor}",
            "live_from": format_utc(each.live_from),
            "live_until": format_utc(each.live_until),
            "words": digest([each.summary, each.note, each.was_wrong, each.is_right, each.notice]),
            "fragments": digest(each.fragments),
            "document": digest(each.document.body) if each.document else None,
        }
        for each in rows
    }


def digest_revisions() -> dict[str, str]:
    """Return the digest of the document of each revision, keyed by the uid of the work and the number."""
    rows = Revision.objects.select_related("work", "document").order_by("work__uid", "number")
    return {f"{each.work.uid}/{each.number}": digest(each.document.body) for each in rows}


def test_all_rows_of_all_tables_are_unchanged(dumped):
    assert dumped.rows["stories_revisionlabel"].total() == LABELLED_REVISIONS
    migrated = read_rows(dumped.columns)
    lost = {table: rows - migrated[table] for table, rows in dumped.rows.items()}
    new = {table: migrated[table] - rows for table, rows in dumped.rows.items() if table not in GROWING_TABLES}
    assert {table: rows for table, rows in lost.items() if rows} == {}
    assert {table: rows for table, rows in new.items() if rows} == {}


def test_every_document_is_read_as_it_was_written():
    rows = list(Document.objects.all())
    assert rows
    assert [(row.digest, row.body) for row in rows] == [(row.value().digest(), row.value().body()) for row in rows]


def test_every_edition_and_revision_is_unchanged():
    assert health.migrations_are_applied()
    assert summarize_editions() == EXPECTED["editions"]
    assert digest_revisions() == EXPECTED["revisions"]


def test_every_document_still_has_its_stored_digest():
    digests = [(each.digest, each.value().digest(), digest(each.body)) for each in Document.objects.all()]
    assert digests == [(stored, stored, stored) for stored, *_ in digests]
    assert set(Document.objects.values_list("digest", flat=True)) == set(EXPECTED["revisions"].values())


@pytest.mark.parametrize("column", ["title", "notice", "fragments", "document"])
def test_one_changed_byte_of_an_edition_is_detected(column):
    triggers.remove()
    edition = Edition.objects.filter(kind=EditionKind.NOTICE if column == "notice" else EditionKind.PAGE)[0]
    if column == "document":
        body = change_one_letter(edition.document.body)
        Document.objects.filter(pk=edition.document_id).update(body=body)
    else:
        Edition.objects.filter(pk=edition.pk).update(**{column: change_one_letter(getattr(edition, column))})
    actual = summarize_editions()
    different = [key for key, expected in EXPECTED["editions"].items() if actual[key] != expected]
    assert different == [f"{edition.uid}/{edition.number}"]


def change_one_letter(value: Any) -> Any:
    """Return the text or the JSON value with one letter changed."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    changed = text.replace("e", "f", 1)
    return changed if isinstance(value, str) else json.loads(changed)


def test_every_trigger_is_installed_and_changes_are_refused():
    assert triggers.missing() == []
    for change in (lambda: Edition.objects.update(title="Other"), lambda: Revision.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_each_page_and_each_notice_is_served_at_its_address(client):
    in_force = list(Edition.objects.in_force(clock.now()))
    answers = {edition: client.get(edition.get_absolute_url()).status_code for edition in in_force}
    assert answers == {edition: 200 if edition.kind == EditionKind.PAGE else 410 for edition in in_force}
    assert {200, 410} == set(answers.values())


def test_an_old_address_redirects_to_the_page(client):
    answer = client.get("/stories/north-pier/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/stories/north-pier-closed/")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("sirens silent", "/stories/why-two-sirens-in-quay-ward-stayed-silent/"),
        ("crack fourth pillar", "/stories/north-pier-closed/"),
        ("Lastwagen gesperrt", "/stories/nordpier-gesperrt/"),
    ],
)
def test_search_finds_a_page_by_its_words(words, address, client):
    assert address in client.get(reverse("search"), {"q": words}).text


def test_an_editor_still_has_the_rights_of_the_role():
    desk: Client = signed_in(User.objects.get(username="tobias"))
    assert desk.get(reverse("admin:stories_story_changelist")).status_code == 200
    assert desk.get(reverse("admin:accounts_user_changelist")).status_code == 403


def test_every_queued_task_is_still_queued_and_refers_to_its_function(dumped):
    assert read_queue() == dumped.queue
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert len({each.task_path for each in ready}) == TASK_FUNCTIONS
    assert all(isinstance(each.task, Task) for each in DBTaskResult.objects.all())
