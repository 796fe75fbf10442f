"""Screens that publish, schedule or expire a work, or change its pending schedules."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import DateTimeForm, format_local
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import DeskFormView
from newsroom.page_cache.commits import confirm_commit
from stories import publishing
from stories.admin.drafts.finding_fields import field_id, link_findings, list_saved_rows
from stories.admin.forms.publish import LATER, NOW, PublishForm, ScheduleResolutionForm, get_initial_from_report
from stories.admin.views.work.attached_questions import AttachedQuestions, NewerText
from stories.admin.views.work.base import WorkView, is_correction, work_address
from stories.admin.views.work.review import ReviewPanel, build_review_panel
from stories.checks import Findings, Level
from stories.documents.compare import compare
from stories.drafts import revisions
from stories.models import FAQ, Change, ChangeNote, Edition, EditionKind, Story, Work, WorkKind
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.publishing.preflight import Preflight, load_preflight
from stories.publishing.request import OVERRIDE_PERMISSION
from stories.workflow.reader_reports import verbs

# The value of the button that approves a draft and publishes it.
APPROVE = "approve"


class ExpireForm(DateTimeForm):
    """Form for the time at which a page expires, and for the notice that takes its place."""

    happens = "the page ends"

    notice = forms.CharField(
        label="Notice",
        max_length=5_000,
        widget=forms.Textarea({"rows": 5, "dir": "auto"}),
        help_text="Readers see this text at the page’s address.",
        error_messages={"required": "Say why the page ends. Readers see this text at its address."},
    )


class PublishingView(WorkView):
    """Base class for screens that require the permission to publish."""

    permission = PUBLISH_PERMISSION


class PublishView(PublishingView):
    """Ask for the input that publishing requires, then publish or schedule the draft.

    If the draft is in review and the user may approve it, publishing approves it too: both or neither.
    """

    template_name = "admin/stories/work/publish.html"
    preflight: Preflight
    review: ReviewPanel
    form: PublishForm
    attached: AttachedQuestions
    newer_text: NewerText | None
    refused: Findings = Findings()  # an empty tuple

    def prepare(self) -> None:
        """Create the forms for the work and for the questions that can be published with it.

        Raise Http404 if the work has no revision.
        """
        super().prepare()
        request, work = self.request, self.work
        newest = revisions.get_newest_revision(work)
        if newest is None:
            raise Http404
        self.review = build_review_panel(work, newest, user=self.by, at=self.at)
        approves = self.review.may_approve
        self.preflight = preflight = load_preflight(work, at=self.at, approves=approves)
        overridable = preflight.overridable(by=self.by)
        questions = publishing.list_changed_questions(work, at=self.at) if isinstance(work, Story) else []
        self.attached = AttachedQuestions.from_request(request, questions, at=self.at, approves=approves)
        reports = verbs.list_open_reports(work) if request.user.has_perm(verbs.DECIDE_PERMISSION) else []
        self.newer_text = NewerText.find(request.POST, newest)
        self.form = PublishForm(
            self.newer_text.update_seen(request.POST) if self.newer_text else request.POST or None,
            preflight=preflight,
            questions=questions,
            reports=reports,
            at=self.at,
            overridable=overridable,
            initial={
                "seen": newest.number,
                "when": LATER if request.GET.get("when") == LATER else NOW,
                "questions": request.GET.getlist("question"),
                "note": request.GET.get("note", ""),
                **({"kind": Change.CORRECTION} if is_correction(request) else {}),
                **get_initial_from_report(reports, request.GET.get("report", ""), preflight.previous_document),
            },
        )

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        panel, preflight, newest = self.review, self.preflight, self.review.newest
        newer_texts = [*([self.newer_text] if self.newer_text else []), *self.attached.newer_texts]
        is_refused = self.form.is_bound and not newer_texts
        may_publish = panel.may_approve or not panel.missing_approval
        heading = "Approve and publish" if panel.may_approve else "Publish"
        return self.render(
            {
                "form": focus_first_error(self.form),
                "attached_questions": self.attached,
                "preflight": preflight,
                "comparison": compare(preflight.previous_document, newest.document.value()),
                "review": panel,
                "newer_texts": newer_texts,
                "heading": heading,
                "button": f"Approve revision {newest.number} and publish"
                if panel.may_approve and newer_texts
                else heading,
                "may_publish": may_publish,
                "blockers": link_findings(self.refused or preflight.not_overridable(by=self.by), self.work),
                "warnings": link_findings(preflight.findings.with_level(Level.WARNING), self.work),
                "is_refused": is_refused,
                "title": f"{heading}: {self.work}",
            }
        )

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if self.newer_text or self.attached.newer_texts:
            return self.get(request, object_id)
        # Validate both, even if the first is invalid, so that each shows its own errors.
        are_questions_valid, is_valid = self.attached.is_valid(), self.form.is_valid()
        approves = request.POST.get("do") == APPROVE
        edition = self._publish(approves=approves) if are_questions_valid and is_valid else None
        if edition is None:
            return self.get(request, object_id)
        messages.success(request, _describe_outcome(edition, is_scheduled=self.form.moment is not None))
        return redirect(self.address("change"))

    def _publish(self, *, approves: bool) -> Edition | None:
        """Publish or schedule the work, and approve it first if ``approves`` is true.

        If that is refused, add the reasons to the forms and return None.
        """
        form, attached = self.form, self.attached
        verb: Any = publishing.publish
        extra: dict[str, Any] = {}
        if approves:
            verb, extra = publishing.approve_and_publish, {"at": form.moment}
        elif form.moment is not None:
            verb, extra = publishing.schedule, {"at": form.moment}
        try:
            with confirm_commit("Not published"):
                edition: Edition = verb(
                    self.work,
                    by=self.by,
                    change=form.change_note(),
                    with_questions=[each.publish_request() for each in attached.chosen],
                    resolutions={**form.resolutions(), **attached.resolutions()},
                    overrides=form.overrides(),
                    seen_revision_number=form.cleaned_data["seen"],
                    **extra,
                )
                verbs.settle_reports(form.chosen_reports(), edition, by=self.by, reply=form.reply_text())
        except publishing.PendingScheduleError as refusal:
            for work, editions in refusal.pending.items():
                (attached.get_form(work) or form).require_resolutions(editions)
        except publishing.NotReadyError as refusal:
            for work, findings in refusal.findings.items():
                question = attached.get_form(work)
                if question is not None:
                    question.add_blockers(findings)
                else:
                    self.refused = findings
                    form.add_blockers(findings, listed=True)
        except publishing.MergeConflictError as refusal:
            (attached.get_form(refusal.edition.work) or form).add_error(f"answer-{refusal.edition.pk}", str(refusal))
        except publishing.TimeError as refusal:
            form.add_error("time" if form.moment else None, str(refusal))
        except publishing.RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return edition
        return None


class ExpireView(DeskFormView, PublishingView):
    """Ask for the time and for the notice, then schedule the expiry of the page."""

    template_name = "admin/stories/work/expire.html"
    form_class = ExpireForm

    def submit(self, form: ExpireForm) -> HttpResponse:
        assert form.moment is not None, "a valid form says when"  # noqa: S101
        with confirm_commit("No end date set"):
            edition = publishing.schedule_expiry(
                self.work, by=self.by, at=form.moment, notice=form.cleaned_data["notice"]
            )
        report = f"The page will be replaced by your notice on {format_local(edition.live_from)}."
        messages.success(self.request, report)
        return redirect(self.address("change"))

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "title": f"Set an end date: {self.work}"}


class ScheduleView(PublishingView):
    """Base class for screens about one pending schedule; on GET, redirect to the form of the work."""

    edition: Edition

    def prepare(self) -> None:
        super().prepare()
        edition = Edition.objects.with_number(self.work, self.kwargs["number"])
        if edition is None:
            raise Http404
        self.edition = edition

    def get(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        return redirect(self.address("change"))


class CancelScheduleView(ScheduleView):
    """Cancel a pending schedule on POST."""

    def post(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        edition = self.edition
        try:
            with confirm_commit("Not cancelled"):
                publishing.cancel_schedule(edition, by=self.by)
        except publishing.RefusedError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, f"Cancelled: {_describe_cancelled(edition)} on {format_local(edition.live_from)}."
            )
        return redirect(self.address("change"))


class UseNewestView(ScheduleView):
    """Schedule the newest revision in place of a pending schedule, with resolutions for any later schedules."""

    template_name = "admin/stories/work/use_revision.html"

    def post(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        edition = self.edition
        pending = load_preflight(self.work, at=self.at).pending_pages
        form = ScheduleResolutionForm(
            request.POST, pending_schedules=[each for each in pending if each.live_from > edition.live_from]
        )
        try:
            if form.is_valid():
                with confirm_commit("Not replaced"):
                    replacement = publishing.replace_revision(
                        edition,
                        by=self.by,
                        resolutions=form.resolutions(),
                        seen_revision_number=form.cleaned_data["seen"],
                    )
                messages.success(request, _describe_outcome(replacement, is_scheduled=True))
                return redirect(self.address("change"))
            messages.error(request, "Not replaced. Reload the page and try again.")
        except publishing.PendingScheduleError as refusal:
            form.require_resolutions([each for editions in refusal.pending.values() for each in editions])
        except publishing.MergeConflictError as refusal:
            form.add_error(f"answer-{refusal.edition.pk}", str(refusal))
        except publishing.RefusedError as refusal:
            messages.error(request, f"Edition {edition.label} is still scheduled. {refusal}")
        if not any(field.errors for field in form.resolution_fields):
            return redirect(self.address("change"))
        title = f"Use revision {form.cleaned_data['seen']} instead"
        return self.render({"form": focus_first_error(form), "edition": edition, "title": title})


def _describe_cancelled(edition: Edition) -> str:
    is_page = edition.kind == EditionKind.PAGE
    return f"edition {edition.label} will not go live" if is_page else "the page will not end"


def _describe_outcome(edition: Edition, *, is_scheduled: bool) -> str:
    if is_scheduled:
        return f"Edition {edition.label} goes live on {format_local(edition.live_from)}."
    link_text = "Read it" if edition.kind == EditionKind.PAGE else "See the notice"
    return format_html(
        'Published as edition {}. <a href="{}">{}</a>', edition.label, edition.get_absolute_url(), link_text
    )


def publish_and_report(request: HttpRequest, work: Work, *, change: ChangeNote, with_questions: Sequence[FAQ]) -> str:
    """Publish the saved draft of ``work``, or show why that is refused; the draft stays saved in either case.

    Return the address of the *Publish* screen if publishing requires more input, otherwise an empty string.
    """
    publish_address = work_address(work, "publish")
    parameters = {"question": [faq.pk for faq in with_questions], "note": change.note}
    if change.change == Change.CORRECTION:
        parameters["kind"] = change.change
    query = urlencode(parameters, doseq=True)
    try:
        edition = publishing.publish(work, by=signed_in_user(request), change=change, with_questions=with_questions)
    except publishing.PendingScheduleError:
        return f"{publish_address}?{query}"
    except publishing.NotReadyError as refusal:
        all_findings = [finding for findings in refusal.findings.values() for finding in findings]
        if all(finding.code.startswith("change.") for finding in all_findings):
            return f"{publish_address}?{query}"
        messages.error(request, _list_reasons(refusal))
        if all(finding.is_overridable for finding in all_findings) and request.user.has_perm(OVERRIDE_PERMISSION):
            link = format_html('<a href="{}?{}">Publish anyway, with a reason</a>', publish_address, query)
            messages.info(request, link)
    except (publishing.RefusedError, PermissionDenied) as refusal:
        messages.error(request, f"Saved, not published. {refusal}")
    else:
        report = format_html(
            'Published as edition {}. <a href="{}">Read it</a>', edition.label, edition.get_absolute_url()
        )
        messages.success(request, report)
    return ""


def _list_reasons(refusal: publishing.NotReadyError) -> str:
    reasons = []
    for work, findings in refusal.findings.items():
        is_story = work.kind == WorkKind.STORY
        page = reverse(work.change_view_name, args=[work.pk])
        specific = work.story if is_story else work.faq
        prefix = "" if is_story else f"{specific}: "
        rows = list_saved_rows(specific)
        reasons += [(page, field_id(finding.anchor, rows), prefix, finding.message) for finding in findings]
    items = format_html_join("", '<li><a href="{}#{}">{}{}</a></li>', reasons)
    return format_html("Saved, not published. Fix these first: <ul>{}</ul>", items)
