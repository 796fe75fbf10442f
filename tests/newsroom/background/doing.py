"""Tasks that tests have done: they leave their traces in a file, which every process can read."""

import time
from pathlib import Path

from django.tasks import task

LONGEST = 60.0  # seconds; a task that nobody lets go on is a failure, not a wait


@task
def note(path: str, word: str) -> None:
    """Add a line to the file, in one write."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{word}\n")


@task
def linger(path: str) -> None:
    """Say that it has begun, wait until the file may be finished, and say that it is done."""
    note.func(path, "begun")
    end = time.monotonic() + LONGEST
    while not Path(f"{path}.go").exists() and time.monotonic() < end:
        time.sleep(0.01)
    note.func(path, "done")


@task
def stumble(path: str) -> None:
    """Fail until the file exists."""
    if not Path(path).exists():
        raise OSError("The post office is closed\nuntil Monday")


@task
def say_what_nobody_can_keep() -> object:
    """Return what no JSON can hold."""
    return object()


@task
def break_badly() -> None:
    """Fail with words that no database takes."""
    raise ValueError("half \ud83d of a character, and \x00")


@task
def leave() -> None:
    """End as a program ends that has had enough."""
    raise SystemExit(3)
