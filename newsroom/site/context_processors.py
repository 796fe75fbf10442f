"""The context that every template receives."""

from functools import cache, partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsroom.http.languages import list_alternates
from newsroom.operations import site_state
from newsroom.page_cache.dependencies import SITE, get_dependencies
from newsroom.site.models import AboutLink, AboutPage

_UNSET = dict.fromkeys(("first", "preview", "remembers"))


def site(request: HttpRequest) -> dict[str, object]:
    """Return the name and URL of the site, whether mail is set up, whether the site is quiet, and the footer's links.

    The footer links to about pages and to versions of a list in other languages.
    """
    return {
        # A function, because only templates that print these links need the query.
        "about_links": cache(partial(_load_about_links, request)),
        "list_versions": partial(list_alternates, request),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "mail_is_set_up": settings.EMAIL_CONFIGURED,
        "site_is_quiet": SimpleLazyObject(site_state.is_quiet),
        # Set by few pages. It takes Django much longer to find that a variable is missing than that it is None.
        **_UNSET,
    }


def _load_about_links(request: HttpRequest) -> tuple[AboutLink, ...]:
    return AboutPage.objects.footer_links(get_dependencies(request).versions.get(SITE))
