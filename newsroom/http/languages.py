"""The languages of the site. The address alone selects the language of a list, of its interface and of its works."""

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

# Only users of the desk open these addresses, so they are in the desk's language.
DESK_PREFIXES = ("/admin/", "/accounts/")
# The prefix of the route of each list, whichever language its address names.
LIST_ROUTE_PREFIX = "[language/]"


@dataclass(frozen=True, slots=True)
class LanguageAlternate:
    """A page in one language: the language's tag and its name in itself, the page's address, whether it is current."""

    language: str
    name: str
    url: str
    is_current: bool

    @property
    def absolute_url(self) -> str:
        """The absolute URL."""
        return f"{settings.SITE_URL}{self.url}"


def split_language(path: str) -> tuple[str, str]:
    """Return the language that the path of a list names, and the rest of the path.

    ``path`` begins after the first slash. The first language of the site has no prefix.
    """
    first, *others = settings.SITE_LANGUAGES
    named, slash, rest = path.partition("/")
    return (named, rest) if slash and named in others else (first, path)


def list_language(language: str | None) -> str:
    """Return the language of the lists to which a page in ``language`` links.

    This is the same language, or else one of the site with the same primary subtag, or else the site's first.
    """
    wanted = (language or "").lower()
    alike = (code for code in settings.SITE_LANGUAGES if primary_subtag(code) == primary_subtag(wanted))
    return wanted if wanted in settings.SITE_LANGUAGES else next(alike, settings.SITE_LANGUAGES[0])


def list_prefix(language: str | None) -> str:
    """Return the prefix of a list's address in ``language``; it is empty for the site's first language."""
    code = list_language(language)
    return "" if code == settings.SITE_LANGUAGES[0] else f"{code}/"


def primary_subtag(language: str) -> str:
    """Return the primary subtag of a language tag in lower case: ``en`` for ``en-GB`` (BCP 47, 2.2.1)."""
    return language.partition("-")[0].lower()


def has_interface_in(language: str) -> bool:
    """Return whether the interface exists in ``language``: in English, and wherever there is a message catalogue."""
    tag = primary_subtag(language)
    catalogue = Path(settings.LOCALE_PATHS[0], to_locale(tag), "LC_MESSAGES", "django.mo")
    return tag == "en" or (tag.isalpha() and catalogue.is_file())


def native_name(language: str) -> str:
    """Return the name of ``language`` in that language, or the tag if Django does not know it."""
    try:
        name: str = get_language_info(primary_subtag(language))["name_local"]
    except KeyError:
        return language
    return name[:1].upper() + name[1:]


def in_active_language(field: str = "language") -> Q:
    """Return the condition that limits a list to the works of the active language; ``field`` holds their language.

    Lists in the site's first language also contain the works in languages without lists of their own.
    """
    first, *others = settings.SITE_LANGUAGES
    code = list_language(get_language())
    if code != first:
        return _written_in(field, code)
    return reduce(
        and_, (~_written_in(field, other) for other in others if primary_subtag(other) != primary_subtag(first)), Q()
    )


def active_list_languages(written: Callable[[], Iterable[str]]) -> list[str] | None:
    """Return the primary subtags of the languages of the works in a list in the active language, or None for all.

    ``written`` returns the languages in which works exist. It is called only if the result depends on it.
    """
    first, *others = map(primary_subtag, settings.SITE_LANGUAGES)
    code = primary_subtag(list_language(get_language()))
    if code != first:
        return [code]
    apart = {other for other in others if other != first}
    return [language for language in written() if language not in apart] if apart else None


def list_alternates(request: HttpRequest, *, elsewhere: str = "") -> list[LanguageAlternate]:
    """Return the requested list in each language of the site.

    Return an empty list for pages that are not lists, and if the site has one language. ``elsewhere`` is the address
    of a list to which the other languages link instead, if the requested one may be missing there.
    """
    match = request.resolver_match
    if len(settings.SITE_LANGUAGES) < 2 or match is None or not match.route.startswith(LIST_ROUTE_PREFIX):
        return []
    active, rest = split_language(request.path_info[1:])
    # The search query is carried over; all other parameters belong to the list in one language.
    words = request.GET.get("q") if match.url_name == "search" else None
    query = f"?{urlencode({'q': words})}" if words else ""
    other = split_language(elsewhere[1:])[1] if elsewhere else rest
    return [
        LanguageAlternate(
            code, native_name(code), f"/{list_prefix(code)}{rest if code == active else other}{query}", code == active
        )
        for code in settings.SITE_LANGUAGES
    ]


def in_each_language(lists: Sequence[URLPattern]) -> URLResolver:
    """Return a resolver for the addresses of ``lists``, each in all languages of the site."""
    return URLResolver(LanguagePrefix(), list(lists))


class LanguagePrefix(LocalePrefixPattern):
    """The part of a list's address that names its language.

    Resolving reads it from the address, whichever language is active. Reversing writes the active language, since a
    page links to lists in its own language. Django's class accepts every language that it knows as one of the site's.
    """

    @property
    def language_prefix(self) -> str:
        """The prefix that reversing puts before the address of a list."""
        return list_prefix(get_language())

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, object]]:
        """Return the rest of ``path`` after its language, without arguments."""
        return split_language(path)[1], (), {}

    def __str__(self) -> str:
        return LIST_ROUTE_PREFIX


class LanguageMiddleware:
    """Middleware that activates the language of the address. It reads no cookie and no header of the reader."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        language = settings.LANGUAGE_CODE if path.startswith(DESK_PREFIXES) else split_language(path[1:])[0]
        with translation.override(language):
            return self._get_response(request)


class PrimarySubtag(Func):
    """The primary subtag of a language column in lower case, as ``primary`` returns it."""

    # Without parameters, so that the database recognises an index on this expression.
    template = "lower(substr(%(expressions)s, 1, instr(%(expressions)s || '-', '-') - 1))"
    arity = 1
    output_field = CharField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Sequence[Any]]:
        """Return the expression in PostgreSQL's SQL."""
        context["template"] = "lower(split_part(%(expressions)s, '-', 1))"
        return self.as_sql(compiler, connection, **context)


def _written_in(field: str, language: str) -> Q:
    code = primary_subtag(language)
    return Q(**{f"{field}__iexact": code}) | Q(**{f"{field}__istartswith": f"{code}-"})
