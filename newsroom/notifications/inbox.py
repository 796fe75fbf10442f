"""The inbox of a user, in pages: unread notifications first, then read ones, each newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AbstractUser

from newsroom.notifications.models import Notice

PAGE_SIZE = 50
MAX_COUNT = 99
MAX_ABOUT = 100
_CURSOR = re.compile(r"([ur])([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of a user's notifications. ``next_cursor`` leads to the next page; it is "" on the last page."""

    notices: Sequence[Notice]
    next_cursor: str

    @classmethod
    def load(cls, person: AbstractUser, *, after: str = "") -> "InboxPage":
        """Return the page after the cursor ``after``, or the first page if ``after`` is not a cursor."""
        own = Notice.objects.for_user(person)
        is_read, last = False, None
        if match := _CURSOR.fullmatch(after):
            is_read, last = match[1] == "r", own.get_by_key(int(match[2]))
        notices: list[Notice] = []
        for part in ("u", "r"):
            if part == "u" and is_read:
                continue
            rows = own.unread() if part == "u" else own.already_read()
            if last is not None and (part == "r") == is_read:
                rows = rows.before(last)
            notices += rows[: PAGE_SIZE + 1 - len(notices)]
        page = notices[:PAGE_SIZE]
        next_cursor = f"{'r' if page[-1].read_at else 'u'}{page[-1].pk}" if len(notices) > PAGE_SIZE else ""
        return cls(page, next_cursor)


def unread_count(person: AbstractUser) -> str:
    """Return the number of unread notifications as text: “3”, “99+” for more than 99, "" for none."""
    count = Notice.objects.for_user(person).unread()[: MAX_COUNT + 1].count()
    return f"{MAX_COUNT}+" if count > MAX_COUNT else str(count or "")


def notifications_about(uid: UUID) -> list[Notice]:
    """Return at most ``MAX_ABOUT`` notifications about an object, with their recipients, newest first."""
    return list(Notice.objects.about([uid]).with_person()[:MAX_ABOUT])
