"""Rows for sources: articles with the numbers by which texts cite them."""

import itertools
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.audit import track_changes
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from stories.drafts import citations
from stories.drafts.article_urls import find_article, find_outlet, get_canonical_spelling, normalise_url
from stories.models import Article, Citation, Outlet, Work

ARTICLE_FIELDS = ("url", "title", "published_on", "author", "paywalled")


class SourceForm(RowForm):
    """Form for a source. Its article is looked up by URL, or created from the entered values."""

    url = forms.URLField(
        label="Address",
        max_length=2_000,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"list": "article-addresses", "class": "name-combobox", "autocomplete": "off"}),
    )
    title = forms.CharField(label="Title", max_length=500, required=False)
    outlet_name = forms.CharField(label="Outlet", max_length=200, required=False, widget=NameInput("outlet-names"))
    published_on = forms.DateField(
        label="Date", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    author = forms.CharField(label="Author", max_length=300, required=False)
    paywalled = forms.BooleanField(label="Behind a paywall", required=False)

    class Meta:
        model = Citation
        fields: ClassVar = ()

    article: Article | None = None

    def clean_url(self) -> str:
        """Return the URL, normalised if it has changed."""
        url = str(self.cleaned_data["url"] or "")
        return normalise_url(url) if "url" in self.changed_data else url

    def clean(self) -> dict[str, object]:
        """Look up the article of a new source by its URL.

        If the article is unknown, or if the source is not new, require a title and an outlet. Reject a change of the
        URL to the URL of another known article.
        """
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        url = str(cleaned.get("url") or "")
        if not url or not self.has_changed():
            return cleaned
        known = find_article(url) if "url" in self.changed_data else None
        if self.is_new and known:
            self.article = known
            return cleaned
        article = self.article = Article() if self.is_new else self.instance.article
        for name in ARTICLE_FIELDS:
            setattr(article, name, cleaned.get(name, getattr(article, name)))
        self._choose_outlet(article, str(cleaned.get("outlet_name") or ""), url)
        if not article.title:
            self.add_error("title", "Add the title of the article.")
        if not article.outlet_name:
            self.add_error("outlet_name", "Add the outlet of the article.")
        if known and known.pk != article.pk:
            self.add_error("url", "We already have an article at this address. Add it as a new source.")
        return cleaned

    def _choose_outlet(self, article: Article, name: str, url: str) -> None:
        if name:
            article.outlet = Outlet.objects.with_name(name).first()
            article.proposed_outlet = "" if article.outlet else name
        elif article.outlet is None:
            article.outlet = find_outlet(url)
            article.proposed_outlet = ""


@dataclass(frozen=True)
class ListedSource:
    """A source as it is entered on the form."""

    number: int
    url: str
    title: str
    outlet_name: str
    published_on: date | None
    paywalled: bool


class SourceFormSet(UidFormSet):
    """Formset for the sources of one work, each identified by its number, which is never reused."""

    ordered = False
    may_change_articles: ClassVar[bool] = False
    by: ClassVar[User | None] = None

    def identity(self, row: models.Model) -> object:
        """Return the number of the source."""
        assert isinstance(row, Citation)  # noqa: S101  # the model of these rows
        return row.number

    def posted_identity(self, text: str) -> object | None:
        """Return the submitted number, or None for a new source."""
        return int(text) if text.isdecimal() and len(text) < 9 else None

    def new_row(self, identity: object) -> Citation:
        """Return a new source in place of one that another user removed in the meantime."""
        # Numbers are never reused, so this source gets a new one.
        return Citation()

    def set_initial(self, form: RowForm) -> None:
        """Set the initial values from the article; disable the fields for a user who may not change articles."""
        form.fields.pop("place")
        if form.is_new:
            form.initial.pop("row", None)
            return
        article: Article = form.instance.article
        form.initial.update({name: getattr(article, name) for name in ARTICLE_FIELDS})
        form.initial["outlet_name"] = article.outlet_name
        if not self.may_change_articles:
            for name in (*ARTICLE_FIELDS, "outlet_name"):
                form.fields[name].disabled = True

    def save_new(self, form: RowForm, commit: bool = True) -> Citation:
        """Save the article, cite it in the work and return the citation; write an audit entry for a new article."""
        article: Article = form.article  # type: ignore[attr-defined]  # a SourceForm
        is_known = article.pk is not None
        form.instance = citations.cite_article(self.instance, Article.objects.save_article(article))
        if not is_known:
            track_changes.record_added(article, by=self.by)
        return form.instance  # type: ignore[no-any-return]  # the stubs do not know the model

    def save_changed(self, changed: list[RowForm]) -> None:
        """Save the changed articles and write audit entries; the numbers of the sources stay the same."""
        for form in changed:
            article: Article = form.article  # type: ignore[attr-defined]  # a SourceForm
            with track_changes.track_changes(article, by=self.by):
                Article.objects.save_article(article)

    def clean(self) -> None:
        """Raise ValidationError for an article that is listed twice."""
        urls = {form: form.cleaned_data.get("url") for form in self.forms if self.is_remaining(form)}
        counts = Counter(get_canonical_spelling(url) for url in urls.values() if url)
        for form, url in urls.items():
            if url and (form.is_new or "url" in form.changed_data) and counts[get_canonical_spelling(url)] > 1:
                raise forms.ValidationError(f"{url} is in the list twice.", code="twice")

    def rows_in_order(self) -> list[RowForm]:
        """Return the remaining rows in the order in which they were submitted."""
        # Sources have no position field, because they are numbered in the order in which they were added.
        return [form for form in self.forms if self.is_remaining(form)]

    def numbers_by_article(self) -> dict[int, int]:
        """Return the number of each article that is already cited, keyed by the primary key of the article."""
        return {row.article_id: row.number for row in self.get_queryset()}

    def next_number(self) -> int:
        """Return the number for the next new source."""
        work = self.instance
        return (work.citations_given if isinstance(work, Work) else 0) + 1

    def known_numbers(self) -> set[int]:
        """Return the numbers of the remaining sources, and the numbers that the new sources will get."""
        self.full_clean_once()
        remaining = self.rows_in_order()
        numbers = {form.instance.number for form in remaining if not form.is_new}
        return numbers | {self.next_number() + n for n in range(sum(form.is_new for form in remaining))}

    def listed_sources(self) -> dict[int, ListedSource]:
        """Return the sources on the form, with the values entered, keyed by the numbers that they have or will get."""
        numbers = itertools.count(self.next_number())
        entered = [form for form in self.forms if not (form.is_blank or self.is_removed(form))]
        sources = [_list_source(form, next(numbers) if form.is_new else form.instance.number) for form in entered]
        return {source.number: source for source in sources}

    def articles_by_number(self) -> dict[int, Article]:
        """Return the articles, keyed by number. The sources must have been saved."""
        work: Work = self.instance
        return {row.number: row.article for row in work.citations.select_related("article")}


def _list_source(form: RowForm, number: int) -> ListedSource:
    published_on = form["published_on"].value()
    if isinstance(published_on, str):
        with suppress(ValueError):
            published_on = parse_date(published_on)
    return ListedSource(
        number=number,
        url=str(form["url"].value() or ""),
        title=str(form["title"].value() or ""),
        outlet_name=str(form["outlet_name"].value() or ""),
        published_on=published_on if isinstance(published_on, date) else None,
        paywalled=bool(form["paywalled"].value()),
    )


class CitingForm(RowForm):
    """Base form for a row with an article. ``source`` is the number of one of the sources on the same form."""

    source = forms.IntegerField(required=False, label="Source", widget=forms.Select)

    def clean_source(self) -> int | None:
        """Return the number, as ``clean_number`` does."""
        return self.clean_number("source")

    def clean_number(self, name: str) -> int | None:
        """Return the number in a field. Raise ValidationError if the form has no source with this number."""
        number: int | None = self.cleaned_data[name]
        if number is not None and number not in self.rows.source_rows().known_numbers():  # type: ignore[attr-defined]  # of CitingRows
            raise forms.ValidationError(self.describe_missing_source(number), code="unknown")
        return number

    def describe_missing_source(self, number: int) -> str:
        """Return what is wrong if the row names a source that was removed."""
        return f"Source {number} is no longer in Sources. Choose another one here or restore it there."

    def before_save(self) -> None:
        """Set the article of the source, which has been saved before."""
        if "source" in self.changed_data:
            self.instance.article = self.rows.articles.get(self.cleaned_data["source"])  # type: ignore[attr-defined]  # as above


class CitingRows(UidFormSet):
    """Formset for rows of ``CitingForm``. ``source_fields`` are the fields that offer the sources of the form."""

    source_fields: ClassVar[tuple[str, ...]] = ("source",)

    def source_rows(self) -> SourceFormSet:
        """Return the formset of sources on the same form."""
        rows = self.formsets_of_form["citations"]
        assert isinstance(rows, SourceFormSet)  # noqa: S101  # these rows and sources are always on one form
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
        for name in self.source_fields:
            form.fields[name].widget.choices = self._list_choices

    def _list_choices(self) -> list[tuple[str | int, str]]:
        return [("", "No source"), *self._choices]

    @cached_property
    def _choices(self) -> list[tuple[str | int, str]]:
        return [
            (number, f"{number} {source.title or source.url}")
            for number, source in self.source_rows().listed_sources().items()
        ]


class SourceRows(RowInline):
    """Inline for sources, in the order of their numbers."""

    model = Citation
    form = SourceForm
    formset = SourceFormSet
    template = "admin/stories/rows/sources.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Citation]:
        citations: QuerySet[Citation] = super().get_queryset(request)
        return citations.select_related("article__outlet")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset class, which knows the user and whether the user may change articles."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.by = signed_in_user(request)
        # Other works may cite the same articles, so changing them requires a permission of its own.
        formset.may_change_articles = request.user.has_perm("stories.change_article")
        return formset
