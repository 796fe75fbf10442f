"""Error handlers for the statuses 400, 403, 404 and 500, and 503 during a database outage."""

import logging
import sys

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.log import log_response
from django.utils.translation import get_language, gettext

from newsroom.db.outages import RETRY_AFTER, Outage, classify_error
from newsroom.desk.responses import json_refusal, refusal_page, submitted_text
from newsroom.http.languages import DESK_PREFIXES
from newsroom.page_cache.responses import finish_response
from newsroom.site.retry import mark_retryable

NO_STORE = "no-store"
UNSAVED = "Nothing can be saved now. Your text is kept in this browser."
UNREACHED = "The site can’t reach its database, so this may not have been saved. Try again in a few seconds."
_PLAIN = '<!doctype html><html lang="{}"><meta charset="utf-8"><title>{}</title><h1>{}</h1><p>{}</p><p><a href="/">{}</a></p></html>'

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400. The page needs neither the request nor the database."""
    return _render_standalone("400.html", status=400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 403 to a user who lacks a permission."""
    if _is_desk_user(request):
        message = str(exception) or "Ask an administrator for permission."
        return refusal_page(request, "You don’t have access to this page", message, status=403)
    return _set_no_store(render(request, "403.html", status=403))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Return 404. Readers get the same page whatever the reason."""
    if _is_desk_user(request):
        message = "Check the address for typos, or search for the page. It may have been deleted."
        return refusal_page(request, "Page not found", message, status=404)
    response = render(request, "404.html", status=404)
    # A cache may store a 404 without Cache-Control (RFC 9110, 15.5.5), and a page may go live at this address at any
    # moment. With the headers of a public page, caches revalidate.
    return (
        _set_no_store(response) if request.path_info.startswith(DESK_PREFIXES) else finish_response(request, response)
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Return 503 with the reason during a database outage, and 500 for any other failure.

    The page for status 500 needs neither the request nor the database.
    """
    try:
        if outage := classify_error(sys.exception()):
            return _unavailable(request, outage)
        return _render_standalone("500.html", status=500)
    except Exception:
        # The failure may be in the lookup of static files. A page without styles can still be read.
        logger.exception("The page for failures could not be rendered.")
    title = gettext("Something went wrong")
    message = gettext("This is our fault, and we have been notified. Try again in a moment.")
    html = format_html(_PLAIN, get_language() or "en", title, title, message, gettext("Front page"))
    return _set_no_store(HttpResponse(html, status=500))


def _unavailable(request: HttpRequest, outage: Outage) -> HttpResponse:
    """Return 503, because the database is unreachable or read-only.

    The response is JSON for a script, or a page with the submitted text for copying.
    """
    message = UNSAVED if outage is Outage.UNWRITABLE else UNREACHED
    if "application/json" in request.headers.get("Accept", ""):
        response: HttpResponse = json_refusal(message, status=503)
    elif outage is Outage.UNWRITABLE and _is_desk_user(request):
        response = refusal_page(request, "Not saved", message, status=503)
    else:
        # Show the submitted text only if a page of this site sent it: text from another site must not look like the
        # user's.
        is_same_origin = request.headers.get("Sec-Fetch-Site") == "same-origin"
        context = {
            "is_sent": request.method == "POST",
            "is_unwritable": outage is Outage.UNWRITABLE,
            "text": submitted_text(request) if is_same_origin else "",
        }
        response = _render_standalone("503.html", status=503, **context)
    response["Retry-After"] = str(RETRY_AFTER)
    mark_retryable(response, outage)
    # During an outage, Django would log a traceback for each failed request and fill the disk.
    log_response("%s: %s", response.reason_phrase, request.path, response=response, request=request, level="warning")
    return _set_no_store(response)


def _is_desk_user(request: HttpRequest) -> bool:
    return request.path_info.startswith(DESK_PREFIXES) and admin.site.has_permission(request)


def _render_standalone(template: str, *, status: int, **more: object) -> HttpResponse:
    """Return a page rendered without the request and the database, with ``Cache-Control: no-store``."""
    context = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **more}
    return _set_no_store(HttpResponse(render_to_string(template, context), status=status))


def _set_no_store(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = NO_STORE
    return response
