"""The inbox of one user in pages: unread notifications first, the newest first among each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from newsroom.notifications.models import Notice

ON_A_PAGE = 50
MAX_COUNT = 99
MAX_ABOUT = 100
_PLACE = re.compile(r"([ur])([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of the notifications of a user; ``further`` is the cursor of the next page, "" on the last."""

    notices: Sequence[Notice]
    next_cursor: str

    @classmethod
    def load(cls, person: AbstractUser, *, after: str = "") -> "InboxPage":
        """Return the page that begins after a cursor from ``further``, or the first page for any other text."""
        mine = Notice.objects.for_user(person)
        is_read, last = False, None
        if place := _PLACE.fullmatch(after):
            is_read, last = place[1] == "r", mine.get_by_key(int(place[2]))
        found: list[Notice] = []
        for part in ("u", "r"):
            if part == "u" and is_read:
                continue
            rows = mine.unread() if part == "u" else mine.were_read()
            if last is not None and (part == "r") == is_read:
                rows = rows.before(last)
            found += rows[: ON_A_PAGE + 1 - len(found)]
        shown = found[:ON_A_PAGE]
        further = f"{'r' if shown[-1].read_at else 'u'}{shown[-1].pk}" if len(found) > ON_A_PAGE else ""
        return cls(shown, further)


def unread_count(person: AbstractUser) -> str:
    """Return the number of unread notifications as text: “3”, “99+” for more than 99, "" for none. One query."""
    count = Notice.objects.for_user(person).unread()[: MAX_COUNT + 1].count()
    return f"{MAX_COUNT}+" if count > MAX_COUNT else str(count or "")


def notifications_about(uid: UUID) -> list[Notice]:
    """Return the notifications about one object with their recipients, newest first, at most ``MOST_TOLD``."""
    return list(Notice.objects.about([uid]).with_person()[:MAX_ABOUT])
