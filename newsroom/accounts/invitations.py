"""Invitations to the desk: made by administrators, sent by mail, taken up once by whoever holds the link."""

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
from django.urls import reverse

from newsroom.accounts.models import Invitation, User
from newsroom.accounts.permissions import require
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.desk.local_time import format_local
from newsroom.notifications.mail import post

RIGHT = "accounts.add_invitation"
CHANGE_RIGHT = "accounts.change_invitation"
LIFE = timedelta(days=7)
# RFC 4648, section 5: 32 random bytes are 43 characters that need no escaping in an address.
TOKEN_BYTES = 32
_ONLY = "Only administrators invite."


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation and its token, which is kept nowhere: whoever asked for it sees it now or never."""

    invitation: Invitation
    token: str

    @property
    def address(self) -> str:
        """The link."""
        return f"{settings.SITE_URL}{reverse('invitation', args=[self.token])}"


@transaction.atomic
def invite(email: str, *, roles: Iterable[Group], by: User, at: datetime, full_name: str = "") -> Made:
    """Make an invitation that ends ``LIFE`` after ``at``; its mail is sent by ``send`` once the transaction has ended.

    Raises NotAllowedError without the right, ValidationError for an address that has an account or an open invitation.
    """
    require(by, RIGHT, _ONLY)
    _require_new(email)
    if Invitation.objects.still_open(at).filter(email__iexact=email).exists():
        raise ValidationError(
            {"email": "There is an open invitation to this address. Send that one again, or withdraw it first."},
            code="open",
        )
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        email=email,
        full_name=full_name,
        token_digest=digest_of(token),
        invited_by=by,
        invited_at=at,
        ends_at=at + LIFE,
    )
    invitation.roles.set(roles)
    _write(invitation, "invited", by=by)
    return Made(invitation, token)


@transaction.atomic
def invite_again(invitation: Invitation, *, by: User, at: datetime) -> Made:
    """Give an invitation another link that ends ``LIFE`` after ``at``; the one before opens nothing any more.

    Raises NotAllowedError without the right, ValidationError for one that was taken up or withdrawn.
    """
    require(by, CHANGE_RIGHT, _ONLY)
    locked = _locked(invitation)
    _require_new(locked.email)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    locked.token_digest, locked.ends_at, locked.mailed_at, locked.invited_by = digest_of(token), at + LIFE, None, by
    locked.save(update_fields=["token_digest", "ends_at", "mailed_at", "invited_by"])
    _write(locked, "invited again", by=by)
    return Made(locked, token)


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Let an invitation open nothing any more. Raises as ``invite_again`` does."""
    require(by, CHANGE_RIGHT, _ONLY)
    locked = _locked(invitation)
    locked.withdrawn_at = at
    locked.save(update_fields=["withdrawn_at"])
    _write(locked, "invitation withdrawn", by=by)


def send(made: Made, *, at: datetime) -> None:
    """Send the link to whoever is invited, and remember that it went out; outside of a transaction, as it may take a while.

    Raises NotSentError where the mail server refuses it or does not answer.
    """
    until = format_local(made.invitation.ends_at, "j F Y, H:i")
    post(
        to=made.invitation.email,
        subject="Your invitation to the desk",
        text=(
            f"{made.invitation.invited_by} invites you to the desk of {settings.SITE_NAME}.\n\n"
            f"Open this address to choose your name and a password. It works once, until {until}:\n"
            f"{made.address}\n\n"
            "If you do not know what this is about, do nothing.\n"
        ),
    )
    Invitation.objects.filter(pk=made.invitation.pk).update(mailed_at=at)


def opened_by(token: str, *, at: datetime) -> Invitation | None:
    """Return the invitation that a token opens at ``at``; None where it opens none, for whatever reason."""
    found = Invitation.objects.still_open(at).filter(token_digest=digest_of(token)).select_related("invited_by").first()
    if found is None or not (found.invited_by.is_active and found.invited_by.has_perm(RIGHT)):
        return None
    return None if _has_account(found.email) else found


@transaction.atomic
def take_up(token: str, *, username: str, first_name: str, last_name: str, password: str, at: datetime) -> User | None:
    """Make the account that a token invites to, with the roles that were chosen; None where it opens nothing by now.

    Raises ValidationError for a name that is taken or a password that is too weak, by field.
    """
    # All to one address are locked: of two taken up at one moment one makes the account, the other opens nothing then.
    asked = Invitation.objects.filter(token_digest=digest_of(token)).values("email")
    together = Invitation.objects.select_for_update().filter(email__in=asked).order_by("pk")
    invitation = next((each for each in together if each.token_digest == digest_of(token)), None)
    if invitation is None or opened_by(token, at=at) is None:
        return None
    user = User(
        username=User.normalize_username(username),
        first_name=first_name,
        last_name=last_name,
        email=invitation.email,
        is_staff=True,
    )
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        raise ValidationError({"password": refusal.messages}) from refusal
    user.set_password(password)
    user.full_clean()
    # Two names that differ in capitals alone are taken for one person’s.
    if User.objects.filter(username__iexact=user.username).exclude(username=user.username).exists():
        raise ValidationError({"username": "A user with that username already exists."}, code="unique")
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise ValidationError({"username": "Somebody took this name a moment ago."}, code="unique") from error
    user.groups.set(invitation.roles.all())
    invitation.taken_at, invitation.taken_by = at, user
    invitation.save(update_fields=["taken_at", "taken_by"])
    _write(invitation, "invitation taken up", by=user)
    track_changes.record_added(user, by=user)
    return user


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256 in hexadecimal. A token is random, so it needs no salt."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _has_account(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def _require_new(email: str) -> None:
    if _has_account(email):
        raise ValidationError({"email": "Somebody with this address has an account already."}, code="known")


def _locked(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.taken_at is not None:
        raise ValidationError("Somebody took this invitation up already.", code="taken")
    if locked.withdrawn_at is not None:
        raise ValidationError("This invitation was withdrawn. Make another one.", code="withdrawn")
    return locked


def _write(invitation: Invitation, verb: str, *, by: User) -> None:
    """Write the event, without the address: the record is kept for ever, and somebody may never come."""
    roles = sorted(invitation.roles.values_list("name", flat=True))
    Event.objects.write(
        track_changes.kind_of(invitation),
        track_changes.uid_of(invitation),
        verb,
        by=by,
        after={"roles": ", ".join(roles)},
    )
