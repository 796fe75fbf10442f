"""WSGI middleware: one function refuses requests during a restore, one evaluates the alerts if no worker does."""

import logging
import math
from collections.abc import Callable, Iterable
from threading import Lock, Thread
from time import monotonic
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.core.handlers.wsgi import WSGIRequest
from django.db import Error, close_old_connections, connections
from django.http import HttpResponse

from newsroom.http.problems import problem_document
from newsroom.http.security_headers import list_security_headers

LOOK_INTERVAL = 1.0  # seconds for which a process relies on the state that it read last
NOTICE_DELAY = 2 * LOOK_INTERVAL  # seconds after which every process has noticed a change
MESSAGE = "This site is being restored. Try again in a few minutes."
RETRY_AFTER = 60  # seconds
EVALUATION_INTERVAL = 10.0  # minimum number of seconds between two evaluations by one process
START_TIME = 60.0  # seconds within which a worker that was started together with this process evaluates the alerts

logger = logging.getLogger(__name__)


def _is_restoring() -> bool:
    # Models cannot be imported until the app registry is ready.
    from newsroom.operations import site_state

    return site_state.is_restoring()


class RestoreWatch:
    """Watch whether the database is being restored.

    Each process reads the state at most once every ``LOOK_INTERVAL`` seconds.
    """

    def __init__(self, look: Callable[[], bool] = _is_restoring) -> None:
        self._look = look
        self._is_restoring = False
        self._looked_at = -math.inf
        self._lock = Lock()

    def is_restoring(self) -> bool:
        """Return whether the database is being restored. If reading the state fails, return the previous result."""
        looked_at = self._looked_at
        age = monotonic() - looked_at
        # While one thread reads the state, the others use the last result for up to NOTICE_DELAY seconds.
        if age >= LOOK_INTERVAL and self._lock.acquire(blocking=age >= NOTICE_DELAY):
            try:
                if self._looked_at == looked_at:
                    self._look_again()
            finally:
                self._lock.release()
        return self._is_restoring

    def _look_again(self) -> None:
        begun_at = monotonic()
        try:
            self._is_restoring = self._look()
        except Error as error:
            # Keep the last result. At first it is False, so that the site itself answers with the error.
            logger.debug("Whether the database is being restored could not be read: %s", error)
        finally:
            self._looked_at = begun_at
            close_old_connections()  # as after a request


def with_restore_notice(application: WSGIApplication, watch: RestoreWatch | None = None) -> WSGIApplication:
    """Return an application that answers 503 to all requests but ``/readyz`` while the database is being restored."""
    restore_watch = watch or RestoreWatch()

    def application_with_restore_notice(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not restore_watch.is_restoring() or environ.get("PATH_INFO") == "/readyz":
            return application(environ, start_response)
        request = WSGIRequest(environ)
        response = _make_response(request.path_info, is_secure=request.is_secure())
        start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [response.content]

    return application_with_restore_notice


def with_alerts(application: WSGIApplication) -> WSGIApplication:
    """Return an application that evaluates the alerts on a request for ``/readyz`` if no worker has done so lately."""
    evaluation = Lock()
    started_at, begun_at = monotonic(), -math.inf

    def evaluate() -> None:
        # Models cannot be imported until the app registry is ready.
        from newsroom.http import clock
        from newsroom.operations.alerts.evaluation import STALE, evaluate_if_due

        try:
            evaluate_if_due(clock.now(), age=STALE)
        finally:
            connections.close_all()  # only the connections of this thread
            evaluation.release()

    def application_with_alerts(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # Evaluate the alerts in a thread, because a mail server that hangs must not delay the response.
        nonlocal begun_at
        now = monotonic()
        is_due = now - started_at >= START_TIME and now - begun_at >= EVALUATION_INTERVAL
        if environ.get("PATH_INFO") == "/readyz" and is_due and evaluation.acquire(blocking=False):
            begun_at = now
            Thread(target=evaluate, name="alerts", daemon=True).start()
        return application(environ, start_response)

    return application_with_alerts


def _make_response(path: str, *, is_secure: bool) -> HttpResponse:
    if path.startswith("/api/"):
        response = problem_document(503, MESSAGE)
    else:
        response = HttpResponse(f"{MESSAGE}\n", content_type="text/plain; charset=utf-8", status=503)
    for name, value in list_security_headers(is_secure=is_secure).items():
        response[name] = value
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    return response
