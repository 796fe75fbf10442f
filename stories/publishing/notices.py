"""Tells people what became of their texts and pages, in the transaction of the verb that did it."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.notices.models import NoticeKind
from newsroom.notices.telling import tell
from stories.desk.standing import title_of
from stories.models import Change, Edition, Work

LONGEST_TITLE = 160
_WENT_OUT = {Change.CORRECTION: "corrected", Change.RETURN: "brought back"}


def asked(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Tell a reviewer that their eyes are wanted."""
    _tell(work, [to], NoticeKind.ASKED, f"{by} asks you to review", by=by, at=at, screen=work.reading_view)


def returned(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Tell whoever sent a text, and its owner, that it came back."""
    _tell(work, [to, _owner(work, by)], NoticeKind.RETURNED, f"{by} returned", by=by, at=at)


def approved(work: Work, *, to: User | None, by: User, at: datetime) -> None:
    """Tell whoever sent a text, and its owner, that it may go out."""
    _tell(work, [to, _owner(work, by)], NoticeKind.APPROVED, f"{by} approved", by=by, at=at)


def went_out(work: Work, edition: Edition, *, by: User, at: datetime) -> None:
    """Tell the owner that their page went out, is scheduled, or was corrected."""
    did = "scheduled" if edition.live_from > at else _WENT_OUT.get(Change(edition.change), "published")
    _tell(work, [_owner(work, by)], NoticeKind.PUBLISHED, f"{by} {did}", by=by, at=at)


def ended(work: Work, *, by: User, at: datetime, is_ahead: bool = False) -> None:
    """Tell the owner that their page was withdrawn, or that it has an end ahead."""
    did = "set an end to" if is_ahead else "withdrew"
    _tell(work, [_owner(work, by)], NoticeKind.PUBLISHED, f"{by} {did}", by=by, at=at)


def titled(work: Work) -> str:
    """Return the title of a work in quotation marks, not longer than a notice carries."""
    return f"“{Truncator(title_of(work)).chars(LONGEST_TITLE)}”"


def _owner(work: Work, by: User) -> User | None:
    """Return who is to be told as the owner; nobody is asked for where they did it themselves."""
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
    """Tell people of a work, but nobody of what they did themselves; it leads to ``screen``, or to the form."""
    if concerned := [person for person in people if person is not None and person.pk != by.pk]:
        tell(
            concerned,
            kind,
            thing_kind=work.kind,
            thing_uid=work.uid,
            words=f"{did} {titled(work)}.",
            address=reverse(screen or work.desk_view, args=[work.pk]),
            at=at,
        )
