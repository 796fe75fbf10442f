"""Receivers that write audit entries when users add or remove a second factor or replace their recovery codes."""

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.audit.models import Event


def write_entry(user: User, verb: str, **after: object) -> None:
    """Write an audit entry for a change that ``user`` made to their own account."""
    Event.objects.write(track_changes.kind_of(user), track_changes.uid_of(user), verb, by=user, after=after)


def on_authenticator_added(*, user: User, authenticator: Authenticator, **_: object) -> None:
    write_entry(user, "second factor added", factor=str(authenticator.get_type_display()))


def on_authenticator_removed(*, user: User, authenticator: Authenticator, **_: object) -> None:
    write_entry(user, "second factor removed", factor=str(authenticator.get_type_display()))


def on_recovery_codes_reset(*, user: User, **_: object) -> None:
    write_entry(user, "recovery codes made anew")


def connect_receivers() -> None:
    """Connect the receivers to the signals of allauth."""
    authenticator_added.connect(on_authenticator_added, dispatch_uid="newsroom.accounts.added")
    authenticator_removed.connect(on_authenticator_removed, dispatch_uid="newsroom.accounts.removed")
    authenticator_reset.connect(on_recovery_codes_reset, dispatch_uid="newsroom.accounts.reset")
