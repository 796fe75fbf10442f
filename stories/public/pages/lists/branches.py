"""Along which indexes a list of works in the active language is read: one walk for each language that it holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from newsroom.db.loose_scan import first_of_each
from newsroom.db.statements import PreparedQuery
from newsroom.http.languages import Primary, languages_listed
from stories.editions.models import Edition, EditionKind, EditionQuerySet


def _written(kind: str) -> QuerySet[Any, Any]:
    pages = Edition.objects.filter(work_kind=kind, kind=EditionKind.PAGE)
    firsts = first_of_each([pages], Primary, "language", then=["-updated_at"])
    return firsts.order_by().values_list(Primary("language"))


_WRITTEN = PreparedQuery(_written)


def spoken(languages: Collection[str] | None) -> dict[str, list[str]]:
    """Return what a prepared question is given to ask for these languages, or for any."""
    return {} if languages is None else {"languages": list(languages)}


def languages_of(kind: str) -> list[str] | None:
    """Return in which languages a list of works of this kind holds some, without country; None for all.

    One query where the site has lists in several languages and this is the first, none else.
    """
    return languages_listed(lambda: [language for (language,) in _WRITTEN(kind=kind)])


def walks(editions: EditionQuerySet, languages: Collection[str] | None) -> list[EditionQuerySet]:
    """Return what together holds those of ``editions`` that are in these languages, or in any."""
    if languages is None:
        return [editions]
    spoken = editions.alias(spoken=Primary("language"))
    return [spoken.filter(spoken=language) for language in languages] or [editions.none()]


def story_walks(at: datetime, languages: Collection[str] | None) -> list[EditionQuerySet]:
    """Return the ways to the stories that a list in these languages, or in all, holds at ``at``."""
    return walks(Edition.objects.live(at).stories(), languages)
