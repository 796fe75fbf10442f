"""Replacement of one image by another in drafts, which get a revision; live pages change when it is published."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError, require_permission
from newsroom.media.models import Image
from stories.drafts import revisions
from stories.models import FAQ, Revision, Story, Work, WorkImage


@dataclass(frozen=True, slots=True)
class ReplacementResult:
    """The result for one work: the new ``revision``, or the ``refusal`` that explains why there is none."""

    work: Work
    revision: Revision | None = None
    refusal: str = ""


def works_showing(image: Image) -> list[Story | FAQ]:
    """Return the works outside the trash that show the image, newest first, without repetition."""
    leading = Story.objects.filter(lead_image=image).values("pk")
    placed = WorkImage.objects.filter(image=image).values("work")
    # A single list of keys: with two lists joined by OR, the database would read all works.
    works = (
        Work.objects.filter(pk__in=leading.union(placed))
        .filter(binned_at=None)
        .select_related("story", "faq")
        .order_by("-pk")
    )
    return [getattr(work, "story", None) or work.faq for work in works]


def may_replace_in(work: Work, user: User) -> bool:
    """Return whether the user may replace an image in this work."""
    return user.is_active and user.has_perm(revisions.get_edit_permission(work))


def replace_image(old: Image, new: Image, works: Iterable[Work], *, by: User) -> list[ReplacementResult]:
    """Replace ``old`` with ``new`` in each of ``works``, and return the result for each.

    Alternative text, caption and credit of each use are unchanged. Each work is locked and saved by itself.
    """
    return [_replaced(old, new, work, by=by) for work in works]


@transaction.atomic
def _replaced(old: Image, new: Image, work: Work, *, by: User) -> ReplacementResult:
    try:
        require_permission(by, revisions.get_edit_permission(work), "You may not edit this.")
    except NotAllowedError as refusal:
        return ReplacementResult(work, refusal=str(refusal))
    locked = Work.objects.select_for_update().get(pk=work.pk)
    if locked.binned_at is not None:
        return ReplacementResult(work, refusal="It is in the bin.")
    changed = WorkImage.objects.filter(work=locked, image=old).update(image=new)
    changed += Story.objects.filter(pk=locked.pk, lead_image=old).update(lead_image=new)
    if not changed:
        return ReplacementResult(work, refusal="It does not show the old picture any more.")
    revision = revisions.record_revision(
        locked, by=by, reason=f"The picture “{new.title}” took the place of “{old.title}”"[:200]
    )
    return ReplacementResult(work, revision=revision)


def select_works[Kind: Work](works: Collection[Kind], keys: Iterable[str]) -> list[Kind]:
    """Return those of ``works`` whose keys are in ``keys``."""
    sent = set(keys)
    return [work for work in works if str(work.pk) in sent]
