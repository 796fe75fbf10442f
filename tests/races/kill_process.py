"""Runs something in a real process that is killed (SIGKILL) just before it writes for the n-th time."""

import importlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.races.fork_server import ready

LONGEST_LIFE = 240.0  # seconds
WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")


def _live_until(name: str, place: str, target: str, args: tuple[object, ...], at: int, count: Any) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = name
    settings.MEDIA_ROOT = Path(place)
    connection.ensure_connection()

    def writing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            count.value += 1
            if count.value == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    module, _, function = target.rpartition(".")
    call = getattr(importlib.import_module(module), function)
    with connection.execute_wrapper(writing):
        call(*args)
    connection.close()


def killed_at(at: int, function: Callable[..., object], args: tuple[object, ...], *, place: Path) -> tuple[bool, int]:
    """Call the module-level ``function`` in a process that dies before its write number ``at`` (1 is the first).

    Returns whether it died, and how many writes it came to; with 0 it lives to the end. The test must be marked
    ``transaction=True``.
    """
    from django.db import connection

    context = ready()
    count = context.Value("i", 0)
    target = f"{function.__module__}.{function.__qualname__}"
    name = str(connection.settings_dict["NAME"])
    process = context.Process(target=_live_until, args=(name, str(place), target, args, at, count))
    process.start()
    process.join(LONGEST_LIFE)
    if process.is_alive():
        process.kill()
        raise AssertionError("It neither ended nor died.")
    assert process.exitcode in {0, -signal.SIGKILL}, f"It ended with {process.exitcode}."
    return process.exitcode != 0, count.value
