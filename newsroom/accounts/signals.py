"""Receivers that begin sessions, count sign-ins, and write audit entries when users change their second factor."""

from typing import cast

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.http import HttpRequest

from newsroom.accounts.models import User
from newsroom.accounts.session_store import SessionStore
from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.counters import Counter
from newsroom.http.clock import ensure_request_time

SIGN_INS = Counter("newsroom_sign_ins_total", "Sign-ins: succeeded, or failed with a wrong password.", ("result",))


def write_entry(user: User, verb: str, **after: object) -> None:
    """Write an audit entry for a change that ``user`` made to their own account."""
    Event.objects.write(track_changes.kind_of(user), track_changes.uid_of(user), verb, by=user, after=after)


def on_authenticator_added(*, user: User, authenticator: Authenticator, **_: object) -> None:
    write_entry(user, "second factor added", factor=str(authenticator.get_type_display()))


def on_authenticator_removed(*, user: User, authenticator: Authenticator, **_: object) -> None:
    write_entry(user, "second factor removed", factor=str(authenticator.get_type_display()))


def on_recovery_codes_reset(*, user: User, **_: object) -> None:
    write_entry(user, "recovery codes made anew")


def on_sign_in(*, request: HttpRequest, **_: object) -> None:
    cast("SessionStore", request.session).begin(ensure_request_time(request))
    SIGN_INS.count("succeeded")


def count_failed_sign_in(**_: object) -> None:
    SIGN_INS.count("failed")


def connect_receivers() -> None:
    """Connect the receivers to the signals of Django and allauth."""
    user_logged_in.connect(on_sign_in, dispatch_uid="newsroom.accounts.signed_in")
    user_login_failed.connect(count_failed_sign_in, dispatch_uid="newsroom.accounts.sign_in_failed")
    authenticator_added.connect(on_authenticator_added, dispatch_uid="newsroom.accounts.added")
    authenticator_removed.connect(on_authenticator_removed, dispatch_uid="newsroom.accounts.removed")
    authenticator_reset.connect(on_recovery_codes_reset, dispatch_uid="newsroom.accounts.reset")
