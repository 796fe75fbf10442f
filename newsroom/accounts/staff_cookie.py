"""Marks the browsers of people of the desk, so that readers' pages ask for nothing in all others."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from newsroom.http.languages import DESK

# Scripts read it. It says the same for everybody and opens nothing: who somebody is, and what they may do, is asked of
# their session alone.
COOKIE, SAID = "desk", "1"


class MarkMiddleware:
    """Sets the mark where somebody of the desk is signed in, and takes it away where nobody is any more.

    Only on the pages of the desk and of accounts: all others are the same for everybody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if request.path_info.startswith(DESK):
            is_marked, is_of_the_desk = COOKIE in request.COOKIES, admin.site.has_permission(request)
            if is_of_the_desk and not is_marked:
                response.set_cookie(COOKIE, SAID, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax")
            elif is_marked and not is_of_the_desk:
                response.delete_cookie(COOKIE, samesite="Lax")
        return response
