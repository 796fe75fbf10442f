"""Along which indexes a list of works in the active language is read: one walk for each language that it holds."""

from collections.abc import Collection
from datetime import datetime

from newsroom.languages import Primary, languages_listed
from newsroom.pages.skipping import first_of_each
from stories.models.edition import Edition, EditionKind, EditionQuerySet


def languages_of(kind: str) -> list[str] | None:
    """Return in which languages a list of works of this kind holds some, without country; None for all.

    One query where the site has lists in several languages and this is the first, none else.
    """

    def written() -> list[str]:
        pages = Edition.objects.filter(work_kind=kind, kind=EditionKind.PAGE)
        firsts = first_of_each([pages], Primary, "language", then=["-updated_at"])
        return list(firsts.order_by().values_list(Primary("language"), flat=True))

    return languages_listed(written)


def walks(editions: EditionQuerySet, languages: Collection[str] | None) -> list[EditionQuerySet]:
    """Return what together holds those of ``editions`` that are in these languages, or in any."""
    if languages is None:
        return [editions]
    spoken = editions.alias(spoken=Primary("language"))
    return [spoken.filter(spoken=language) for language in languages] or [editions.none()]


def story_walks(at: datetime) -> list[EditionQuerySet]:
    """Return the ways to the stories that a list in the active language holds at ``at``. One query at most."""
    return walks(Edition.objects.live(at).stories(), languages_of("story"))


def question_walks(at: datetime) -> list[EditionQuerySet]:
    """Return the ways to the questions that a list in the active language holds at ``at``. One query at most."""
    return walks(Edition.objects.live(at).questions(), languages_of("question"))
