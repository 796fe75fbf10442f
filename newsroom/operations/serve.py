"""Serves the site: the port is bound once, the code is loaded once, and workers that die are replaced."""

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

from newsroom.process import end_with_parent

BACKLOG = 1024  # connections that wait for a worker
STOPPING = 30  # seconds after which a worker that was asked to stop is killed
RESPAWNING = 0.5  # seconds between the start of a worker's replacement and its own end
SAMPLING = 30  # seconds between two looks at the memory of the workers
_PROBE = 0.1  # seconds between two requests for /healthz at the start

logger = logging.getLogger(__name__)


def listen(host: str, port: int, *, queues: int) -> list[socket.socket]:
    """Return so many sockets that listen at one address, each with a queue of connections of its own.

    Raises OSError, with EADDRINUSE where another process listens there. The kernel spreads connections over the queues. From
    a single one the first worker to wake would take all that came in together, and keep them for as long as they are open.
    """
    family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    # Without SO_REUSEPORT, which is set only on what listens already: with it two servers could share the port.
    first = socket.create_server(address[:2], family=family, backlog=BACKLOG)
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    place = first.getsockname()[:2]
    others = [socket.create_server(place, family=family, backlog=BACKLOG, reuse_port=True) for _ in range(queues - 1)]
    return [first, *others]


class Server(MPServer):
    """A granian server that owns the queues from which its workers accept connections, one for each.

    In granian each worker binds the port for itself, and what waits in its queue is lost with it. Here it waits for the
    worker that takes its place.
    """

    _shd: SocketHolder | None  # type: ignore[assignment]  # from where the next worker to be started accepts

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
            respawn_interval=RESPAWNING,
            rss_sample_interval=SAMPLING,
            workers_kill_timeout=STOPPING,
            log_level=log_level,
        )
        self._queues = [SocketHolder(each.fileno(), False, BACKLOG) for each in listeners]  # type: ignore[call-arg]  # not in the stubs
        self._max_rss = max_rss

    def startup(self, spawn_target: Callable[..., None], target_loader: Callable[..., Any]) -> None:
        """Bind nothing, start the workers, and tell systemd once they answer."""
        # Not earlier: granian would warn that connections are lost with a worker, as they are with SO_REUSEPORT.
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
        """Tell systemd that the unit is ready when ``/healthz`` answers 200 (sd_notify(3))."""
        while not self._answers():
            time.sleep(_PROBE)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.sendto(b"READY=1", f"\0{path[1:]}" if path.startswith("@") else path)

    def _answers(self) -> bool:
        asked = HTTPConnection(self.bind_addr, self.bind_port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            asked.close()


def serve(
    listeners: Sequence[socket.socket], *, threads: int, max_rss: int, preload: bool, log_level: LogLevels
) -> None:
    """Serve until a signal ends it."""
    prepare_fork(preload=preload)
    server = Server(listeners, threads=threads, max_rss=max_rss, log_level=log_level)
    server.serve(target_loader=_begin_worker, wrap_loader=False)


def prepare_fork(*, preload: bool) -> None:
    """Leave nothing in this process that a fork must not share: no connection, no pool, no thread.

    With ``preload`` the site is loaded, so that workers share its memory. Frozen objects are not moved by the collector
    of garbage, which would copy their pages into each worker.
    """
    if preload:
        get_internal_wsgi_application()
    for connection in connections.all(initialized_only=True):
        connection.close()
        if isinstance(connection, PostgreSQL):
            connection.close_pool()
    gc.collect()
    gc.freeze()
    # Python 3.14 has another default, by which a worker would inherit neither the code nor the sockets.
    multiprocessing.set_start_method("fork", force=True)


def _begin_worker() -> WSGIApplication:
    end_with_parent()
    return get_internal_wsgi_application()
