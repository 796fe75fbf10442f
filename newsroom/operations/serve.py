"""The web server. It binds the port once, loads the code once (by default), and replaces workers that die."""

import gc
import logging
import multiprocessing
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException
from typing import Any
from wsgiref.types import WSGIApplication

from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from granian._granian import SocketHolder
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer, WorkerProcess

from newsroom.operations.warm_up import warm_up
from newsroom.process import end_with_parent

BACKLOG = 1024  # connections that may wait for each worker
KILL_TIMEOUT = 30  # seconds until a worker that was told to stop is killed
RESPAWN_INTERVAL = 0.5  # seconds between the start of a replacement and the end of the old worker
RSS_SAMPLE_INTERVAL = 30  # seconds between measurements of the workers' memory
_PROBE_INTERVAL = 0.1  # seconds between requests to /healthz during startup

# Our own formatter writes granian's lines. By default, granian writes them in a format of its own to a different
# stream.
_LOGGING = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}},
}

logger = logging.getLogger(__name__)


def bind_listeners(host: str, port: int, *, queues: int) -> list[socket.socket]:
    """Return ``queues`` sockets that listen on one address, each with its own queue of connections.

    Raise OSError if the address cannot be bound, with EADDRINUSE if another process is listening there.
    """
    # The kernel distributes connections over the queues. With a single queue, the first worker to wake would accept all
    # connections that arrived together, and would keep them until they are closed.
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    # SO_REUSEPORT is set only after the first socket listens. Set earlier, it would let two servers share the port.
    first = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    bound_address = first.getsockname()[:2]
    others = [
        socket.create_server(bound_address, family=family, backlog=BACKLOG, reuse_port=True) for _ in range(queues - 1)
    ]
    return [first, *others]


class Server(MPServer):
    """A granian server that owns the connection queues of its workers, one for each worker.

    In granian itself, each worker binds the port, and connections in its queue are lost when it ends. Here they remain
    in the queue for the worker that replaces it.
    """

    _shd: SocketHolder | None  # type: ignore[assignment]  # the queue of the next worker to start

    def __init__(self, listeners: Sequence[socket.socket], *, threads: int, max_rss: int, log_level: LogLevels) -> None:
        host, port, *_ = listeners[0].getsockname()
        super().__init__(
            "newsroom.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            websockets=False,
            workers=len(listeners),
            blocking_threads=threads,
            backlog=BACKLOG,
            respawn_failed_workers=True,
            respawn_interval=RESPAWN_INTERVAL,
            rss_sample_interval=RSS_SAMPLE_INTERVAL,
            workers_kill_timeout=KILL_TIMEOUT,
            log_level=log_level,
            log_dictconfig=_LOGGING,
        )
        self._queues = [SocketHolder(each.fileno(), False, BACKLOG) for each in listeners]  # type: ignore[call-arg]  # not in the stubs
        self._max_rss = max_rss

    def startup(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        """Start the workers without binding the port, and notify systemd as soon as one of them responds."""
        # Set only now: granian would otherwise warn that the connections in the queue of a replaced worker may be lost.
        self.workers_rss = self._max_rss * 1024 * 1024
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]
        if "NOTIFY_SOCKET" in os.environ:
            threading.Thread(target=self._notify_systemd, args=(os.environ["NOTIFY_SOCKET"],), daemon=True).start()

    def _init_shared_socket(self) -> None:
        self._ssp = self._sso = None

    def _spawn_worker(self, idx: int, *args: Any, **options: Any) -> WorkerProcess:
        self._shd = self._queues[idx]
        return super()._spawn_worker(idx, *args, **options)

    def _notify_systemd(self, path: str) -> None:
        """Notify systemd that the unit is ready once ``/healthz`` answers 200 (sd_notify(3))."""
        while not self._is_ready():
            time.sleep(_PROBE_INTERVAL)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(b"READY=1", f"\0{path[1:]}" if path.startswith("@") else path)

    def _is_ready(self) -> bool:
        connection = HTTPConnection(self.bind_addr, self.bind_port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


def serve(
    listeners: Sequence[socket.socket], *, threads: int, max_rss: int, preload: bool, log_level: LogLevels
) -> None:
    """Serve until a signal ends the process."""
    prepare_fork(preload=preload)
    server = Server(listeners, threads=threads, max_rss=max_rss, log_level=log_level)
    server.serve(target_loader=_load_in_worker, wrap_loader=False)


def prepare_fork(*, preload: bool) -> None:
    """Close the database connections and pools of this process, because a fork must not share them.

    With ``preload``, first load the site and read some of its pages, so that workers share that memory.
    """
    if preload:
        warm_up(get_internal_wsgi_application())
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, PostgreSQL):
            connection.close_pool()
    gc.collect()
    # The garbage collector ignores frozen objects. Otherwise, a collection would copy their memory pages into each
    # worker.
    gc.freeze()
    # With the default of Python 3.14, a worker would inherit neither the code nor the sockets.
    multiprocessing.set_start_method("fork", force=True)


def _load_in_worker() -> WSGIApplication:
    end_with_parent()
    application = get_internal_wsgi_application()
    # Models cannot be imported until Django is set up.
    from newsroom.operations import processes
    from newsroom.operations.models import ProcessKind

    processes.start_recording(ProcessKind.WEB)
    return application
