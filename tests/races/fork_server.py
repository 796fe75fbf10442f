"""Start processes in which the project is already imported, because they are forked from a server that imports it."""

import multiprocessing
from multiprocessing.context import ForkServerContext


def get_context() -> ForkServerContext:
    """Return the multiprocessing context of the race tests."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.ready"])
    return context
