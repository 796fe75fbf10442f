"""Headers that tell browsers what a page may use, which sites may load a response, and not to guess content types."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.csp import CSP, build_policy

from newsroom.public_pages import find_page

RESOURCE_POLICY = "Cross-Origin-Resource-Policy"
CROSS_ORIGIN = "cross-origin"


def list_security_headers(*, is_secure: bool) -> dict[str, str]:
    """Return all security headers, for responses that do not pass through Django's middleware.

    ``is_secure`` tells whether the request came over HTTPS. Only then may a response have Strict-Transport-Security
    (RFC 6797, section 7.2).
    """
    headers = {
        CSP.HEADER_ENFORCE.value: build_policy(settings.SECURE_CSP),
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        **_list_other_headers(),
    }
    if is_secure and settings.SECURE_HSTS_SECONDS:
        headers["Strict-Transport-Security"] = _format_transport_security()
    return headers


def _format_transport_security() -> str:
    """Return the value of Strict-Transport-Security, as Django's middleware formats the same settings."""
    directives = [f"max-age={settings.SECURE_HSTS_SECONDS}"]
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        directives.append("includeSubDomains")
    if settings.SECURE_HSTS_PRELOAD:
        directives.append("preload")
    return "; ".join(directives)


def _list_other_headers() -> dict[str, str]:
    """Return the security headers from which Django exempts no view."""
    return {
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        RESOURCE_POLICY: "same-origin",
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
    }


class SecurityHeadersMiddleware:
    """Middleware that adds the security headers to every response, except headers that the response already has.

    Pages that are declared as cross-origin may be loaded by other sites. Django's own middleware adds X-Frame-Options
    and the content security policy, because views can be exempt from these. All three precede Django's
    ``SecurityMiddleware`` and WhiteNoise, so that redirects to HTTPS and static files have the headers too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._headers = _list_other_headers()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        page = find_page(request.resolver_match)
        if page is not None and page.is_cross_origin:
            response.headers.setdefault(RESOURCE_POLICY, CROSS_ORIGIN)
        for name, value in self._headers.items():
            response.headers.setdefault(name, value)
        return response
