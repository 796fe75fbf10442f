"""The screens that publish, schedule or expire a work, and that change its pending schedules."""

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
from stories.admin.views.work.attached_questions import AttachedQuestions
from stories.admin.views.work.base import WorkView, work_address
from stories.models import FAQ, Change, ChangeNote, Edition, EditionKind, Revision, Story, Work, WorkKind
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.publishing.preflight import Preflight, load_preflight
from stories.publishing.request import OVERRIDE_PERMISSION
from stories.publishing.review import describe_missing_approval
from stories.workflow.reader_reports import verbs


class ExpireForm(DateTimeForm):
    """When a page expires, and the notice that readers find then."""

    happens = "the page ends"

    notice = forms.CharField(
        label="Notice",
        max_length=5_000,
        widget=forms.Textarea({"rows": 5, "dir": "auto"}),
        help_text="Readers find these words in the place of the page.",
        error_messages={"required": "Say why the page ends. Readers find these words in its place."},
    )


class PublishingView(WorkView):
    """A screen that decides about the publication of a work."""

    permission = PUBLISH_PERMISSION


class PublishView(PublishingView):
    """Ask for what publishing requires, then publish or schedule the draft."""

    template_name = "admin/stories/work/publish.html"
    outlook: Preflight
    newest: Revision
    form: PublishForm
    party: AttachedQuestions

    def prepare(self) -> None:
        """Make the forms for the work and for the questions that can be published with it."""
        super().prepare()
        request, work = self.request, self.work
        self.outlook = outlook = load_preflight(work, at=self.at)
        if outlook.newest is None:
            raise Http404
        self.newest = outlook.newest
        overridable = outlook.overridable(by=self.by)
        questions = publishing.list_changed_questions(work, at=self.at) if isinstance(work, Story) else []
        self.party = AttachedQuestions.of(request, questions, at=self.at)
        reports = verbs.open_reports_on(work) if request.user.has_perm(verbs.RIGHT) else []
        self.form = PublishForm(
            request.POST or None,
            outlook=outlook,
            questions=questions,
            reports=reports,
            overridable=overridable,
            initial={
                "seen": outlook.newest.number,
                "when": LATER if request.GET.get("when") == LATER else NOW,
                "questions": request.GET.getlist("question"),
                "note": request.GET.get("note", ""),
                **get_initial_from_report(reports, request.GET.get("report", ""), outlook.before),
            },
        )

    def get(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.render(
            {
                "form": focus_first_error(self.form),
                "attached_questions": self.party,
                "preflight": self.outlook,
                "missing_approval": describe_missing_approval(self.work, self.newest),
                "blockers": link_findings(self.outlook.kept_back(by=self.by), self.work),
                "title": f"Publish: {self.work}",
            }
        )

    def post(self, request: HttpRequest, object_id: str) -> HttpResponse:
        # Validate both, so that each shows its own errors.
        is_told, is_valid = self.party.is_valid(), self.form.is_valid()
        edition = self._publish() if is_told and is_valid else None
        if edition is None:
            return self.get(request, object_id)
        messages.success(request, _outcome(edition, is_scheduled=self.form.moment is not None))
        return redirect(self.address("change"))

    def _publish(self) -> Edition | None:
        """Publish or schedule the work; return None if that is refused, with the reasons on the forms."""
        form, party = self.form, self.party
        verb: Any = publishing.publish
        more: dict[str, Any] = {}
        if form.moment is not None:
            verb, more = publishing.schedule, {"at": form.moment}
        try:
            with confirm_commit("Not published"):
                edition: Edition = verb(
                    self.work,
                    by=self.by,
                    change=form.change(),
                    with_questions=[each.going() for each in party.chosen],
                    answers={**form.answers(), **party.answers()},
                    overrides=form.overrides(),
                    seen=form.cleaned_data["seen"],
                    **more,
                )
                verbs.settle_reports(form.settled(), edition, by=self.by)
        except publishing.PendingScheduleError as refusal:
            for one, editions in refusal.waiting.items():
                (party.form_of(one) or form).blame(editions)
        except publishing.NotReadyError as refusal:
            for one, findings in refusal.findings.items():
                (party.form_of(one) or form).refuse(findings)
        except publishing.MergeConflictError as refusal:
            (party.form_of(refusal.edition.work) or form).add_error(f"answer-{refusal.edition.pk}", str(refusal))
        except publishing.TimeError as refusal:
            form.add_error("time" if form.moment else None, str(refusal))
        except publishing.RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            return edition
        return None


class ExpireView(DeskFormView, PublishingView):
    """Ask when the page expires and for the notice, then schedule its expiry."""

    template_name = "admin/stories/work/expire.html"
    form_class = ExpireForm

    def submit(self, form: ExpireForm) -> HttpResponse:
        assert form.moment is not None, "a valid form says when"  # noqa: S101
        with confirm_commit("Nothing was decided"):
            edition = publishing.schedule_expiry(
                self.work, by=self.by, at=form.moment, notice=form.cleaned_data["notice"]
            )
        words = f"The page ends on {format_local(edition.live_from)}. From then on readers find your notice."
        messages.success(self.request, words)
        return redirect(self.address("change"))

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "title": f"End: {self.work}"}


class ScheduleView(PublishingView):
    """A screen about the pending schedule that the address names; GET redirects to the form of the work."""

    edition: Edition

    def prepare(self) -> None:
        super().prepare()
        edition = Edition.objects.numbered(self.work, self.kwargs["number"])
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
            messages.success(request, f"Cancelled: {_what_waited(edition)} on {format_local(edition.live_from)}.")
        return redirect(self.address("change"))


class UseNewestView(ScheduleView):
    """Schedule the newest revision in place of a pending schedule; ask for the resolution of later schedules."""

    template_name = "admin/stories/work/use_revision.html"

    def post(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        edition = self.edition
        waiting = load_preflight(self.work, at=self.at).pages_waiting
        form = ScheduleResolutionForm(
            request.POST, waiting=[each for each in waiting if each.live_from > edition.live_from]
        )
        try:
            if form.is_valid():
                with confirm_commit("Not used"):
                    made = publishing.replace_revision(
                        edition, by=self.by, answers=form.answers(), seen=form.cleaned_data["seen"]
                    )
                messages.success(request, _outcome(made, is_scheduled=True))
                return redirect(self.address("change"))
            messages.error(request, "Say which revision you read.")
        except publishing.PendingScheduleError as refusal:
            form.blame([each for editions in refusal.waiting.values() for each in editions])
        except publishing.MergeConflictError as refusal:
            form.add_error(f"answer-{refusal.edition.pk}", str(refusal))
        except publishing.RefusedError as refusal:
            messages.error(request, f"Edition {edition.label} waits as it was. {refusal}")
        if not any(field.errors for field in form.answer_fields):
            return redirect(self.address("change"))
        title = f"Use revision {form.cleaned_data['seen']} instead"
        return self.render({"form": focus_first_error(form), "edition": edition, "title": title})


def _what_waited(edition: Edition) -> str:
    is_page = edition.kind == EditionKind.PAGE
    return f"edition {edition.label} does not go live" if is_page else "the page does not end"


def _outcome(edition: Edition, *, is_scheduled: bool) -> str:
    if is_scheduled:
        return f"Edition {edition.label} goes live on {format_local(edition.live_from)}."
    what = "Read it" if edition.kind == EditionKind.PAGE else "See the notice"
    return format_html('Published as edition {}. <a href="{}">{}</a>', edition.label, edition.get_absolute_url(), what)


def publish_and_report(request: HttpRequest, work: Work, *, note: str, with_questions: Sequence[FAQ]) -> str:
    """Publish the saved draft of ``work``, or show why that is refused; the save remains in any case.

    Return the address of the *Publish* screen if publishing requires more input, else an empty string.
    """
    send_address = work_address(work, "publish")
    asked = urlencode({"question": [faq.pk for faq in with_questions], "note": note}, doseq=True)
    try:
        edition = publishing.publish(
            work, by=signed_in_user(request), change=ChangeNote(Change.UPDATE, note), with_questions=with_questions
        )
    except publishing.PendingScheduleError:
        return f"{send_address}?{asked}"
    except publishing.NotReadyError as refusal:
        every = [finding for findings in refusal.findings.values() for finding in findings]
        if all(finding.code.startswith("change.") for finding in every):
            return f"{send_address}?{asked}"
        messages.error(request, _reasons(refusal))
        if all(finding.is_overridable for finding in every) and request.user.has_perm(OVERRIDE_PERMISSION):
            way = format_html('<a href="{}?{}">Publish all the same, with a written reason</a>', send_address, asked)
            messages.info(request, way)
    except (publishing.RefusedError, PermissionDenied) as refusal:
        messages.error(request, f"Saved, not published. {refusal}")
    else:
        words = format_html(
            'Published as edition {}. <a href="{}">Read it</a>', edition.label, edition.get_absolute_url()
        )
        messages.success(request, words)
    return ""


def _reasons(refusal: publishing.NotReadyError) -> str:
    reasons = []
    for work, findings in refusal.findings.items():
        is_story = work.kind == WorkKind.STORY
        page = reverse(work.desk_view, args=[work.pk])
        thing = work.story if is_story else work.faq
        about = "" if is_story else f"{thing}: "
        places = list_saved_rows(thing)
        reasons += [(page, field_id(finding.anchor, places), about, finding.message) for finding in findings]
    listed = format_html_join("", '<li><a href="{}#{}">{}{}</a></li>', reasons)
    return format_html("Saved, not published. This keeps it back: <ul>{}</ul>", listed)
