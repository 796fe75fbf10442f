"""The languages of the site: the address alone says which one a list is in; its words and its works follow."""

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

# What nobody but the people of the desk opens is in the desk's language.
DESK = ("/admin/", "/accounts/")
# What the route of a list begins with, whichever language its address names.
ROUTE = "[language/]"


@dataclass(frozen=True, slots=True)
class Version:
    """The same page in one language: its tag, its own name for itself, the address, and whether this is that page."""

    language: str
    name: str
    url: str
    is_this: bool

    @property
    def whole_url(self) -> str:
        """The address with that of the site before it."""
        return f"{settings.SITE_URL}{self.url}"


def split(path: str) -> tuple[str, str]:
    """Return the language that the path of a list names, and what follows it; ``path`` begins after the first slash.

    The first language of the site is named by nothing.
    """
    first, *others = settings.SITE_LANGUAGES
    named, slash, rest = path.partition("/")
    return (named, rest) if slash and named in others else (first, path)


def list_language(language: str | None) -> str:
    """Return the language of the lists to which a page in ``language`` leads: its own, or else the site's first."""
    wanted = (language or "").lower()
    alike = (code for code in settings.SITE_LANGUAGES if primary(code) == primary(wanted))
    return wanted if wanted in settings.SITE_LANGUAGES else next(alike, settings.SITE_LANGUAGES[0])


def before_lists(language: str | None) -> str:
    """Return what stands before the address of a list in that language: nothing for the site's first."""
    code = list_language(language)
    return "" if code == settings.SITE_LANGUAGES[0] else f"{code}/"


def primary(language: str) -> str:
    """Return the language without its country or script, in small letters: ``en`` for ``en-GB`` (BCP 47, 2.2.1)."""
    return language.partition("-")[0].lower()


def is_spoken(language: str) -> bool:
    """Say whether our own words are written in a language: in English they are, in others where there is a catalogue."""
    tag = primary(language)
    catalogue = Path(settings.LOCALE_PATHS[0], to_locale(tag), "LC_MESSAGES", "django.mo")
    return tag == "en" or (tag.isalpha() and catalogue.is_file())


def name_of(language: str) -> str:
    """Return what the language calls itself, the tag where nobody told us."""
    try:
        name: str = get_language_info(primary(language))["name_local"]
    except KeyError:
        return language
    return name[:1].upper() + name[1:]


def listed(field: str = "language") -> Q:
    """Return what keeps the works of a list in the language that is active.

    These are the works in that language; lists in the site's first one hold those in every language without lists too.
    """
    first, *others = settings.SITE_LANGUAGES
    code = list_language(get_language())
    if code != first:
        return _written_in(field, code)
    return reduce(and_, (~_written_in(field, other) for other in others if primary(other) != primary(first)), Q())


def languages_listed(written: Callable[[], Iterable[str]]) -> list[str] | None:
    """Return in which languages the works of a list in the active language are, without country; None for all.

    ``written`` tells in which works are written at all, and is asked where that matters.
    """
    first, *others = map(primary, settings.SITE_LANGUAGES)
    code = primary(list_language(get_language()))
    if code != first:
        return [code]
    apart = {other for other in others if other != first}
    return [language for language in written() if language not in apart] if apart else None


def versions_of(request: HttpRequest, *, elsewhere: str = "") -> list[Version]:
    """Return the list that was asked for in each language of the site; nothing for other pages, or with one language.

    What was searched for goes along; what else a query says belongs to the list in one language. ``elsewhere`` is the
    address of a list to which the other languages lead where this one may be missing there.
    """
    match = request.resolver_match
    if len(settings.SITE_LANGUAGES) < 2 or match is None or not match.route.startswith(ROUTE):
        return []
    active, rest = split(request.path_info[1:])
    words = request.GET.get("q") if match.url_name == "search" else None
    query = f"?{urlencode({'q': words})}" if words else ""
    other = split(elsewhere[1:])[1] if elsewhere else rest
    return [
        Version(code, name_of(code), f"/{before_lists(code)}{rest if code == active else other}{query}", code == active)
        for code in settings.SITE_LANGUAGES
    ]


def in_each_language(lists: Sequence[URLPattern]) -> URLResolver:
    """Return the addresses of lists, each in all languages of the site."""
    return URLResolver(LanguagePrefix(), list(lists))


class LanguagePrefix(LocalePrefixPattern):
    """The part of a list's address that names its language.

    It is read from the address, whatever is active, and written for the language that is active: a page leads to lists
    in its own. Django's own takes every language it knows for one of the site's.
    """

    @property
    def language_prefix(self) -> str:
        """What reversing puts before a list's own address."""
        return before_lists(get_language())

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, object]]:
        """Return what is left of the path after its language."""
        return split(path)[1], (), {}

    def __str__(self) -> str:
        return ROUTE


class LanguageMiddleware:
    """Says every word in the language that the address names. No cookie and no header of the reader is asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        language = settings.LANGUAGE_CODE if path.startswith(DESK) else split(path[1:])[0]
        with translation.override(language):
            return self._get_response(request)


class Primary(Func):
    """What ``primary`` returns, asked of a column; without parameters, so that an index of it is recognised."""

    template = "lower(substr(%(expressions)s, 1, instr(%(expressions)s || '-', '-') - 1))"
    arity = 1
    output_field = CharField()

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Sequence[Any]]:
        """Return it in the words of PostgreSQL."""
        context["template"] = "lower(split_part(%(expressions)s, '-', 1))"
        return self.as_sql(compiler, connection, **context)


def _written_in(field: str, language: str) -> Q:
    code = primary(language)
    return Q(**{f"{field}__iexact": code}) | Q(**{f"{field}__istartswith": f"{code}-"})
