"""Measure the cost of blocks of code in this process and in the database processes."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from benchmarks import costs


class Counter:
    """Totals of all blocks: CPU seconds in this process and in the database, and elapsed seconds.

    ``statements`` holds the number of statements in each block.
    """

    def __init__(self, server: int | None) -> None:
        self._server = server
        self.blocks = 0
        self.cpu = self.database_cpu = self.seconds = 0.0
        self.statements: list[int] = []

    @contextmanager
    def count(self) -> Iterator[None]:
        """Add the cost of the block."""
        statement_count = 0

        def count(execute: Callable[..., Any], *words: Any) -> Any:
            nonlocal statement_count
            statement_count += 1
            return execute(*words)

        database = costs.cpu_seconds_by_process(self._server)
        with connection.execute_wrapper(count):
            started, cpu = time.perf_counter(), time.process_time()
            yield
            self.cpu += time.process_time() - cpu
            self.seconds += time.perf_counter() - started
        self.database_cpu += costs.cpu_seconds_between(database, costs.cpu_seconds_by_process(self._server))
        self.blocks += 1
        self.statements.append(statement_count)
