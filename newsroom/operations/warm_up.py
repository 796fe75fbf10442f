"""Reading public pages in the process that the workers fork from, so that they share what the pages load.

Otherwise each worker loads it with its first requests: compiled templates, translations, specialised bytecode.
"""

import logging
import re
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIApplication, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.urls import Resolver404, resolve

from newsroom.public_pages import list_pages

MAX_SECONDS = 5.0
# A page that is requested with a query is not stored.
_QUERY = "warm-up"


class _OutOfTimeError(BaseException):
    """The pages take too long. Not an Exception, so that the application does not turn it into a response."""


def warm_up(application: WSGIApplication, *, within: float = MAX_SECONDS) -> None:
    """Request a page of each kind that is stored, as far as such pages link to each other.

    The responses are neither stored nor checked, and nothing is logged: readers will meet the same errors. Stop at the
    first error or response with a status of 500 or more, because other pages probably cannot be built either, and after
    ``within`` seconds, because a database that hangs must not keep the server from starting. This has to be called from
    the main thread.
    """
    logging.disable()
    previous = signal.signal(signal.SIGALRM, _raise_out_of_time)
    signal.setitimer(signal.ITIMER_REAL, within)
    try:
        with suppress(_OutOfTimeError, Exception):
            _read_pages(application)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        logging.disable(logging.NOTSET)


def _raise_out_of_time(number: int, frame: FrameType | None) -> None:
    raise _OutOfTimeError


def _read_pages(application: WSGIApplication) -> None:
    links = re.compile(rf'href="(?:{re.escape(settings.SITE_URL)})?(/(?!/)[^"?#]*)')
    names = {page.name for page in list_pages() if page.is_stored}
    paths = deque(["/"])
    while paths and names:
        path = paths.popleft()
        if (name := _find_name(path)) not in names:
            continue
        names.remove(name)
        status, content = _request(application, path)
        if status >= 500:
            return
        paths.extend(links.findall(content))


def _find_name(path: str) -> str:
    try:
        match = resolve(unquote(path))
    except Resolver404:
        return ""
    # Addresses of the API have the names of the pages, and a namespace.
    return "" if match.namespaces else match.url_name or ""


def _request(application: WSGIApplication, path: str) -> tuple[int, str]:
    """Return the status and the text of the response to a GET request."""
    site = urlsplit(settings.SITE_URL)
    environ: WSGIEnvironment = {
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": _QUERY,
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "wsgi.url_scheme": site.scheme,
    }
    setup_testing_defaults(environ)
    statuses: list[str] = []

    def start_response(status: str, *_: object) -> Callable[[bytes], object]:
        statuses.append(status)
        return bytes

    response = application(environ, start_response)
    try:
        content = b"".join(response)
    finally:
        if close := getattr(response, "close", None):
            close()
    return int(statuses[0].split()[0]), content.decode(errors="replace")
