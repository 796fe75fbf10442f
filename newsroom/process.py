"""Set up a process: end it with its parent, and tune its garbage collector.

Nothing is imported here that needs Django to be set up.
"""

import gc
import os
from multiprocessing import parent_process
from threading import Thread

import django

# The number of new objects that starts a garbage collection; building a page makes some thousands.
_NEW = 10_000


def set_up_child() -> None:
    """Set up Django in a child process, and have the process end with its parent."""
    end_with_parent()
    django.setup()


def end_with_parent() -> None:
    """End this process as soon as its parent ends, even if the parent is killed."""
    Thread(target=_end_with_parent, daemon=True).start()


def freeze_loaded_objects() -> None:
    """Exclude all present objects from garbage collection: code, models and routes live as long as the process."""
    # Otherwise a collection examines all of them whenever many objects have been made, for a tenth of a second.
    gc.freeze()
    gc.set_threshold(_NEW)


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
