"""Signal receivers that begin and end sessions, and record events.

Access events record sign-ins, sign-outs, failed attempts, password resets and changed second factors. Audit entries
record what users changed in their own accounts.
"""

from datetime import timedelta
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.cache import cache
from django.http import HttpRequest

from newsroom.accounts import lockout, sessions
from newsroom.accounts.models import User, find_account
from newsroom.accounts.session_store import SessionStore
from newsroom.audit import access, track_changes
from newsroom.audit.models import AccessEntry, AccessVerb, Event
from newsroom.counters import Counter
from newsroom.http.client_ip import client_address
from newsroom.http.clock import ensure_request_time
from newsroom.http.rate_limits import acquire_slot, list_slots

TOLD_AFTER = 5  # the number of second-factor failures after which the owner of the account gets an e-mail
FAILURES_COUNT_FOR = 60 * 60  # seconds
NEW_ACCOUNT_AGE = timedelta(hours=1)

SIGN_INS = Counter("newsroom_sign_ins_total", "Sign-ins: succeeded, or failed with a wrong password.", ("result",))


def write_entry(user: User, verb: str, **after: object) -> None:
    """Write an audit entry for a change that ``user`` made to their own account."""
    Event.objects.write(track_changes.kind_of(user), track_changes.uid_of(user), verb, by=user, after=after)


def on_authenticator_added(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    write_entry(user, "second factor added", factor=str(authenticator.get_type_display()))
    access.record(AccessVerb.FACTOR_CHANGED, request, account=user)


def on_authenticator_removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    write_entry(user, "second factor removed", factor=str(authenticator.get_type_display()))
    access.record(AccessVerb.FACTOR_CHANGED, request, account=user)


def on_recovery_codes_reset(*, request: HttpRequest, user: User, **_: object) -> None:
    write_entry(user, "recovery codes made anew")
    access.record(AccessVerb.FACTOR_CHANGED, request, account=user)


def on_sign_in(*, request: HttpRequest, user: User, **_: object) -> None:
    cast("SessionStore", request.session).begin(ensure_request_time(request))
    SIGN_INS.count("succeeded")
    at, connection = ensure_request_time(request), access.digest_connection(client_address(request))
    is_known = AccessEntry.objects.is_known(user, connection, since=at - lockout.KNOWN_FOR)
    access.record(AccessVerb.SIGNED_IN, request, account=user)
    # Whoever has just accepted an invitation knows of the first sign-in.
    if not is_known and at - user.date_joined > NEW_ACCOUNT_AGE:
        _notify(request, user, "new_connection")


def on_failed_sign_in(*, request: HttpRequest | None, credentials: dict[str, str], **_: object) -> None:
    SIGN_INS.count("failed")
    if request is not None:
        name = credentials.get("email") or credentials.get("username") or ""
        account = find_account(name)
        access.record(AccessVerb.FAILED, request, account=account, unknown_name="" if account else name)


def on_failed_second_factor(*, request: HttpRequest, user: User, **_: object) -> None:
    access.record(AccessVerb.SECOND_FACTOR_FAILED, request, account=user)
    slots = list_slots(_factor_limit(user), TOLD_AFTER)
    # The failure that takes the last slot sends the e-mail and frees all slots, so that counting begins again.
    if acquire_slot(_factor_limit(user), TOLD_AFTER, seconds=FAILURES_COUNT_FOR) == slots[-1]:
        cache.delete_many(slots)
        _notify(request, user, "second_factor_failed")


def _notify(request: HttpRequest, user: User, template: str) -> None:
    adapter = get_adapter()
    adapter.request = request  # allauth knows only requests that its middleware has seen
    adapter.send_notification_mail(f"account/email/{template}", user)


def on_accepted_second_factor(*, user: User, **_: object) -> None:
    cache.delete_many(list_slots(_factor_limit(user), TOLD_AFTER))


def _factor_limit(user: User) -> str:
    return f"second-factor:{user.pk}"


def on_sign_out(*, request: HttpRequest, user: User | None, **_: object) -> None:
    if user is not None:
        access.record(AccessVerb.SIGNED_OUT, request, account=user)


def on_password_reset(*, request: HttpRequest, user: User, **_: object) -> None:
    access.record(AccessVerb.TOKEN_USED, request, account=user)
    sessions.end_all_sessions(user, at=ensure_request_time(request))
    lockout.clear(user, client_address(request))


def on_password_change(*, request: HttpRequest, user: User, **_: object) -> None:
    # The other sessions are invalid anyway, because they store a digest of the old password.
    sessions.end_other_sessions(user, current=request.session.session_key or "", at=ensure_request_time(request))


def connect_receivers() -> None:
    """Connect the receivers to the signals of Django and allauth."""
    user_logged_in.connect(on_sign_in, dispatch_uid="newsroom.accounts.signed_in")
    user_login_failed.connect(on_failed_sign_in, dispatch_uid="newsroom.accounts.sign_in_failed")
    user_logged_out.connect(on_sign_out, dispatch_uid="newsroom.accounts.signed_out")
    authentication_failed.connect(on_failed_second_factor, dispatch_uid="newsroom.accounts.second_factor_failed")
    password_reset.connect(on_password_reset, dispatch_uid="newsroom.accounts.password_reset")
    for signal in (password_changed, password_set):
        signal.connect(on_password_change, dispatch_uid="newsroom.accounts.password_changed")
    authenticator_used.connect(on_accepted_second_factor, dispatch_uid="newsroom.accounts.second_factor_accepted")
    authenticator_added.connect(on_authenticator_added, dispatch_uid="newsroom.accounts.added")
    authenticator_removed.connect(on_authenticator_removed, dispatch_uid="newsroom.accounts.removed")
    authenticator_reset.connect(on_recovery_codes_reset, dispatch_uid="newsroom.accounts.reset")
