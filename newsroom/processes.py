"""What a process begins with that works for another one. Nothing is imported here that needs Django to be set up."""

import os
from multiprocessing import parent_process
from threading import Thread

import django


def set_up() -> None:
    """Set this process up. It ends with the one that began it, also when that one was killed."""
    Thread(target=_end_with_parent, daemon=True).start()
    django.setup()


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
