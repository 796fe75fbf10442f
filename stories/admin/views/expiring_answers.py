"""The answers that expire, by day, and their renewal: one in its place in the list, or many with one table of dates."""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import ModelView
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from newsroom.http.languages import translated_name
from stories.models import FAQ, BulkState
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.publishing.renew_answers import AnswerDates, check_dates
from stories.workflow import renewals
from stories.workflow.renewals import ExpiringAnswer, Filters, When
from topics.models import Topic

VIEW_PERMISSION = "stories.change_faq"
LIST_NAME = "admin:stories_faq_expiring"
NOTHING_DUE = "No answer expires in the next seven days."


class DatesForm(forms.Form):
    """The dates of one renewal: *True on* and *until*."""

    as_of = forms.DateField(label="True on", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    expires_on = forms.DateField(label="until", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: QueryDict | None = None, *, expiring: ExpiringAnswer) -> None:
        super().__init__(data, prefix=str(expiring.answer.uid), initial=expiring.propose_dates()._asdict())
        self.expiring = expiring

    def clean(self) -> dict[str, Any]:
        """Add an error for dates that no answer can have."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "as_of" in cleaned and "expires_on" in cleaned and (error := check_dates(self.dates, at=self.expiring.at)):
            self.add_error("expires_on", str(error))
        return cleaned

    @property
    def dates(self) -> AnswerDates:
        return AnswerDates(self.cleaned_data["as_of"], self.cleaned_data["expires_on"])


class FilterForm(forms.Form):
    """The filters of the list."""

    when = forms.ChoiceField(label="Expires", choices=[("", "Any day"), *When.choices], required=False)
    owner = forms.TypedChoiceField(label="Owner", coerce=int, empty_value=None, required=False)
    topic = forms.TypedChoiceField(label="Topic", coerce=int, empty_value=None, required=False)
    language = forms.ChoiceField(label="Language", required=False)

    def __init__(self, *args: Any, at: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = _offer(renewals.list_owners(at=at), User.objects.all(), self.data.get("owner", ""))
        topics = _offer(renewals.list_topics(at=at), Topic.objects.all(), self.data.get("topic", ""))
        languages = [(code, translated_name(code)) for code in FAQ.objects.used_languages()]
        for name, choices in (
            ("owner", [("", "Anyone"), ("0", "No owner"), *owners]),
            ("topic", [("", "All topics"), *topics]),
            ("language", [("", "All languages"), *languages]),
        ):
            field: Any = self.fields[name]
            field.choices = choices


def _offer[Row: Model](first: QuerySet[Row], rows: QuerySet[Row], chosen: str) -> list[tuple[str, str]]:
    """Return the choices of the first page, and the chosen row if it is not among them."""
    offered = {str(row.pk): str(row) for row in first}
    if chosen not in offered and (key := parse_number(chosen, digits=MAX_KEY_DIGITS)):
        offered |= {str(pk): str(row) for pk, row in rows.in_bulk([key]).items()}
    return list(offered.items())


class ExpiringAnswersView(ModelView):
    """List the answers that expire, and renew those that are confirmed."""

    permission = VIEW_PERMISSION
    template_name = "admin/stories/faq/expiring.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_list()

    def post(self, request: HttpRequest) -> HttpResponse:
        """Show the table of dates for the ticked answers, or renew them if the dates are confirmed."""
        self.require(request.user.has_perm(PUBLISH_PERMISSION))
        ticked = renewals.find_answers(request.POST.getlist("ticked")[: renewals.MAX_ANSWERS], at=self.at)
        if not ticked:
            messages.warning(request, "No answer is ticked. Tick those that are still true.")
            return redirect(self.back)
        if "confirm" not in request.POST:
            return self.show_dates([DatesForm(expiring=each) for each in ticked])
        dates = [DatesForm(request.POST, expiring=each) for each in ticked]
        if any(form.errors for form in dates):
            return self.show_dates(dates, status=422)
        return self.renew(dates)

    @property
    def back(self) -> str:
        """The address to which a renewal returns: the list as it was filtered, or the home page of the desk."""
        if self.request.POST.get("from") == "home":
            return reverse("admin:index")
        filters = self.request.POST.get("filters", "")
        return f"{self.address('expiring')}{'?' if filters else ''}{filters}"

    def show_list(self) -> HttpResponse:
        form = FilterForm(self.request.GET, at=self.at)
        chosen = (
            {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
            if form.is_valid()
            else {}
        )
        page = renewals.load_page(Filters(**chosen), at=self.at, after=self.request.GET.get("after", ""))
        may_renew = self.request.user.has_perm(PUBLISH_PERMISSION)
        return self.render(
            {
                "title": "Answers about to expire",
                "counts": build_counts(renewals.count_due(at=self.at)),
                "filters": form,
                "filter_query": urlencode(chosen),
                "days": [
                    (day, [(each, DatesForm(expiring=each) if may_renew else None) for each in answers])
                    for day, answers in page.days
                ],
                "after": page.after,
                "may_renew": may_renew,
                "nothing": "No answer matches these filters." if chosen else NOTHING_DUE,
            }
        )

    def show_dates(self, dates: list[DatesForm], *, status: int = 200) -> HttpResponse:
        self.template_name = "admin/stories/faq/renew.html"
        if wrong := next((form for form in dates if form.errors), None):
            focus_first_error(wrong)
        number = len(dates)
        return self.render(
            {
                "title": f"Still true: {number} {'answer' if number == 1 else 'answers'}",
                "dates": dates,
                "from": self.request.POST.get("from", ""),
                "filter_query": self.request.POST.get("filters", ""),
                "back": self.back,
            },
            status=status,
        )

    def renew(self, dates: list[DatesForm]) -> HttpResponse:
        """Renew the answers, and report the result where the editor came from, or on the page of a long run."""
        read: dict[int, int] = {}
        by_work: defaultdict[int, dict[UUID, AnswerDates]] = defaultdict(dict)
        for form in dates:
            work = form.expiring.work.pk
            # What was read in different editions is compared with the earliest of them.
            read[work] = min(read.get(work, form.expiring.edition.pk), form.expiring.edition.pk)
            by_work[work][form.expiring.answer.uid] = form.dates
        run = renewals.renew_many(
            {work: (read[work], each) for work, each in by_work.items()}, by=signed_in_user(self.request), at=self.at
        )
        if run.ended_at is None:
            return redirect("admin:bulk_run", key=run.pk)
        is_complete = not run.items.in_state(BulkState.REFUSED).exists()
        report = messages.success if is_complete else messages.warning
        report(self.request, renewals.describe_run(run))
        return redirect(self.back)


def build_counts(counts: renewals.Counts) -> list[tuple[str, int, str]]:
    """Return the label, the number and the address of the list for each count."""
    address = reverse(LIST_NAME)
    return [
        ("Expired", counts.expired, f"{address}?when={When.EXPIRED}"),
        ("this week", counts.week, f"{address}?when={When.WEEK}"),
        ("no owner", counts.no_owner, f"{address}?when={When.DUE}&owner=0"),
    ]
