"""When the mails of a day go out, and those whose task was lost."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from newsroom.notices.models import Notice
from newsroom.notices.tasks import mail_digest, mail_notice
from newsroom.task_queue import enqueue

# By the newsroom's clock: before the day begins, after those who work at night are done.
HOUR = time(7)
# A mail that was to go out at once and still waits has lost its task, as where tasks were given up or cleared away.
LOST = timedelta(hours=1)


@transaction.atomic
def look(at: datetime) -> int:
    """Enqueue the mails that are due at ``at``, each once however often this is called, and return how many.

    What could not be sent yesterday is among them: a mail server that was down loses nothing.
    """
    hour = newest_hour(at)
    people = {
        notice.person_id: notice for notice in Notice.objects.due(is_for_digest=True, told=hour, asked=hour, at=at)
    }
    for person in people:
        enqueue(mail_digest, person)
    lost = Notice.objects.due(is_for_digest=False, told=at - LOST, asked=at - LOST, at=at)
    for notice in lost:
        enqueue(mail_notice, notice.pk)
    return len(people) + len(lost)


def newest_hour(at: datetime) -> datetime:
    """Return when the mails of a day went out last, or should have, at or before ``at``."""
    local = timezone.localtime(at).replace(tzinfo=None)
    today = datetime.combine(local.date(), HOUR)
    return timezone.make_aware(today if today <= local else today - timedelta(days=1))
