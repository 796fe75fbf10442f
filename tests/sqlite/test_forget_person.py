"""What remains of a forgotten person in the file of a SQLite database."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from newsroom.accounts.models import User
from newsroom.operations.commands import IncompleteError
from tests.stories.workflow.known_person import ADDRESS, NAME, USERNAME, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def read_files() -> bytes:
    """Return the bytes of the database file and of its write-ahead log."""
    file = Path(connection.settings_dict["NAME"])
    log = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (log.read_bytes() if log.exists() else b"")


def test_no_byte_of_the_person_remains():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")  # it is on in some builds
    make_person(has_by_line=False)
    words = [word.encode() for word in (ADDRESS, NAME, USERNAME)]
    assert [word for word in words if word not in read_files()] == []
    call_command("person", "forget", ADDRESS, yes=True)
    assert [word for word in words if word.lower() in read_files().lower()] == []


def test_while_others_use_the_file_the_person_is_forgotten_and_told_what_to_do():
    make_person()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    reader = connection.copy()
    try:
        with reader.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM stories_work")
            with pytest.raises(IncompleteError, match=r"Run manage\.py compact at a quieter time"):
                call_command("person", "forget", ADDRESS, yes=True)
    finally:
        reader.close()
    assert not User.objects.filter(email=ADDRESS).exists()
