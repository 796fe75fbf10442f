"""Public pages, each declared once: a URL pattern with all properties of the page that the rest of the site needs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache

from django.db.models import Model
from django.http import HttpResponseBase
from django.urls import ResolverMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern
from django.utils.functional import Promise


class PublicPage(URLPattern):
    """The URL pattern of a page that everyone can read, with its properties.

    ``queries`` is its query budget, which a test compares with the actual number. ``is_stored`` says whether its
    response is stored for other readers. ``is_cross_origin`` says whether pages of other sites may load it, as is the
    case for feeds and images. ``schema_type`` is its schema.org type, or empty if the page has no structured data.

    A page about one object has a ``kind``: the kind of a work, ``topic``, ``source`` or ``about``. If readers
    can report errors on it, ``subject`` returns the reported object by slug and time, or raises the same errors as the
    page.

    A list has a ``label``, its name in the menu, in breadcrumbs and in reader reports. ``summary`` describes a page in
    the menu, in English, for programs. The menu and the sitemap are in the order of the URLconf.
    """

    name: str

    def __init__(
        self,
        route: str,
        view: Callable[..., HttpResponseBase],
        kwargs: Mapping[str, object] | None = None,
        *,
        name: str,
        queries: int,
        is_stored: bool = False,
        is_cross_origin: bool = False,
        schema_type: str | tuple[str, ...] = "",
        kind: str = "",
        subject: Callable[..., Model] | None = None,
        label: str | Promise = "",
        summary: str = "",
        in_menu: bool = False,
        in_sitemap: bool = False,
    ) -> None:
        super().__init__(RoutePattern(route, name, is_endpoint=True), view, dict(kwargs or {}), name)
        self.route = route
        self.queries = queries
        self.is_stored = is_stored
        self.is_cross_origin = is_cross_origin
        self.schema_type = schema_type
        self.kind = kind
        self.subject = subject
        self.label = label
        self.summary = summary
        self.in_menu = in_menu
        self.in_sitemap = in_sitemap

    def get_absolute_url(self) -> str:
        """Return the path of a page without arguments, in the active language if the page exists in each language."""
        return reverse(self.name)


@cache
def list_pages() -> tuple[PublicPage, ...]:
    """Return all public pages, in the order of the URLconf."""
    return tuple(_pages_in(get_resolver().url_patterns))


def get_page(name: str) -> PublicPage:
    """Return the page with this URL name. Raise KeyError if there is none."""
    return _pages_by_name()[name]


def find_page(match: ResolverMatch | None) -> PublicPage | None:
    """Return the public page for a resolved address, or None.

    For an API address, return the page with the same data.
    """
    # URL names in the namespace of the API are the same as the URL names of the pages.
    return _pages_by_name().get(match.url_name or "") if match else None


@cache
def path_names() -> frozenset[str]:
    """Return the fixed alphabetic segments of public paths: the first of each, and all in paths with arguments."""
    paths = [page.route.rstrip("/").split("/") for page in list_pages()]
    names = [name for path in paths for name in (path if "<" in "".join(path) else path[:1])]
    return frozenset(name for name in names if name.isalpha())


@cache
def _pages_by_name() -> dict[str, PublicPage]:
    return {page.name: page for page in list_pages()}


def _pages_in(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[PublicPage]:
    for pattern in patterns:
        if isinstance(pattern, PublicPage):
            yield pattern
        elif isinstance(pattern, URLResolver):
            yield from _pages_in(pattern.url_patterns)
