"""Where the page of a thing is, by its slug: what a page of many links would otherwise look up for each."""

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_urlconf, reverse
from django.utils.translation import get_language

from newsroom.http.languages import before_lists

# What stands unescaped in a segment of a path (RFC 3986, 3.3), as Django's own reversing leaves it.
_SAFE = "!$&'()*+,;=~:@"
_MARK = "x"


def address_of(view: str, slug: str) -> str:
    """Return the path of the page of ``slug``, of a ``view`` that is named by nothing else, in the language that is active."""
    before, after = _around(view, before_lists(get_language()), get_urlconf())
    return f"{before}{quote(slug, safe=_SAFE)}{after}"


@lru_cache(64)
def _around(view: str, language: str, urlconf: str | None) -> tuple[str, str]:
    """Return what stands before and after the slug in the addresses of a view."""
    before, _, after = reverse(view, args=[_MARK]).rpartition(f"/{_MARK}/")
    return f"{before}/", f"/{after}"
