"""Headers that tell browsers what a page may use, which sites may load a response, and not to guess content types."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from newsroom.public_pages import find_page

RESOURCE_POLICY = "Cross-Origin-Resource-Policy"
CROSS_ORIGIN = "cross-origin"
SECURITY_HEADERS = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    RESOURCE_POLICY: "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class SecurityHeadersMiddleware:
    """Middleware that adds ``SECURITY_HEADERS`` to every response, except headers that the view has set.

    Pages that are declared as cross-origin may be loaded by other sites.

    This middleware precedes Django's ``SecurityMiddleware``, so that redirects to HTTPS have the headers too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        page = find_page(request.resolver_match)
        if page is not None and page.is_cross_origin:
            response.headers.setdefault(RESOURCE_POLICY, CROSS_ORIGIN)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response
