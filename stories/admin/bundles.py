"""Admin of bundles: works that are gathered, published together and undone together."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from newsroom.accounts.permissions import signed_in_user
from newsroom.db.counts import attach_counts
from newsroom.db.counts import format_count as as_read
from newsroom.desk.changelists.changelist import BoundedAdmin
from newsroom.desk.local_time import SHORT, format_local
from newsroom.desk.responses import focus_first_error, focus_first_error_in_forms
from newsroom.http.clock import request_time
from stories import publishing
from stories.admin.drafts.finding_fields import link_findings
from stories.admin.forms.publish import ChangeNoteForm, PublishTimeForm
from stories.drafts.publication_status import get_publication_status, get_title, list_bundle_candidates
from stories.models import Bundle, Change, Edition, Work
from stories.publishing import PublishRequest
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.publishing.preflight import load_preflight


class BundleForm(forms.Form):
    """Form of a bundle's title and works; ``offered`` are works with their publication status."""

    title = forms.CharField(
        max_length=200,
        help_text="What the newsroom calls it; readers never see it.",
        error_messages={"required": "Give the bundle a title, so that others know what it is."},
    )
    works = forms.MultipleChoiceField(label="Goes out together", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label="Works not in the list",
        required=False,
        help_text="The last part of their addresses, parted by semicolons.",
    )

    def __init__(self, *args: Any, offered: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(work.pk): work for work in offered}
        self.fields["works"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (
                key,
                format_html('<span dir="auto">{}</span> <span class="means">{}</span>', get_title(work), _about(work)),
            )
            for key, work in self.by_key.items()
        ]

    def clean_others(self) -> list[Work]:
        """Return the works at these addresses; raise ValidationError for an address of no work on the desk."""
        found = []
        for slug in filter(None, (part.strip() for part in self.cleaned_data["others"].split(";"))):
            work = Work.objects.on_the_desk().at_address(slug).select_related("story", "faq").first()
            if work is None:
                raise forms.ValidationError(f"Nothing on the desk has the address “{slug}”.", code="unknown")
            found.append(work)
        return found

    def gathered(self) -> list[Work]:
        return [*(self.by_key[key] for key in self.cleaned_data["works"]), *self.cleaned_data["others"]]


class UndoForm(forms.Form):
    """Form that asks for the note to readers when a bundle is undone."""

    note = forms.CharField(
        label="Note for readers",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="It stands with each page that goes back, and is the notice of each page that is withdrawn.",
        error_messages={"required": "Tell readers why this is taken back."},
    )


def _about(work: Any) -> str:
    """Return the kind and the publication status of an offered work, and when its pending schedule goes live."""
    waits = f"; next on {format_local(work.goes_live, SHORT)}" if work.goes_live else ""
    return f"{work.get_kind_display()}: {get_publication_status(work).label.lower()}{waits}"


MAX_CANDIDATES = 60


@admin.register(Bundle)
class BundleAdmin(BoundedAdmin):
    """Admin of bundles: changelist, form, publishing and undoing."""

    list_display = ("title", "holds", "stands")
    search_fields = ("title",)
    sortable_by = ()
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Bundle | None = None) -> bool:
        return False  # what was published belongs to the audit log

    def shown(self, request: HttpRequest, rows: QuerySet[Bundle]) -> list[Bundle]:
        """Count the works of each bundle on the page, and attach the request time for its status."""
        bundles = attach_counts(rows, "size", lambda bundle: bundle.members.all())
        for bundle in bundles:
            vars(bundle)["read_at"] = request_time(request)
        return bundles

    @admin.display(description="Holds")
    def holds(self, bundle: Any) -> str:
        return f"{as_read(bundle.size)} work{'' if bundle.size == 1 else 's'}"

    @admin.display(description="Stands")
    def stands(self, bundle: Any) -> str:
        """Return whether and when the bundle was published or undone."""
        return describe_status(bundle, at=bundle.read_at)

    def get_urls(self) -> list[URLPattern]:
        """Add the URLs of publishing and undoing."""
        view = self.admin_site.admin_view
        return [
            path("<int:key>/publish/", view(self.send_view), name="stories_bundle_send"),
            path("<int:key>/undo/", view(self.undo_view), name="stories_bundle_undo"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form of a new bundle; each ``work`` in the query string preselects a work."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._gather(request, None, request.GET.getlist("work"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form of a bundle, or a page to read once it is published."""
        bundle = self._bundle(int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0)
        if not self.has_view_permission(request, bundle):
            raise PermissionDenied
        if bundle.sent_at or not self.has_change_permission(request, bundle):
            editions = Edition.objects.of_bundle(bundle).select_related("work")
            return self._answer(request, "published", bundle, {"editions": editions, "members": list_members(bundle)})
        return self._gather(request, bundle, [str(work.pk) for work in list_members(bundle)])

    def send_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show a form for each member, then publish or schedule all members together."""
        bundle = self._publishable(request, key)
        by, at = signed_in_user(request), request_time(request)
        when = PublishTimeForm(request.POST or None)
        parts = []
        for work in list_members(bundle):
            outlook = load_preflight(work, at=at)
            parts.append(
                (
                    work,
                    outlook,
                    ChangeNoteForm(
                        request.POST or None,
                        prefix=f"work-{work.pk}",
                        outlook=outlook,
                        overridable=outlook.overridable(by=by),
                        initial={"seen": outlook.newest.number if outlook.newest else 0},
                    ),
                )
            )
        # Validate every form, without stopping at the first error, so that each one shows its own errors.
        refused = [form for form in (when, *(form for *_, form in parts)) if not form.is_valid()]
        if request.method == "POST" and not refused:
            said = [
                PublishRequest(work, form.change(), None, form.overrides(), form.cleaned_data["seen"])
                for work, _, form in parts
            ]
            answers = {key: answer for *_, form in parts for key, answer in form.answers().items()}
            try:
                made = publishing.publish_bundle(bundle, by=by, at=when.moment, goings=said, answers=answers)
            except publishing.PendingScheduleError as refusal:
                for work, _, form in parts:
                    form.blame(refusal.waiting.get(work, ()))
            except publishing.NotReadyError as refusal:
                for work, _, form in parts:
                    if work in refusal.findings:
                        form.refuse(refusal.findings[work])
            except publishing.MergeConflictError as refusal:
                for _, _, form in parts:
                    if refusal.edition in form.waiting:
                        form.add_error(f"answer-{refusal.edition.pk}", str(refusal))
            except publishing.TimeError as refusal:
                when.add_error("time" if when.moment else None, str(refusal))
            except publishing.RefusedError as refusal:
                when.add_error(None, str(refusal))
            else:
                messages.success(request, _outcome(len(made), when.moment))
                return redirect(reverse("admin:stories_bundle_change", args=[bundle.pk]))
        kept = [(get_title(work), link_findings(outlook.kept_back(by=by), work)) for work, outlook, _ in parts]
        focus_first_error_in_forms([when, *(form for *_, form in parts)])
        return self._answer(
            request,
            "publish",
            bundle,
            {
                "when": when,
                "parts": [(get_title(work), work, outlook, form) for work, outlook, form in parts],
                "kept": [each for each in kept if each[1]],
                "title": f"Publish: {bundle}",
            },
        )

    def undo_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask for a note to readers, then undo the bundle."""
        bundle = self._publishable(request, key)
        form = UndoForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                publishing.undo_bundle(bundle, by=signed_in_user(request), note=form.cleaned_data["note"])
            except publishing.RefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Undone. Readers see what they saw before.")
                return redirect(reverse("admin:stories_bundle_change", args=[bundle.pk]))
        ahead = [
            (edition, _what_undoing_does(edition, at=request_time(request)))
            for edition in Edition.objects.of_bundle(bundle).spanning().select_related("work")
        ]
        return self._answer(
            request, "undo", bundle, {"form": focus_first_error(form), "ahead": ahead, "title": f"Undo: {bundle}"}
        )

    def _gather(self, request: HttpRequest, bundle: Bundle | None, chosen: list[str]) -> HttpResponse:
        form = BundleForm(
            request.POST or None,
            offered=list_bundle_candidates(chosen, at=request_time(request), limit=MAX_CANDIDATES),
            initial={"title": bundle.title if bundle else "", "works": chosen},
        )
        if request.method == "POST" and form.is_valid():
            try:
                made = publishing.save_bundle(
                    form.cleaned_data["title"], form.gathered(), by=signed_in_user(request), bundle=bundle
                )
            except publishing.RefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                if request.POST.get("_continue") == "send":
                    return redirect(reverse("admin:stories_bundle_send", args=[made.pk]))
                messages.success(request, "Saved.")
                return redirect(reverse("admin:stories_bundle_change", args=[made.pk]))
        return self._answer(request, "change_form", bundle, {"form": focus_first_error(form)})

    def _bundle(self, key: int) -> Bundle:
        bundle = Bundle.objects.numbered(key)
        if bundle is None:
            raise Http404
        return bundle

    def _publishable(self, request: HttpRequest, key: int) -> Bundle:
        if not request.user.has_perm(PUBLISH_PERMISSION):
            raise PermissionDenied
        return self._bundle(key)

    def _answer(
        self, request: HttpRequest, template: str, bundle: Bundle | None, context: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        about = {
            "opts": self.opts,
            "bundle": bundle,
            "title": bundle.title if bundle else "New bundle",
            "stands": describe_status(bundle, at=request_time(request)) if bundle else "",
            "at": request_time(request),
            "may_publish": request.user.has_perm(PUBLISH_PERMISSION),
        }
        context = {**self.admin_site.each_context(request), **about, **context}
        return TemplateResponse(request, f"admin/stories/bundle/{template}.html", context)


def list_members(bundle: Bundle) -> list[Work]:
    """Return the works of a bundle in their order."""
    return [member.work for member in bundle.members.select_related("work__story", "work__faq")]


def describe_status(bundle: Bundle, *, at: datetime) -> str:
    """Return the status of the bundle at ``at`` in a few words, with times in the newsroom's time zone."""
    if bundle.undone_at:
        return f"Undone on {format_local(bundle.undone_at)}"
    if bundle.live_from is None:
        return "Being gathered"
    return f"{'Goes live' if bundle.live_from > at else 'Went live'} on {format_local(bundle.live_from)}"


def _outcome(number: int, moment: datetime | None) -> str:
    works = f"{number} work{'' if number == 1 else 's'}"
    return f"{works} published." if moment is None else f"{works} scheduled for {format_local(moment)}."


def _what_undoing_does(edition: Edition, *, at: datetime) -> str:
    if edition.live_from > at:
        return "Its schedule is cancelled."
    if edition.change in {Change.FIRST, Change.RETURN}:
        return "It is withdrawn, with your note as its notice."
    return "It goes back to what readers saw before."
