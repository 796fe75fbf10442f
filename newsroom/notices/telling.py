"""Tells people of what concerns them: a notice on the desk, and a mail where they want one."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from newsroom.notices.choosing import gets_mail, ways_of
from newsroom.notices.models import Mail, Notice, NoticeKind, Way
from newsroom.notices.seeing import may_see
from newsroom.notices.tasks import mail_notice


@transaction.atomic
def tell(
    people: Iterable[AbstractUser],
    kind: NoticeKind,
    *,
    thing_kind: str,
    thing_uid: UUID,
    words: str,
    address: str,
    at: datetime,
) -> None:
    """Write a notice for each of ``people`` who wants one, once for each; it stands and falls with the transaction.

    ``thing_kind`` and ``thing_uid`` name the thing as an event of the record does; ``words`` are one sentence, which
    may name it; ``address`` is the path at the desk to which the notice leads. Left out is who may not enter the desk
    or not see the thing. Leave out yourself who did it. A mail goes out once the transaction has ended.
    Raises ValueError for an address elsewhere.
    """
    if not address.startswith("/") or address.startswith(("//", "/\\")):
        raise ValueError("A notice leads to a place at the desk.")
    told = {person.pk: person for person in people if may_see(person, thing_kind)}
    ways = ways_of(told, kind)
    for key, person in told.items():
        way = ways[key]
        if way == Way.NEVER:
            continue
        is_mailed = way in {Way.AT_ONCE, Way.DIGEST} and gets_mail(person)
        notice = Notice.objects.create(
            person_id=key,
            kind=kind,
            thing_kind=thing_kind,
            thing_uid=thing_uid,
            words=words,
            address=address,
            told_at=at,
            mail=Mail.WAITS if is_mailed else Mail.NONE,
            asked_at=at if is_mailed and way == Way.AT_ONCE else None,
            is_for_digest=is_mailed and way == Way.DIGEST,
        )
        if notice.asked_at:
            transaction.on_commit(partial(mail_notice.enqueue, notice.pk))
