"""What a page says about its own changes."""

from datetime import datetime

from stories.models.edition import Change, Edition


def changes_of(edition: Edition, *, at: datetime) -> list[Edition]:
    """Return the editions that say what they changed, newest first. One query."""
    editions = Edition.objects.once_public(at).filter(uid=edition.uid).exclude(change=Change.FIRST).exclude(note="")
    return list(editions.for_cards().order_by("-live_from", "-pk"))
