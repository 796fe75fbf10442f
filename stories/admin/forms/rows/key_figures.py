"""Rows for the key figures of a story, which readers see under *In figures*."""

from functools import cached_property
from typing import ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from stories.admin.forms.rows.sources import SourceFormSet
from stories.models import Article, KeyFigure


class KeyFigureForm(RowForm):
    """Form for a key figure. ``source`` is the number of one of the sources on the same form."""

    source = forms.IntegerField(required=False, label="Source", widget=forms.Select)

    class Meta:
        model = KeyFigure
        fields = ("value", "counts", "according_to", "as_of")
        widgets: ClassVar = {
            "value": forms.TextInput(attrs={"dir": "auto"}),
            "counts": forms.TextInput(attrs={"dir": "auto"}),
            "according_to": forms.TextInput(attrs={"dir": "auto"}),
            "as_of": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def clean_source(self) -> int | None:
        """Return the number. Raise ValidationError if the form has no source with this number."""
        number: int | None = self.cleaned_data["source"]
        if number is not None and number not in self.rows.source_rows().known_numbers():  # type: ignore[attr-defined]  # a KeyFigureFormSet
            message = f"Source {number} is no longer in Sources. Choose another one here or restore it there."
            raise forms.ValidationError(message, code="unknown")
        return number

    def before_save(self) -> None:
        """Set the article of the source, which has been saved before."""
        if "source" in self.changed_data:
            self.instance.article = self.rows.articles.get(self.cleaned_data["source"])  # type: ignore[attr-defined]  # as above


class KeyFigureFormSet(UidFormSet):
    def source_rows(self) -> SourceFormSet:
        """Return the formset of sources on the same form."""
        rows = self.formsets_of_form["citations"]
        assert isinstance(rows, SourceFormSet)  # noqa: S101  # figures and sources are always on one form
        return rows

    @cached_property
    def articles(self) -> dict[int, Article]:
        """The articles of the saved sources, keyed by number."""
        return self.source_rows().articles_by_number()

    def set_initial(self, form: RowForm) -> None:
        """Set the initial source, and offer the sources of the form."""
        self._offer_sources(form)
        article = form.instance.article_id
        if article is not None:
            form.initial["source"] = self.source_rows().numbers_by_article().get(article)

    @property
    def empty_form(self) -> RowForm:
        """The form that the script copies to add a row."""
        form = super().empty_form
        self._offer_sources(form)
        return form

    def _offer_sources(self, form: RowForm) -> None:
        # The sources are read when the field is printed, because their formset may come later.
        form.fields["source"].widget.choices = self._list_choices

    def _list_choices(self) -> list[tuple[str | int, str]]:
        return [("", "No source"), *self._choices]

    @cached_property
    def _choices(self) -> list[tuple[str | int, str]]:
        return [
            (number, f"{number} {source.title or source.url}")
            for number, source in self.source_rows().listed_sources().items()
        ]


class KeyFigureRows(RowInline):
    """Inline for key figures, in the order in which readers see them."""

    model = KeyFigure
    form = KeyFigureForm
    formset = KeyFigureFormSet
    template = "admin/stories/rows/figures.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[KeyFigure]:
        figures: QuerySet[KeyFigure] = super().get_queryset(request)
        return figures.select_related("article")
