"""The names of cookies. On https, a prefix lets browsers refuse a cookie that another host or plain http sets.

RFC 6265bis, 4.1.3, defines the prefixes.
"""

from django.conf import settings


def host_cookie(name: str) -> str:
    """Return the name of a cookie that is sent to every page of this host and to no other host."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def path_cookie(name: str) -> str:
    """Return the name of a cookie that is sent only to pages under one path."""
    # The prefix __Host- is only for cookies of the whole host.
    return f"__Secure-{name}" if settings.SESSION_COOKIE_SECURE else name
