"""Move a calendar entry to another day or time, with a form that a script can submit after drag and drop."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.defaultfilters import date as format_date
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import DateTimeForm, format_local
from newsroom.desk.responses import focus_first_error, json_refusal, safe_next_url
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from stories import publishing
from stories.admin.calendar.views import WEEK, CalendarScreen, calendar_address
from stories.drafts import revisions
from stories.drafts.publication_status import get_title
from stories.drafts.queues import get_with_review_date
from stories.models import Edition
from stories.publishing import review_dates
from stories.publishing.pipeline import PUBLISH_PERMISSION


class ScheduleForm(DateTimeForm):
    """Form for the new time of a pending schedule."""


class ReviewDateForm(forms.Form):
    """Form for a new review date."""

    day = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """The calendar entry to move: a scheduled edition, or the review date of a work (``edition`` is None)."""

    edition: Edition | None
    work: Any
    title: str
    address: str

    def make_form(self, data: Any) -> forms.Form:
        """Return the form for the new time, with the entry's current day and time as initial values."""
        if self.edition is None:
            return ReviewDateForm(data, initial={"day": self.work.review_by})
        local = timezone.localtime(self.edition.live_from)
        return ScheduleForm(data, initial={"day": local.date(), "time": local.time()})


class MoveView(CalendarScreen):
    """Show the form, and move the entry on POST.

    ``what`` identifies the entry: ``edition-KEY`` is a pending schedule, ``look-KEY`` the review date of a work. After
    a POST, a client that does not accept HTML gets JSON: either the new ``what`` of the entry and a sentence that
    reports the move, or the reason for a refusal.
    """

    template_name = "admin/calendar/move.html"
    entry: CalendarEntry

    def prepare(self) -> None:
        super().prepare()
        request, user = self.request, signed_in_user(self.request)
        kind, _, key = (request.POST.get("what") or request.GET.get("what", "")).partition("-")
        number = parse_number(key, digits=MAX_KEY_DIGITS) or 0
        self.entry = self._get_schedule(number) if kind == "edition" else self._get_review_date(number, kind, user)

    def _get_schedule(self, number: int) -> CalendarEntry:
        self.require(self.request.user.has_perm(PUBLISH_PERMISSION))
        edition = Edition.objects.pending_with_pk(number, at=self.at)
        if edition is None or edition.work_kind not in self.kinds:
            raise Http404
        address = reverse(edition.work.change_view_name, args=[edition.work_id])
        return CalendarEntry(edition, edition.work, edition.title, address)

    def _get_review_date(self, number: int, kind: str, user: User) -> CalendarEntry:
        work = get_with_review_date(number) if kind == "look" else None
        if work is None or work.kind not in self.kinds:
            raise Http404
        self.require(user.has_perm(revisions.get_edit_permission(work)))
        return CalendarEntry(None, work, get_title(work), reverse(work.change_view_name, args=[work.pk]))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.entry.make_form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.entry.make_form(request.POST)
        if form.is_valid():
            try:
                report, day, new_identifier = _move_entry(request, self.entry, form)
            except publishing.TimeError as refusal:
                form.add_error("time", str(refusal))
            except publishing.RefusedError as refusal:
                form.add_error("day" if self.entry.edition is None else None, str(refusal))
            else:
                if not request.accepts("text/html"):
                    return JsonResponse({"said": report, "what": new_identifier})
                messages.success(request, report)
                return redirect(safe_next_url(request.POST.get("back", "")) or calendar_address(WEEK, day))
        return self.show(form) if request.accepts("text/html") else json_refusal(_join_errors(form))

    def show(self, form: forms.Form) -> HttpResponse:
        posted, query = self.request.POST, self.request.GET
        return self.render(
            {
                "title": f"Move: {self.entry.title}",
                "entry": self.entry,
                "what": query.get("what") or posted.get("what", ""),
                "bundled_titles": _list_titles_moved_along(self.entry),
                "form": focus_first_error(form),
                "return_url": safe_next_url(posted.get("back") or query.get("back", "")) or reverse("admin:calendar"),
            }
        )


def _move_entry(request: HttpRequest, moved: CalendarEntry, form: Any) -> tuple[str, date, str]:
    """Move the entry; return the message for the user, the new day, and the new ``what`` of the entry.

    Raise the errors of ``review_dates.set_review_by`` or ``publishing.reschedule``.
    """
    by = signed_in_user(request)
    if moved.edition is None:
        day: date = form.cleaned_data["day"]
        review_dates.set_review_by(moved.work, day, by=by)
        report = f"The fact check of “{moved.title}” is due by {format_date(day, 'l j F Y')}."
        return report, day, f"look-{moved.work.pk}"
    assert isinstance(form.moment, datetime), "a valid form says when"  # noqa: S101
    rescheduled = publishing.reschedule(moved.edition, to=form.moment, by=by)
    event = "goes live" if moved.edition.revision_id else "ends"
    others = f" {len(rescheduled) - 1} more moved with it." if len(rescheduled) > 1 else ""
    key = next(each.pk for each in rescheduled if each.work_id == moved.edition.work_id)
    report = f"“{moved.title}” {event} on {format_local(form.moment)}.{others}"
    return report, timezone.localdate(form.moment), f"edition-{key}"


def _list_titles_moved_along(moved: CalendarEntry) -> list[str]:
    return [each.title for each in Edition.objects.published_together_with(moved.edition)] if moved.edition else []


def _join_errors(form: forms.Form) -> str:
    return " ".join(str(message) for errors in form.errors.values() for message in errors)
