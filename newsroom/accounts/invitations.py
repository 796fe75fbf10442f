"""Invitations to the desk. Administrators create and mail them; each link can be used to create one account."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.tasks import task
from django.urls import reverse

from newsroom.accounts.models import Invitation, User
from newsroom.accounts.permissions import require_permission
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.desk.local_time import format_local
from newsroom.http import clock
from newsroom.notifications.mail import send_mail
from newsroom.operations import site_state
from newsroom.task_queue import enqueue, outbound

ADD_PERMISSION = "accounts.add_invitation"
CHANGE_PERMISSION = "accounts.change_invitation"
LIFETIME = timedelta(days=7)
# 32 random bytes become 43 characters (RFC 4648, section 5), none of which needs escaping in a URL.
TOKEN_BYTES = 32
_REFUSAL = "Only administrators can invite people."


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation with its token. The token is not stored, so it cannot be shown later."""

    invitation: Invitation
    token: str

    @property
    def url(self) -> str:
        """The absolute URL of the invitation."""
        return f"{settings.SITE_URL}{reverse('invitation', args=[self.token])}"


@transaction.atomic
def create_invitation(
    email: str, *, roles: Iterable[Group], by: User, at: datetime, full_name: str = ""
) -> NewInvitation:
    """Create an invitation that expires ``LIFETIME`` after ``at``.

    The caller must call ``mail_invitation`` afterwards, outside the transaction. Raise NotAllowedError if the user
    lacks the permission. Raise ValidationError if the address has an account or an open invitation.
    """
    require_permission(by, ADD_PERMISSION, _REFUSAL)
    _require_no_account(email)
    if Invitation.objects.open(at).filter(email__iexact=email).exists():
        message = "This address already has an open invitation. Send that one again, or withdraw it first."
        raise ValidationError({"email": ValidationError(message, code="open")})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        email=email,
        full_name=full_name,
        token_digest=digest_token(token),
        invited_by=by,
        invited_at=at,
        ends_at=at + LIFETIME,
    )
    invitation.roles.set(roles)
    _write_entry(invitation, "invited", by=by)
    return NewInvitation(invitation, token)


@transaction.atomic
def renew_invitation(invitation: Invitation, *, by: User, at: datetime) -> NewInvitation:
    """Replace the link of an invitation with one that expires ``LIFETIME`` after ``at``.

    Raise NotAllowedError if the user lacks the permission. Raise ValidationError if the invitation was accepted or
    withdrawn, or if the address has an account.
    """
    require_permission(by, CHANGE_PERMISSION, _REFUSAL)
    locked = _lock(invitation)
    _require_no_account(locked.email)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    locked.token_digest, locked.ends_at, locked.mailed_at, locked.invited_by = (
        digest_token(token),
        at + LIFETIME,
        None,
        by,
    )
    locked.save(update_fields=["token_digest", "ends_at", "mailed_at", "invited_by"])
    _write_entry(locked, "invited again", by=by)
    return NewInvitation(locked, token)


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Withdraw an invitation, so that its link no longer works.

    Raise NotAllowedError if the user lacks the permission. Raise ValidationError if the invitation was accepted or
    withdrawn.
    """
    require_permission(by, CHANGE_PERMISSION, _REFUSAL)
    locked = _lock(invitation)
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    _write_entry(locked, "invitation withdrawn", by=by)


def mail_invitation(new_invitation: NewInvitation, *, at: datetime) -> bool:
    """Mail the link of an invitation, store ``at`` as the time of the e-mail, and return True.

    While the site is quiet, enqueue an e-mail with a new link instead, and return False. The caller must not be in a
    transaction, because the mail server may be slow to answer. Raise NotSentError if the mail server refuses the e-mail
    or does not answer.
    """
    if site_state.is_quiet():
        enqueue(mail_waiting_invitation, new_invitation.invitation.pk)
        return False
    until = format_local(new_invitation.invitation.ends_at, "j F Y, H:i")
    send_mail(
        to=new_invitation.invitation.email,
        subject="Your invitation to the desk",
        text=(
            f"{new_invitation.invitation.invited_by} has invited you to the desk of {settings.SITE_NAME}.\n\n"
            f"Use this link to choose a name and password. It works once, until {until}:\n"
            f"{new_invitation.url}\n\n"
            "If you weren’t expecting this, ignore this e-mail.\n"
        ),
    )
    Invitation.objects.filter(pk=new_invitation.invitation.pk).update(mailed_at=at)
    return True


@outbound
@task(priority=50)  # the priority of all mail
def mail_waiting_invitation(key: int) -> int:
    """Mail an invitation with a new link, which expires ``LIFETIME`` from now. Return the number of e-mails sent.

    It is 0 if the invitation has been mailed, accepted or withdrawn in the meantime, if the inviting user may no longer
    invite, or if the address has an account. Raise NotSentError if the e-mail cannot be sent; the worker then retries
    the task.
    """
    # The link is made now, because the queue must not contain a secret, and because an earlier link may have expired.
    at = clock.now()
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update().filter(pk=key, mailed_at=None).first()
        if invitation is None or not _may_be_mailed(invitation):
            return 0
        token = secrets.token_urlsafe(TOKEN_BYTES)
        invitation.token_digest, invitation.ends_at = digest_token(token), at + LIFETIME
        invitation.save(update_fields=["token_digest", "ends_at"])
    return int(mail_invitation(NewInvitation(invitation, token), at=at))


def _may_be_mailed(invitation: Invitation) -> bool:
    is_undecided = invitation.taken_at is None and invitation.withdrawn_at is None
    return is_undecided and _may_still_invite(invitation.invited_by) and not _has_account(invitation.email)


def find_open_invitation(token: str, *, at: datetime) -> Invitation | None:
    """Return the invitation with ``token`` if it can be accepted at ``at``, otherwise None."""
    matching = Invitation.objects.open(at).filter(token_digest=digest_token(token))
    invitation = matching.select_related("invited_by").first()
    if invitation is None or not _may_still_invite(invitation.invited_by):
        return None
    return None if _has_account(invitation.email) else invitation


def _may_still_invite(user: User) -> bool:
    # An invitation is valid only while the user who created or last renewed it is active and may create invitations.
    return bool(user.is_active and user.has_perm(ADD_PERMISSION))


@transaction.atomic
def accept_invitation(
    token: str, *, username: str, first_name: str, last_name: str, password: str, at: datetime
) -> User | None:
    """Create the account for an invitation, with its roles. Return None if the invitation can no longer be accepted.

    Raise ValidationError, with errors by field, if a name is invalid, the username is taken, or the password is too
    weak.

    If single sign-on is configured, ``password`` may be empty; the user then signs in with the provider.
    """
    # Lock all invitations to the address: if two are accepted at the same time, only one of them creates an account.
    digest = digest_token(token)
    emails = Invitation.objects.filter(token_digest=digest).values("email")
    invitations = Invitation.objects.select_for_update().filter(email__in=emails).order_by("pk")
    invitation = next((candidate for candidate in invitations if candidate.token_digest == digest), None)
    if invitation is None or find_open_invitation(token, at=at) is None:
        return None
    user = User(
        username=User.normalize_username(username),
        first_name=first_name,
        last_name=last_name,
        email=invitation.email,
        is_staff=True,
    )
    if password or not settings.OIDC_ISSUER:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error}) from error
        user.set_password(password)
    else:
        user.set_unusable_password()
    user.full_clean()
    # Usernames that differ only in case are easily confused.
    if User.objects.filter(username__iexact=user.username).exclude(username=user.username).exists():
        raise ValidationError(
            {"username": ValidationError("This user name is taken. Choose another one.", code="unique")}
        )
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError(
            {
                "username": ValidationError(
                    "Someone took this user name a moment ago. Choose another one.", code="unique"
                )
            }
        ) from error
    user.groups.set(invitation.roles.all())
    invitation.taken_at, invitation.taken_by = at, user
    invitation.save(update_fields=["taken_at", "taken_by"])
    _write_entry(invitation, "invitation taken up", by=user)
    track_changes.record_added(user, by=user)
    return user


def digest_token(token: str) -> str:
    """Return the SHA-256 digest of a token in hexadecimal."""
    # A token is random, so it needs no salt.
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _has_account(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def _require_no_account(email: str) -> None:
    if _has_account(email):
        raise ValidationError(
            {"email": ValidationError("Someone with this address already has an account.", code="known")}
        )


def _lock(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.taken_at is not None:
        raise ValidationError("This invitation has already been accepted.", code="taken")
    if locked.withdrawn_at is not None:
        raise ValidationError("This invitation was withdrawn. Create a new one.", code="withdrawn")
    return locked


def _write_entry(invitation: Invitation, verb: str, *, by: User) -> None:
    # The entry does not contain the address: the audit log is permanent, and an invitation may never be accepted.
    roles = sorted(invitation.roles.values_list("name", flat=True))
    Event.objects.write(
        track_changes.kind_of(invitation),
        track_changes.uid_of(invitation),
        verb,
        by=by,
        after={"roles": ", ".join(roles)},
    )
