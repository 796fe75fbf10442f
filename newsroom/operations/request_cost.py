"""The cost so far of the request in progress: time, CPU time and SQL statements."""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.http import HttpRequest


@dataclass(slots=True)
class RequestCost:
    """The cost of a request.

    ``request`` is the object that reached a view: a new one if ``newsroom.site.retry`` repeated the request.
    """

    request: HttpRequest
    queries: int = 0
    started: float = field(default_factory=time.perf_counter)
    cpu_started: float = field(default_factory=time.thread_time)

    @property
    def milliseconds(self) -> float:
        """The time since the request arrived."""
        return (time.perf_counter() - self.started) * 1000

    @property
    def cpu_milliseconds(self) -> float:
        """The CPU time of this thread since the request arrived."""
        return (time.thread_time() - self.cpu_started) * 1000


# The cost of the request that this thread handles.
current_cost: ContextVar[RequestCost | None] = ContextVar("request_cost", default=None)
