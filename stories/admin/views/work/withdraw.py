"""The screens that withdraw a page with a notice, and that move a draft which readers never saw to the trash."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import focus_first_error
from newsroom.http import clock
from newsroom.page_cache.commits import confirm_commit
from stories import publishing
from stories.admin.views.work.erase import EraseScreens
from stories.models import Work
from stories.publishing.errors import RefusedError
from stories.workflow import trash
from stories.workflow.reader_reports.subject import find_reported_page


class NoticeForm(forms.Form):
    """The notice that tells readers why a page is withdrawn, and a page to suggest instead."""

    notice = forms.CharField(
        label="Notice",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Readers find these words at the address of the page.",
        error_messages={"required": "Say why the page is withdrawn; readers will find these words at its address."},
    )
    instead = forms.CharField(
        label="Suggest another page",
        max_length=1_000,
        required=False,
        help_text="Optional. Paste the address of a story or question on this site; readers of the notice are led to it.",
    )

    def clean_instead(self) -> UUID | None:
        """Return the uid of the work at the address, or None if the field is empty."""
        if not self.cleaned_data["instead"]:
            return None
        page = find_reported_page(self.cleaned_data["instead"], at=clock.now())
        if page is None or page.about.kind not in {"story", "question"}:
            raise forms.ValidationError("There is no story or question that readers can open at this address.")
        return page.about.uid


class WithdrawScreens(EraseScreens):
    """A model admin with the screens that withdraw a work, and move it to the trash and back."""

    def get_urls(self) -> list[URLPattern]:
        name = f"stories_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/withdraw/", view(self.withdraw_view), name=f"{name}_withdraw"),
            path("<path:object_id>/bin/", view(self.bin_view), name=f"{name}_bin"),
            path("<path:object_id>/take-out/", view(self.take_out_view), name=f"{name}_take_out"),
            *super().get_urls(),
        ]

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for the notice, then withdraw the page."""
        work = self.seen(request, object_id)
        if not request.user.has_perm("stories.publish_work"):
            raise PermissionDenied
        form = NoticeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                with confirm_commit("Not withdrawn"):
                    publishing.withdraw(work, by=signed_in_user(request), **form.cleaned_data)
            except RefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Withdrawn. Readers find the notice at the address of the page.")
                return redirect(self.address("change", work))
        return self.answer(request, work, "withdraw", {"form": focus_first_error(form), "title": f"Withdraw: {work}"})

    def bin_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for confirmation, then move the draft to the trash."""
        if request.method != "POST":
            return self.answer(request, self._movable(request, object_id), "trash", {"title": "Put into the bin"})
        return self._moved(request, object_id, trash.move_to_trash, "In the bin. It can be taken out again.")

    def take_out_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Restore a draft from the trash on POST."""
        return self._moved(request, object_id, trash.restore_from_trash, "Back on the desk.")

    def _movable(self, request: HttpRequest, object_id: str) -> Work:
        work: Work = self.seen(request, object_id)
        if not request.user.has_perm(trash.TRASH_PERMISSION):
            raise PermissionDenied
        return work

    def _moved(self, request: HttpRequest, object_id: str, verb: Callable[..., None], words: str) -> HttpResponse:
        work = self._movable(request, object_id)
        if request.method == "POST":
            try:
                verb(work, by=signed_in_user(request))
            except RefusedError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, words)
        return redirect(self.address("change", work))
