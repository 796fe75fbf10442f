"""Headers that tell browsers what a page may use, which sites may load a response, and not to guess content types."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.csp import CSP, build_policy

from newsroom.public_pages import find_page

RESOURCE_POLICY = "Cross-Origin-Resource-Policy"
CROSS_ORIGIN = "cross-origin"
_POLICY = CSP.HEADER_ENFORCE.value
_FRAME_OPTIONS = "X-Frame-Options"


def list_security_headers() -> dict[str, str]:
    """Return the security headers of a response that sets none of its own."""
    return {
        _POLICY: build_policy(settings.SECURE_CSP),
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
        RESOURCE_POLICY: "same-origin",
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "X-Content-Type-Options": "nosniff",
        _FRAME_OPTIONS: settings.X_FRAME_OPTIONS,
    }


class SecurityHeadersMiddleware:
    """Middleware that adds the security headers to every response, except headers that the response already has.

    X-Frame-Options and the content security policy are left out if the view is exempt from them. Django's error pages
    in debug mode, which contain styles, are exempt from the policy. Pages that are declared as cross-origin may be
    loaded by other sites.

    This middleware precedes Django's ``SecurityMiddleware`` and WhiteNoise, so that redirects to HTTPS and static files
    have the headers too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._headers = list_security_headers()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        page = find_page(request.resolver_match)
        if page is not None and page.is_cross_origin:
            response.headers.setdefault(RESOURCE_POLICY, CROSS_ORIGIN)
        exempt = set()
        if getattr(response, "xframe_options_exempt", False):
            exempt.add(_FRAME_OPTIONS)
        if getattr(response, "_csp_config", None) == {}:  # csp_override({})
            exempt.add(_POLICY)
        for name, value in self._headers.items():
            if name not in exempt:
                response.headers.setdefault(name, value)
        return response
