"""The command that returns the free space of the database file to the disk."""

import shutil
from pathlib import Path

from django.db import OperationalError, connection
from django.template.defaultfilters import filesizeformat

from newsroom.db.sqlite_file import file_size, free_share, rewrite_file
from newsroom.operations.commands import CannotRunError, IncompleteError, OperationCommand

_ON_POSTGRESQL = (
    "PostgreSQL reuses the space of deleted rows automatically (autovacuum). To return it to the disk, stop the site and run "
    "VACUUM FULL in psql, and then VACUUM ANALYZE, without which lists are slow at first."
)


class Command(OperationCommand):
    """``manage.py compact``: rewrite the file of a SQLite database without the free space that deleted rows left."""

    help = "Return the free space in the file of a SQLite database to the disk."

    def handle(self, *args: object, **options: object) -> None:
        """Rewrite the file.

        Raise CannotRunError if the database is not SQLite, if it is in use, or if the disk has too little space. Raise
        IncompleteError if the space is returned only later.
        """
        if connection.vendor != "sqlite":
            raise CannotRunError(_ON_POSTGRESQL)
        before, free = file_size(), free_share()
        # SQLite writes the new file twice: beside the old one, and then into the write-ahead log.
        needed, available = 2 * before, shutil.disk_usage(Path(connection.settings_dict["NAME"]).parent).free
        if available < needed:
            raise CannotRunError(f"This needs {_format(needed)} of free disk space, and {_format(available)} are free.")
        self.stdout.write(
            f"{_format(before)}, {100 * free:.0f} % of it free. Nothing can be saved until this has ended."
        )
        self.stdout.flush()
        try:
            is_returned = rewrite_file()
        except OperationalError as error:
            raise CannotRunError("The database is in use. Stop the site, or try again at a quieter time.") from error
        if not is_returned:
            raise IncompleteError(
                "The file is rewritten. Another process still reads the old one, so it shrinks a little later."
            )
        self.stdout.write(f"{_format(file_size())} now.")


def _format(size: int) -> str:
    return filesizeformat(size).replace("\xa0", " ")
