"""Create the first administrator, whom nobody can invite, and make an administrator the emergency administrator."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from newsroom.accounts.models import User, active_administrators
from newsroom.accounts.roles import ADMINISTRATOR
from newsroom.audit import track_changes


@transaction.atomic
def create_administrator(email: str) -> User:
    """Return the administrator with this address. If there is no account, create one without a password.

    Raise ValidationError if the address is invalid, or belongs to a user who is not an active administrator.
    """
    validate_email(email)
    address = User.objects.normalize_email(email)
    if user := User.objects.filter(email__iexact=address).first():
        if not active_administrators().filter(pk=user.pk).exists():
            raise ValidationError(f"{address} has an account that is not an administrator's.", code="known")
        return user
    name = address.partition("@")[0]
    username = address if User.objects.filter(username__iexact=name).exists() else name
    user = User.objects.create_user(username=username, email=address, is_staff=True)
    user.groups.add(Group.objects.get(name=ADMINISTRATOR))
    track_changes.record_added(user, by=user)
    return user


@transaction.atomic
def make_emergency_administrator(user: User) -> None:
    """Make this administrator the emergency administrator, in place of any other."""
    for former in User.objects.select_for_update().filter(is_emergency_administrator=True).exclude(pk=user.pk):
        _set_emergency(former, False)
    if not user.is_emergency_administrator:
        _set_emergency(user, True)


def _set_emergency(user: User, value: bool) -> None:
    before = track_changes.state_of(user)
    user.is_emergency_administrator = value
    user.save(update_fields=["is_emergency_administrator"])
    track_changes.record_changed(user, before=before, by=user)


def make_password_url(user: User) -> str:
    """Return the URL at which the user chooses a password. It works once, until ``PASSWORD_RESET_TIMEOUT`` has passed."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return f"{settings.SITE_URL}{reverse('account_reset_password_from_key', kwargs=key)}"
