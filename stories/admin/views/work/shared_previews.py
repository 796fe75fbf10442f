"""The preview of a draft for the desk, and its shared previews for people without an account."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import DateTimeForm
from newsroom.desk.responses import focus_first_error
from newsroom.http.clock import request_time
from stories.admin.views.work.history import HistoryScreens
from stories.drafts import revisions
from stories.models import Revision, Work
from stories.workflow import shared_previews
from stories.workflow.shared_previews.page import DeskBanner, build_unsaved_edition, draft_page

DEFAULT_LIFE = timedelta(days=7)
MOST_REVISIONS = 50
NEWEST = ""


class SharedPreviewForm(DateTimeForm):
    """A new shared preview: for whom, of which revision, and until when."""

    happens = "the link ends"

    label = forms.CharField(
        max_length=200,
        label="For whom",
        help_text="Only the desk sees it: it tells the links apart.",
        error_messages={"required": "Say who gets the link; the label tells the links apart."},
    )
    revision = forms.ChoiceField(label="What they see", required=False)
    passcode = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        label="Passcode",
        help_text=(
            f"Empty for none, or at least {shared_previews.SHORTEST_PASSCODE} characters. It is not shown again; "
            "tell it in another way than the link."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    takes_comments = forms.BooleanField(
        required=False,
        initial=True,
        label="They may comment",
        help_text="Under the label above. They read what was said over this link and your answers, nothing else.",
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].choices = choices  # type: ignore[attr-defined]  # it is the field of choices above

    @property
    def latest(self) -> str:
        """The latest possible end of a link, as a help text."""
        return f"{shared_previews.LONGEST_LIFE.days} days from now at most."


class SharedPreviewScreens(HistoryScreens):
    """A model admin with the preview of a work and its shared previews."""

    def get_urls(self) -> list[URLPattern]:
        name = f"stories_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/history/<int:number>/preview/", view(self.preview_view), name=f"{name}_proof"),
            path("<path:object_id>/preview/", view(self.preview_view), name=f"{name}_preview"),
            path("<path:object_id>/share/", view(self.share_view), name=f"{name}_share"),
            path("<path:object_id>/share/<int:key>/revoke/", view(self.unshare_view), name=f"{name}_unshare"),
            *super().get_urls(),
        ]

    def preview_view(self, request: HttpRequest, object_id: str, number: int | None = None) -> HttpResponse:
        """Show a revision exactly as readers would see it; the newest if no number is given. Nothing is stored."""
        work, at = self.seen(request, object_id), request_time(request)
        revision = revisions.get_revision(work, number) if number else revisions.get_newest_revision(work)
        if revision is None:
            raise Http404
        edition = build_unsaved_edition(work, revision.document.value(), at=at)
        template, page = draft_page(edition, at=at)
        banner = DeskBanner(desk=self.address("change", work), revision=number)
        with translation.override(edition.language):
            response = render(request, template, {"page": page, "preview": banner})
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def share_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """List the shared previews of a work, and create one on POST.

        The address of a new one is part of this response only, and is not stored.
        """
        work = self._shareable(request, object_id)
        at, newest = request_time(request), revisions.get_newest_revision(work)
        choices = _choices(work, newest)
        made, form = None, self._form(request, choices, at=at)
        if request.method == "POST" and form.is_valid():
            try:
                made = self._made(request, work, form)
            except shared_previews.SharingRefusedError as refusal:
                form.add_error({"ends_at": "day"}.get(refusal.field, refusal.field or None), str(refusal))
            else:
                form = SharedPreviewForm(choices=choices, initial=_usual_end(at))
        page = self.get_paginator(request, shared_previews.links_of(work), 50).get_page(request.GET.get("p"))
        return self.answer(
            request,
            work,
            "share",
            {
                "form": focus_first_error(form),
                "made": made,
                "made_address": f"{settings.SITE_URL}{reverse('preview', args=[made.token])}" if made else "",
                "may_make": newest is not None and work.binned_at is None,
                "page": page,
                "links": shared_previews.list_links(page, newest=newest, for_=signed_in_user(request), at=at),
                "title": f"Share: {work}",
            },
        )

    def unshare_view(self, request: HttpRequest, object_id: str, key: int) -> HttpResponse:
        """Revoke a shared preview on POST."""
        work = self._shareable(request, object_id)
        if request.method == "POST":
            link = get_object_or_404(shared_previews.links_of(work), pk=key)
            shared_previews.revoke_link(link, by=signed_in_user(request))
            messages.success(request, f"Revoked. The link “{link.label}” opens nothing any more.")
        return redirect(self.address("share", work))

    def _shareable(self, request: HttpRequest, object_id: str) -> Any:
        """Return the work; raise PermissionDenied unless the user may both share drafts and edit this work."""
        work = self.seen(request, object_id)
        if not request.user.has_perms((shared_previews.RIGHT, shared_previews.get_edit_permission(work))):
            raise PermissionDenied
        return work

    def _form(self, request: HttpRequest, choices: list[tuple[str, str]], *, at: datetime) -> SharedPreviewForm:
        if request.method == "POST":
            return SharedPreviewForm(request.POST, choices=choices)
        asked = request.GET.get("revision", NEWEST)
        chosen = asked if asked in dict(choices) else NEWEST
        return SharedPreviewForm(choices=choices, initial=_usual_end(at) | {"revision": chosen})

    def _made(self, request: HttpRequest, work: Work, form: SharedPreviewForm) -> shared_previews.NewLink:
        chosen = form.cleaned_data
        number = chosen["revision"]
        assert form.moment is not None, "a valid form says until when"  # noqa: S101
        return shared_previews.create_link(
            work,
            by=signed_in_user(request),
            label=chosen["label"],
            ends_at=form.moment,
            revision=revisions.get_revision(work, int(number)) if number else None,
            passcode=chosen["passcode"],
            takes_comments=chosen["takes_comments"],
        )


def _usual_end(at: datetime) -> dict[str, Any]:
    """Return the day and the time at which a link ends by default."""
    local = timezone.localtime(at + DEFAULT_LIFE)
    return {"day": local.date(), "time": local.time()}


def _choices(work: Work, newest: Revision | None) -> list[tuple[str, str]]:
    """Return what a link can show: the newest draft, also after later saves, or one of the newest revisions."""
    choices = [(NEWEST, "The newest draft, also what is saved later")]
    for revision in revisions.list_revisions(work)[:MOST_REVISIONS]:
        local = timezone.localtime(revision.created_at)
        label = getattr(getattr(revision, "labelled", None), "text", "")
        which = f"{label}, " if label else ("the newest now, " if revision == newest else "")
        choices.append((str(revision.number), f"Revision {revision.number} only: {which}{local.day} {local:%B, %H:%M}"))
    return choices
