"""Split lists of works by language: one QuerySet, and thus one index scan, for each language in a list."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from newsroom.db.loose_scan import select_first_of_each
from newsroom.db.statements import PreparedQuery
from newsroom.http.languages import PrimarySubtag, active_list_languages
from stories.editions.models import Edition, EditionKind, EditionQuerySet


def _find_languages_in_use(kind: str) -> QuerySet[Any, Any]:
    pages = Edition.objects.filter(work_kind=kind, kind=EditionKind.PAGE)
    newest = select_first_of_each([pages], PrimarySubtag, "language", then=["-updated_at"])
    return newest.order_by().values_list(PrimarySubtag("language"))


_LANGUAGES_IN_USE = PreparedQuery(_find_languages_in_use)


def language_arguments(languages: Collection[str] | None) -> dict[str, list[str]]:
    """Return ``languages`` as keyword arguments for a prepared query. If it is None, there are no arguments."""
    return {} if languages is None else {"languages": list(languages)}


def list_languages(kind: str) -> list[str] | None:
    """Return the primary subtags of the languages whose works of this kind appear in lists in the active language.

    Return None if these lists include all languages. This takes one query if the site has several languages and the
    active one is the first of them, otherwise none.
    """
    return active_list_languages(lambda: [language for (language,) in _LANGUAGES_IN_USE(kind=kind)])


def split_by_language(editions: EditionQuerySet, languages: Collection[str] | None) -> list[EditionQuerySet]:
    """Split ``editions`` into one QuerySet for each language. If ``languages`` is None, do not split them."""
    if languages is None:
        return [editions]
    with_subtag = editions.alias(subtag=PrimarySubtag("language"))
    return [with_subtag.filter(subtag=language) for language in languages] or [editions.none()]


def split_stories_by_language(at: datetime, languages: Collection[str] | None) -> list[EditionQuerySet]:
    """Return a QuerySet of the stories live at ``at`` for each language, or a single one if ``languages`` is None."""
    return split_by_language(Edition.objects.live(at).stories(), languages)
