"""Notify users of what became of their texts and pages, in the transaction of the verb."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.notifications.models import NoticeKind
from newsroom.notifications.notify import Notification, notify, notify_each
from stories.drafts.publication_status import get_title
from stories.models import Change, Edition, Work

LONGEST_TITLE = 160
_WENT_OUT = {Change.CORRECTION: "corrected", Change.RETURN: "brought back"}


def notify_review_requested(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Notify the reviewer that a review is requested."""
    _tell(work, [to], NoticeKind.ASKED, f"{by} asks you to review", by=by, at=at, screen=work.review_view_name)


def notify_returned(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Notify the sender and the owner that a work was returned."""
    _tell(work, [to, _owner(work, by)], NoticeKind.RETURNED, f"{by} returned", by=by, at=at)


def notify_approved(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Notify the sender and the owner that a work was approved."""
    _tell(work, [to, _owner(work, by)], NoticeKind.APPROVED, f"{by} approved", by=by, at=at)


def notify_published(pages: Iterable[tuple[Work, Edition]], *, by: User, at: datetime) -> None:
    """Notify the owner of each page that it was published, scheduled or corrected.

    Take three queries, whatever the number of pages.
    """
    theirs = [(work, edition) for work, edition in pages if work.owner_id not in {None, by.pk}]
    prefetch_related_objects([work for work, _ in theirs], "owner")
    tellings = [
        Notification(
            [work.owner],
            work.kind,
            work.uid,
            f"{by} {_did(edition, at=at)} {_quoted(edition.title)}.",
            reverse(work.change_view_name, args=[work.pk]),
        )
        for work, edition in theirs
        if work.owner is not None
    ]
    if tellings:
        notify_each(tellings, NoticeKind.PUBLISHED, at=at)


def notify_withdrawn(work: Work, *, by: User, at: datetime, is_scheduled: bool = False) -> None:
    """Notify the owner that the page was withdrawn, or with ``is_ahead`` that its expiry was scheduled."""
    did = "set an end to" if is_scheduled else "withdrew"
    _tell(work, [_owner(work, by)], NoticeKind.PUBLISHED, f"{by} {did}", by=by, at=at)


def quote_title(work: Work) -> str:
    """Return the title of a work in quotation marks, cut to the length of a notification."""
    return _quoted(get_title(work))


def _quoted(title: str) -> str:
    return f"“{Truncator(title).chars(LONGEST_TITLE)}”"


def _did(edition: Edition, *, at: datetime) -> str:
    return "scheduled" if edition.live_from > at else _WENT_OUT.get(Change(edition.change), "published")


def _owner(work: Work, by: User) -> User | None:
    """Return the owner to notify, or None if the owner acted; then no query is made."""
    return work.owner if work.owner_id != by.pk else None


def _tell(
    work: Work,
    people: Iterable[User | None],
    kind: NoticeKind,
    did: str,
    *,
    by: User,
    at: datetime,
    screen: str = "",
) -> None:
    """Notify users about a work, except of what they did themselves; link to ``screen``, or to the form."""
    if concerned := [person for person in people if person is not None and person.pk != by.pk]:
        notify(
            concerned,
            kind,
            thing_kind=work.kind,
            thing_uid=work.uid,
            words=f"{did} {quote_title(work)}.",
            address=reverse(screen or work.change_view_name, args=[work.pk]),
            at=at,
        )
