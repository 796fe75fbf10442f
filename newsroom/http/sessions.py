"""The session middleware, which records activity and tolerates a database that accepts no writes."""

from contextlib import suppress
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from newsroom.db.outages import Outage, classify_error
from newsroom.http.clock import ensure_request_time
from newsroom.http.request_state import RequestState

_IS_AUTOMATIC = RequestState(bool)


def mark_automatic(request: HttpRequest) -> None:
    """Mark a request that a script sends at intervals. Such a request does not count as activity of the user."""
    _IS_AUTOMATIC.set(request, True)


class ReadableSessionMiddleware(SessionMiddleware):
    """Middleware that returns the response to a request that only reads data, even if the session cannot be saved.

    A page that shows a message removes it from the session. While the database accepts no writes, the message remains
    and is shown again.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Record the user's activity, and save the session.

        Raise the error if the session cannot be saved. If the database accepts no writes, and the method is GET or
        HEAD, return the response instead.
        """
        _record_activity(request)
        try:
            return super().process_response(request, response)
        except DatabaseError as error:
            failure: BaseException = error
        except SessionInterrupted as error:
            # Django treats any database error as if the session had been deleted in the meantime.
            cause = error.__context__ and error.__context__.__context__
            if cause is None or classify_error(cause) is None:
                raise
            failure = cause
        if request.method in ("GET", "HEAD") and classify_error(failure) is Outage.UNWRITABLE:
            patch_vary_headers(response, ("Cookie",))
            return response
        raise failure


def _record_activity(request: HttpRequest) -> None:
    # Reading the session here would make a page that did not read it depend on the cookie.
    session: Any = getattr(request, "session", None)  # its class depends on SESSION_ENGINE
    if _IS_AUTOMATIC.get(request) or not (session and session.accessed):
        return
    if SESSION_KEY in session:
        # If the activity cannot be recorded, the session ends as if the user had been inactive.
        with suppress(DatabaseError):
            session.record_activity(ensure_request_time(request))
