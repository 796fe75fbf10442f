"""Middleware that records when the desk refuses something to a signed-in user who lacks a permission."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from newsroom.accounts.models import User
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.http.languages import DESK_PREFIXES
from newsroom.http.request_state import RequestState

_IS_OTHER_REFUSAL = RequestState(bool)


def mark_other_refusal(request: HttpRequest) -> None:
    """Mark a request that is refused with 403 for a reason other than a missing permission."""
    _IS_OTHER_REFUSAL.set(request, True)


class RecordRefusalsMiddleware:
    """Middleware that records each 403 response of the desk to a signed-in user, unless the request is marked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        is_refused = response.status_code == 403 and request.path_info.startswith(DESK_PREFIXES)
        if is_refused and not _IS_OTHER_REFUSAL.get(request) and isinstance(request.user, User):
            access.record(AccessVerb.PERMISSION_REFUSED, request, account=request.user)
        return response
