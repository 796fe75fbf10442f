"""Puts one picture in the place of another, in drafts: each gets a revision. What readers see changes when it is published."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError, require
from newsroom.media.models import Image
from stories.drafts import revisions
from stories.models import FAQ, Revision, Story, Work, WorkImage


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of one work: ``revision`` is new, or ``refusal`` says why there is none."""

    work: Work
    revision: Revision | None = None
    refusal: str = ""


def works_with(image: Image) -> list[Story | FAQ]:
    """Return the works on the desk that show the picture, outside the bin, each once, the newest first."""
    leading = Story.objects.filter(lead_image=image).values("pk")
    placed = WorkImage.objects.filter(image=image).values("work")
    # One list of keys: of two, joined by an “or”, all works there are would be read.
    works = (
        Work.objects.filter(pk__in=leading.union(placed))
        .filter(binned_at=None)
        .select_related("story", "faq")
        .order_by("-pk")
    )
    return [getattr(work, "story", None) or work.faq for work in works]


def may_replace_in(work: Work, user: User) -> bool:
    """Say whether somebody may put another picture into this work."""
    return user.is_active and user.has_perm(revisions.edit_right(work))


def replace(old: Image, new: Image, works: Iterable[Work], *, by: User) -> list[Replaced]:
    """Show ``new`` wherever one of ``works`` shows ``old``; say of each work what became of it.

    Alternative text, caption and credit of each use stay. Each work is locked and saved by itself.
    """
    return [_replaced(old, new, work, by=by) for work in works]


@transaction.atomic
def _replaced(old: Image, new: Image, work: Work, *, by: User) -> Replaced:
    try:
        require(by, revisions.edit_right(work), "You may not edit this.")
    except NotAllowedError as refusal:
        return Replaced(work, refusal=str(refusal))
    locked = Work.objects.select_for_update().get(pk=work.pk)
    if locked.binned_at is not None:
        return Replaced(work, refusal="It is in the bin.")
    changed = WorkImage.objects.filter(work=locked, image=old).update(image=new)
    changed += Story.objects.filter(pk=locked.pk, lead_image=old).update(lead_image=new)
    if not changed:
        return Replaced(work, refusal="It does not show the old picture any more.")
    revision = revisions.record_revision(
        locked, by=by, reason=f"The picture “{new.title}” took the place of “{old.title}”"[:200]
    )
    return Replaced(work, revision=revision)


def chosen_of[Kind: Work](works: Collection[Kind], keys: Iterable[str]) -> list[Kind]:
    """Return those of ``works`` whose keys were sent."""
    sent = set(keys)
    return [work for work in works if str(work.pk) in sent]
