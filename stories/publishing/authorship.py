"""Asks who wrote what readers have not seen yet: they do not approve it."""

from datetime import datetime

from django.db import models

from stories.documents import same_but_names
from stories.models import Edition, Revision, Work


def revision_seen(work: Work, *, at: datetime) -> int:
    """Return the number of the revision that readers saw last until ``at``; 0 where they saw none."""
    public = Edition.objects.filter(work=work, revision__of_desk=True).once_public(at)
    newest = public.select_related("revision").order_by("-live_from", "-pk").first()
    return newest.revision.number if newest and newest.revision else 0


def writers(work: Work, *, up_to: Revision, at: datetime) -> set[int]:
    """Return the keys of those who made a revision after that of the newest edition public until ``at``, up to this one.

    A revision that brought shared names up to date is nobody's writing, nor is one that never lay on the desk.
    """
    seen = revision_seen(work, at=at)
    desk = Revision.objects.of_the_desk().filter(work=work).select_related("document").order_by("-number")
    made = desk.filter(number__gt=seen, number__lte=up_to.number).exclude(created_by=None)
    found: set[int] = set()
    for key, number in made.values_list("created_by", "number"):
        if key not in found and _is_writing(desk.filter(number__lte=number)[:2]):
            found.add(key)
    return found


def _is_writing(revision_and_before: models.QuerySet[Revision]) -> bool:
    """Say whether the first of two revisions, newest first, says more than new names of the same things."""
    revision, *before = revision_and_before
    return not before or not same_but_names(before[0].document.value(), revision.document.value())
