"""Link a work to its translations and unlink it; update the live page immediately if possible.

Each change gets an audit entry.
"""

from datetime import datetime
from uuid import UUID

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.drafts.publication_status import get_title
from stories.drafts.revisions import require_edit_permission
from stories.models import Change, ChangeNote, EditionKind, State, Work
from stories.publishing.errors import InvalidStateError, RefusedError
from stories.publishing.pipeline import PUBLISH_PERMISSION, lock_works, write_editions
from stories.publishing.request import Candidate, PublishRequest, validate
from stories.publishing.timeline import Timeline


class NotATranslationError(RefusedError):
    """Raised when one work cannot be the translation of the other; the message gives the reason."""


class UnderReviewError(RefusedError):
    """Raised when a user who may not publish changes the translations of a work that is in review or approved."""


@invalidation()
def link_translation(work: Work, original: Work, *, by: User | None) -> bool:
    """Link ``work`` as a translation of ``original``, or of the work that ``original`` itself translates.

    Return whether this changed the live page immediately. If ``work`` is not live or has a pending schedule, or if the
    user may not publish, only the next edition shows the link. ``by`` is None for a command without a user, which may
    link any work and changes no live page.

    Raise NotATranslationError if the works cannot be translations of each other. Raise InvalidStateError if one is in
    the trash or was erased. Raise NotAllowedError if the user may not edit ``work``. Raise UnderReviewError if ``work``
    is in review or approved and the user may not publish. Raise the errors of ``clock.now_for_publishing`` and
    ``_publish_group`` if the live page cannot be changed.
    """
    locked = lock_works({work.pk, original.pk})
    locked_work, locked_original = locked[work.pk], locked[original.pk]
    if by is not None:
        require_edit_permission(locked_work, by=by)
    if locked_work.binned_at or locked_original.binned_at:
        raise InvalidStateError("A page in the bin can’t be a translation. Restore it first.")
    group = locked_original.translation_group or locked_original.uid
    if refusal := _describe_refusal(locked_work, locked_original, group):
        raise NotATranslationError(refusal)
    after: dict[str, object] = {"of": get_title(locked_original)}
    is_shown = _set_group(locked_work, group, "linked as a translation", by=by, after=after)
    work.translation_group = group
    return is_shown


@invalidation()
def unlink_translation(work: Work, *, by: User) -> bool:
    """Remove ``work`` from its translation group.

    Return whether this changed the live page immediately. Raise NotAllowedError if the user may not edit the work.
    Raise UnderReviewError if the work is in review or approved and the user may not publish. Raise InvalidStateError if
    the work was erased. Raise the errors of ``clock.now_for_publishing`` and ``_publish_group`` if the live page cannot
    be changed.
    """
    locked = lock_works({work.pk})[work.pk]
    require_edit_permission(locked, by=by)
    is_shown = _set_group(locked, None, "unlinked as a translation", by=by, after={})
    work.translation_group = None
    return is_shown


def list_translations(work: Work) -> list[Work]:
    """Return the other works in the translation group of ``work``, including drafts, with the original first."""
    group = work.translation_group or work.uid
    others = Work.objects.translations(group).exclude(pk=work.pk).select_related("story", "faq")
    return sorted(others, key=lambda each: (each.uid != group, each.language))


def list_candidate_titles(work: Work, *, limit: int) -> list[str]:
    """Return the titles of at most ``limit`` other works of the same kind, newest first."""
    others = Work.objects.outside_trash().of_kind(work.kind).exclude(pk=work.pk).select_related("story", "faq")
    return [get_title(each) for each in others.order_by("-pk")[:limit]]


def describe_language_conflict(work: Work, language: str) -> str:
    """Return the reason why the translations of ``work`` prevent a change to ``language``, or an empty string."""
    other = _get_other_in_language(work, language, work.translation_group or work.uid)
    if other is None:
        return ""
    return (
        f"The translation “{get_title(other)}” is already in this language ({other.language}). Choose another language."
    )


def _get_other_in_language(work: Work, language: str, group: UUID) -> Work | None:
    """Return another work of ``group`` in ``language``, or None."""
    others = Work.objects.translations(group).exclude(pk=work.pk).filter(language__iexact=language)
    return others.select_related("story", "faq").first()


def _describe_refusal(work: Work, original: Work, group: UUID) -> str:
    """Return the reason why ``work`` cannot be added to ``group``, or an empty string."""
    if work.pk == original.pk or work.uid == group:
        return "A page can’t be its own translation."
    if work.kind != original.kind:
        return "A story can only be a translation of a story, and a question of a question."
    if Work.objects.filter(translation_group=work.uid).exists():
        return "This page has translations of its own. Link those to the other page first."
    if other := _get_other_in_language(work, work.language, group):
        return f"“{get_title(other)}” is in the same language ({work.language}). Set the language of this page first."
    return ""


def _set_group(work: Work, group: UUID | None, verb: str, *, by: User | None, after: dict[str, object]) -> bool:
    """Set the translation group of a locked work, and return whether the live page shows the change immediately.

    Raise UnderReviewError if the work is in review or approved and the user may not publish. Raise the errors of
    ``clock.now_for_publishing`` and ``_publish_group``.
    """
    if work.translation_group == group:
        return False
    if by is not None and not by.has_perm(PUBLISH_PERMISSION):
        _require_not_under_review(work)
    work.translation_group = group
    work.save(update_fields=["translation_group"])
    Event.objects.write(work.kind, work.uid, verb, by=by, after=after)
    return by is not None and _publish_group(work, by=by, now=clock.now_for_publishing())


def _require_not_under_review(work: Work) -> None:
    """Raise UnderReviewError if the locked work is in review or approved."""
    # The translation group is not part of a revision, so an approval would remain valid despite the change.
    if work.state == State.IN_REVIEW:
        raise UnderReviewError("This page is in review. Cancel the review first, or ask an editor.")
    if work.state == State.APPROVED:
        raise UnderReviewError("This page is approved with its current translations. Ask an editor to change them.")


def _publish_group(work: Work, *, by: User, now: datetime) -> bool:
    """Publish a minor edition with the new translation group if possible, and return whether one was published.

    Raise the errors of ``request.validate`` and ``pipeline.write_editions``.
    """
    timeline = Timeline.load(work, now=now)
    page = timeline.in_force
    if page is None or page.kind != EditionKind.PAGE or page.revision is None:
        return False
    if timeline.pending or not by.has_perm(PUBLISH_PERMISSION):
        return False
    request = PublishRequest(
        work, ChangeNote(Change.MINOR), public_before="Readers saw it before; only its translations changed"
    )
    candidate = Candidate(request, page.revision, page.revision.document.value(), timeline.find_place())
    write_editions(validate([candidate], by=by), by=by, at=None)
    return True
