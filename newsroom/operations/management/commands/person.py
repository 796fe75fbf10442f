"""The command that exports the data about a person."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from newsroom.http import clock
from newsroom.operations import personal_data
from newsroom.operations.commands import CannotRunError, OperationCommand
from newsroom.operations.progress import ProgressBar


def parse_address(value: str) -> str:
    """Return an e-mail address. Raise ArgumentTypeError for anything else."""
    try:
        validate_email(value)
    except ValidationError as error:
        raise ArgumentTypeError(f"“{value}” is no e-mail address.") from error
    return value


class Command(OperationCommand):
    """``manage.py person``: ``export`` what is stored about somebody with an e-mail address."""

    help = "Export what is stored about the person with an e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        export = actions.add_parser("export", help="Write everything that is stored about the person, as JSON.")
        export.add_argument("email", type=parse_address, help="The e-mail address.")
        export.add_argument("--to", type=Path, metavar="FILE.zip", help="A new archive; without it, print JSON.")

    def handle(self, *args: object, action: str, email: str, to: Path | None = None, **options: object) -> None:
        """Run the action. Raise CannotRunError if nothing is stored about the address."""
        self._export(email, to)

    def _export(self, email: str, to: Path | None) -> None:
        if to is not None and to.exists():
            raise CannotRunError(f"{to} exists. Delete it, or name another file.")
        at = clock.now()
        progress = ProgressBar(self.stderr, "tables")
        person = personal_data.find_person(email)
        exported = personal_data.export(person, on_progress=progress.show)
        progress.end()
        if not any(exported.values()):
            raise CannotRunError(f"Nobody here has the address {person.address}.")
        readme = personal_data.describe(exported, address=person.address, site=settings.SITE_NAME, at=at)
        if to is None:
            self.stdout.write(personal_data.encode({"readme": readme, **exported}))
            return
        try:
            with personal_data.private_file(to) as file:
                personal_data.write_archive(file, readme, exported)
        except OSError as error:
            raise CommandError(f"{to} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{to}: {sum(map(len, exported.values())):,} entries about {person.address}.")
