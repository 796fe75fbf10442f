"""Notify users about the review, publication and withdrawal of works, in the transaction of the verb."""

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

_MAX_TITLE_LENGTH = 160
_PUBLISHED_VERBS = {Change.CORRECTION: "corrected", Change.RETURN: "republished"}


def notify_review_requested(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Notify ``to``, if given, that a review is requested."""
    _notify(work, [to], NoticeKind.ASKED, f"{by} asked you to review", by=by, at=at, screen=work.review_view_name)


def notify_returned(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Notify the sender ``to`` and the owner that a work was returned."""
    _notify(work, [to, _get_owner_unless(work, by)], NoticeKind.RETURNED, f"{by} returned", by=by, at=at)


def notify_approved(work: Work, *, to: User | None, by: User, at: datetime, tells_owner: bool = True) -> None:
    """Notify the sender ``to``, and the owner if ``tells_owner`` is true, that a work was approved."""
    owner = _get_owner_unless(work, by) if tells_owner else None
    _notify(work, [to, owner], NoticeKind.APPROVED, f"{by} approved", by=by, at=at)


def notify_published(pages: Iterable[tuple[Work, Edition]], *, by: User, at: datetime) -> None:
    """Notify the owner of each page that it was published or scheduled.

    Owners are not notified about what they did themselves.
    """
    others_pages = [(work, edition) for work, edition in pages if work.owner_id not in {None, by.pk}]
    prefetch_related_objects([work for work, _ in others_pages], "owner")
    messages = [
        Notification(
            [work.owner],
            work.kind,
            work.uid,
            f"{by} {_publishing_verb(edition, at=at)} {_quote(edition.title)}.",
            reverse(work.change_view_name, args=[work.pk]),
        )
        for work, edition in others_pages
        if work.owner is not None
    ]
    if messages:
        notify_each(messages, NoticeKind.PUBLISHED, at=at)


def notify_withdrawn(work: Work, *, by: User, at: datetime, is_scheduled: bool = False) -> None:
    """Notify the owner that the page was withdrawn, or, if ``is_scheduled``, that its expiry was scheduled."""
    verb = "set an end date for" if is_scheduled else "withdrew"
    _notify(work, [_get_owner_unless(work, by)], NoticeKind.PUBLISHED, f"{by} {verb}", by=by, at=at)


def quote_title(work: Work) -> str:
    """Return the title of a work in quotation marks, truncated to fit into a notification."""
    return _quote(get_title(work))


def _quote(title: str) -> str:
    return f"“{Truncator(title).chars(_MAX_TITLE_LENGTH)}”"


def _publishing_verb(edition: Edition, *, at: datetime) -> str:
    return "scheduled" if edition.live_from > at else _PUBLISHED_VERBS.get(Change(edition.change), "published")


def _get_owner_unless(work: Work, by: User) -> User | None:
    """Return the owner to notify, or None if there is no owner or if ``by`` is the owner."""
    return work.owner if work.owner_id != by.pk else None


def _notify(
    work: Work,
    people: Iterable[User | None],
    kind: NoticeKind,
    action: str,
    *,
    by: User,
    at: datetime,
    screen: str = "",
) -> None:
    """Notify users other than ``by`` about a work; link to the view ``screen``, by default to the form."""
    if recipients := [person for person in people if person is not None and person.pk != by.pk]:
        notify(
            recipients,
            kind,
            thing_kind=work.kind,
            thing_uid=work.uid,
            words=f"{action} {quote_title(work)}.",
            address=reverse(screen or work.change_view_name, args=[work.pk]),
            at=at,
        )
