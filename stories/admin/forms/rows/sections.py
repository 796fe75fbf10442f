"""Rows for the sections of a story."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, cast

from django import forms
from django.http import HttpRequest

from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet, link_neighbours
from stories.documents import SECTION_KINDS, STARTING_KINDS
from stories.documents.page_order import PageGroup, group_of_kind, in_page_order
from stories.documents.schema import HAPPENED, UNKNOWNS
from stories.models import Section
from stories.workflow.open_points import OpenPoint, iter_open_points

PAPERS = "papers"
FREE = "free"
# The minimum and maximum number of words that readers expect, keyed by the kind of section.
EXPECTED_WORDS = {"happened": (40, 60), "behind": (90, 160), "background": (60, 110)}


GROUP_NAMES = {
    PageGroup.STORY: "The story",
    PageGroup.WHAT_NEXT: "What comes next",
}


class SectionForm(RowForm):
    """Form for a section. The kind of a saved section cannot change."""

    save_if_empty = True
    form_checked_constraints = frozenset({"section_papers_has_no_text"})

    class Meta:
        model = Section
        fields = ("kind", "heading", "text")
        widgets: ClassVar = {"text": MarkdownEditor(rows=6)}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on unchanged
        self.fields["kind"].disabled = not self.is_new
        self.fields["kind"].required = False
        self.fields["heading"].help_text = ""
        self.fields["heading"].widget.attrs |= {"placeholder": self.default_heading, "dir": "auto"}

    @property
    def open_points(self) -> list[OpenPoint]:
        """The saved points of *What we don’t know yet* that have no page of their own."""
        if self.is_new or self.instance.kind != UNKNOWNS.code:
            return []
        return list(iter_open_points(self.instance.text))

    def has_changed(self) -> bool:
        """Return whether the row has changed; a new row without a kind counts only if it has a heading or text."""
        if self.is_new and self.is_bound and not self.data.get(self.add_prefix("kind")):
            return bool(self.data.get(self.add_prefix("text")) or self.data.get(self.add_prefix("heading")))
        changed: bool = super().has_changed()
        return changed

    def clean_kind(self) -> str:
        """Return the kind, or *free* if none was chosen."""
        return self.cleaned_data["kind"] or FREE

    def clean(self) -> dict[str, Any]:
        """Add an error if the section that contains the passages has a text."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PAPERS and cleaned.get("text"):
            self.add_error("text", "“What the papers say” has no text of its own. Add passages instead.")
        return cleaned

    @property
    def group(self) -> PageGroup:
        """The group of the page in which the section appears."""
        return group_of_kind(self["kind"].value() or "")

    @property
    def is_fixed(self) -> bool:
        """Whether the section has one place on the page: *What’s happened* follows the headline."""
        return bool(self["kind"].value() == HAPPENED.code)

    @property
    def default_heading(self) -> str:
        """The default heading of this kind of section, or an empty string."""
        kind = SECTION_KINDS.get(self["kind"].value() or "")
        return kind.heading if kind else ""

    @property
    def name_without_heading(self) -> str:
        """What the form calls a section that has no heading."""
        return "New section" if self.is_new else "Other section"

    @property
    def expected_words(self) -> tuple[int, int] | None:
        """The minimum and maximum number of words that readers expect in this section, or None."""
        return EXPECTED_WORDS.get(self["kind"].value() or "")

    @property
    def holds_passages(self) -> bool:
        """Whether this is the section of the passages, which has no text."""
        return bool(self["kind"].value() == PAPERS)


@dataclass(frozen=True, slots=True)
class SectionGroup:
    """A group of the page with its sections in page order, and the form that the script copies to add one."""

    code: PageGroup
    forms: list[SectionForm]
    empty_form: RowForm

    @property
    def name(self) -> str:
        return GROUP_NAMES[self.code]


class SectionFormSet(UidFormSet):
    @cached_property
    def groups(self) -> list[SectionGroup]:
        """The groups that can have sections, in page order. A section moves within its group."""
        by_place = cast("list[SectionForm]", self._forms_by_place())
        ordered = in_page_order(by_place, kind=lambda form: form["kind"].value() or "")
        groups = []
        for code in dict.fromkeys(group_of_kind(kind) for kind in SECTION_KINDS):
            of_group = [form for form in ordered if form.group == code]
            link_neighbours(form for form in of_group if not form.is_fixed)
            groups.append(SectionGroup(code, of_group, self._empty_form(code)))
        return groups

    @property
    def has_section_of_passages(self) -> bool:
        """Whether one of the sections holds the passages."""
        return any(form.holds_passages for form in cast("list[SectionForm]", self.forms))

    def _empty_form(self, group: PageGroup) -> RowForm:
        """Return the form that the script copies. It offers the kinds of this group, other sections first."""
        form = self.empty_form
        kinds = sorted(
            (kind for kind in SECTION_KINDS if group_of_kind(kind) == group and kind != PAPERS),
            key=lambda kind: kind != FREE,
        )
        cast("forms.ChoiceField", form.fields["kind"]).choices = [
            (kind, SECTION_KINDS[kind].heading or "Other section") for kind in kinds
        ]
        return form

    def clean(self) -> None:
        """Raise ValidationError for two sections of the same kind, except *free*.

        One of them may be a section that another user has just added.
        """
        on_form = {form.instance.pk for form in self.forms}
        kinds = [form.cleaned_data.get("kind") for form in self.forms if self.is_remaining(form)]
        kinds += [row.kind for row in self.get_queryset() if row.pk not in on_form]
        for kind, count in Counter(kinds).items():
            if count > 1 and kind and kind != FREE:
                raise forms.ValidationError(
                    f"There are two sections “{SECTION_KINDS[kind].heading}”. Remove one of them.", code="twice"
                )


class SectionRows(RowInline):
    """Inline for sections, in the order in which readers see them."""

    model = Section
    form = SectionForm
    formset = SectionFormSet
    template = "admin/stories/rows/sections.html"

    def initial_rows(self, request: HttpRequest) -> list[dict[str, object]]:
        """Return initial values for the sections of a new story."""
        return [{"kind": kind.code} for kind in STARTING_KINDS]

    def get_extra(self, request: HttpRequest, obj: object = None, **kwargs: object) -> int:
        """Return the number of extra rows.

        There is one for use without JavaScript and, in a new story, one for each initial section.
        """
        return 1 if obj else len(STARTING_KINDS) + 1
