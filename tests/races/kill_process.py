"""Run a function in a separate process that is killed (SIGKILL) just before its nth write."""

import importlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.races.fork_server import get_context

MAX_LIFETIME = 240.0  # seconds
WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")


def _call_until_write(name: str, media_root: str, target: str, args: tuple[object, ...], at: int, count: Any) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = name
    settings.VAR_DIR = settings.MEDIA_ROOT = Path(media_root)
    connection.ensure_connection()

    def count_write(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(WRITES):
            count.value += 1
            if count.value == at:
                os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    module, _, function = target.rpartition(".")
    call = getattr(importlib.import_module(module), function)
    with connection.execute_wrapper(count_write):
        call(*args)
    connection.close()


def run_until_write(
    at: int, function: Callable[..., object], args: tuple[object, ...], *, media_root: Path
) -> tuple[bool, int]:
    """Call the module-level ``function`` in a process that kills itself before its write number ``at``, counted from 1.

    Return whether the process was killed, and the number of writes that it attempted. If ``at`` is 0, it is not killed.
    The test must be marked ``transaction=True``.
    """
    from django.db import connection

    context = get_context()
    count = context.Value("i", 0)
    target = f"{function.__module__}.{function.__qualname__}"
    name = str(connection.settings_dict["NAME"])
    process = context.Process(target=_call_until_write, args=(name, str(media_root), target, args, at, count))
    process.start()
    process.join(MAX_LIFETIME)
    if process.is_alive():
        process.kill()
        raise AssertionError("The process did not end.")
    assert process.exitcode in {0, -signal.SIGKILL}, f"The process ended with exit code {process.exitcode}."
    return process.exitcode != 0, count.value
