"""Runs the same thing in several real processes at the same moment, all on the database of the test."""

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Empty
from typing import Any

from tests.races.fork_server import ready

LONGEST_WAIT = 240.0  # seconds for all of them together; a race that hangs is a failure, not a wait


def _made_ready(name: str, place: str, target: str) -> Callable[..., object]:
    """Set this process up on the database of the test, and return what it is to call."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = name
    settings.MEDIA_ROOT = Path(place)
    connection.ensure_connection()
    module, _, function = target.rpartition(".")
    call: Callable[..., object] = getattr(importlib.import_module(module), function)
    return call


def _one(name: str, barrier: Barrier, answers: Any, place: str, target: str, args: tuple[object, ...]) -> None:
    call = _made_ready(name, place, target)
    from django.db import connection

    barrier.wait(LONGEST_WAIT)
    try:
        answers.put(("returned", call(*args)))
    except Exception as error:  # noqa: BLE001 -- whatever it was, the test wants to see it
        answers.put(("raised", type(error).__name__))
    finally:
        connection.close()


def _beside(name: str, place: str, target: str, args: tuple[object, ...]) -> None:
    _made_ready(name, place, target)(*args)


@contextmanager
def beside(function: Callable[..., object], *args: object, place: Path) -> Iterator[BaseProcess]:
    """Call the module-level ``function`` in a process of its own beside the test, which may end or kill it.

    At the end it is killed for certain. For the marks and for ``place`` see ``at_once``.
    """
    from django.db import connection

    target = f"{function.__module__}.{function.__qualname__}"
    process = ready().Process(target=_beside, args=(str(connection.settings_dict["NAME"]), str(place), target, args))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(LONGEST_WAIT)


def at_once(
    function: Callable[..., object], calls: Sequence[tuple[object, ...]], *, place: Path
) -> list[tuple[str, object]]:
    """Call the module-level ``function`` once for each of ``calls``, each in a process of its own, all together.

    Returns for each call ``("returned", value)`` or ``("raised", name of the exception)``, in no order. The test
    must be marked ``transaction=True``, so that other processes see its rows; ``place`` is where files go.
    """
    from django.db import connection

    context = ready()
    target = f"{function.__module__}.{function.__qualname__}"
    barrier = context.Barrier(len(calls))
    answers = context.Queue()
    name = str(connection.settings_dict["NAME"])
    processes = [
        context.Process(target=_one, args=(name, barrier, answers, str(place), target, args)) for args in calls
    ]
    for process in processes:
        process.start()
    try:
        return [answers.get(timeout=LONGEST_WAIT) for _ in processes]
    except Empty as error:
        raise AssertionError("Not every process answered.") from error
    finally:
        for process in processes:
            process.join(10)
            process.kill()
