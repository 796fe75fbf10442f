"""Lists of what comes up by itself and stays on record: the form of each row is there to decide on it, once."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.accounts.permissions import NotAllowedError, signed_in_user
from newsroom.desk.changelists.changelist import BoundedAdmin


class DecisionAdmin(BoundedAdmin):
    """A list to which the desk adds nothing and from which nothing goes; ``decided`` is said after a decision."""

    actions = None
    decided: ClassVar[str]
    # Decides on a row by what the form said, as the person ``by``: ``decide(row, said, by=)``. Raises ValidationError
    # when somebody was faster, NotAllowedError without the right.
    decide: Callable[..., None]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody write one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let each stay on record."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Decide on it; whoever was faster is named."""
        try:
            self.decide(obj, form.cleaned_data, by=signed_in_user(request))
        except ValidationError as refusal:
            vars(request)["refused"] = refusal.messages[0]
        except NotAllowedError as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go back to the list."""
        if refused := vars(request).get("refused"):
            messages.error(request, refused)
        else:
            messages.success(request, self.decided)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
