"""Replace one image with another in drafts. Each draft gets a revision; publishing it changes the live page."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError
from newsroom.media.models import Image
from stories.drafts import revisions
from stories.models import FAQ, IN_TRASH, Revision, Story, Work, WorkErasedError, WorkImage


@dataclass(frozen=True, slots=True)
class ReplacementResult:
    """The result for one work: the new ``revision``, or a ``refusal`` that says why there is none."""

    work: Work
    revision: Revision | None = None
    refusal: str = ""


def list_works_showing(image: Image) -> list[Story | FAQ]:
    """Return the works outside the trash that show the image, newest first, without duplicates."""
    with_lead_image = Story.objects.filter(lead_image=image).values("pk")
    with_image_in_text = WorkImage.objects.filter(image=image).values("work")
    # A union of keys, because with two subqueries joined by OR, the database would read all works.
    works = (
        Work.objects.filter(pk__in=with_lead_image.union(with_image_in_text))
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

    Alternative text, caption and credit do not change. Each work is locked and saved in a separate transaction.
    """
    return [_replace_in_work(old, new, work, by=by) for work in works]


@transaction.atomic
def _replace_in_work(old: Image, new: Image, work: Work, *, by: User) -> ReplacementResult:
    try:
        revisions.require_edit_permission(work, by=by)
        locked = Work.objects.lock_existing(work.pk)
    except (NotAllowedError, WorkErasedError) as refusal:
        return ReplacementResult(work, refusal=str(refusal))
    if locked.binned_at is not None:
        return ReplacementResult(work, refusal=IN_TRASH)
    changed = WorkImage.objects.filter(work=locked, image=old).update(image=new)
    changed += Story.objects.filter(pk=locked.pk, lead_image=old).update(lead_image=new)
    if not changed:
        return ReplacementResult(work, refusal="This page no longer uses the old picture.")
    revision = revisions.record_revision(
        locked, by=by, reason=f"The picture “{new.title}” replaced “{old.title}”"[:200]
    )
    return ReplacementResult(work, revision=revision)


def select_works[Kind: Work](works: Collection[Kind], keys: Iterable[str]) -> list[Kind]:
    """Return the given works whose primary keys are in ``keys``."""
    selected = set(keys)
    return [work for work in works if str(work.pk) in selected]
