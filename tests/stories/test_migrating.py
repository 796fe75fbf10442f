"""A database of the first migrations, with what people wrote in it, becomes one of today: nothing of it changes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from newsroom.http import clock
from stories.models import Document, Edition, RevisionLabel
from stories.publishing import triggers
from tests.databases import empty_database

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
BEGIN = [(app, "0001_begin") for app in ("accounts", "addresses", "media", "record", "site", "stories", "topics")]
# Two questions and three stories of the demonstration as it was then, with editions, notices and labels.
CONTENT: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("first_database.json").read_text(encoding="utf-8")
)


@pytest.fixture(autouse=True)
def _elder(transactional_db, tmp_path) -> Iterator[None]:
    """Let the test stand on a database of its own, migrated to the beginning and filled; that of the others stays."""
    with empty_database(tmp_path):
        for app, migration in BEGIN:
            call_command("migrate", app, migration, verbosity=0, skip_checks=True)
        fill()
        yield


def fill() -> None:
    """Write the content with the models as they were at the beginning."""
    models = MigrationExecutor(connection).loader.project_state(BEGIN).apps
    triggers.remove()
    with transaction.atomic():
        for label, rows in CONTENT.items():
            model = models.get_model(label)
            for row in rows:
                fields = {field.attname: field for field in model._meta.concrete_fields}
                values = {name: fields[name].to_python(value) for name, value in row.items()}
                model(**values).save_base(raw=True, force_insert=True)
    triggers.install()


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def everything(columns: dict[str, list[str]]) -> dict[str, list[tuple[object, ...]]]:
    """Return these columns of every row as they are written, not as a model reads them."""
    found = {}
    with connection.cursor() as cursor:
        for table, names in columns.items():
            kind = "::text" if connection.vendor == "postgresql" else ""
            wanted = ", ".join(f'"{name}"{kind}' for name in names)
            cursor.execute(f"SELECT {wanted} FROM {table} ORDER BY 1")  # noqa: S608 -- names of our own
            found[table] = cursor.fetchall()
    return found


def tables() -> list[str]:
    return [label.lower().replace(".", "_") for label in CONTENT]


@pytest.mark.audit
def test_what_was_written_at_the_beginning_is_the_same_to_the_last_byte():
    columns = {table: columns_of(table) for table in tables()}
    columns["stories_revision"].remove("label")  # moves into a row of its own
    columns["stories_edition"].remove("search_text")  # what is searched has tables of its own
    before = everything(columns)
    assert {table: len(rows) for table, rows in before.items()} == {
        label.lower().replace(".", "_"): len(rows) for label, rows in CONTENT.items()
    }
    call_command("migrate", verbosity=0)
    assert everything(columns) == before


def test_each_label_is_carried_over_and_each_edition_gets_its_number_for_people():
    call_command("migrate", verbosity=0)
    labels = {row["id"]: row["label"] for row in CONTENT["stories.Revision"] if row["label"]}
    assert len(labels) == 3
    assert dict(RevisionLabel.objects.values_list("revision_id", "text")) == labels
    editions = Edition.objects.order_by("work_id", "number")
    # A notice keeps the number of the page it replaced.
    assert [(each.work_id, each.kind, each.label) for each in editions] == [
        (1, "page", "1.0"),
        (2, "page", "1.0"),
        (2, "page", "2.0"),
        (2, "notice", "2.0"),
        (2, "page", "3.0"),
        (3, "page", "1.0"),
        (8, "page", "1.0"),
        (8, "notice", "1.0"),
    ]


def test_an_elder_database_is_guarded_and_read_like_one_of_today(client):
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []
    assert {row.value().slug for row in Document.objects.all()} == {
        row["body"]["slug"] for row in CONTENT["stories.Document"]
    }
    standing = {edition.work_id: edition for edition in Edition.objects.standing(clock.now())}
    answers = {work: client.get(edition.get_absolute_url()).status_code for work, edition in standing.items()}
    assert answers == {1: 200, 2: 200, 3: 200, 8: 410}
