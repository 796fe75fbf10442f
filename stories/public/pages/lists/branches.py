"""Lists of works in the active language: one queryset, and so one index scan, for each language that a list holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from newsroom.db.loose_scan import select_first_of_each
from newsroom.db.statements import PreparedQuery
from newsroom.http.languages import PrimarySubtag, active_list_languages
from stories.editions.models import Edition, EditionKind, EditionQuerySet


def _written(kind: str) -> QuerySet[Any, Any]:
    pages = Edition.objects.filter(work_kind=kind, kind=EditionKind.PAGE)
    firsts = select_first_of_each([pages], PrimarySubtag, "language", then=["-updated_at"])
    return firsts.order_by().values_list(PrimarySubtag("language"))


_WRITTEN = PreparedQuery(_written)


def language_arguments(languages: Collection[str] | None) -> dict[str, list[str]]:
    """Return the keyword arguments that pass ``languages`` to a prepared query; none for all languages."""
    return {} if languages is None else {"languages": list(languages)}


def list_languages(kind: str) -> list[str] | None:
    """Return the languages, without country, of the works of this kind in the active list; None for all languages.

    It takes one query if the site has several languages and the active one is its first, otherwise none.
    """
    return active_list_languages(lambda: [language for (language,) in _WRITTEN(kind=kind)])


def split_by_language(editions: EditionQuerySet, languages: Collection[str] | None) -> list[EditionQuerySet]:
    """Split ``editions`` into one queryset for each language; for None return them unsplit."""
    if languages is None:
        return [editions]
    spoken = editions.alias(spoken=PrimarySubtag("language"))
    return [spoken.filter(spoken=language) for language in languages] or [editions.none()]


def split_stories_by_language(at: datetime, languages: Collection[str] | None) -> list[EditionQuerySet]:
    """Return one queryset of live stories for each language of a list at ``at``, or one of all."""
    return split_by_language(Edition.objects.live(at).stories(), languages)
