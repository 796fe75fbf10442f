"""The WSGI callable that a server runs: Django behind the health check, the stored pages and other layers."""

import logging
import os
import sys
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.core.handlers.wsgi import WSGIRequest
from django.core.management.base import SystemCheckError
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from newsroom.http.security_headers import list_security_headers
from newsroom.operations.metrics import with_metrics
from newsroom.operations.proxy_probe import with_proxy_probe
from newsroom.operations.wsgi import with_alerts, with_restore_notice
from newsroom.page_cache.fetch import make_fetcher
from newsroom.page_cache.release import release
from newsroom.page_cache.wsgi import StoredPages
from newsroom.process import freeze_loaded_objects

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
# A response with a stored page takes a tenth of a millisecond. With the default interval, it would wait up to five
# milliseconds for a thread that is building a page or searching.
sys.setswitchinterval(0.0005)
_OK = b"ok\n"


def with_stored_pages(django: WSGIApplication) -> WSGIApplication:
    """Return an application that serves stored pages and passes all other requests to ``django``.

    Return ``django`` itself if DEBUG is set.
    """
    if settings.DEBUG:
        return django
    header = settings.SECURE_PROXY_SSL_HEADER
    fetcher = make_fetcher(release())
    return StoredPages(
        django,
        fetch=fetcher,
        has_page=fetcher.has_page,
        hosts=settings.ALLOWED_HOSTS,
        is_secure=settings.SECURE_SSL_REDIRECT,
        proxy_header=(header[0], header[1]) if header else None,
        lock_folder=settings.VAR_DIR / "turns",
        is_purged=bool(settings.PURGE_URL),
    )


def with_health(application: WSGIApplication) -> WSGIApplication:
    """Return an application that answers ``/healthz`` itself and passes all other requests to ``application``."""

    # This check must not depend on a database, a cache or a lock.
    def application_with_health(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO") != "/healthz" or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return application(environ, start_response)
        content_type = ("Content-Type", "text/plain; charset=utf-8")
        headers = [content_type, ("Content-Length", str(len(_OK))), ("Cache-Control", "no-store")]
        security = list_security_headers(is_secure=WSGIRequest(environ).is_secure())
        start_response("200 OK", [*headers, *security.items()])
        return [_OK] if environ["REQUEST_METHOD"] == "GET" else []

    return application_with_health


def check_environment() -> None:
    """Raise SystemCheckError if the cache or ``RETENTION`` is misconfigured, and log warnings about them."""
    # The module imports models, which requires that Django is set up.
    from newsroom.operations.retention import CHECK_TAG

    # A server does not run Django's system checks.
    for message in run_checks(tags=[Tags.caches, CHECK_TAG]):
        if message.is_serious():
            raise SystemCheckError(str(message))
        logging.getLogger(__name__).warning("%s", message)


application = with_health(
    with_metrics(with_proxy_probe(with_alerts(with_restore_notice(with_stored_pages(get_wsgi_application())))))
)
check_environment()
# Load all views now, so that the first request does not have to wait for this.
get_resolver().url_patterns  # noqa: B018 -- the access loads them
freeze_loaded_objects()
