"""Move an entry of the calendar to another day or time, by a form that a script can also submit after a drag."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.defaultfilters import date as written
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import DateTimeForm, format_local
from newsroom.desk.responses import focus_first_error, json_refusal, safe_next_url
from newsroom.http.clock import request_time
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from stories import publishing
from stories.admin.calendar.views import WEEK, calendar_address, viewable_kinds
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


def move_entry(request: HttpRequest) -> HttpResponse:
    """Show the form and move the entry; ``what`` names a schedule (``edition-7``) or a review date (``look-7``).

    A request that does not accept HTML gets JSON: what was done in a sentence with the entry's new name, or the reason
    of the refusal.
    """
    moved = _asked(request)
    form = moved.form(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            try:
                words, day, what = _done(request, moved, form)
            except publishing.TimeError as refusal:
                form.add_error("time", str(refusal))
            except publishing.RefusedError as refusal:
                form.add_error("day" if moved.edition is None else None, str(refusal))
            else:
                if not request.accepts("text/html"):
                    return JsonResponse({"said": words, "what": what})
                messages.success(request, words)
                return redirect(safe_next_url(request.POST.get("back", "")) or calendar_address(WEEK, day))
        if not request.accepts("text/html"):
            return json_refusal(_said_of(form))
    request.current_app = admin.site.name
    context = {
        **admin.site.each_context(request),
        "title": f"Move: {moved.title}",
        "moved": moved,
        "what": request.GET.get("what") or request.POST.get("what", ""),
        "along": list(_along(moved)),
        "form": focus_first_error(form),
        "back": safe_next_url(request.POST.get("back") or request.GET.get("back", "")) or reverse("admin:calendar"),
    }
    return TemplateResponse(request, "admin/calendar/move.html", context)


def _asked(request: HttpRequest) -> CalendarEntry:
    """Return the entry that the request names.

    Raise Http404 if it does not exist or is no longer pending, PermissionDenied if the user may not move it.
    """
    user = signed_in_user(request)
    kinds = viewable_kinds(user)
    sort, _, key = (request.POST.get("what") or request.GET.get("what", "")).partition("-")
    number = parse_number(key, digits=MAX_KEY_DIGITS) or 0
    if not kinds:
        raise PermissionDenied
    if sort == "edition":
        if not user.has_perm(PUBLISH_PERMISSION):
            raise PermissionDenied
        edition = Edition.objects.waiting_at_key(number, at=request_time(request))
        if edition is None or edition.work_kind not in kinds:
            raise Http404
        return CalendarEntry(
            edition, edition.work, edition.title, reverse(edition.work.desk_view, args=[edition.work_id])
        )
    work = get_with_review_date(number) if sort == "look" else None
    if work is None or work.kind not in kinds:
        raise Http404
    if not user.has_perm(revisions.get_edit_permission(work)):
        raise PermissionDenied
    return CalendarEntry(None, work, get_title(work), reverse(work.desk_view, args=[work.pk]))


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
