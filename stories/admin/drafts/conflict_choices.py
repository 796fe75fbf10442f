"""Choices between two texts at the same place, on a page that works without JavaScript."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from newsroom.desk.forms.name_fields import NamesField
from newsroom.desk.forms.rows import UidFormSet
from stories.admin.drafts.conflicts import Conflict, TextConflict
from stories.admin.drafts.finding_fields import FIELDS, ROWS, list_form_rows, split_anchor
from stories.admin.drafts.form_values import FormValues, Values
from stories.documents import Explainer, QuestionPage
from stories.documents.fields import field_specs, inner_model, row_specs

MINE, THEIRS, BOTH, TOGETHER = "mine", "theirs", "both", "together"
# The separators between two texts if the user keeps both, keyed by kind.
SEPARATORS = {"paragraph": "\n\n", "space": " ", "names": "; ", "numbers": ", "}
_LINES = frozenset(
    name
    for kind in (Explainer, QuestionPage)
    for model in (kind, *(inner_model(kind, rows) for rows in row_specs(kind)))
    for name, spec in field_specs(model).items()
    if spec.comparator == "line"
)
SHORT_TEXTS = _LINES | {f"lead_{name}" for name in _LINES} | {"author"}
# Fields that follow the choice made for another field.
DEPENDENT_FIELDS = {
    "headline": ("headline_confirmed",),
    "question": ("question_confirmed",),
    "lead_alt": ("lead_decorative",),
    "alt": ("decorative",),
    "value": ("stance", "low", "high", "approximate", "when"),
    "lead": ("lead_alt", "lead_decorative", "lead_caption", "lead_credit"),
}
_CHOICE = re.compile(r"choice-(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice at one place; ``options`` are pairs of value and label.

    ``theirs`` contains the other editor's values, keyed by the names of the controls that the choice sets; None stands
    for an unticked checkbox. ``text`` names the control whose texts can be joined, and ``separator`` the kind of
    separator. ``field`` is the id of the first control.
    """

    options: list[tuple[str, str]]
    theirs: Mapping[str, str | None]
    text: str
    separator: str
    field: str


def make_choice(
    text_conflict: TextConflict,
    conflict: Conflict,
    form: forms.BaseForm,
    formsets: Sequence[UidFormSet],
    saved: FormValues,
) -> Choice | None:
    """Return the choice for a text conflict in a field of ``form`` or ``formsets``.

    ``saved`` contains the other editor's form values. Return None if the conflict has no field of its own, for example
    if two rows have the same content. The user then decides in the fields of the form.
    """
    anchor, rest = split_anchor(text_conflict.anchor)
    prefix = ROWS.get(anchor, anchor)
    rows = next((each for each in formsets if str(each.prefix) == prefix), None)
    if rows is None:
        name = FIELDS.get(anchor, anchor)
        if rest or name not in form.fields:
            return None
        return _make_field_choice(text_conflict, conflict, form, name, saved.head)
    if not rest:
        return _make_order_choice(text_conflict, conflict, rows, saved)
    key, _, field = rest.partition(".")
    names = [str(each) for each in list_form_rows([rows])[prefix]]
    if key not in names:
        return None
    row = rows.forms[names.index(key)]
    theirs = saved.rows[prefix].get(rows.identity(row.instance))
    if field and theirs is not None:
        name = FIELDS.get(field, field)
        return _make_field_choice(text_conflict, conflict, row, name, theirs) if name in row.fields else None
    return _make_row_choice(
        conflict, row, theirs, is_removed=bool(row["DELETE"].value()) if "DELETE" in row.fields else False
    )


def apply_choices(posted: QueryDict) -> tuple[QueryDict, list[str]]:
    """Return the submitted form with each choice applied, and the names of fields with two texts for the user to merge.

    Skip a choice that has already been applied: a script stores the last one that it applied in the hidden field
    ``applied-NUMBER``. The names of hidden fields with the other editor's values end with a colon, so that they are
    never parsed as fields of rows.
    """
    choices = {match[1]: str(value) for name, value in posted.items() if (match := _CHOICE.fullmatch(name))}
    if not choices:
        return posted, []
    result, to_merge = posted.copy(), list[str]()
    for number, value in choices.items():
        if value == result.get(f"applied-{number}"):
            continue
        for name in [name for name in result if name.startswith(f"theirs-{number}:")]:
            field, theirs = name.partition(":")[2].rstrip(":"), str(result[name])
            if value == THEIRS:
                result[field] = theirs
            elif value in (BOTH, TOGETHER) and field == result.get(f"text-{number}"):
                separator = str(result.get(f"between-{number}", ""))
                result[field] = join_texts(theirs, str(result.get(field, "")), separator)
                to_merge += [field] if value == TOGETHER else []
        for name in [name for name in result if name.startswith(f"untick-{number}:")]:
            if value == THEIRS:
                result.pop(name.partition(":")[2].rstrip(":"), None)
    return result, to_merge


def mark_field(
    name: str, error: forms.ValidationError, form: forms.BaseForm, formsets: Iterable[forms.BaseFormSet[forms.BaseForm]]
) -> None:
    """Add an error to the field whose control has this name."""
    for each in (form, *(row for rows in formsets for row in rows.forms)):
        for field in each.fields:
            if each.is_bound and each.add_prefix(field) == name:
                each.add_error(field, error)


def join_texts(theirs: str, mine: str, separator: str) -> str:
    """Return both texts, one after the other, or a single text if they are equal or one of them is empty.

    A name or number that is in both lists is included once.
    """
    if theirs.strip() == mine.strip() or not mine.strip():
        return theirs
    if not theirs.strip():
        return mine
    parts = [theirs, mine]
    if separator in ("names", "numbers"):
        parts = list(
            dict.fromkeys(part.strip() for text in parts for part in re.split(r"[;,]", text) if part.strip())
            if separator == "numbers"
            else dict.fromkeys(part.strip() for text in parts for part in text.split(";") if part.strip())
        )
    return SEPARATORS.get(separator, "\n\n").join(parts)


def _make_field_choice(
    text_conflict: TextConflict, conflict: Conflict, form: forms.BaseForm, name: str, saved: Mapping[str, str]
) -> Choice:
    names = [
        each
        for each in (name, *DEPENDENT_FIELDS.get(name, ()))
        if each in form.fields and not form.fields[each].disabled
    ]
    separator = _get_separator(form, name)
    options = [(THEIRS, f"Use {_format_possessive(conflict)}"), (MINE, "Keep mine")]
    if separator and _has_text(text_conflict.theirs) and _has_text(text_conflict.mine):
        options.append((BOTH, "Keep both"))
        if separator in ("paragraph", "space"):
            options.append((TOGETHER, "Edit together"))
    theirs: dict[str, str | None] = {}
    for each in names:
        is_checkbox = isinstance(form.fields[each].widget, forms.CheckboxInput)
        theirs[form.add_prefix(each)] = saved.get(each) if is_checkbox else saved.get(each, "")
    text = form.add_prefix(name) if separator else ""
    return Choice(options, theirs, text, separator, form[name].id_for_label)


def _make_row_choice(
    conflict: Conflict, row: forms.BaseForm, theirs: Values | None, *, is_removed: bool
) -> Choice | None:
    """Return the choice for a whole row that one side removed or that both sides replaced.

    Return None if the row cannot be deleted.
    """
    if "DELETE" not in row.fields:
        return None
    delete_name = row.add_prefix("DELETE")
    first = next(iter(row.visible_fields()), None)
    field = first.id_for_label if first else ""
    if theirs is None:
        take = (THEIRS, f"Use {_format_possessive(conflict)}: remove it")
        return Choice([take, (MINE, "Keep mine")], {delete_name: "on"}, "", "", field)
    keep = (MINE, "Keep mine: remove it" if is_removed else "Keep mine")
    values: dict[str, str | None] = {
        row.add_prefix(name): theirs.get(name, None if isinstance(each.widget, forms.CheckboxInput) else "")
        for name, each in row.fields.items()
        if name not in ("row", "place", "DELETE") and not isinstance(each.widget, forms.HiddenInput)
    }
    options = [(THEIRS, f"Use {_format_possessive(conflict)}"), keep]
    return Choice(options, {**values, delete_name: None}, "", "", field)


def _make_order_choice(
    text_conflict: TextConflict, conflict: Conflict, rows: UidFormSet, saved: FormValues
) -> Choice | None:
    """Return the choice for the order of rows.

    Return None for any other conflict about a whole formset, and if no row has a saved position.
    """
    if not text_conflict.label.startswith("Order of"):
        return None
    saved_rows = saved.rows[str(rows.prefix)]
    theirs: dict[str, str | None] = {
        row.add_prefix("place"): place
        for row in rows.forms
        if (place := saved_rows.get(rows.identity(row.instance), {}).get("place"))
    }
    options = [(THEIRS, f"Use {_format_possessive(conflict)}"), (MINE, "Keep mine")]
    return Choice(options, theirs, "", "", f"rows-{rows.prefix}") if theirs else None


def _get_separator(form: forms.BaseForm, name: str) -> str:
    field = form.fields[name]
    if isinstance(field, NamesField):
        return "names"
    if name == "source_numbers":
        return "numbers"
    if isinstance(field.widget, forms.Textarea):
        return "paragraph"
    return "space" if name in SHORT_TEXTS else ""


def _has_text(runs: Iterable[object]) -> bool:
    return any(getattr(run, "kind", "") != "gone" and str(getattr(run, "text", "")).strip() for run in runs)


def _format_possessive(conflict: Conflict) -> str:
    return "the other window’s" if conflict.is_own else f"{conflict.other_editor}’s"
