"""What a process begins with. Nothing is imported here that needs Django to be set up."""

import gc
import os
from multiprocessing import parent_process
from threading import Thread

import django

# So many objects may be new before Python looks which of them are garbage; a page makes some thousands.
_NEW = 10_000


def set_up() -> None:
    """Set a process up that works for another one, and ends with it."""
    end_with_parent()
    django.setup()


def end_with_parent() -> None:
    """End this process as soon as the one that began it ends, also when that one was killed."""
    Thread(target=_end_with_parent, daemon=True).start()


def keep_loaded() -> None:
    """Have Python's collector of garbage leave alone what there is by now: code, models and routes stay until the end.

    Else it goes through all of them whenever a batch has made many objects, a tenth of a second each time.
    """
    gc.freeze()
    gc.set_threshold(_NEW)


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
