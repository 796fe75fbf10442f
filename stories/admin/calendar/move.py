"""Move an entry of the calendar to another day or time, by a form that a script can also submit after a drag."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.defaultfilters import date as written
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
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.workflow import review_dates


class ScheduleForm(DateTimeForm):
    """Form for the new time of a pending schedule."""


class ReviewDateForm(forms.Form):
    """Form for the new day of a review date."""

    day = forms.DateField(label="Day", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """The entry to move: a scheduled edition, or a work with its review date; ``title`` names it."""

    edition: Edition | None
    work: Any
    title: str
    address: str

    def form(self, data: Any) -> forms.Form:
        """Return the form for the new time, filled with the present one."""
        if self.edition is None:
            return ReviewDateForm(data, initial={"day": self.work.review_by})
        local = timezone.localtime(self.edition.live_from)
        return ScheduleForm(data, initial={"day": local.date(), "time": local.time()})


class MoveView(CalendarScreen):
    """Show the form and move the entry; ``what`` names a schedule (``edition-7``) or a review date (``look-7``).

    A request that does not accept HTML gets JSON: what was done in a sentence with the entry's new name, or the reason
    of the refusal.
    """

    template_name = "admin/calendar/move.html"
    entry: CalendarEntry

    def prepare(self) -> None:
        super().prepare()
        request, user = self.request, signed_in_user(self.request)
        sort, _, key = (request.POST.get("what") or request.GET.get("what", "")).partition("-")
        number = parse_number(key, digits=MAX_KEY_DIGITS) or 0
        self.entry = self._schedule(number) if sort == "edition" else self._review_date(number, sort, user)

    def _schedule(self, number: int) -> CalendarEntry:
        self.require(self.request.user.has_perm(PUBLISH_PERMISSION))
        edition = Edition.objects.waiting_at_key(number, at=self.at)
        if edition is None or edition.work_kind not in self.kinds:
            raise Http404
        address = reverse(edition.work.desk_view, args=[edition.work_id])
        return CalendarEntry(edition, edition.work, edition.title, address)

    def _review_date(self, number: int, sort: str, user: User) -> CalendarEntry:
        work = get_with_review_date(number) if sort == "look" else None
        if work is None or work.kind not in self.kinds:
            raise Http404
        self.require(user.has_perm(revisions.get_edit_permission(work)))
        return CalendarEntry(None, work, get_title(work), reverse(work.desk_view, args=[work.pk]))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.entry.form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.entry.form(request.POST)
        if form.is_valid():
            try:
                words, day, what = _done(request, self.entry, form)
            except publishing.TimeError as refusal:
                form.add_error("time", str(refusal))
            except publishing.RefusedError as refusal:
                form.add_error("day" if self.entry.edition is None else None, str(refusal))
            else:
                if not request.accepts("text/html"):
                    return JsonResponse({"said": words, "what": what})
                messages.success(request, words)
                return redirect(safe_next_url(request.POST.get("back", "")) or calendar_address(WEEK, day))
        return self.show(form) if request.accepts("text/html") else json_refusal(_said_of(form))

    def show(self, form: forms.Form) -> HttpResponse:
        sent, asked = self.request.POST, self.request.GET
        return self.render(
            {
                "title": f"Move: {self.entry.title}",
                "moved": self.entry,
                "what": asked.get("what") or sent.get("what", ""),
                "along": list(_along(self.entry)),
                "form": focus_first_error(form),
                "back": safe_next_url(sent.get("back") or asked.get("back", "")) or reverse("admin:calendar"),
            }
        )


def _done(request: HttpRequest, moved: CalendarEntry, form: Any) -> tuple[str, date, str]:
    """Move the entry; return what was done in a sentence, its new day, and its new name."""
    by = signed_in_user(request)
    if moved.edition is None:
        day: date = form.cleaned_data["day"]
        review_dates.set_review_by(moved.work, day, by=by)
        return f"“{moved.title}” is looked at again by {written(day, 'l j F Y')}.", day, f"look-{moved.work.pk}"
    assert isinstance(form.moment, datetime), "a valid form says when"  # noqa: S101
    made = publishing.reschedule(moved.edition, to=form.moment, by=by)
    happens = "goes live" if moved.edition.revision_id else "ends"
    others = f" {len(made) - 1} more moved along." if len(made) > 1 else ""
    key = next(each.pk for each in made if each.work_id == moved.edition.work_id)
    words = f"“{moved.title}” {happens} on {format_local(form.moment)}.{others}"
    return words, timezone.localdate(form.moment), f"edition-{key}"


def _along(moved: CalendarEntry) -> list[str]:
    return [each.title for each in Edition.objects.going_with(moved.edition)] if moved.edition else []


def _said_of(form: forms.Form) -> str:
    return " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
