"""Connect accounts with identities at the provider. An identity is an issuer with a subject (``sub``).

No account is created for an identity: accounts are created only from invitations, by administrators, and by the command
``create_administrator``.
"""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from newsroom.accounts import sessions, signals
from newsroom.accounts.models import Invitation, User
from newsroom.accounts.permissions import require_permission
from newsroom.accounts.single_sign_on.errors import SignInRefusedError
from newsroom.audit import track_changes
from newsroom.audit.models import Event


@dataclass(frozen=True, slots=True)
class Address:
    """The e-mail address of an identity, and whether the issuer has verified it."""

    email: str
    is_verified: bool


def find_account(issuer: str, subject: str, *, at: datetime) -> User | None:
    """Return the account of an identity, active or not, or None. Record that the identity was used."""
    identity = SocialAccount.objects.filter(provider=issuer, uid=subject).select_related("user").first()
    if identity is None:
        return None
    # Meanwhile an administrator may have disconnected the account.
    if not SocialAccount.objects.filter(pk=identity.pk).update(last_login=at):
        return None
    user: User = identity.user
    return user


@transaction.atomic
def connect_account(issuer: str, subject: str, address: Address, *, at: datetime) -> User:
    """Connect an identity with the account that has its address, and return the account.

    Raise SignInRefusedError if the address is not verified, if no account or more than one has it, or if the account is
    inactive or has another identity at this issuer.
    """
    name = settings.OIDC_NAME
    if not address.email:
        raise SignInRefusedError(
            f"{name} did not give us your e-mail address. Ask an administrator.", reason="no address was named"
        )
    if not address.is_verified:
        raise SignInRefusedError(
            f"{name} has not verified your e-mail address. Verify it there, then sign in again.",
            reason="the address is not verified",
        )
    users = _lock_accounts(address.email)
    if not users:
        raise _refuse_unknown(address.email, at=at)
    if len(users) > 1:
        raise SignInRefusedError(
            f"More than one account here has the address that {name} named. Ask an administrator.",
            reason="several accounts have the address",
        )
    user = users[0]
    require_active(user)
    if identity := SocialAccount.objects.filter(provider=issuer, user=user).first():
        # Two requests may have begun to connect the same identity.
        if identity.uid == subject:
            return user
        raise SignInRefusedError(
            f"The account with this address is connected with another identity at {name}. Ask an administrator.",
            reason="the account is connected with another subject",
        )
    # No claims are stored: what else the issuer knows about the person is not needed.
    SocialAccount.objects.create(provider=issuer, uid=subject, user=user)
    signals.write_entry(user, "single sign-on connected", provider=name)
    return user


@transaction.atomic
def disconnect_account(user: User, *, by: User, current: str = "", at: datetime) -> None:
    """Remove the identity of an account at the provider, and end the sessions of the user, except the one ``current``.

    The next person who comes from the provider with the address of the account is connected with it again. Raise
    NotAllowedError if ``by`` may not change accounts.
    """
    require_permission(by, "accounts.change_user", "You don’t have permission to change accounts.")
    SocialAccount.objects.filter(provider=settings.OIDC_ISSUER, user=user).delete()
    sessions.end_other_sessions(user, current=current, at=at)
    after = {"provider": settings.OIDC_NAME}
    kind, uid = track_changes.kind_of(user), track_changes.uid_of(user)
    Event.objects.write(kind, uid, "single sign-on disconnected", by=by, after=after)


def notify_of_disconnection(request: HttpRequest, user: User) -> None:
    """Notify the user by mail that the account is no longer connected."""
    context = {"provider": settings.OIDC_NAME}
    get_adapter(request).send_notification_mail("account/email/single_sign_on_disconnected", user, context)


def notify_of_connection(request: HttpRequest, user: User) -> None:
    """Notify the user by mail that the account is now connected."""
    context = {"provider": settings.OIDC_NAME}
    get_adapter(request).send_notification_mail("account/email/single_sign_on_connected", user, context)


def require_active(user: User) -> None:
    """Raise SignInRefusedError if the account is not active."""
    if not user.is_active:
        raise SignInRefusedError("This account is inactive. Ask an administrator.", reason="the account is inactive")


def _lock_accounts(email: str) -> list[User]:
    """Lock and return the accounts that have an address."""
    users = User.objects.select_for_update().filter(email__iexact=email).order_by("pk")
    # Databases and Python disagree about which letters are equal, for example the Kelvin sign and “k”.
    return [user for user in users if _fold(user.email) == _fold(email)]


def _fold(email: str) -> str:
    """Return an address in lower case, or unchanged if it has letters outside ASCII."""
    return email.lower() if email.isascii() else email


def _refuse_unknown(email: str, *, at: datetime) -> SignInRefusedError:
    if any(_fold(each.email) == _fold(email) for each in Invitation.objects.open(at).filter(email__iexact=email)):
        return SignInRefusedError(
            "You are invited, but have no account yet. Open the link in your invitation first.",
            reason="the invitation is not accepted",
        )
    return SignInRefusedError(
        f"No account here has the address that {settings.OIDC_NAME} named. Ask an administrator for an invitation.",
        reason="no account has the address",
    )
