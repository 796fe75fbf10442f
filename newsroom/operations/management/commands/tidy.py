"""The command that deletes expired data."""

from argparse import ArgumentParser

from django.core.management.base import CommandError
from django.db import InterfaceError, OperationalError

from newsroom.http import clock
from newsroom.operations import retention
from newsroom.operations.commands import IncompleteError, OperationCommand
from newsroom.operations.progress import ProgressBar


class Command(OperationCommand):
    """``manage.py tidy``: delete expired data according to the rules in ``newsroom.operations.retention``."""

    help = "Delete expired data. Run it hourly; otherwise, the worker deletes the data."

    def add_arguments(self, parser: ArgumentParser) -> None:
        names = [rule.name for rule in retention.registered_rules()]
        parser.add_argument("--dry-run", action="store_true", help="Delete nothing, and print what would be deleted.")
        parser.add_argument(
            "--only", action="append", choices=names, metavar="NAME", help=f"Run this rule alone: {', '.join(names)}."
        )

    def handle(self, *args: object, dry_run: bool, only: list[str] | None, **options: object) -> None:
        """Run the rules.

        Raise LockedError if another process is tidying, IncompleteError if a rule fails, and CommandError if the
        database does not answer or accepts no writes.
        """
        try:
            if dry_run:
                self._count(only or [])
            else:
                self._delete(only or [])
        except (InterfaceError, OperationalError) as error:
            raise CommandError(f"The database does not answer, or takes no writes. {error}") from error

    def _count(self, only: list[str]) -> None:
        at = clock.now()
        for rule in retention.registered_rules():
            if not only or rule.name in only:
                self.stdout.write(f"{rule.name}: {rule.count(at):,} would be deleted (after {_days(rule.days)})")

    def _delete(self, only: list[str]) -> None:
        at = clock.now()
        progress = ProgressBar(self.stdout, "rows and files")
        rules = [rule for rule in retention.registered_rules() if not only or rule.name in only]
        # Counting takes time, and the total is only needed for the progress on a terminal.
        total = sum(rule.count(at) for rule in rules) if self.stdout.isatty() else 0
        failures = []
        for outcome in retention.tidy(at=at, only=only, on_progress=lambda deleted: progress.show(deleted, total)):
            progress.end()
            self.stdout.write(f"{outcome.name}: {outcome.deleted:,} deleted")
            if outcome.error:
                failures.append(f"{outcome.name} could not be tidied: {outcome.error}")
        if failures:
            raise IncompleteError("\n".join(failures))


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
