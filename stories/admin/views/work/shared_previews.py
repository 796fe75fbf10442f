"""The preview of a draft at the desk, and shared previews for people without an account."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation

from newsroom.desk.local_time import DateTimeForm
from newsroom.desk.responses import focus_first_error
from stories.admin.views.work.base import WorkView
from stories.drafts import revisions
from stories.models import Revision, Work
from stories.workflow import shared_previews
from stories.workflow.shared_previews.page import DeskBanner, build_draft_page, build_unsaved_edition

MAX_REVISIONS = 50
NEWEST = ""


class SharedPreviewForm(DateTimeForm):
    """Form for a new shared preview."""

    happens = "the link expires"

    label = forms.CharField(
        max_length=200,
        label="Label",
        help_text="For your reference only.",
        error_messages={"required": "Add a label, such as the recipient’s name."},
    )
    revision = forms.ChoiceField(label="Shows", required=False)
    passcode = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        label="Passcode",
        help_text=(
            f"Optional. At least {shared_previews.MIN_PASSCODE_LENGTH} characters. Send it separately from the link."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    takes_comments = forms.BooleanField(
        required=False,
        initial=True,
        label="Allow comments",
        help_text=(
            "Comments appear under this label. People with the link see only comments made with it, and answers to them."
        ),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].choices = choices  # type: ignore[attr-defined]  # the choice field above

    @property
    def latest_end(self) -> str:
        """A help text that says how long the link can last."""
        return f"{shared_previews.MAX_LIFETIME.days} days from now at most."


class PreviewView(WorkView):
    """Show a revision, by default the newest one, as readers would see it, below a banner. Nothing is stored."""

    def get(self, request: HttpRequest, object_id: str, number: int | None = None) -> HttpResponse:
        work = self.work
        revision = revisions.get_revision(work, number) if number else revisions.get_newest_revision(work)
        if revision is None:
            raise Http404
        edition = build_unsaved_edition(work, revision.document.value(), at=self.at)
        template, page = build_draft_page(edition, at=self.at)
        banner = DeskBanner(desk=self.address("change"), revision=number)
        with translation.override(edition.language):
            response = render(request, template, {"page": page, "preview": banner})
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


class SharingView(WorkView):
    """Base class for screens whose users must be allowed to share drafts and to edit this work."""

    def prepare(self) -> None:
        super().prepare()
        rights = (shared_previews.SHARE_PERMISSION, shared_previews.get_edit_permission(self.work))
        self.require(self.request.user.has_perms(rights))


class ShareView(SharingView):
    """List the shared previews of a work; on POST, create one.

    Only the response to the POST contains the URL of the new shared preview, because the URL is not stored.
    """

    template_name = "admin/stories/work/share.html"

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        newest = revisions.get_newest_revision(self.work)
        choices, requested = _list_choices(self.work, newest), request.GET.get("revision", NEWEST)
        revision = requested if requested in dict(choices) else NEWEST
        initial = _get_default_end(self.at) | {"revision": revision}
        return self.show(SharedPreviewForm(choices=choices, initial=initial), newest)

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        newest = revisions.get_newest_revision(self.work)
        choices = _list_choices(self.work, newest)
        new_link, form = None, SharedPreviewForm(request.POST, choices=choices)
        if form.is_valid():
            try:
                new_link = self._create(form)
            except shared_previews.SharingRefusedError as refusal:
                form.add_error({"ends_at": "day"}.get(refusal.field, refusal.field or None), str(refusal))
            else:
                form = SharedPreviewForm(choices=choices, initial=_get_default_end(self.at))
        return self.show(form, newest, new_link)

    def show(
        self, form: SharedPreviewForm, newest: Revision | None, new_link: shared_previews.NewLink | None = None
    ) -> HttpResponse:
        page = self.get_page(shared_previews.get_links(self.work))
        return self.render(
            {
                "form": focus_first_error(form),
                "new_link": new_link,
                "new_link_url": f"{settings.SITE_URL}{reverse('shared_preview', args=[new_link.token])}"
                if new_link
                else "",
                "may_create_link": newest is not None and self.work.binned_at is None,
                "page": page,
                "links": shared_previews.list_links(page, newest=newest, for_=self.by, at=self.at),
                "title": f"Share: {self.work}",
            }
        )

    def _create(self, form: SharedPreviewForm) -> shared_previews.NewLink:
        cleaned = form.cleaned_data
        number = cleaned["revision"]
        assert form.moment is not None, "a valid form says until when"  # noqa: S101
        return shared_previews.create_link(
            self.work,
            by=self.by,
            label=cleaned["label"],
            ends_at=form.moment,
            revision=revisions.get_revision(self.work, int(number)) if number else None,
            passcode=cleaned["passcode"],
            takes_comments=cleaned["takes_comments"],
        )


class RevokeView(SharingView):
    """On POST, revoke a shared preview; on GET, redirect to the list."""

    def get(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        return redirect(self.address("share"))

    def post(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        link = get_object_or_404(shared_previews.get_links(self.work), pk=key)
        shared_previews.revoke_link(link, by=self.by)
        messages.success(request, f"Link “{link.label}” revoked.")
        return redirect(self.address("share"))


def _get_default_end(at: datetime) -> dict[str, Any]:
    """Return the day and the time at which a link ends by default, as initial values."""
    local = timezone.localtime(at + shared_previews.DEFAULT_LIFETIME)
    return {"day": local.date(), "time": local.time()}


def _list_choices(work: Work, newest: Revision | None) -> list[tuple[str, str]]:
    """Return the choices for what a link shows: the newest draft at any time, or one of the newest revisions."""
    choices = [(NEWEST, "The newest draft, including later changes")]
    for revision in revisions.list_revisions(work)[:MAX_REVISIONS]:
        local = timezone.localtime(revision.created_at)
        label = getattr(getattr(revision, "labelled", None), "text", "")
        addition = f"{label}, " if label else ("currently the newest, " if revision == newest else "")
        choices.append(
            (str(revision.number), f"Revision {revision.number} only: {addition}{local.day} {local:%B, %H:%M}")
        )
    return choices
