"""Writes into the record what people do to their own accounts: another password, a second factor more or less."""

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset

from newsroom.accounts.models import User
from newsroom.audit import track_changes
from newsroom.audit.models import Event


def tell(user: User, verb: str, **after: object) -> None:
    """Write what somebody did to their own account."""
    Event.objects.write(track_changes.kind_of(user), track_changes.uid_of(user), verb, by=user, after=after)


def on_added(*, user: User, authenticator: Authenticator, **_: object) -> None:
    """Tell of a second factor that was set up."""
    tell(user, "second factor added", factor=str(authenticator.get_type_display()))


def on_removed(*, user: User, authenticator: Authenticator, **_: object) -> None:
    """Tell of a second factor that was taken away."""
    tell(user, "second factor removed", factor=str(authenticator.get_type_display()))


def on_reset(*, user: User, **_: object) -> None:
    """Tell of recovery codes that were made anew."""
    tell(user, "recovery codes made anew")


def listen() -> None:
    """Hear of what happens on allauth's own screens."""
    authenticator_added.connect(on_added, dispatch_uid="newsroom.accounts.added")
    authenticator_removed.connect(on_removed, dispatch_uid="newsroom.accounts.removed")
    authenticator_reset.connect(on_reset, dispatch_uid="newsroom.accounts.reset")
