"""The exit codes and messages of the commands that an operator runs."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandError
from django.db import IntegrityError, OperationalError
from psycopg.errors import ReadOnlySqlTransaction
from psycopg_pool import PoolTimeout

from newsroom.operations.commands import (
    CannotRunError,
    FaultError,
    IncompleteError,
    LockedError,
    OperationCommand,
    StoppedError,
    UsageError,
)


class ExampleCommand(OperationCommand):
    """A command that calls a function given by the test."""

    requires_system_checks = ()

    def __init__(self, run: Callable[[], object]) -> None:
        super().__init__()
        self.run = run

    def handle(self, *args: Any, **options: Any) -> None:
        self.run()


def run(action: Callable[[], object], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Return the exit code and the standard error of a command that calls ``action``."""
    with pytest.raises(SystemExit) as ended:
        ExampleCommand(action).run_from_argv(["manage.py", "example"])
    return int(str(ended.value.code)), capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CommandError, 1),
        (UsageError, 2),
        (CannotRunError, 3),
        (FaultError, 4),
        (IncompleteError, 5),
        (LockedError, 75),
        (StoppedError, 130),
    ],
)
def test_each_kind_of_failure_has_its_exit_code_and_prints_its_sentence_alone(
    error: type[CommandError], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise error("The disk is full.")

    assert run(fail, capsys) == (code, "The disk is full.\n")


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (PoolTimeout("couldn't get a connection after 2.00 sec"), "The database does not answer: couldn't get a"),
        (
            ReadOnlySqlTransaction("cannot execute UPDATE in a read-only transaction"),
            "The database takes no writes: can",
        ),
    ],
)
def test_an_outage_of_the_database_is_a_failure_with_a_sentence(
    cause: Exception, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise OperationalError(f"{cause}\nDETAIL: none") from cause

    code, printed = run(fail, capsys)
    assert (code, printed.count("\n")) == (1, 1)
    assert printed.startswith(sentence)


def test_another_error_of_the_database_is_a_fault_of_the_program() -> None:
    def fail() -> None:
        raise IntegrityError("duplicate key")

    with pytest.raises(IntegrityError):
        ExampleCommand(fail).run_from_argv(["manage.py", "example"])


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device", "/backups/a"), "/backups/a: No space left on device"),
        (OSError("s3://bucket: it does not answer"), "s3://bucket: it does not answer"),
    ],
)
def test_a_failure_of_a_disk_or_a_network_is_one_sentence(error, sentence, capsys):
    def fail() -> None:
        raise error

    assert run(fail, capsys) == (1, f"{sentence}\n")


@pytest.fixture
def _python_handles_sigint():
    """Make SIGINT raise KeyboardInterrupt. After a test of the worker, it would end the process."""
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, previous)


@pytest.mark.usefixtures("_python_handles_sigint")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_command_after_its_clean_up_with_130(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    cleaned: list[bool] = []

    def wait() -> None:
        try:
            os.kill(os.getpid(), number)
            signal.pause()
        finally:
            cleaned.append(True)

    assert run(wait, capsys) == (130, "Stopped.\n")
    assert cleaned


def test_the_handler_of_sigterm_is_restored_afterwards(capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGTERM)
    ExampleCommand(lambda: None).run_from_argv(["manage.py", "example"])
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_command_that_code_calls_raises_its_error() -> None:
    def fail() -> None:
        raise FaultError("A file is missing.")

    with pytest.raises(FaultError, match="A file is missing"):
        ExampleCommand(fail).execute(
            no_color=True, force_color=False, skip_checks=True, traceback=False, stdout=None, stderr=None
        )


def test_every_command_prints_its_failures_as_sentences_but_the_worker_which_waits() -> None:
    ours = {name: app for name, app in get_commands().items() if app.startswith(("newsroom.", "stories", "topics"))}
    assert len(ours) > 20
    others = {name for name, app in ours.items() if not isinstance(load_command_class(app, name), OperationCommand)}
    assert others == {"worker"}
