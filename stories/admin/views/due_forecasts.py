"""The forecasts whose day has come or is near, and the screen on which one is decided."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.views import DeskFormView, DeskView
from newsroom.http.converters import MAX_KEY_DIGITS, parse_number
from newsroom.page_cache.commits import confirm_commit
from stories.admin.drafts.passage_sources import clean_address
from stories.documents import CitedArticle, Explainer
from stories.documents.schema.forecasts import STATES
from stories.drafts import revisions
from stories.drafts.article_urls import cite_address
from stories.publishing.decide_forecast import (
    Decision,
    decide_forecast,
    propose_note,
    save_decision,
)
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.workflow.due_forecasts import (
    SOON,
    count_due_forecasts,
    find_edition,
    find_public_forecast,
    find_source,
    list_due_forecasts,
)

VIEW_PERMISSION = "stories.view_story"
MAX_ROWS = 200
OUTCOMES = {code: label for code, label in STATES.items() if code != "open"}


class DueForecastsView(DeskView):
    """List the public forecasts that are open, with a button for each outcome."""

    permission = VIEW_PERMISSION
    template_name = "admin/stories/forecasts/due.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        today = timezone.localdate(self.at)
        rows = list_due_forecasts(until=today + SOON, at=self.at, limit=MAX_ROWS)
        is_due = [each.forecast.due_on is not None and each.forecast.due_on <= today for each in rows]
        may_decide = request.user.has_perm(PUBLISH_PERMISSION) or request.user.has_perm("stories.change_story")
        return self.render(
            {
                "title": "Forecasts due",
                "counts": count_due_forecasts(at=self.at),
                "groups": [
                    ("due", "Due", [row for row, due in zip(rows, is_due, strict=True) if due]),
                    ("soon", "Next 30 days", [row for row, due in zip(rows, is_due, strict=True) if not due]),
                ],
                "outcomes": OUTCOMES,
                "may_decide": may_decide,
                "max_rows": MAX_ROWS if len(rows) == MAX_ROWS else None,
            }
        )


class DecisionForm(forms.Form):
    """What happened, according to which article, and what readers are told."""

    state = forms.ChoiceField(label="State", choices=[*OUTCOMES.items()], widget=forms.RadioSelect)
    outcome = forms.CharField(
        label="Outcome",
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text="What happened, in a sentence. For a void forecast: why it can’t be judged.",
        error_messages={"required": "Say what happened. Readers see it with the forecast."},
    )
    source = forms.TypedChoiceField(label="Source", required=False, coerce=int, empty_value=None)
    address = forms.CharField(
        label="Or another article",
        required=False,
        max_length=2_000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "dir": "ltr"}),
        help_text="Paste its address. It is added to the sources of the story.",
    )
    article_title = forms.CharField(label="Title of that article", required=False, max_length=500)
    article_outlet = forms.CharField(
        label="Outlet of that article", required=False, max_length=200, widget=NameInput("outlet-names")
    )
    decided_on = forms.DateField(label="Decided on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(
        label="Note for readers",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text="Shown with the new edition. Not used if you save in the draft.",
    )

    def __init__(self, data: QueryDict | None = None, *, story: Explainer, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.story = story
        self.fields["source"].choices = [  # type: ignore[attr-defined]  # a field with choices
            ("", "No source"),
            *((each.number, f"{each.number} {each.title}") for each in story.citations),
        ]

    def clean_address(self) -> str:
        """Return the address, normalised."""
        address = str(self.cleaned_data["address"]).strip()
        url = clean_address(address) if address else ""
        if url is None:
            raise ValidationError("Enter the full address of an article, starting with https://.", code="address")
        return url

    def clean(self) -> dict[str, Any]:
        """Set ``cited`` to the article that is named. Add an error to a new article without title or outlet."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.cited: CitedArticle | None = find_source(self.story, cleaned.get("source"))
        if url := cleaned.get("address"):
            self.cited = cite_address(url, title=cleaned["article_title"], outlet_name=cleaned["article_outlet"])
            if not self.cited.title:
                self.add_error("article_title", "Add the title of the article.")
            if not self.cited.outlet.name:
                self.add_error("article_outlet", "Add the outlet of the article.")
        return cleaned


class DecideForecastView(DeskFormView):
    """Show a public forecast with its words and its source, and decide it."""

    permission = VIEW_PERMISSION
    template_name = "admin/stories/forecasts/decide.html"
    form_class = DecisionForm

    def prepare(self) -> None:
        super().prepare()
        self.load()

    def load(self) -> None:
        """Load the forecast as readers see it now. Raise Http404 if they do not."""
        found = find_public_forecast(self.kwargs["key"], self.kwargs["uid"], at=self.at)
        if found is None:
            raise Http404
        self.story, self.edition, self.document, self.forecast = (
            found.story, found.edition, found.document, found.forecast,
        )  # fmt: skip

    @property
    def by(self) -> User:
        """The user who opened the screen."""
        return signed_in_user(self.request)

    def make_form(self, data: QueryDict | None) -> DecisionForm:
        forecast, wanted = self.forecast, self.request.GET.get("outcome", "")
        state = wanted if wanted in OUTCOMES else forecast.state if forecast.state in OUTCOMES else ""
        initial = {
            "state": state,
            "outcome": forecast.outcome,
            "source": forecast.outcome_source,
            "decided_on": timezone.localdate(self.at),
            "note": self.propose_note(state) if state else "",
        }
        return DecisionForm(data, story=self.document, initial=initial)

    def propose_note(self, state: str) -> str:
        return propose_note(self.forecast, state, language=self.document.language)

    def submit(self, form: DecisionForm) -> HttpResponse | None:
        values = form.cleaned_data
        decision = Decision(values["state"], values["outcome"], values["decided_on"], form.cited)
        label = OUTCOMES[values["state"]]
        key = parse_number(self.request.POST.get("seen", ""), digits=MAX_KEY_DIGITS)
        seen = find_edition(self.story, key) or self.edition
        with confirm_commit("Not decided"):
            if self.request.POST.get("then") == "draft":
                revision = save_decision(self.story, self.forecast.uid, decision, seen=seen, by=self.by, at=self.at)
                messages.success(self.request, f"{label}. Saved in the draft as revision {revision.number}.")
            else:
                changed = decide_forecast(
                    self.story, self.forecast.uid, decision, seen=seen,
                    note=self.choose_note(values["note"], values["state"]), by=self.by, at=self.at,
                )  # fmt: skip
                messages.success(self.request, f"{label}. Published as edition {changed.edition.label}.")
                for kept in changed.kept_in_draft:
                    messages.warning(self.request, f"The draft keeps its own text in: {kept}.")
        return redirect("admin:due_forecasts")

    def choose_note(self, note: str, state: str) -> str:
        """Return the note, proposed again if it is the proposal for another outcome or empty."""
        proposals = {self.propose_note(code) for code in OUTCOMES}
        return self.propose_note(state) if not note.strip() or note.strip() in proposals else note

    def show(self, form: Any, *, status: int = 200, **context: Any) -> HttpResponse:
        self.load()  # as it is now: somebody else may have decided it
        user = self.by
        return super().show(
            form,
            status=status,
            title=f"Forecast by {self.forecast.speaker}",
            forecast=self.forecast,
            source=find_source(self.document, self.forecast.source),
            outcome_source=find_source(self.document, self.forecast.outcome_source),
            decided=OUTCOMES.get(self.forecast.state, ""),
            edition=self.edition,
            story=self.story,
            may_publish=user.has_perm(PUBLISH_PERMISSION),
            may_edit=user.has_perm(revisions.get_edit_permission(self.story)),
            **context,
        )
