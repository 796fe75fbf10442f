"""Admin for reader reports: the changelist, and the form that compares a report with the current state of its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.http import clock
from newsroom.http.clock import request_time
from newsroom.site.reader_reports.models import EMAIL_DAYS, Report, ReportState
from newsroom.text.quotations import Quotation
from stories.admin.decision_admin import DecisionAdmin
from stories.admin.drafts.quoted_text import find_quoted_text
from stories.admin.forms.publish import create_reply_field
from stories.admin.views.reader_reports import ReopenReportView
from stories.drafts.publication_status import annotate_publication_status, get_publication_status
from stories.models import Edition, EditionKind, Work
from stories.public.pages.history.changes import Stage, load_stages
from stories.workflow.reader_reports import verbs
from stories.workflow.reader_reports.replies import can_be_answered, find_correction, format_reply, suggest_reply


@dataclass(frozen=True, slots=True)
class ReportedPageState:
    """The current state of a reported page, compared with the edition that the reader had open.

    ``reported_stage`` is that edition, and ``later_stages`` are the editions and notices after it. ``page`` is the live
    edition, if there is one, and ``quoted`` is the reported sentence if it is found there. ``correcting_edition`` is
    the edition that corrected the error, if any. ``work`` is None if the page is neither a story nor a question.
    """

    work: Work | None
    reported_stage: Stage | None
    later_stages: Sequence[Stage]
    page: Edition | None
    quoted: Quotation | None
    correcting_edition: Edition | None

    @property
    def corrections(self) -> list[Stage]:
        """The corrections published since the reader opened the page."""
        return [stage for stage in self.later_stages if stage.is_correction]

    def has_changes(self, *, at: datetime) -> bool:
        """Return whether the draft has changes that the live edition lacks, such as the correction."""
        works = Work.objects.with_pk(str(self.work.pk)) if self.work else Work.objects.none()
        return any(get_publication_status(work).is_unpublished for work in annotate_publication_status(works, at=at))

    @classmethod
    def load(cls, report: Report, *, at: datetime) -> "ReportedPageState":
        """Return the state of the reported page at ``at``."""
        work = verbs.get_work(report)
        stages = load_stages(report.uid, at=at) if work else []
        editions = verbs.get_editions(report) if work else {}
        reported = editions.get(report.edition or 0)
        index = next((i for i, stage in enumerate(stages) if reported and stage.edition.pk == reported.pk), None)
        last = next((edition for edition in editions.values() if stages and edition.pk == stages[-1].edition.pk), None)
        page = last if last and last.kind == EditionKind.PAGE else None
        return cls(
            work=work,
            reported_stage=stages[index] if index is not None else None,
            later_stages=stages[index + 1 :] if index is not None else [],
            page=page,
            quoted=find_quoted_text(report.sentence, page.document.value() if page and page.document else None),
            correcting_edition=find_correction(report),
        )


class StateFilter(admin.SimpleListFilter):
    """Filter reports by state."""

    title = "status"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in ReportState]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Report]:
        return queryset.in_state(self.value()) if self.value() else queryset  # type: ignore[no-any-return]


class DismissForm(forms.ModelForm[Report]):
    """Form for the reason for dismissing a report, and for a reply to the reader."""

    reply = create_reply_field()

    class Meta:
        model = Report
        fields = ("reason",)
        labels = {"reason": "Reason for dismissing"}
        widgets = {"reason": forms.Textarea({"rows": 3, "dir": "auto"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = "Give a reason for dismissing the report."
        report, at = self.instance, clock.now()
        self.initial.pop("reply", None)
        self.cannot_reply = can_be_answered(report, at=at) and not settings.EMAIL_CONFIGURED
        if settings.EMAIL_CONFIGURED and can_be_answered(report, at=at):
            self.fields[
                "reply"
            ].help_text = "Sent once to the address that the reader left. Leave empty to send nothing."
            self.initial["reply"] = suggest_reply(report, at=at)
        else:
            self.fields.pop("reply", None)


@admin.register(Report)
class ReportAdmin(DecisionAdmin):
    """Admin for reader reports, open ones first."""

    form = DismissForm
    change_form_template = "admin/site/report/form.html"
    list_display = ("page", "problem_excerpt", "state", "received")
    list_display_links = ("page",)
    list_filter = (StateFilter,)
    sortable_by = ()
    search_fields = ("title", "sentence", "problem")
    search_help_text = "Page, sentence, or what is wrong"
    decided_message = "Report dismissed."

    @admin.display(description="Page", ordering="title")
    def page(self, report: Report) -> str:
        return Truncator(str(report)).chars(120)

    @admin.display(description="What is wrong")
    def problem_excerpt(self, report: Report) -> str:
        return Truncator(report.problem).words(24)

    @admin.display(description="Received", ordering="received_at")
    def received(self, report: Report) -> str:
        return date(timezone.localtime(report.received_at), "j M Y, H:i")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        return Report.objects.select_related("decided_by").open_first()

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        # The queryset already puts open reports first.
        return ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Allow lookups by state only."""
        # With Django's default, a query string could reveal the letters of an e-mail address one by one.
        return lookup == StateFilter.parameter_name

    def get_urls(self) -> list[URLPattern]:
        """Add the URL that reopens a report."""
        view = self.admin_site.admin_view(ReopenReportView.as_view(model_admin=self))
        return [path("<int:key>/take-up/", view, name="site_report_reopen"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Report | None = None) -> bool:
        """Return whether the user may decide on reports. If ``obj`` is given, it must be open."""
        return request.user.has_perm(verbs.DECIDE_PERMISSION) and (obj is None or obj.is_open)

    def decide(self, report: Report, cleaned_data: Mapping[str, Any], *, by: User) -> None:
        verbs.dismiss_report(report, by=by, reason=cleaned_data["reason"], reply=cleaned_data.get("reply", ""))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the report and the current state of its page."""
        report = kwargs.get("obj")
        if isinstance(report, Report):
            at = request_time(request)
            state = ReportedPageState.load(report, at=at)
            may_decide = request.user.has_perm(verbs.DECIDE_PERMISSION)
            may_correct = may_decide and state.page is not None and request.user.has_perm("stories.publish_work")
            context |= {
                "report": report,
                "page_state": state,
                "at": at,
                "may_decide": may_decide,
                "reply": format_reply(report, at=at),
                "email": report.email_at(at) if may_decide else "",
                "email_retention_days": EMAIL_DAYS,
                "work_address": reverse(state.work.change_view_name, args=[state.work.pk]) if state.work else "",
                "has_changes": may_correct and state.has_changes(at=at),
                "publish_address": _publish_address(state.work, report) if state.work and may_correct else "",
            }
        return super().render_change_form(request, context, *args, **kwargs)


def _publish_address(work: Work, report: Report) -> str:
    return reverse(work.view_name("publish"), args=[work.pk], query={"report": report.pk})
