"""Reverse page addresses by slug, with a cache, because a page may contain many links."""

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_urlconf, reverse
from django.utils.translation import get_language

from newsroom.http.languages import list_prefix

# Characters that need no escaping in a path segment (RFC 3986, 3.3). Django's ``reverse`` does not escape them either.
_SAFE = "!$&'()*+,;=~:@"
_PLACEHOLDER = "any-slug"


def reverse_slug(view: str, slug: str) -> str:
    """Return the path of the page with this slug in the active language. ``view`` must take no other argument."""
    before, after = _split_address(view, list_prefix(get_language()), get_urlconf())
    return f"{before}{quote(slug, safe=_SAFE)}{after}"


@lru_cache(64)
def _split_address(view: str, language: str, urlconf: str | None) -> tuple[str, str]:
    """Return the parts of a view's address before and after the slug."""
    # ``language`` and ``urlconf`` are used only as cache keys, because ``reverse`` reads the active ones.
    before, _, after = reverse(view, args=[_PLACEHOLDER]).partition(_PLACEHOLDER)
    return before, after
