"""The languages of the site. The address of a list determines the language of the page and of the works in the list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Func, Q
from django.db.models.sql.compiler import SQLCompiler
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language, get_language_info, to_locale

# Only desk users open these addresses, so the pages are in the desk's language.
DESK_PREFIXES = ("/admin/", "/accounts/")
# The prefix of every list's route, whatever the language in its address.
LIST_ROUTE_PREFIX = "[language/]"
MAX_SUBTAG_LENGTH = 8  # characters (BCP 47, 2.1)


@dataclass(frozen=True, slots=True)
class LanguageAlternate:
    """A page in one language, with the tag and the native name of the language and the address of the page."""

    language: str
    name: str
    url: str
    is_current: bool

    @property
    def absolute_url(self) -> str:
        """The absolute URL of the page."""
        return f"{settings.SITE_URL}{self.url}"


def split_language(path: str) -> tuple[str, str]:
    """Return the language in the path of a list, and the rest of the path.

    ``path`` does not include the leading slash. The first language of the site has no prefix.
    """
    first, *others = settings.SITE_LANGUAGES
    prefix, slash, rest = path.partition("/")
    return (prefix, rest) if slash and prefix in others else (first, path)


def list_language(language: str | None) -> str:
    """Return the language of the lists to which a page in ``language`` links.

    This is ``language`` if it is a language of the site, otherwise one with the same primary subtag, otherwise the
    site's first language.
    """
    code = (language or "").lower()
    similar = (other for other in settings.SITE_LANGUAGES if primary_subtag(other) == primary_subtag(code))
    return code if code in settings.SITE_LANGUAGES else next(similar, settings.SITE_LANGUAGES[0])


def list_prefix(language: str | None) -> str:
    """Return the prefix of a list's address in ``language``. It is empty for the site's first language."""
    code = list_language(language)
    return "" if code == settings.SITE_LANGUAGES[0] else f"{code}/"


def primary_subtag(language: str) -> str:
    """Return the primary subtag of a language tag in lower case: ``en`` for ``en-GB`` (BCP 47, 2.2.1)."""
    return language.partition("-")[0].lower()


def has_interface_in(language: str) -> bool:
    """Return whether the interface is available in ``language``: English, or a language with a message catalogue."""
    tag = primary_subtag(language)
    catalogue = Path(settings.LOCALE_PATHS[0], to_locale(tag), "LC_MESSAGES", "django.mo")
    return tag == "en" or (tag.isalpha() and len(tag) <= MAX_SUBTAG_LENGTH and catalogue.is_file())


def native_name(language: str) -> str:
    """Return the name of ``language`` in that language, without a region.

    If Django does not know the language, return the tag.
    """
    try:
        name: str = get_language_info(primary_subtag(language))["name_local"]
    except KeyError:
        return language
    return name[:1].upper() + name[1:]


def translated_name(language: str) -> str:
    """Return the name of ``language`` in the active language. If Django does not know the language, return the tag."""
    try:
        return str(get_language_info(language)["name_translated"])
    except KeyError:
        return language


def in_active_language(field: str = "language") -> Q:
    """Return the condition that limits a list to works in the active language. ``field`` names the language field.

    Lists in the site's first language also contain the works in languages that have no lists.
    """
    first, *others = settings.SITE_LANGUAGES
    code = list_language(get_language())
    if code != first:
        return _has_language(field, code)
    return reduce(
        and_, (~_has_language(field, other) for other in others if primary_subtag(other) != primary_subtag(first)), Q()
    )


def active_list_languages(get_work_languages: Callable[[], Iterable[str]]) -> list[str] | None:
    """Return the primary subtags of the languages whose works a list in the active language contains, or None for all.

    ``get_work_languages`` returns the primary subtags of the languages of works. It is called only if needed.
    """
    first, *others = map(primary_subtag, settings.SITE_LANGUAGES)
    code = primary_subtag(list_language(get_language()))
    if code != first:
        return [code]
    excluded = {other for other in others if other != first}
    return [language for language in get_work_languages() if language not in excluded] if excluded else None


def list_alternates(request: HttpRequest, *, elsewhere: str = "") -> list[LanguageAlternate]:
    """Return the requested list in each language of the site.

    Return an empty list for pages that are not lists, and on a site with one language. The requested list may be
    missing in languages other than the active one. For these, the list at the address ``elsewhere``, if given, is used
    instead.
    """
    match = request.resolver_match
    if len(settings.SITE_LANGUAGES) < 2 or match is None or not match.route.startswith(LIST_ROUTE_PREFIX):
        return []
    active, rest = split_language(request.path_info[1:])
    # The search query is carried over. All other parameters apply only to the list in one language.
    search_query = request.GET.get("q") if match.url_name == "search" else None
    query_string = f"?{urlencode({'q': search_query})}" if search_query else ""
    other_path = split_language(elsewhere[1:])[1] if elsewhere else rest
    return [
        LanguageAlternate(
            code,
            native_name(code),
            f"/{list_prefix(code)}{rest if code == active else other_path}{query_string}",
            code == active,
        )
        for code in settings.SITE_LANGUAGES
    ]


def in_each_language(lists: Sequence[URLPattern]) -> URLResolver:
    """Return a resolver for the addresses of ``lists`` in all languages of the site."""
    return URLResolver(LanguagePrefix(), list(lists))


class LanguagePrefix(LocalePrefixPattern):
    """The language prefix of a list's address.

    Resolving accepts the prefix of every language of the site, whatever the active language. Django's class would
    accept only the prefix of the active language. Reversing uses the active language, because a page links to lists in
    its own language.
    """

    @property
    def language_prefix(self) -> str:
        """The prefix that reversing adds to the address of a list."""
        return list_prefix(get_language())

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, object]]:
        """Return the rest of ``path`` after the language prefix, and no arguments."""
        return split_language(path)[1], (), {}

    def __str__(self) -> str:
        return LIST_ROUTE_PREFIX


class LanguageMiddleware:
    """Middleware that activates the language of the address. It ignores cookies and request headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        language = settings.LANGUAGE_CODE if path.startswith(DESK_PREFIXES) else split_language(path[1:])[0]
        with translation.override(language):
            return self._get_response(request)


class PrimarySubtag(Func):
    """The primary subtag of a language column in lower case, as ``primary_subtag`` returns it."""

    # The SQL has no parameters, so that the database recognises an index on this expression.
    template = "lower(substr(%(expressions)s, 1, instr(%(expressions)s || '-', '-') - 1))"
    arity = 1
    output_field = CharField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Sequence[Any]]:
        """Return the expression as SQL for PostgreSQL."""
        context["template"] = "lower(split_part(%(expressions)s, '-', 1))"
        return self.as_sql(compiler, connection, **context)


def _has_language(field: str, language: str) -> Q:
    code = primary_subtag(language)
    return Q(**{f"{field}__iexact": code}) | Q(**{f"{field}__istartswith": f"{code}-"})
