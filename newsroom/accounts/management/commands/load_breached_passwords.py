"""The command that makes the list of breached passwords."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from newsroom.accounts.breached_passwords.load import (
    InvalidLineError,
    LoadingError,
    LoadResult,
    NothingToLoadError,
    load_list,
)
from newsroom.operations.commands import CannotRunError, LockedError, OperationCommand
from newsroom.operations.progress import ProgressBar

MEGABYTE = 1_000_000


def parse_count(value: str) -> int:
    """Return ``value`` as a positive integer. Raise ArgumentTypeError for anything else."""
    if not value.isdecimal() or int(value) < 1:
        raise ArgumentTypeError(f"“{value}” is not a whole number above 0.")
    return int(value)


class Command(OperationCommand):
    """``manage.py load_breached_passwords``: write ``BREACHED_PASSWORDS_FILE`` from a public list of such passwords."""

    help = "Create the list of stolen passwords that no one can choose."
    requires_system_checks = ()  # because one check warns that the list is missing

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="Lines of a SHA-1 in hexadecimal, a colon and a count, sorted.")
        parser.add_argument(
            "--minimum-count",
            type=parse_count,
            default=20,
            help="Leave out passwords that were stolen less often (20).",
        )

    def handle(self, *args: object, file: Path, minimum_count: int, **options: object) -> None:
        """Make the list. On CannotRunError, LockedError or CommandError, the existing list is unchanged."""
        if not settings.BREACHED_PASSWORDS_FILE:
            raise CannotRunError("Set BREACHED_PASSWORDS_FILE to the file that this command should write.")
        target = Path(settings.BREACHED_PASSWORDS_FILE)
        try:
            result = self._load(file, target, minimum_count)
        except InvalidLineError as error:
            raise CannotRunError(f"{file}: {error} Nothing was changed.") from error
        except NothingToLoadError as error:
            message = f"{file}: no password was stolen {minimum_count} times or more. Nothing was changed."
            raise CannotRunError(message) from error
        except LoadingError as error:
            raise LockedError(f"{target} is being made by another run.") from error
        except OSError as error:
            raise CommandError(f"{error.filename or target}: {error.strerror}. Nothing was changed.") from error
        self.stdout.write(f"{result.passwords:,} of {result.lines:,} passwords are in {target}.")

    def _load(self, file: Path, target: Path, minimum_count: int) -> LoadResult:
        bar = ProgressBar(self.stderr, "MB")
        with file.open("rb") as source:
            total = os.fstat(source.fileno()).st_size // MEGABYTE  # 0 for a pipe
            try:
                return load_list(
                    source,
                    target,
                    minimum_count=minimum_count,
                    progress=lambda done: bar.show(done // MEGABYTE, max(done // MEGABYTE, total)),
                )
            finally:
                bar.end()
