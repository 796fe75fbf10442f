"""What becomes of links to drafts when whoever made them leaves."""

from datetime import datetime

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from stories.models import Presence, SharedPreview


def end_all_of(user: User, by: User, at: datetime) -> None:
    """Let every link that ``user`` made open nothing any more, and nobody see them at work; within a transaction."""
    links = SharedPreview.objects.select_for_update(of=("self",)).select_related("work")
    for link in links.filter(made_by=user, revoked_at=None, ends_at__gt=at).order_by("pk"):
        link.revoked_at, link.revoked_by = at, by
        link.save(update_fields=["revoked_at", "revoked_by"])
        after: dict[str, object] = {"link": link.pk, "label": link.label}
        reason = f"{user} left"
        Event.objects.write(link.work.kind, link.work.uid, "preview revoked", by=by, after=after, reason=reason)
    Presence.objects.filter(person=user).delete()
