"""Base classes for the screens of a work."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.views import ModelView
from stories.drafts.publication_status import get_publication_status
from stories.models import Change, Work
from stories.workflow import shared_previews

ROWS_PER_PAGE = 50
# This takes the place of the key in the addresses of a work that has never been saved.
NEW = "new"


def work_address(work: Work, screen: str, *keys: object) -> str:
    """Return the address of a screen of the work."""
    return reverse(work.view_name(screen), args=[work.pk, *keys])


def change_address(work: Work, *, corrects: bool) -> str:
    """Return the address of the form of the work. With ``corrects``, it leads to the publication of a correction."""
    return work_address(work, "change") + (f"?kind={Change.CORRECTION}" if corrects else "")


def is_correction(request: HttpRequest) -> bool:
    """Return whether the form or the *Publish* screen was opened to correct an error."""
    return request.GET.get("kind") == Change.CORRECTION


def get_work(model_admin: Any, request: HttpRequest, object_id: str) -> Any:
    """Return the work, annotated with its publication status.

    Raise PermissionDenied if the user may not see works, and Http404 if there is no such work.
    """
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    work = model_admin.get_queryset(request).with_pk(object_id).first()
    if work is None:
        raise Http404
    return work


class WorkView(ModelView):
    """Base class for screens of a work. The user must be allowed to see works, and must have ``permission``."""

    work: Any

    @property
    def by(self) -> User:
        """The user who opened the screen."""
        return signed_in_user(self.request)

    def prepare(self) -> None:
        self.work = get_work(self.model_admin, self.request, self.kwargs["object_id"])
        super().prepare()

    @property
    def may_change(self) -> bool:
        """Whether the user may edit the work."""
        return bool(self.model_admin.has_change_permission(self.request, self.work))

    def address(self, screen: str, *keys: object) -> str:
        """Return the address of a screen of the work."""
        return work_address(self.work, screen, *keys)

    def get_page(self, rows: Any) -> Any:
        """Return the page of ``rows`` that the query string requests."""
        paginator = self.model_admin.get_paginator(self.request, rows, ROWS_PER_PAGE)
        return paginator.get_page(self.request.GET.get("p"))

    def get_context(self) -> dict[str, Any]:
        user, work = self.request.user, self.work
        return {
            **super().get_context(),
            "work": work,
            "original": work,
            "publication_status": get_publication_status(work),
            "moment": self.at,
            "may_change": self.may_change,
            "may_bin": user.has_perm("stories.bin_work"),
            "may_share": user.has_perms((shared_previews.SHARE_PERMISSION, shared_previews.get_edit_permission(work))),
            "preview_url": self.address("preview"),
        }


class DraftView(WorkView):
    """Base class for screens about text that the user is editing; ``work`` is None for a new work."""

    def prepare(self) -> None:
        """Load the work; the user must be allowed to edit it, or to create it if it is new."""
        if self.kwargs.get("object_id", NEW) == NEW:
            self.work = None
            self.require(self.model_admin.has_add_permission(self.request))
        else:
            super().prepare()
            self.require(self.may_change)

    def form_address(self) -> str:
        """Return the address of the form."""
        return self.address("change") if self.work else ModelView.address(self, "add")

    def get_context(self) -> dict[str, Any]:
        return super().get_context() if self.work else {**ModelView.get_context(self), "work": None}
