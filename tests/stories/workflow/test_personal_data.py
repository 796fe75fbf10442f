"""The export of everything that is stored about a person."""

import json
import zipfile
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from newsroom.accounts.models import Contributor
from newsroom.operations import personal_data
from newsroom.operations.commands import CannotRunError
from tests.factories import make_report, make_user
from tests.stories.workflow.known_person import ADDRESS, AUTHOR_SLUG, NAME, USERNAME, make_person

pytestmark = [pytest.mark.audit, pytest.mark.django_db]


@pytest.fixture
def person():
    return make_person()


def export(address: str = ADDRESS) -> dict[str, list[dict[str, Any]]]:
    """Return the export as a program reads it."""
    exported: dict[str, list[dict[str, Any]]] = json.loads(
        personal_data.encode(personal_data.export(personal_data.find_person(address)))
    )
    return exported


@dataclass(frozen=True)
class Cell:
    """A cell of the database. ``key`` is the primary key of its row as text, or empty if the table has none."""

    table: str
    column: str
    key: str


def find_cells(*words: str) -> set[Cell]:
    """Return each cell of the database that contains any of the words, in any column of any table."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            described = connection.introspection.get_table_description(cursor, table)
            keys = connection.introspection.get_primary_key_columns(cursor, table) or []
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 -- from the catalogue
            for row in cursor.fetchall():
                values = {column.name: value for column, value in zip(described, row, strict=True)}
                for column, value in values.items():
                    text = str(bytes(value) if isinstance(value, memoryview) else value).lower()
                    if any(word.lower() in text for word in words):
                        found.add(Cell(table, column, ", ".join(str(values[key]) for key in keys)))
    return found


@pytest.mark.usefixtures("person")
def test_an_export_lists_every_row_that_a_search_finds_for_the_address():
    make_report(email=ADDRESS, problem="The year is wrong.")
    found = find_cells(ADDRESS)
    assert len({cell.table for cell in found}) >= 7, found
    assert len({cell.key for cell in found if cell.table == "site_report"}) == 2
    rows = export()[personal_data.OTHER_ROWS]
    exported = {
        Cell(row["table"], column, ", ".join(map(str, row["key"].values()))) for row in rows for column in row["found"]
    }
    assert exported == found


def test_each_part_has_what_belongs_to_the_person(person):
    exported = export()
    assert [name for name, rows in exported.items() if not rows] == []
    [account] = exported["accounts"]
    assert (account["username"], account["roles"]) == (USERNAME, ["Administrator"])
    assert [each["type"] for each in account["second_factors"]] == ["totp"]
    assert [each["issuer"] for each in account["identities"]] == ["https://sso.example"]
    assert account["sessions"][0]["network_address"] == "192.0.2.7"
    assert [each["name"] for each in exported["invitations"]] == [NAME]
    [contributor] = exported["contributors"]
    assert (contributor["name"], len(contributor["editions"])) == (NAME, 1)
    assert (contributor["address"], contributor["contact"]) == (AUTHOR_SLUG, ADDRESS)
    assert contributor["description"] == f"{NAME} counts lorries."
    assert [each["problem"] for each in exported["reports"]] == [f"Write to {ADDRESS}."]
    assert [each["is_by_person"] for each in exported["comments"]] == [True, False]
    assert f"{NAME} mentions you." in [each["words"] for each in exported["notices"]]
    verbs = {each["verb"] for each in exported["audit_entries"]}
    assert {"invited", "erased", "withdrawn", "commented", "changed"} <= verbs
    assert exported["unsaved_text"][0]["fields"] == [["headline", "Half a word"]]


def test_an_export_contains_no_secrets(person):
    text = json.dumps(export())
    assert person.password not in text
    assert "v1:x" not in text


@pytest.mark.usefixtures("person")
def test_an_export_contains_nothing_of_other_persons():
    make_report(email="reader@lisle.example")
    other = make_user(first_name="Ida", last_name="Ana")
    text = json.dumps(export())
    assert "reader@lisle.example" not in text
    assert other.email not in text


@pytest.mark.usefixtures("person")
def test_the_address_is_found_in_any_letters_and_is_no_pattern():
    assert export("ANA@Lisle.example")["accounts"]
    for address in ("%@lisle.example", "an_@lisle.example", "a@lisle.example"):
        assert not any(export(address).values()), address


def test_a_reader_without_an_account_gets_the_reports():
    make_report(email="reader@lisle.example", problem="The year is wrong.")
    Contributor.objects.create(name="Ana Kestrel")
    exported = {name: rows for name, rows in export("reader@lisle.example").items() if rows}
    assert {*exported} == {"reports", personal_data.OTHER_ROWS}


@pytest.mark.usefixtures("person")
def test_the_command_writes_an_archive(tmp_path, capsys):
    path = tmp_path / "ana.zip"
    call_command("person", "export", "ANA@lisle.example", to=path)
    with zipfile.ZipFile(path) as archive:
        assert {name.removesuffix(".json") for name in archive.namelist()} == {"README.txt", *export()}
        assert json.loads(archive.read("accounts.json")) == export()["accounts"]
    assert capsys.readouterr().out.endswith(f"entries about {ADDRESS}.\n")


@pytest.mark.usefixtures("person")
def test_without_a_file_the_command_prints_json(capsys):
    call_command("person", "export", ADDRESS)
    printed = json.loads(capsys.readouterr().out)
    assert printed.pop("readme").startswith("What ")
    assert printed == export()


def test_an_address_of_nobody_is_refused_and_leaves_no_file(tmp_path):
    with pytest.raises(CannotRunError, match=r"^No one here has the address nobody@lisle\.example\.$"):
        call_command("person", "export", "nobody@lisle.example", to=tmp_path / "nobody.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("person")
def test_a_file_that_exists_is_not_replaced(tmp_path):
    path = tmp_path / "ana.zip"
    path.write_text("of yesterday")
    with pytest.raises(CannotRunError, match="exists"):
        call_command("person", "export", ADDRESS, to=path)
    assert path.read_text() == "of yesterday"


def test_what_is_no_address_is_a_wrong_usage():
    with pytest.raises(CommandError, match="is not an e-mail address"):
        call_command("person", "export", "lisle.example")
