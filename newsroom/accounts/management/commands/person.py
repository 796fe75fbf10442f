"""The command that exports and removes the data about a person."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.validators import validate_email

from newsroom.accounts import forget
from newsroom.accounts.forget import ForgetResult
from newsroom.errors import RefusedError
from newsroom.http import clock
from newsroom.operations import personal_data
from newsroom.operations.commands import CannotRunError, IncompleteError, OperationCommand
from newsroom.operations.personal_data import Person
from newsroom.operations.progress import ProgressBar

_BACKUPS = "Backups that were made before contain the data until they are deleted; a restore forgets the person again."
_NOT_WIPED = (
    "The data is removed from all tables, but its bytes may still be in the database file, which others were using. "
    "Run manage.py compact at a quieter time."
)


def parse_address(value: str) -> str:
    """Return ``value`` if it is an e-mail address. Otherwise raise ArgumentTypeError."""
    try:
        validate_email(value)
    except ValidationError as error:
        raise ArgumentTypeError(f"“{value}” is not an e-mail address.") from error
    return value


class Command(OperationCommand):
    """``manage.py person``: ``export`` or ``forget`` what is stored about the person with an e-mail address."""

    help = "Export or forget what is stored about the person with an e-mail address."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        export = actions.add_parser("export", help="Write everything that is stored about the person, as JSON.")
        export.add_argument("email", type=parse_address, help="The e-mail address.")
        export.add_argument(
            "--to", type=Path, metavar="FILE.zip", help="The archive to create. Leave out to print JSON."
        )
        forget = actions.add_parser("forget", help="Remove everything that is stored about the person.")
        forget.add_argument("email", type=parse_address, help="The e-mail address.")
        forget.add_argument("--dry-run", action="store_true", help="Remove nothing, and print what would be removed.")
        forget.add_argument("--yes", action="store_true", help="Do not ask before anything is removed.")

    def handle(
        self,
        *args: object,
        action: str,
        email: str,
        to: Path | None = None,
        dry_run: bool = False,
        yes: bool = False,
        **options: object,
    ) -> None:
        """Run the action.

        Raise CannotRunError if it is refused or there is no data, CommandError if the archive cannot be written, or
        IncompleteError if deleted bytes may remain.
        """
        if action == "export":
            self._export(email, to)
        else:
            self._forget(email, is_dry_run=dry_run, is_confirmed=yes)

    def _export(self, email: str, to: Path | None) -> None:
        if to is not None and to.exists():
            raise CannotRunError(f"{to} exists. Delete it, or name another file.")
        at = clock.now()
        progress = ProgressBar(self.stderr, "tables")
        person = personal_data.find_person(email)
        exported = personal_data.export(person, on_progress=progress.show)
        progress.end()
        if not any(exported.values()):
            raise CannotRunError(_describe_nobody(person))
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

    def _forget(self, email: str, *, is_dry_run: bool, is_confirmed: bool) -> None:
        person = personal_data.find_person(email)
        if is_dry_run or not is_confirmed:
            self._print(self._remove(person, is_dry_run=True), "would be ")
        if is_dry_run:
            return
        if not is_confirmed:
            self._confirm()
        result = self._remove(person, is_dry_run=False)
        self._print(result, "")
        if not forget.wipe():
            raise IncompleteError(_NOT_WIPED)

    def _remove(self, person: Person, *, is_dry_run: bool) -> ForgetResult:
        progress = ProgressBar(self.stderr, "tables")
        try:
            result = forget.forget_person(person, is_dry_run=is_dry_run, on_progress=progress.show)
        except (RefusedError, ValidationError) as error:
            raise CannotRunError(
                " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            ) from error
        finally:
            progress.end()
        if result.is_empty:
            for sentence in result.stays:
                self.stderr.write(sentence)
            raise CannotRunError(_describe_nobody(person))
        return result

    def _print(self, result: ForgetResult, would_be: str) -> None:
        for name, part in result.parts.items():
            counts = [f"{part.deleted:,} {would_be}deleted"] if part.deleted else []
            counts += [f"{part.changed:,} {would_be}changed"] if part.changed else []
            if counts:
                self.stdout.write(f"{name}: {', '.join(counts)}")
        self.stdout.write("Data that stays:" if result.stays else "No data stays.")
        for sentence in result.stays:
            self.stdout.write(f"* {sentence}")
        self.stdout.write(_BACKUPS)

    def _confirm(self) -> None:
        if not sys.stdin.isatty():
            raise CannotRunError("Nothing was removed. Pass --yes, because there is no terminal to confirm it.")
        self.stdout.write("This cannot be undone. Type yes to remove it: ", ending="")
        self.stdout.flush()
        if sys.stdin.readline().strip() != "yes":
            raise CannotRunError("Nothing was removed.")


def _describe_nobody(person: Person) -> str:
    return f"No one here has the address {person.address}."
