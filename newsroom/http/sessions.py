"""The middleware for sessions, adapted to a database that may be unable to accept writes."""

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from newsroom.db.outages import Outage, classify_error


class ReadableSessionMiddleware(SessionMiddleware):
    """Return the responses of requests that only read data even if the session cannot be saved.

    A page that shows a message removes it from the session. While the database accepts no writes, the message remains
    and is shown again.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Save the session. Raise the error of the database if it is an outage that concerns this request."""
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
