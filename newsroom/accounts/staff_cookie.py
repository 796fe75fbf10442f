"""The cookie that marks browsers of desk users, so that public pages make no request in other browsers."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from newsroom.http.languages import DESK_PREFIXES

# Scripts read the cookie. It has the same value for all users and grants nothing. Who the user is, and which
# permissions the user has, depends on the session alone.
COOKIE, SAID = "desk", "1"


class StaffCookieMiddleware:
    """Set the cookie if a desk user is signed in, and delete it otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        # Only desk and account pages set it: responses for readers are the same for everyone.
        if request.path_info.startswith(DESK_PREFIXES):
            is_marked, is_of_the_desk = COOKIE in request.COOKIES, admin.site.has_permission(request)
            if is_of_the_desk and not is_marked:
                response.set_cookie(COOKIE, SAID, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
            elif is_marked and not is_of_the_desk:
                response.delete_cookie(COOKIE, samesite="Lax")
        return response
