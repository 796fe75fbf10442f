"""What the forms of stories and questions share: one save, one revision, and what may follow it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms.models import BaseModelFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from newsroom.accounts.permissions import person
from newsroom.http.clock import moment_of
from stories import checks
from stories.admin.anchors import field_id, places_on
from stories.admin.commenting import CommentingScreens
from stories.admin.conflicts import clashes
from stories.admin.first_saves import FirstSaves
from stories.admin.going_out import publish_and_say
from stories.admin.joining import ASKED, MEANWHILE, JoiningSaves
from stories.admin.leaving import LeavingScreens
from stories.admin.looking_again import keep_look, note_look
from stories.admin.offers import MOST_ARTICLES, offers
from stories.admin.parts.sources import SourceFormSet
from stories.admin.presence import PresenceScreens
from stories.admin.recording import RecordScreens
from stories.admin.review_screen import ReviewScreens
from stories.admin.reviewing import is_step, review_and_say, review_of
from stories.admin.sharing import SharingScreens
from stories.admin.translating import TranslatingScreens
from stories.drafts import revisions
from stories.drafts.publication_status import standing_of, with_standing
from stories.drafts.queues import with_dates
from stories.models import FAQ, Article, Work
from stories.publishing.preflight import outlook_of
from stories.workflow import shared_previews

# No database counts further.
LONGEST_KEY = 18


class WorkAdmin(
    FirstSaves,
    JoiningSaves,
    CommentingScreens,
    PresenceScreens,
    ReviewScreens,
    RecordScreens,
    LeavingScreens,
    SharingScreens,
    TranslatingScreens,
):
    """A form whose save is one transaction and one revision."""

    shown_fields: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Say of each work how it stands."""
        works = super().get_queryset(request).select_related("owner", "assigned_to", "reviewed_revision", "reviewed_by")
        return with_dates(with_standing(works, at=moment_of(request)))

    def get_fieldsets(self, request: HttpRequest, obj: Work | None = None) -> Any:
        """Name the fields; the template lays them out."""
        return [(None, {"fields": self.shown_fields})]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Work | None:
        """Lock the work before a save is even read, and notice there that somebody else saved meanwhile."""
        if len(object_id) > LONGEST_KEY:
            return None
        if request.method == "POST":
            if opened := vars(request).pop("opened", None):
                return opened  # type: ignore[no-any-return]  # put there by this very method's caller
            Work.objects.lock(object_id)
        work: Work | None = super().get_object(request, object_id, from_field)
        if work is None and request.method == "POST":
            raise Http404  # the stock answer leads away, without what was written
        if work is not None and request.method == "POST":
            vars(request)["conflict"] = self.conflict_in(request, work)
        return work

    def get_form(
        self, request: HttpRequest, obj: Work | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """Tell the form who is writing and what came in between."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        form.conflict = vars(request).get("conflict")
        return form  # type: ignore[no-any-return]  # made by Django's factory

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Open a new form with its author as the owner."""
        return {**super().get_changeform_initial_data(request), "owner": request.user.pk}

    def has_delete_permission(self, request: HttpRequest, obj: Work | None = None) -> bool:
        """Let nobody delete a work: drafts go into the bin, pages are withdrawn."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Work | None = None) -> bool:
        """Let nobody edit what lies in the bin."""
        return super().has_change_permission(request, obj) and not (obj and obj.binned_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show a page to read instead of a form to those who may not edit."""
        work = self.get_object(request, object_id) if request.method in {"GET", "HEAD"} else None
        if work and self.has_view_permission(request, work) and not self.has_change_permission(request, work):
            shown = self.revision_view if work.binned_at else self.review_view
            return shown(request, object_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Work, form: Any, change: bool) -> None:
        """Save the work's own row when something on it changed."""
        if not change or form.changes_the_work():
            super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Sequence[BaseModelFormSet[Any, Any]], change: bool
    ) -> None:
        """Save the rows, sources first because passages draw on them, then keep what the desk says as a revision."""
        form.save_m2m()
        form.save_names()
        for formset in sorted(formsets, key=lambda rows: not isinstance(rows, SourceFormSet)):
            self.save_formset(request, form, formset, change=change)
        note_look(request, form)
        self.end_if_tried(request, form)
        self.after_rows(request, form.instance, formsets)
        revision = revisions.record(form.instance, by=person(request), is_locked=change)
        keep_look(request, form.instance)
        is_new = not change or revision.number != form.cleaned_data.get("base_revision")
        unchanged = "" if is_step(request) else f"Nothing has changed since revision {revision.number}."
        vars(request)["saved"] = f"Saved as revision {revision.number}." if is_new else unchanged

    def after_rows(self, request: HttpRequest, work: Work, formsets: Sequence[Any]) -> None:
        """Do what follows from the rows before the revision is recorded."""

    def response_add(self, request: HttpRequest, obj: Work, post_url_continue: str | None = None) -> HttpResponse:
        """Go on with the new work."""
        return self._go_on(request, obj)

    def response_change(self, request: HttpRequest, obj: Work) -> HttpResponse:
        """Go on with the work."""
        return self._go_on(request, obj)

    def _go_on(self, request: HttpRequest, work: Work) -> HttpResponse:
        """Publish where that was chosen, or say which revision keeps what was saved, and stay on the form."""
        then, on = request.POST.get("_continue"), ""
        if is_step(request):
            review_and_say(request, work, saved=vars(request)["saved"])
        elif then == "publish":
            on = publish_and_say(
                request,
                work,
                note=request.POST.get("note", ""),
                with_questions=self.questions_going_out(request, work),
                send_address=self.address("send", work),
            )
        else:
            messages.success(request, vars(request)["saved"])
        if then == "schedule" and request.user.has_perm("stories.publish_work"):
            on = f"{self.address('send', work)}?when=later"
        return HttpResponseRedirect(on or self.address("change", work))

    def questions_going_out(self, request: HttpRequest, work: Work) -> list[FAQ]:
        """Return the questions that are published with the work."""
        return []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Add what the page shows beside the form: standing, findings, names on offer, a conflict."""
        form = context["adminform"].form
        formsets = [rows.formset for rows in context["inline_admin_formsets"]]
        conflict = vars(request).get("conflict")
        context |= {
            "offers": offers(),
            "articles_on_offer": Article.objects.on_offer(MOST_ARTICLES),
            "may_publish": request.user.has_perm("stories.publish_work"),
            "may_confirm": request.user.has_perm("stories.confirm_names"),
            "may_bin": request.user.has_perm("stories.bin_work"),
            "conflict": conflict,
            "clashes": vars(request).get(ASKED) or (clashes(conflict, form, formsets) if conflict else []),
            "is_merged": ASKED in vars(request),
            "meanwhile": vars(request).get(MEANWHILE, ""),
        }
        if obj:
            outlook = outlook_of(obj, at=moment_of(request))
            newest = outlook.newest
            context |= {
                "standing": standing_of(obj),
                "newest": newest,
                "review": review_of(obj, newest, user=person(request), at=moment_of(request)) if newest else None,
                "waiting": outlook.waiting,
                "public_url": reverse(obj.kind, args=[obj.public_slug]) if obj.public_slug else "",
                "preview_url": self.address("preview", obj),
                "may_share": request.user.has_perms((shared_previews.RIGHT, shared_previews.edit_right(obj))),
                "findings": _located(outlook.findings, formsets),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


def _located(findings: checks.Findings, formsets: list[Any]) -> list[tuple[checks.Finding, str]]:
    """Return each finding with the id of its field on this very form."""
    places = places_on(formsets)
    return [(finding, field_id(finding.anchor, places)) for finding in findings]
