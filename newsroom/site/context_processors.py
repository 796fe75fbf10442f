"""What every template knows of the site."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from newsroom.http.languages import versions_of
from newsroom.page_cache.dependencies import SITE, dependencies_of
from newsroom.site.models import AboutPage


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's name and address, whether mail can be sent, and what the foot lists: pages about us, languages.

    The pages are asked of the database only where a template prints them.
    """
    return {
        "about_pages": SimpleLazyObject(partial(_about_pages, request)),
        "list_versions": partial(versions_of, request),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "mail_is_set_up": settings.EMAIL_CONFIGURED,
    }


def _about_pages(request: HttpRequest) -> list[AboutPage]:
    return AboutPage.objects.in_the_foot(dependencies_of(request).versions.get(SITE))
