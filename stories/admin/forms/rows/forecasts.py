"""Rows for the forecasts of a story, which readers see under *What was expected*."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest

from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.forms.rows import RowForm, RowInline
from newsroom.http.clock import request_time
from stories.admin.forms.rows.ranges import RangeForm
from stories.admin.forms.rows.sources import CitingForm, CitingRows
from stories.documents.forecasts import FROZEN_FIELDS
from stories.documents.schema.forecasts import SPEAKER_KINDS, STATES
from stories.drafts.frozen_forecasts import find_frozen_rows
from stories.models import Outlet, StoryForecast

_DAYS = ("said_on", "due_on", "decided_on")


class ForecastForm(CitingForm, RangeForm):
    """Form for a forecast. The words of one that readers have seen are shown, and cannot be changed."""

    speaker_kind = forms.ChoiceField(label="Kind", choices=[*SPEAKER_KINDS.items()], initial="official")
    outlet_name = forms.CharField(label="Outlet", required=False, max_length=200, widget=NameInput("outlet-names"))
    chance = forms.IntegerField(
        label="Chance, only if the speaker named one",
        required=False,
        min_value=0,
        max_value=100,
        help_text="In percent.",
    )
    state = forms.ChoiceField(label="State", choices=[*STATES.items()], initial="open")
    outcome_source = forms.IntegerField(required=False, label="Source", widget=forms.Select)
    form_checked_constraints = frozenset({"forecast_outlet_or_proposed"})

    class Meta:
        model = StoryForecast
        fields = (
            "speaker", "speaker_kind", "said_on", "quotation", "expected", "due_on", "chance", "low", "high", "unit",
            "state", "outcome", "decided_on",
        )  # fmt: skip
        labels: ClassVar = {
            "expected": "What is expected, in a sentence that can be checked",
        }
        widgets: ClassVar = {
            "speaker": NameInput("speaker-names"),
            "quotation": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "expected": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "unit": forms.TextInput(attrs={"dir": "auto"}),
            "outcome": MarkdownEditor(rows=2),
            **{name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in _DAYS},
        }

    is_frozen = False

    def freeze(self) -> None:
        """Disable what readers have seen, and keep the row."""
        self.is_frozen = True
        for name in (*FROZEN_FIELDS, "outlet_name"):
            self.fields[name].disabled = True
        self.fields.pop(DELETION_FIELD_NAME, None)

    @property
    def is_decided(self) -> bool:
        """Whether a state other than open is chosen."""
        return self["state"].value() not in {"open", None, ""}

    @property
    def has_numbers(self) -> bool:
        """Whether a chance or a range is given."""
        return any(self[name].value() not in {None, ""} for name in ("chance", "low", "high", "unit"))

    def clean_outcome_source(self) -> int | None:
        """Return the number, as ``clean_number`` does."""
        return self.clean_number("outcome_source")

    def clean(self) -> dict[str, Any]:
        """Add an error to a range that ends below its beginning."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_range(cleaned)
        return cleaned

    def describe_missing_source(self, number: int) -> str:
        """Return what is wrong if the forecast names a source that was removed."""
        return (
            f"The forecast by {self['speaker'].value()} names source {number}, which is no longer in Sources. "
            "Choose another one here or restore it there."
        )

    def before_save(self) -> None:
        """Set the outlet and the articles. An unknown name becomes a proposed one."""
        super().before_save()
        rows: Any = self.rows
        if "outcome_source" in self.changed_data:
            self.instance.outcome_article = rows.articles.get(self.cleaned_data["outcome_source"])
        if "outlet_name" in self.changed_data:
            name = self.cleaned_data["outlet_name"]
            self.instance.outlet = rows.outlets.get(name)
            self.instance.proposed_outlet = "" if self.instance.outlet else name


class ForecastFormSet(CitingRows):
    at: ClassVar[datetime]
    source_fields = ("source", "outcome_source")

    @cached_property
    def outlets(self) -> dict[str, Outlet]:
        """The known outlets in the changed outlet fields, keyed by name."""
        return Outlet.objects.by_names(
            form.cleaned_data["outlet_name"] for form in self.forms if "outlet_name" in form.changed_data
        )

    @cached_property
    def _frozen(self) -> frozenset[UUID]:
        return find_frozen_rows(self.instance, at=self.at)

    def set_initial(self, form: RowForm) -> None:
        """Set the initial sources and outlet; disable the words of a forecast that readers have seen."""
        super().set_initial(form)
        if form.is_new:
            return
        forecast: StoryForecast = form.instance
        form.initial["outlet_name"] = forecast.outlet.name if forecast.outlet else forecast.proposed_outlet
        if forecast.outcome_article_id is not None:
            form.initial["outcome_source"] = self.source_rows().numbers_by_article().get(forecast.outcome_article_id)
        if isinstance(form, ForecastForm) and forecast.uid in self._frozen:
            form.freeze()


class ForecastRows(RowInline):
    """Inline for forecasts, in the order in which readers see them."""

    model = StoryForecast
    form = ForecastForm
    formset = ForecastFormSet
    template = "admin/stories/rows/forecasts.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoryForecast]:
        forecasts: QuerySet[StoryForecast] = super().get_queryset(request)
        return forecasts.select_related("outlet", "article", "outcome_article")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset class, which knows the time of the request."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.at = request_time(request)
        return formset
