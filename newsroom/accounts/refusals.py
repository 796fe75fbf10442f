"""Middleware that records when the desk refuses something to a signed-in user who lacks a permission."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from newsroom.accounts.models import User
from newsroom.accounts.permissions import watch_refusals
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.http.languages import DESK_PREFIXES
from newsroom.http.request_state import RequestState

_IS_OTHER_REFUSAL = RequestState(bool)


def mark_other_refusal(request: HttpRequest) -> None:
    """Mark a request that is refused with 403 for a reason other than a missing permission."""
    _IS_OTHER_REFUSAL.set(request, True)


class RecordRefusalsMiddleware:
    """Middleware that records each request of a signed-in user to the desk that was refused for a missing permission.

    These are requests with a 403 response, unless they are marked, and those in which a verb raised NotAllowedError,
    whatever the view made of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with watch_refusals() as watch:
            response = self._get_response(request)
        is_refused = watch.has_refusal or (response.status_code == 403 and not _IS_OTHER_REFUSAL.get(request))
        if is_refused and request.path_info.startswith(DESK_PREFIXES) and isinstance(request.user, User):
            access.record(AccessVerb.PERMISSION_REFUSED, request, account=request.user)
        return response
