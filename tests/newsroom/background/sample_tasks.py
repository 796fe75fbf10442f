"""Tasks for tests. Some of them write to a file, which every process can read."""

import time
from pathlib import Path

from django.tasks import task

TIMEOUT = 60.0  # seconds after which a waiting task stops waiting


@task
def write_line(path: str, word: str) -> None:
    """Append a line to the file in a single write."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


@task
def enqueue_line(path: str, word: str) -> None:
    """Enqueue a task that appends a line to the file."""
    write_line.enqueue(path, word)


@task
def wait_for_file(path: str) -> None:
    """Write “begun”, wait until a file with the suffix ``.go`` exists, and write “done”."""
    write_line.func(path, "begun")
    end = time.monotonic() + TIMEOUT
    while not Path(f"{path}.go").exists() and time.monotonic() < end:
        time.sleep(0.01)
    write_line.func(path, "done")


@task
def fail_without_file(path: str) -> None:
    """Fail if the file does not exist."""
    if not Path(path).exists():
        raise OSError("The post office is closed\nuntil Monday")


@task
def return_unserialisable() -> object:
    """Return a value that cannot be serialised as JSON."""
    return object()


@task
def fail_with_unstorable_message() -> None:
    """Fail with a message that databases refuse."""
    raise ValueError("half \ud83d of a character, and \x00")


@task
def exit_process() -> None:
    """Raise SystemExit, as a program that ends itself does."""
    raise SystemExit(3)
