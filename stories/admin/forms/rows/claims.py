"""Rows for the points on which a story compares outlets, and for what each outlet says about a point."""

from collections import Counter
from functools import cached_property
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.forms.rows import NestedFormSet, NestedRowForm, NestedRowInline, RowForm, RowInline, UidFormSet
from newsroom.text.fold import fold
from stories.admin.forms.rows.ranges import RangeForm
from stories.admin.forms.rows.sources import CitingForm, CitingRows
from stories.documents import Cell, Claim
from stories.documents.agreement import find_difference
from stories.documents.cell_values import Amounts, fill_amounts, fill_moment, parse_moment, show_moment
from stories.documents.schema.claims import DIFFERENCES, KINDS, STANCES, WITHOUT_VALUE
from stories.models import ClaimCell, Outlet, StoryClaim

USUAL_KIND = "figure"
_STANCES_IN_ORDER = ("says", "denies", "unclear", "silent")


def _day_field(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ClaimForm(RowForm):
    """Form for a point. Its outlets are rows of ``CellFormSet``."""

    kind = forms.ChoiceField(choices=[*KINDS.items()], initial=USUAL_KIND)
    difference = forms.ChoiceField(required=False)
    as_of = _day_field("As of")

    class Meta:
        model = StoryClaim
        fields = ("claim", "kind", "unit", "as_of", "brief", "note", "difference")
        widgets: ClassVar = {
            "claim": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "unit": forms.TextInput(attrs={"dir": "auto"}),
            "brief": forms.TextInput(attrs={"dir": "auto"}),
            "note": MarkdownEditor(rows=2),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["difference"].choices = self._list_differences  # type: ignore[attr-defined]  # read when printed

    def has_changed(self) -> bool:
        """Return whether the point has to be saved: also a new one without a name that has outlets."""
        return super().has_changed() or (
            self.is_bound and self.is_new and any(cell.has_changed() for cell in self.cells)
        )

    @property
    def cells(self) -> list["CellForm"]:
        """The rows of the outlets, in page order."""
        return cast("list[CellForm]", self._cell_rows.of_parent(self)) if hasattr(self, "rows") else []

    @property
    def _cell_rows(self) -> "CellFormSet":
        rows = self.rows.formsets_of_form["cells"]
        assert isinstance(rows, CellFormSet)  # noqa: S101  # points and their outlets are always on one form
        return rows

    @property
    def found_difference(self) -> str:
        """The difference that follows from the saved cells, or an empty string without cells."""
        cells = tuple(_build_value(cell.instance) for cell in self.cells if not cell.is_new)
        if not cells:
            return ""
        claim = Claim.model_construct(uid=self.instance.uid, claim="", kind=self.instance.kind, cells=cells)
        return str(DIFFERENCES[find_difference(claim)])

    @property
    def shown_difference(self) -> str:
        """The difference that readers of the saved point see."""
        chosen = self.instance.difference
        return str(DIFFERENCES[chosen]) if chosen in DIFFERENCES else self.found_difference

    def _list_differences(self) -> list[tuple[str, str]]:
        found = self.found_difference
        return [
            ("", f"{found}, from the cells" if found else "From the cells"),
            *((code, str(label)) for code, label in DIFFERENCES.items()),
        ]


def _build_value(cell: ClaimCell) -> Cell:
    fields = ("stance", "value", "low", "high", "approximate", "when", "attributed_to")
    return Cell.model_construct(**{name: getattr(cell, name) for name in fields})


class ClaimFormSet(UidFormSet):
    def new_row(self, identity: object) -> StoryClaim:
        """Return a new point, of the kind that the blank form shows."""
        return StoryClaim(uid=cast("UUID", identity), kind=USUAL_KIND)


class CellForm(CitingForm, RangeForm, NestedRowForm):
    """Form for what one outlet says about a point. Amounts or a moment left empty are read from the value."""

    outlet_name = forms.CharField(label="Outlet", max_length=200, widget=NameInput("outlet-names"))
    stance = forms.ChoiceField(
        label="What it says", choices=[(code, STANCES[code]) for code in _STANCES_IN_ORDER], initial="says"
    )
    when = forms.CharField(
        label="When",
        required=False,
        max_length=40,
        help_text="A day, a minute or a time, such as 2026-11-09, 2026-11-09 03:55 or 03:55.",
    )
    as_of = _day_field("As of")
    form_checked_constraints = frozenset(
        {"claim_cell_outlet_or_proposed", "claim_cell_once_per_outlet", "claim_cell_once_per_proposed"}
    )

    class Meta:
        model = ClaimCell
        fields = ("stance", "value", "low", "high", "approximate", "when", "quotation", "attributed_to", "as_of")
        labels: ClassVar = {"approximate": "About"}
        widgets: ClassVar = {
            "value": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "quotation": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            "attributed_to": forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        }

    def clean_when(self) -> str:
        """Return the moment in ISO 8601."""
        moment = parse_moment(self.cleaned_data["when"])
        if moment is None:
            raise forms.ValidationError(
                "Enter a day, a minute or a time, such as 2026-11-09, 2026-11-09 03:55 or 03:55.", code="moment"
            )
        return moment

    def clean(self) -> dict[str, Any]:
        """Fill empty amounts, or an empty moment, from the value. Add an error to a value that cannot be there."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("stance") in WITHOUT_VALUE:
            if cleaned.get("value"):
                message = "An outlet that does not mention a point, or is not clear, has no value."
                self.add_error("value", forms.ValidationError(message, code="value"))
            return cleaned | {"low": "", "high": "", "approximate": False, "when": ""}
        if not {"value", "low", "high"} <= cleaned.keys():
            return cleaned
        parent = self.rows.find_parent(self)  # type: ignore[attr-defined]  # a CellFormSet
        kind = parent["kind"].value() if parent is not None else ""
        value, before = cleaned["value"], "" if self.is_new else self.initial["value"]
        language = self.rows.form_object.language  # type: ignore[attr-defined]  # as above
        if kind == "figure":
            entered = Amounts(cleaned["low"], cleaned["high"], cleaned["approximate"])
            cleaned |= fill_amounts(value, entered, before=before, language=language)._asdict()
        elif kind == "date" and "when" in cleaned:
            as_of = cleaned.get("as_of") or getattr(parent, "cleaned_data", {}).get("as_of")
            cleaned["when"] = fill_moment(value, cleaned["when"], before=before, language=language, as_of=as_of)
        self.check_range(cleaned)
        return cleaned

    def describe_missing_source(self, number: int) -> str:
        """Return what is wrong if the cell names a source that was removed."""
        parent = self.rows.find_parent(self)  # type: ignore[attr-defined]  # as above
        point = parent["claim"].value() if parent else ""
        return (
            f"{self['outlet_name'].value()} in “{point}” names source {number}, which is no longer in Sources. "
            "Choose another one here or restore it there."
        )

    def before_save(self) -> None:
        """Set the outlet and the article. An unknown name becomes a proposed one."""
        super().before_save()
        if self.is_new or "outlet_name" in self.changed_data:
            name = self.cleaned_data["outlet_name"]
            self.instance.outlet = self.rows.outlets.get(name)  # type: ignore[attr-defined]  # as above
            self.instance.proposed_outlet = "" if self.instance.outlet else name

    @property
    def says(self) -> str:
        """What the outlet says, in a few words, for the closed cell."""
        stance, value = self["stance"].value(), str(self["value"].value() or "")
        return value if stance == "says" and value else f"{STANCES.get(stance, stance)} {value}".strip()


class CellFormSet(CitingRows, NestedFormSet):
    parents = "claims"
    path = "claim__story"
    blank_rows = 2
    unique_field = "outlet_name"

    @cached_property
    def outlets(self) -> dict[str, Outlet]:
        """The known outlets in the outlet fields of all remaining cells, keyed by name."""
        return Outlet.objects.by_names(
            name for form in self.forms if (name := getattr(form, "cleaned_data", {}).get("outlet_name"))
        )

    def set_initial(self, form: RowForm) -> None:
        """Set the initial source, the name of the outlet, and the moment as it is typed."""
        super().set_initial(form)
        if not form.is_new:
            form.initial["outlet_name"] = form.instance.outlet_name
            form.initial["when"] = show_moment(form.instance.when)

    def clean(self) -> None:
        """Add an error to each outlet that is compared twice in a point."""
        counts: Counter[tuple[str, object]] = Counter()
        for form in self.forms:
            name = getattr(form, "cleaned_data", {}).get("outlet_name")
            if name and self.is_remaining(form):
                outlet = self.outlets.get(name)
                key = str(form["parent"].value()), outlet.pk if outlet else fold(name)
                counts[key] += 1
                if counts[key] > 1:
                    form.add_error("outlet_name", forms.ValidationError("This outlet is already compared here."))


class ClaimRows(RowInline):
    """Inline for points, in the order in which readers see them."""

    model = StoryClaim
    form = ClaimForm
    formset = ClaimFormSet
    template = "admin/stories/rows/claims.html"


class CellRows(NestedRowInline):
    """Inline for the outlets of all points."""

    model = ClaimCell
    parent_row = StoryClaim
    form = CellForm
    formset = CellFormSet  # type: ignore[assignment]  # for RowForm only

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClaimCell]:
        cells: QuerySet[ClaimCell] = super().get_queryset(request)
        return cells.select_related("claim", "outlet", "article").in_page_order()  # type: ignore[attr-defined,no-any-return]  # of ClaimCell
