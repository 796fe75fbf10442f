"""Run functions in separate processes, one or several at the same time, on the test database."""

import importlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path
from queue import Empty
from typing import Any

from tests.races.fork_server import get_context

MAX_WAIT = 240.0  # seconds for all processes together, so that a deadlock fails the test


def _set_up_process(name: str, media_root: str, target: str) -> Callable[..., object]:
    """Set up this process to use the test database, and return the function to call."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = name
    settings.VAR_DIR = settings.MEDIA_ROOT = Path(media_root)
    connection.ensure_connection()
    module, _, function = target.rpartition(".")
    call: Callable[..., object] = getattr(importlib.import_module(module), function)
    return call


def _run_one(name: str, barrier: Barrier, answers: Any, media_root: str, target: str, args: tuple[object, ...]) -> None:
    call = _set_up_process(name, media_root, target)
    from django.db import connection

    barrier.wait(MAX_WAIT)
    try:
        answers.put(("returned", call(*args)))
    except Exception as error:  # noqa: BLE001 -- the test checks which exception it was
        answers.put(("raised", type(error).__name__))
    finally:
        connection.close()


def _run_alone(name: str, media_root: str, target: str, args: tuple[object, ...]) -> None:
    _set_up_process(name, media_root, target)(*args)


@contextmanager
def start_process(function: Callable[..., object], *args: object, media_root: Path) -> Iterator[BaseProcess]:
    """Call the module-level ``function`` in a separate process during the block, which may end the process.

    The process is killed after the block. The requirements of ``run_concurrently`` apply.
    """
    from django.db import connection

    target = f"{function.__module__}.{function.__qualname__}"
    process = get_context().Process(
        target=_run_alone, args=(str(connection.settings_dict["NAME"]), str(media_root), target, args)
    )
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(MAX_WAIT)


def run_concurrently(
    function: Callable[..., object], calls: Sequence[tuple[object, ...]], *, media_root: Path
) -> list[tuple[str, object]]:
    """Call the module-level ``function`` with each of ``calls`` as arguments, each in a separate process, all at once.

    Return ``("returned", value)`` or ``("raised", name of the exception)`` for each call, in any order. The test must
    be marked ``transaction=True``, so that other processes see its rows. ``media_root`` is the folder for media files.
    """
    from django.db import connection

    context = get_context()
    target = f"{function.__module__}.{function.__qualname__}"
    barrier = context.Barrier(len(calls))
    answers = context.Queue()
    name = str(connection.settings_dict["NAME"])
    processes = [
        context.Process(target=_run_one, args=(name, barrier, answers, str(media_root), target, args)) for args in calls
    ]
    for process in processes:
        process.start()
    try:
        return [answers.get(timeout=MAX_WAIT) for _ in processes]
    except Empty as error:
        raise AssertionError("Not every process returned a result.") from error
    finally:
        for process in processes:
            process.join(10)
            process.kill()
