"""The base class of the commands that an operator runs, with one exit code for each kind of outcome."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, SystemCheckError
from django.db import Error

from newsroom.db.outages import Outage, classify_error, first_line

_STOPPED = 130  # the exit code after a signal


class UsageError(CommandError):
    """Raised if arguments or options are invalid; exit code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=2)


class CannotRunError(CommandError):
    """Raised if the command is refused and has changed nothing; exit code 3."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=3)


class FaultError(CommandError):
    """Raised if a check has found a fault; exit code 4. The message has one line for each fault."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=4)


class IncompleteError(CommandError):
    """Raised if the command has finished, but its result is incomplete; exit code 5."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=5)


class LockedError(CommandError):
    """Raised if another run holds the command's lock; exit code 75 (``EX_TEMPFAIL`` of sysexits.h)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=75)


class StoppedError(CommandError):
    """Raised in place of KeyboardInterrupt if the command has more to say than that it was stopped; exit code 130."""

    def __init__(self, message: str) -> None:
        super().__init__(message, returncode=_STOPPED)


def describe_os_error(error: OSError) -> str:
    """Return what an error of a disk or of the network says, after the name of the file if it has one."""
    file = f"{error.filename}: " if error.filename else ""
    return f"{file}{error.strerror or error}"


def make_refusal(refused: int, total: int) -> CommandError:
    """Return the error for a command that refused some of its inputs; the exit code depends on whether it took others."""
    sentence = f"{refused} of {total} refused."
    return IncompleteError(sentence) if refused < total else CannotRunError(sentence)


class OperationCommand(BaseCommand):
    """Base class for commands that print each failure as a plain sentence and end with the exit code of the error.

    Database outages and OSErrors are printed in the same way, and end with exit code 1. SIGINT and SIGTERM raise
    KeyboardInterrupt in ``handle``, which may clean up and raise it again, or raise StoppedError.
    """

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command. On the command line, print a failure and end the process with its exit code."""
        if not self._called_from_command_line or options.get("traceback"):  # type: ignore[attr-defined]  # not in the stubs
            return super().execute(*args, **options)
        try:
            with _interrupt_on_sigterm():
                return super().execute(*args, **options)
        except SystemCheckError:
            raise  # Django prints it
        except CommandError as error:
            self.stderr.write(str(error))
            sys.exit(error.returncode)
        except Error as error:
            if not (sentence := _describe_outage(error)):
                raise
            self.stderr.write(sentence)
            sys.exit(1)
        except OSError as error:  # of a disk or the network, such as that of the backup store
            self.stderr.write(describe_os_error(error))
            sys.exit(1)
        except KeyboardInterrupt:
            self.stderr.write("Stopped.")
            sys.exit(_STOPPED)


def _describe_outage(error: Error) -> str:
    """Return a sentence about a database that does not answer or takes no writes, or "" for any other error."""
    outage = classify_error(error)
    if outage is None:
        return ""
    reason = first_line(error).rstrip(".")
    verb = "takes no writes" if outage is Outage.UNWRITABLE else "does not answer"
    return f"The database {verb}: {reason}."


@contextmanager
def _interrupt_on_sigterm() -> Iterator[None]:
    """Make SIGTERM raise KeyboardInterrupt in the block, as SIGINT does."""

    def interrupt(signum: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
