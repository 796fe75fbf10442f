"""The *Withdraw* screen, which replaces a page with a notice."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from newsroom.desk.views import DeskFormView
from newsroom.http import clock
from newsroom.page_cache.commits import confirm_commit
from stories import publishing
from stories.admin.views.work.base import WorkView
from stories.workflow.reader_reports.subject import find_reported_page


class NoticeForm(forms.Form):
    """Form for the notice that tells readers why a page was withdrawn, and for a page to read instead."""

    notice = forms.CharField(
        label="Notice",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Readers see this text at the page’s address.",
        error_messages={"required": "Say why the page is withdrawn. Readers see this text at its address."},
    )
    instead = forms.CharField(
        label="Suggest another page",
        max_length=1_000,
        required=False,
        help_text="Optional. Paste the address of a story or question on this site. The notice links to it.",
    )
    redirects = forms.BooleanField(
        label="Redirect readers to it",
        required=False,
        help_text="Readers go straight to the other page while it is live. The history keeps the notice.",
    )
    hides_title = forms.BooleanField(
        label="Hide the headline",
        required=False,
        help_text="The notice then does not name the page. Its address stays the same.",
    )

    def clean_instead(self) -> UUID | None:
        """Return the uid of the work at the address, or None if the field is empty.

        Raise ValidationError if readers can open no story or question at the address.
        """
        if not self.cleaned_data["instead"]:
            return None
        page = find_reported_page(self.cleaned_data["instead"], at=clock.now())
        if page is None or page.about.kind not in {"story", "question"}:
            raise forms.ValidationError("There is no story or question that readers can open at this address.")
        return page.about.uid

    def clean(self) -> None:
        """Require the other page for a redirect."""
        super().clean()
        if self.cleaned_data.get("redirects") and "instead" not in self.errors and not self.cleaned_data["instead"]:
            self.add_error("instead", "Paste the address of the page to which readers are redirected.")


class WithdrawView(DeskFormView, WorkView):
    """Ask for the notice, then withdraw the page."""

    permission = "stories.publish_work"
    template_name = "admin/stories/work/withdraw.html"
    form_class = NoticeForm

    def submit(self, form: NoticeForm) -> HttpResponse:
        with confirm_commit("Not withdrawn"):
            publishing.withdraw(self.work, by=self.by, **form.cleaned_data)
        messages.success(
            self.request,
            "Withdrawn. Readers are redirected to the other page."
            if form.cleaned_data["redirects"]
            else "Withdrawn. Readers see your notice at the page’s address.",
        )
        return redirect(self.address("change"))

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "title": f"Withdraw: {self.work}"}
