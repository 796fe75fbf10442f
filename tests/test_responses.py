"""The checks of responses find headers and cookies that break a rule."""

import pytest
from django.http import HttpResponse

from newsroom.http.security_headers import list_security_headers
from tests.responses import check_cookie, check_headers


@pytest.mark.parametrize("name", list_security_headers(is_secure=True))
def test_a_missing_header_is_found(name):
    headers = list_security_headers(is_secure=True)
    check_headers(headers)
    del headers[name]
    with pytest.raises(AssertionError, match=name):
        check_headers(headers)


def test_a_page_that_other_sites_may_frame_needs_no_other_header_for_it():
    policy = "default-src 'none'; frame-ancestors *"
    headers = {**list_security_headers(is_secure=True), "Content-Security-Policy": policy}
    del headers["X-Frame-Options"]
    check_headers(headers)


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("sessionid", {"samesite": "Lax"}),
        ("sessionid", {"httponly": True}),
        ("sessionid", {"httponly": True, "samesite": "None", "secure": True}),
        ("sessionid", {"httponly": True, "samesite": "Lax", "domain": "news.example"}),
        ("__Host-session", {"httponly": True, "samesite": "Lax"}),
        ("__Host-session", {"httponly": True, "samesite": "Lax", "secure": True, "path": "/admin/"}),
        ("__Secure-preview_pass", {"httponly": True, "samesite": "Strict", "path": "/preview/x/"}),
    ],
)
def test_a_cookie_that_lacks_an_attribute_is_found(name, attributes):
    response = HttpResponse()
    response.set_cookie(name, "x", **attributes)
    with pytest.raises(AssertionError, match=name):
        check_cookie(response.cookies[name])
