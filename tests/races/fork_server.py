"""Starts processes that have the project imported: each is forked from a server that has done so and nothing else."""

import multiprocessing
from multiprocessing.context import ForkServerContext


def ready() -> ForkServerContext:
    """Return how processes of a race are started."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.races.ready"])
    return context
