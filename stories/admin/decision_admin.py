"""Base admin class for rows that the site creates and on which users decide. Users cannot delete them."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.accounts.permissions import NotAllowedError, signed_in_user
from newsroom.desk.changelists.changelist import BoundedAdmin
from newsroom.http.request_state import RequestState

# Why the decision in this request was refused, or an empty string.
_REFUSAL = RequestState(str)


class DecisionAdmin(BoundedAdmin):
    """Base class for admins whose rows users can neither add nor delete. ``decided_message`` confirms a decision."""

    actions = None
    decided_message: ClassVar[str]
    # ``decide(row, cleaned_data, by=user)`` stores the decision of ``user`` on a row. It raises ValidationError if
    # the decision is refused, for example because somebody else decided first, and NotAllowedError if the user lacks
    # the permission.
    decide: Callable[..., None]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the decision, or remember the reason if it is refused.

        Raise PermissionDenied if the user lacks the permission.
        """
        try:
            self.decide(obj, form.cleaned_data, by=signed_in_user(request))
        except ValidationError as refusal:
            _REFUSAL.set(request, refusal.messages[0])
        except NotAllowedError as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Redirect to the list with the outcome as a message."""
        if reason := _REFUSAL.get(request):
            messages.error(request, reason)
        else:
            messages.success(request, self.decided_message)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
