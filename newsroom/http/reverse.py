"""Reverse the addresses of pages by slug with a cache, since a page may hold many links."""

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_urlconf, reverse
from django.utils.translation import get_language

from newsroom.http.languages import list_prefix

# Characters that a path segment may hold unescaped (RFC 3986, 3.3), as Django's ``reverse`` leaves them.
_SAFE = "!$&'()*+,;=~:@"
_MARK = "x"


def reverse_slug(view: str, slug: str) -> str:
    """Return the path of the page of ``slug`` in the active language; ``view`` takes no other argument."""
    before, after = _around(view, list_prefix(get_language()), get_urlconf())
    return f"{before}{quote(slug, safe=_SAFE)}{after}"


@lru_cache(64)
def _around(view: str, language: str, urlconf: str | None) -> tuple[str, str]:
    """Return the parts before and after the slug in the addresses of a view."""
    # ``language`` and ``urlconf`` are only part of the cache key: ``reverse`` reads the active ones.
    before, _, after = reverse(view, args=[_MARK]).rpartition(f"/{_MARK}/")
    return f"{before}/", f"/{after}"
