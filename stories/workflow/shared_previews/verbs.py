"""Verbs for shared previews: create and revoke links, with permission checks and audit entries; count views."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import NotAllowedError, require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from stories.drafts.revisions import get_edit_permission
from stories.models import IN_TRASH, Edition, Presence, Revision, SharedPreview, Work, WorkKind
from stories.publishing.errors import RefusedError
from stories.workflow.shared_previews import passcodes

SHARE_PERMISSION = "stories.share_preview"
PUBLISH_PERMISSION = "stories.publish_work"
DEFAULT_LIFETIME = timedelta(days=7)
MAX_LIFETIME = timedelta(days=90)
MIN_PASSCODE_LENGTH = 8
# Encoded as in RFC 4648, section 5, 32 bytes are 43 characters that need no escaping in a URL.
TOKEN_BYTES = 32


class SharingRefusedError(RefusedError):
    """Raised when a link is refused; the message says what to correct, and ``field`` names the form field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new link and its token. The token is not stored, so this is the only time it can be shown."""

    link: SharedPreview
    token: str


def digest_token(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal, as stored. A token is random, so it needs no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_link(
    work: Work,
    *,
    by: User,
    label: str,
    ends_at: datetime,
    revision: Revision | None = None,
    passcode: str = "",
    takes_comments: bool = False,
) -> NewLink:
    """Create a link that shows ``revision``, or the newest draft if it is None, until ``ends_at``.

    ``label`` distinguishes the links of a work and is for the desk only. ``takes_comments`` allows people with the link
    to comment.

    Raise NotAllowedError if the user may not share previews, or may not edit the work. Raise WorkErasedError if the work
    has been erased. Raise SharingRefusedError for:

    * a work in the trash, or one that was never saved;
    * a revision whose document is already live, or one of another work;
    * an end that is past or more than ``MAX_LIFETIME`` away;
    * a label that is empty, too long or used by an open link of the work;
    * a passcode shorter than ``MIN_PASSCODE_LENGTH``.
    """
    require_permission(by, SHARE_PERMISSION, "You don’t have permission to share previews.")
    require_permission(by, get_edit_permission(work), "You can only share pages that you can edit.")
    locked = Work.objects.lock_existing(work.pk)
    now = clock.now()
    label, passcode = label.strip(), passcode.strip()
    _check_work(locked, revision, now=now)
    _check_label_and_passcode(locked, label, passcode, now=now)
    _check_end(ends_at, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    digest = digest_token(token)
    link = SharedPreview.objects.create(
        work=locked,
        revision=revision,
        label=label,
        token_digest=digest,
        passcode_digest=passcodes.digest_passcode(passcode, token_digest=digest) if passcode else "",
        takes_comments=takes_comments,
        ends_at=ends_at,
        made_by=by,
    )
    Event.objects.write(locked.kind, locked.uid, "preview shared", by=by, after=_describe_link(link))
    return NewLink(link, token)


@transaction.atomic
def revoke_link(link: SharedPreview, *, by: User) -> None:
    """Revoke a link; do nothing if it is already revoked, or if its work has been erased.

    Raise NotAllowedError unless the user created the link or may publish.
    """
    if not may_revoke(link, by):
        raise NotAllowedError("Only the person who made this link or an editor can revoke it.")
    locked = SharedPreview.objects.select_for_update().select_related("work").filter(pk=link.pk).first()
    if locked is not None and locked.revoked_at is None:
        locked.revoked_at = clock.now()
        locked.revoked_by = by
        locked.save(update_fields=["revoked_at", "revoked_by"])
        after: dict[str, object] = {"link": locked.pk, "label": locked.label}
        Event.objects.write(locked.work.kind, locked.work.uid, "preview revoked", by=by, after=after)


def may_revoke(link: SharedPreview, user: User) -> bool:
    """Return whether the user may revoke the link, as its creator or as a user who may publish."""
    return user.is_active and (link.made_by_id == user.pk or user.has_perm(PUBLISH_PERMISSION))


def count_view(link: SharedPreview, *, at: datetime) -> None:
    """Count one view of the draft."""
    # Counted in the database, so that no concurrent view is lost.
    SharedPreview.objects.filter(pk=link.pk).update(views=F("views") + 1, last_viewed_at=at)


def get_view_permission(kind: str) -> str:
    """Return the permission to view works of this kind at the desk."""
    return f"stories.view_{'story' if kind == WorkKind.STORY else 'faq'}"


def _check_work(work: Work, revision: Revision | None, *, now: datetime) -> None:
    if work.binned_at is not None:
        raise SharingRefusedError("", IN_TRASH)
    if revision is None:
        if not Revision.objects.of_desk().filter(work=work).exists():
            raise SharingRefusedError("", "Save the page first, then share it.")
        return
    if revision.work_id != work.pk:
        raise SharingRefusedError("revision", "That revision belongs to another page.")
    if Edition.objects.live(now).filter(work=work, document=revision.document_id).exists():
        raise SharingRefusedError("revision", "This is already published. Share the page itself.")


def _check_label_and_passcode(work: Work, label: str, passcode: str, *, now: datetime) -> None:
    max_label_length = SharedPreview._meta.get_field("label").max_length or 0
    if not label:
        raise SharingRefusedError("label", "Add a label, such as the recipient’s name.")
    if len(label) > max_label_length:
        raise SharingRefusedError("label", f"A label has at most {max_label_length} characters.")
    open_links = SharedPreview.objects.filter(work=work, revoked_at=None, ends_at__gt=now)
    if open_links.filter(label__iexact=label).exists():
        raise SharingRefusedError(
            "label", f"There is an open link with the label “{label}”. Revoke it first, or give this one another label."
        )
    if passcode and len(passcode) < MIN_PASSCODE_LENGTH:
        raise SharingRefusedError("passcode", f"A passcode has at least {MIN_PASSCODE_LENGTH} characters.")


def _check_end(ends_at: datetime, *, now: datetime) -> None:
    if ends_at <= now:
        raise SharingRefusedError("ends_at", "This time is in the past. Choose a future time.")
    if ends_at > (latest := now + MAX_LIFETIME):
        local = timezone.localtime(latest)
        raise SharingRefusedError(
            "ends_at",
            f"A link can last {MAX_LIFETIME.days} days at most: until {local.day} {local:%B %Y, %H:%M}.",
        )


def _describe_link(link: SharedPreview) -> dict[str, object]:
    """Return the values for an audit entry about a link, without its token and passcode."""
    content: dict[str, object] = {"revision": link.revision.number} if link.revision else {"draft": "newest draft"}
    return {
        "link": link.pk,
        "label": link.label,
        **content,
        "ends": link.ends_at.isoformat(),
        "passcode": bool(link.passcode_digest),
    }


def revoke_links_of_user(user: User, by: User | None, at: datetime) -> None:
    """Revoke every open link that ``user`` created, and delete the user's presence.

    This must be called in a transaction.
    """
    links = SharedPreview.objects.select_for_update(of=("self",)).select_related("work")
    for link in links.filter(made_by=user, revoked_at=None, ends_at__gt=at).order_by("pk"):
        link.revoked_at, link.revoked_by = at, by
        link.save(update_fields=["revoked_at", "revoked_by"])
        after: dict[str, object] = {"link": link.pk, "label": link.label}
        reason = f"{user} left"
        Event.objects.write(link.work.kind, link.work.uid, "preview revoked", by=by, after=after, reason=reason)
    Presence.objects.filter(person=user).delete()
