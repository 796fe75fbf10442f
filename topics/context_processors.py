"""The context that every template receives: the subjects in the navigation of the public site."""

from functools import cache, partial

from django.http import HttpRequest

from newsroom.page_cache.dependencies import get_dependencies
from topics.navigation import SubjectLink, load_navigation


def subjects(request: HttpRequest) -> dict[str, object]:
    """Return the links of the subjects, and the address of the one whose page this is, or an empty string."""
    links = cache(partial(_load_links, request))
    # Functions, because only templates that print the masthead need them.
    return {
        "subjects": links,
        "current_subject": lambda: request.path if any(link.url == request.path for link in links()) else "",
    }


def _load_links(request: HttpRequest) -> tuple[SubjectLink, ...]:
    return load_navigation(get_dependencies(request)).list_links()
