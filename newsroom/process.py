"""Process setup: end a process with its parent, and tune the garbage collector.

This module imports nothing that needs Django to be set up.
"""

import gc
import os
from multiprocessing import parent_process
from threading import Thread

import django

# The number of new objects that triggers a garbage collection. Building a page creates a few thousand.
_COLLECTION_THRESHOLD = 10_000


def set_up_django_in_child() -> None:
    """Set up Django in a child process that ends with its parent."""
    end_with_parent()
    django.setup()


def end_with_parent() -> None:
    """End this process as soon as its parent ends, even if the parent is killed.

    This does nothing in a process that ``multiprocessing`` did not start.
    """
    Thread(target=_end_with_parent, daemon=True).start()


def freeze_loaded_objects() -> None:
    """Exclude all current objects, such as code, models and routes, from garbage collection, and collect less often."""
    # These objects live as long as the process. A full collection would examine all of them, which takes a tenth of a
    # second.
    gc.freeze()
    gc.set_threshold(_COLLECTION_THRESHOLD)


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
