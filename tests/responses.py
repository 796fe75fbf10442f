"""Rules that every response of the product follows, and a check of each response that the test client receives."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import Morsel
from typing import Any
from unittest.mock import patch

from django.http import HttpResponseBase
from django.test.client import ClientHandler

SECURITY_HEADERS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
)
# Scripts read the cookie that marks browsers of desk users. Its value is the same for all of them.
READ_BY_SCRIPTS = {"desk", "__Host-desk"}


def check_headers(headers: Any) -> None:
    """Raise AssertionError if a security header is missing, or if the content security policy is too permissive."""
    missing = [name for name in SECURITY_HEADERS if not headers.get(name)]
    policy = headers.get("Content-Security-Policy", "")
    if "frame-ancestors 'none'" in policy and not headers.get("X-Frame-Options"):
        missing.append("X-Frame-Options")
    assert not missing, f"The response lacks {missing}."
    assert "default-src 'none'" in policy, policy
    assert "unsafe" not in policy, policy


def check_cookie(cookie: Morsel[str]) -> None:
    """Raise AssertionError if an attribute of a cookie is missing or too permissive."""
    written, is_deleted = cookie.OutputString(), cookie["max-age"] == 0
    assert not cookie["domain"], written
    assert cookie["samesite"] in {"Lax", "Strict"}, written
    assert is_deleted or cookie["httponly"] or cookie.key in READ_BY_SCRIPTS, written
    if cookie.key.startswith("__"):
        assert cookie["secure"], written
    if cookie.key.startswith("__Host-"):
        assert cookie["path"] == "/", written


@contextmanager
def checked_responses() -> Iterator[None]:
    """Check each response that the test client receives within the block."""
    get_response = ClientHandler.get_response

    def get_checked_response(self: ClientHandler, request: Any) -> HttpResponseBase:
        response = get_response(self, request)
        check_headers(response.headers)
        for cookie in response.cookies.values():
            check_cookie(cookie)
        return response

    with patch.object(ClientHandler, "get_response", get_checked_response):
        yield
