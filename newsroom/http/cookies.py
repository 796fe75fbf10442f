"""The names of cookies. Over HTTPS, they have a prefix (RFC 6265bis, 4.1.3).

It makes browsers reject a cookie that was set over plain HTTP or, if the prefix is ``__Host-``, by another host.
"""

from django.conf import settings


def host_cookie(name: str) -> str:
    """Return the name of a cookie that is sent to every page of this host and to no other host."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def path_cookie(name: str) -> str:
    """Return the name of a cookie that is sent only to pages under one path."""
    # The prefix __Host- is only for cookies of the whole host.
    return f"__Secure-{name}" if settings.SESSION_COOKIE_SECURE else name
