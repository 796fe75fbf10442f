"""Reverse page addresses by slug, with a cache, because a page may contain many links."""

from functools import lru_cache
from urllib.parse import quote

from django.urls import get_urlconf, reverse
from django.utils.translation import get_language

from newsroom.http.languages import list_prefix

# Characters that need no escaping in a path segment (RFC 3986, 3.3). Django's ``reverse`` does not escape them either.
_SAFE = "!$&'()*+,;=~:@"
_PLACEHOLDER = "any-slug"
_ANY_NUMBER = 1


def reverse_slug(view: str, slug: str, number: int | None = None) -> str:
    """Return the path of the page with this slug in the active language.

    ``view`` must take the slug, the number if there is one, and no other argument.
    """
    before, after = _split_address(view, list_prefix(get_language()), get_urlconf(), number is not None)
    path = f"{before}{quote(slug, safe=_SAFE)}{after}"
    return path if number is None else f"{path}{number}/"


# A site may have many languages, and a page of a story in one of them has links to some twenty views.
@lru_cache(1_000)
def _split_address(view: str, language: str, urlconf: str | None, is_numbered: bool) -> tuple[str, str]:
    """Return the parts of a view's address before and after the slug, without a number at the end."""
    # ``language`` and ``urlconf`` are used only as cache keys, because ``reverse`` reads the active ones.
    address = reverse(view, args=[_PLACEHOLDER, _ANY_NUMBER] if is_numbered else [_PLACEHOLDER])
    before, _, after = address.partition(_PLACEHOLDER)
    return before, after.removesuffix(f"{_ANY_NUMBER}/") if is_numbered else after
