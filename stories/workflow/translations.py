"""Verbs that link a work to its translations and unlink it, and update the live page at once if possible."""

from datetime import datetime
from uuid import UUID

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.drafts.publication_status import get_title
from stories.drafts.revisions import get_edit_permission
from stories.models import Change, ChangeNote, EditionKind, State, Work
from stories.publishing.errors import InvalidStateError, RefusedError
from stories.publishing.pipeline import PUBLISH_PERMISSION, lock_works, write_editions
from stories.publishing.request import Candidate, PublishRequest, validate
from stories.publishing.timeline import Timeline


class NotATranslationError(RefusedError):
    """One work cannot be the translation of the other; the message gives the reason."""


class UnderReviewError(RefusedError):
    """A user without permission to publish cannot change a work in review, including its translations."""


@invalidation()
def link_translation(work: Work, original: Work, *, by: User) -> bool:
    """Link ``work`` as a translation of ``original``, or of the work of which ``original`` is a translation.

    Return whether the live page shows it at once. It shows it with the next edition instead if ``work`` is not live,
    has a pending schedule, or the user may not publish.

    Raise NotATranslationError, InvalidStateError for a work in the trash, and NotAllowedError without permission to
    edit. Raise UnderReviewError without permission to publish once the work was sent to review.
    """
    locked = lock_works({work.pk, original.pk})
    here, there = locked[work.pk], locked[original.pk]
    require_permission(by, get_edit_permission(here), "You may not edit this.")
    if here.binned_at or there.binned_at:
        raise InvalidStateError("What lies in the bin has no translations. Take it out first.")
    group = there.translation_group or there.uid
    if refusal := _refusal(here, there, group):
        raise NotATranslationError(refusal)
    is_known = _put(here, group, "linked as a translation", by=by, after={"of": get_title(there)})
    work.translation_group = group
    return is_known


@invalidation()
def unlink_translation(work: Work, *, by: User) -> bool:
    """Remove ``work`` from its translation group. Return and raise as ``link`` does."""
    here = lock_works({work.pk})[work.pk]
    require_permission(by, get_edit_permission(here), "You may not edit this.")
    is_known = _put(here, None, "unlinked as a translation", by=by, after={})
    work.translation_group = None
    return is_known


def versions_of(work: Work) -> list[Work]:
    """Return the works that are the same page in other languages, the original first, drafts included."""
    group = work.translation_group or work.uid
    found = Work.objects.translations(group).exclude(pk=work.pk).select_related("story", "faq")
    return sorted(found, key=lambda each: (each.uid != group, each.language))


def candidate_titles(work: Work, *, limit: int) -> list[str]:
    """Return the titles of other works of the same kind, newest first."""
    others = Work.objects.outside_trash().of_kind(work.kind).exclude(pk=work.pk).select_related("story", "faq")
    return [get_title(each) for each in others.order_by("-pk")[:limit]]


def language_conflict(work: Work, language: str) -> str:
    """Return why ``work`` cannot change to ``language`` beside its translations, or an empty string."""
    other = _in_language(work, language, work.translation_group or work.uid)
    if other is None:
        return ""
    return f"“{get_title(other)}” is in the same language ({other.language}); one page cannot be in it twice."


def _in_language(work: Work, language: str, group: UUID) -> Work | None:
    """Return another work in ``group`` that is in ``language`` already, or None."""
    others = Work.objects.translations(group).exclude(pk=work.pk).filter(language__iexact=language)
    return others.select_related("story", "faq").first()


def _refusal(work: Work, original: Work, group: UUID) -> str:
    """Return why ``work`` cannot join ``group``, or an empty string."""
    if work.pk == original.pk or work.uid == group:
        return "A page is no translation of itself."
    if work.kind != original.kind:
        return "A story is a translation of a story, a question of a question."
    if Work.objects.filter(translation_group=work.uid).exists():
        return "This page has translations of its own. Link those to the other page first."
    if other := _in_language(work, work.language, group):
        return f"“{get_title(other)}” is in the same language ({work.language}). Set the language of this page first."
    return ""


def _put(work: Work, group: UUID | None, verb: str, *, by: User, after: dict[str, object]) -> bool:
    if work.translation_group == group:
        return False
    if not by.has_perm(PUBLISH_PERMISSION):
        _leave_to_reviewers(work)
    work.translation_group = group
    work.save(update_fields=["translation_group"])
    Event.objects.write(work.kind, work.uid, verb, by=by, after=after)
    return _shown(work, by=by, now=clock.now_for_verb())


def _leave_to_reviewers(work: Work) -> None:
    """Raise UnderReviewError if the locked work is in review or approved."""
    # No revision holds the translation group, so an approval would not notice the change.
    if work.state == State.IN_REVIEW:
        raise UnderReviewError("This is in review. Take it back first, or ask somebody who publishes.")
    if work.state == State.APPROVED:
        raise UnderReviewError("This is approved with the translations it has. Ask somebody who publishes.")


def _shown(work: Work, *, by: User, now: datetime) -> bool:
    """Publish a minor edition with the new translation group if possible; return whether it was."""
    timeline = Timeline.load(work, now=now)
    page = timeline.in_force
    if page is None or page.kind != EditionKind.PAGE or page.revision is None:
        return False
    if timeline.pending or not by.has_perm(PUBLISH_PERMISSION):
        return False
    going = PublishRequest(
        work, ChangeNote(Change.MINOR), public_before="Readers saw it before; only its translations changed"
    )
    asked = Candidate(going, page.revision, page.revision.document.value(), timeline.place())
    write_editions(validate([asked], by=by), by=by, at=None)
    return True
