"""Admin base of rows that the site itself creates, that are never deleted, and whose form decides on each row once."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.accounts.permissions import NotAllowedError, signed_in_user
from newsroom.desk.changelists.changelist import BoundedAdmin
from newsroom.http.request_state import RequestState

# Why a decision was refused, "" if it was not.
_REFUSAL = RequestState(str)


class DecisionAdmin(BoundedAdmin):
    """Admin without adding or deleting; ``decided`` is the message after a decision."""

    actions = None
    decided_message: ClassVar[str]
    # Decide on a row with the form's cleaned data, as the user ``by``: ``decide(row, said, by=)``. Raises
    # ValidationError if somebody else decided first, NotAllowedError without the permission.
    decide: Callable[..., None]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Decide on the row; remember the refusal if somebody else decided first."""
        try:
            self.decide(obj, form.cleaned_data, by=signed_in_user(request))
        except ValidationError as refusal:
            _REFUSAL.set(request, refusal.messages[0])
        except NotAllowedError as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Redirect to the list with the outcome as a message."""
        if refused := _REFUSAL.get(request):
            messages.error(request, refused)
        else:
            messages.success(request, self.decided_message)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
