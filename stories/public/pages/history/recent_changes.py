"""Recent changes of all pages that were told to readers: changes of every kind, or corrections alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from newsroom.db.keyset import select_newest
from newsroom.db.statements import PreparedQuery
from newsroom.text.diff.words import Run
from stories.editions.models import Change, Edition, EditionQuerySet
from stories.public.pages.history.changes import compare_sentences, edition_url
from stories.public.pages.lists.branches import language_arguments, split_by_language

MOST = 5
# The changes that are announced. A withdrawal is not among them: its notice announces it.
_TOLD = (Change.UPDATE, Change.CORRECTION, Change.CLARIFICATION, Change.RETURN)


@dataclass(frozen=True, slots=True)
class AnnouncedChange:
    """A change that readers were told of.

    ``edition`` made it, ``page`` is the live page of the work, and ``url`` is the address of the edition.
    """

    edition: Edition
    page: Edition
    url: str

    @property
    def is_correction(self) -> bool:
        """Return whether it is a correction."""
        return self.edition.change == Change.CORRECTION

    @property
    def change_text(self) -> str:
        """The change note, or for a correction without one what is right."""
        return self.edition.note or self.edition.is_right

    @property
    def correction_runs(self) -> list[Run]:
        """The wrong and the right sentence, compared by ``stories.public.pages.history.changes.compare_sentences``."""
        return compare_sentences(self.edition.was_wrong, self.edition.is_right)

    @property
    def entry_uid(self) -> UUID:
        """An id that survives every change of address, derived from the work's uid and the time of publication."""
        return uuid5(self.edition.uid, self.edition.live_from.isoformat())


def recent_changes(languages: Collection[str] | None, *, at: datetime) -> list[AnnouncedChange]:
    """Return the five newest changes of live stories in these languages, or in all for None. Two queries.

    Only the newest change of each story counts, and its newest correction, which no update hides.
    """
    return with_live_pages(_LAST(at=at, **language_arguments(languages)), at=at)


def _last(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    telling = Edition.objects.once_public(at).stories().filter(~Q(note="") | Q(change=Change.CORRECTION))
    newer = telling.filter(uid=OuterRef("uid"), live_from__gt=OuterRef("live_from"))
    readable = telling.filter(_is_readable(at))
    each = []
    for change in _TOLD:
        hiding = [Change.CORRECTION] if change == Change.CORRECTION else _TOLD
        each += split_by_language(readable.filter(~Exists(newer.filter(change__in=hiding)), change=change), languages)
    return select_newest(_with_ordinals(Edition.objects.all(), at=at), limit=MOST, field="live_from", branches=each)


def corrections_until(at: datetime) -> EditionQuerySet:
    """Return the corrections published by ``at``, of works whose page is live then."""
    return _with_ordinals(Edition.objects.once_public(at).corrections().filter(_is_readable(at)), at=at)


def with_live_pages(editions: Iterable[Edition], *, at: datetime) -> list[AnnouncedChange]:
    """Return these editions with the live page of each at ``at``, in at most one query.

    They must be annotated with ``ordinal``.
    """
    found = list(editions)
    pages = {page.uid: page for page in _PAGES(uids={edition.uid for edition in found}, at=at)} if found else {}
    return [
        AnnouncedChange(
            edition,
            pages[edition.uid],
            edition_url(edition.work_kind, pages[edition.uid].slug, getattr(edition, "ordinal", 0)),
        )
        for edition in found
    ]


def _is_readable(at: datetime) -> Q:
    """Return the condition that the page of an edition's work is live."""
    return Q(Exists(Edition.objects.live(at).filter(uid=OuterRef("uid"))))


def _with_ordinals(editions: EditionQuerySet, *, at: datetime) -> EditionQuerySet:
    """Annotate each edition with ``ordinal``, its number among the public pages of its work."""
    once = Edition.objects.once_public(at).filter(uid=OuterRef("uid"), live_from__lte=OuterRef("live_from"))
    ordinal = once.order_by().values("uid").annotate(number=Count("pk")).values("number")
    return editions.annotate(ordinal=Subquery(ordinal)).defer("fragments")


_LAST = PreparedQuery(_last)
_PAGES = PreparedQuery(lambda uids, at: Edition.objects.live(at).filter(uid__in=uids).defer("fragments"))
