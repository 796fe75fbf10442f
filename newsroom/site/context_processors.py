"""The context that every template receives."""

from functools import cache, partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsroom.http.languages import list_alternates
from newsroom.operations import site_state
from newsroom.page_cache.dependencies import SITE, get_dependencies
from newsroom.site.frame import Frame

_UNSET = dict.fromkeys(("first", "preview", "remembers"))


def site(request: HttpRequest) -> dict[str, object]:
    """Return the name and URL of the site, whether mail is set up, whether the site is quiet, and the page's frame.

    The footer links to about pages and to versions of a list in other languages.
    """
    frame = cache(partial(_load_frame, request))
    return {
        # Functions, because only templates that print a frame need the query.
        "about_links": lambda: frame().about_links,
        "has_demonstration": lambda: frame().has_demonstration,
        "list_versions": partial(list_alternates, request),
        "site_mark": settings.SITE_MARK,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "mail_is_set_up": settings.EMAIL_CONFIGURED,
        "site_is_quiet": SimpleLazyObject(site_state.is_quiet),
        # Set by few pages. It takes Django much longer to find that a variable is missing than that it is None.
        **_UNSET,
    }


def _load_frame(request: HttpRequest) -> Frame:
    return Frame.load(get_dependencies(request).versions.get(SITE))
