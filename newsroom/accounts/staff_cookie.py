"""The cookie that marks browsers of desk users, so that only these browsers request the desk bar on public pages."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from newsroom.http.cookies import host_cookie
from newsroom.http.languages import DESK_PREFIXES

# Scripts read the cookie. It has the same value for all users and grants nothing. The session alone determines the user
# and the user's permissions.
COOKIE_VALUE = "1"


class StaffCookieMiddleware:
    """Middleware that sets the cookie if a desk user is signed in, and deletes it otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        # Only desk and account pages set it, because responses for readers are the same for everybody.
        if request.path_info.startswith(DESK_PREFIXES):
            name = host_cookie("desk")
            is_marked, is_desk_user = name in request.COOKIES, admin.site.has_permission(request)
            if is_desk_user and not is_marked:
                response.set_cookie(name, COOKIE_VALUE, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
            elif is_marked and not is_desk_user:
                response.delete_cookie(name, samesite="Lax")
        return response
