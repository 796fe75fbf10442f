"""Rows for passages, which readers see under *What the papers say*."""

import re
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.name_fields import NamesField
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from stories.admin.forms.rows.sources import ListedSource, SourceFormSet
from stories.drafts.citations import sort_outlets
from stories.models import Outlet, SourceSummary

NUMBERS = re.compile(r"\d{1,6}")
MAX_OUTLETS = 50  # per passage


class PassageForm(RowForm):
    """Form for a passage: its outlets, its text, and the articles that it draws on.

    ``source_numbers`` holds the numbers of the articles and is not shown. Before the form is read,
    ``apply_passage_sources`` moves each address in ``addresses`` there.
    """

    outlet_names = NamesField(list_id="outlet-names", label="Outlets", limit=MAX_OUTLETS)
    source_numbers = forms.CharField(required=False, label="Articles", widget=forms.HiddenInput)
    addresses = forms.CharField(
        required=False,
        label="Paste the article’s address",
        widget=forms.Textarea(attrs={"rows": 1, "inputmode": "url", "autocomplete": "off", "dir": "ltr"}),
    )

    class Meta:
        model = SourceSummary
        fields = ("text",)
        widgets: ClassVar = {"text": MarkdownEditor(rows=3)}

    def clean_source_numbers(self) -> list[int]:
        """Return the sorted numbers. A number of a source that is not on the form is an error of the address field."""
        numbers = sorted({int(number) for number in NUMBERS.findall(self.cleaned_data["source_numbers"])})
        known = self.rows.source_rows().known_numbers()  # type: ignore[attr-defined]  # a PassageFormSet
        for number in numbers:
            if number not in known:
                message = f"Source {number} is no longer in Sources. Remove it here or restore it there."
                self.add_error("addresses", forms.ValidationError(message, code="unknown"))
        return numbers

    def clean_addresses(self) -> str:
        """Return the empty string, because each address has become a source. Raise ValidationError for other text."""
        if entered := self.cleaned_data["addresses"].strip():
            message = f"“{entered.splitlines()[0][:80]}” is not the full address of an article, starting with https://."
            raise forms.ValidationError(message, code="address")
        return ""

    def before_save(self) -> None:
        """Separate the names of known outlets from proposed names."""
        if "outlet_names" in self.changed_data:
            names, known = self.cleaned_data["outlet_names"], self.rows.outlets  # type: ignore[attr-defined]  # as above
            self.instance.proposed_outlets = [name for name in names if name not in known]
            self.outlets = [known[name] for name in names if name in known]

    def after_save(self) -> None:
        """Set the outlets and articles if they changed."""
        if "outlet_names" in self.changed_data:
            self.instance.outlets.set(self.outlets)
        if "source_numbers" in self.changed_data:
            articles = self.rows.source_rows().articles_by_number()  # type: ignore[attr-defined]  # a PassageFormSet
            self.instance.articles.set([articles[number] for number in self.cleaned_data["source_numbers"]])

    @property
    def margin_lines(self) -> int:
        """The number of lines that the outlets take up in the margin: one for each outlet, at most 6."""
        return min(len(self._names()), 6)

    @property
    def outlets_label(self) -> str:
        """The label in the margin: the name of the outlet, the number of outlets, “Our comparison” or “New passage”."""
        if names := self._names():
            return f"{len(names)} outlets" if len(names) > 1 else names[0]
        return "New passage" if self.is_new and not self["text"].value() else "Our comparison"

    @property
    def cited_sources(self) -> list[ListedSource]:
        """The articles that the passage draws on, as they are entered under Sources."""
        listed = self.rows.source_rows().listed_sources()  # type: ignore[attr-defined]  # a PassageFormSet
        numbers = map(int, NUMBERS.findall(str(self["source_numbers"].value() or "")))
        return [listed[number] for number in dict.fromkeys(numbers) if number in listed]

    def _names(self) -> list[str]:
        names = self.fields["outlet_names"].to_python(self["outlet_names"].value())
        return names if isinstance(names, list) else []


class PassageFormSet(UidFormSet):
    def source_rows(self) -> SourceFormSet:
        """Return the formset of sources on the same form."""
        rows = self.formsets_of_form["citations"]
        assert isinstance(rows, SourceFormSet)  # noqa: S101  # passages and sources are always on one form
        return rows

    @cached_property
    def outlets(self) -> dict[str, Outlet]:
        """The known outlets in the changed outlet fields of all passages, keyed by name."""
        return Outlet.objects.by_names(
            name
            for form in self.forms
            if "outlet_names" in form.changed_data
            for name in form.cleaned_data["outlet_names"]
        )

    def set_initial(self, form: RowForm) -> None:
        """Set the initial outlet names and source numbers."""
        if form.is_new:
            return
        passage: SourceSummary = form.instance
        outlets = sort_outlets(passage.text, passage.outlets.all(), passage.proposed_outlets)
        form.initial["outlet_names"] = [outlet.name for outlet in outlets]
        numbers = self.source_rows().numbers_by_article()
        cited = sorted(numbers[article.pk] for article in passage.articles.all() if article.pk in numbers)
        form.initial["source_numbers"] = ", ".join(map(str, cited))


class PassageRows(RowInline):
    """Inline for passages, in the order in which readers see them."""

    model = SourceSummary
    form = PassageForm
    formset = PassageFormSet
    template = "admin/stories/rows/passages.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceSummary]:
        passages: Any = super().get_queryset(request)
        return passages.prefetch_outlets().prefetch_related("articles")  # type: ignore[no-any-return]  # of SourceSummary
