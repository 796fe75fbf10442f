"""Choices between two texts of one place, on a page that works without a script."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from newsroom.desk.forms.name_fields import NamesField
from newsroom.desk.forms.rows import UidFormSet
from stories.admin.drafts.conflicts import Conflict, TextConflict
from stories.admin.drafts.finding_fields import FIELDS, ROWS, list_form_rows
from stories.admin.drafts.form_values import FormValues, Values
from stories.documents import Explainer, QuestionPage
from stories.documents.fields import field_specs, inner_model, row_specs

MINE, THEIRS, BOTH, TOGETHER = "mine", "theirs", "both", "together"
# Separators between two texts that are both kept, by kind of field.
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
    "lead": ("lead_alt", "lead_decorative", "lead_caption", "lead_credit"),
}
_CHOICE = re.compile(r"choice-(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """The choice at one place; ``options`` are pairs of value and label.

    ``theirs`` holds the other editor's values of the controls decided here, None for an unticked checkbox. ``text``
    names the control whose texts can be joined, ``between`` the separator. ``field`` is the id of the first control.
    """

    options: list[tuple[str, str]]
    theirs: Mapping[str, str | None]
    text: str
    separator: str
    field: str


def make_choice(
    clash: TextConflict, conflict: Conflict, form: forms.BaseForm, formsets: Sequence[UidFormSet], standing: FormValues
) -> Choice | None:
    """Return the choice at a clash, whose fields are in ``form`` and ``formsets``.

    ``standing`` is what the other editor saved, as values of the form. Return None if the clash has no field of its
    own, such as two rows with the same content; it is then decided in the fields of the form.
    """
    anchor, _, rest = clash.anchor.partition(".")
    prefix = ROWS.get(anchor, anchor)
    rows = next((each for each in formsets if str(each.prefix) == prefix), None)
    if rows is None:
        name = FIELDS.get(anchor, anchor)
        if rest or name not in form.fields:
            return None
        return _of_fields(clash, conflict, form, name, standing.head)
    if not rest:
        return _of_order(clash, conflict, rows, standing)
    key, _, field = rest.partition(".")
    names = [str(each) for each in list_form_rows([rows])[prefix]]
    if key not in names:
        return None
    row = rows.forms[names.index(key)]
    theirs = standing.rows[prefix].get(rows.identity(row.instance))
    if field and theirs is not None:
        name = FIELDS.get(field, field)
        return _of_fields(clash, conflict, row, name, theirs) if name in row.fields else None
    return _of_row(conflict, row, theirs, is_removed=bool(row["DELETE"].value()) if "DELETE" in row.fields else False)


def apply_choices(sent: QueryDict) -> tuple[QueryDict, list[str]]:
    """Return the submitted form with each choice applied, and the fields that hold two texts to edit together.

    A choice that a script has applied already (``applied``) leaves its field as it is. The names of hidden fields with
    the other editor's values end with a colon, so that they are never parsed as fields of rows.
    """
    chosen = {match[1]: str(value) for name, value in sent.items() if (match := _CHOICE.fullmatch(name))}
    if not chosen:
        return sent, []
    post, waiting = sent.copy(), list[str]()
    for number, value in chosen.items():
        if value == post.get(f"applied-{number}"):
            continue
        for name in [name for name in post if name.startswith(f"theirs-{number}:")]:
            field, theirs = name.partition(":")[2].rstrip(":"), str(post[name])
            if value == THEIRS:
                post[field] = theirs
            elif value in (BOTH, TOGETHER) and field == post.get(f"text-{number}"):
                post[field] = join_texts(theirs, str(post.get(field, "")), str(post.get(f"between-{number}", "")))
                waiting += [field] if value == TOGETHER else []
        for name in [name for name in post if name.startswith(f"untick-{number}:")]:
            if value == THEIRS:
                post.pop(name.partition(":")[2].rstrip(":"), None)
    return post, waiting


def mark_field(name: str, form: forms.BaseForm, formsets: Iterable[forms.BaseFormSet[forms.BaseForm]]) -> None:
    """Add an error to the field of this name that says that it holds both texts."""
    for each in (form, *(row for rows in formsets for row in rows.forms)):
        for field in each.fields:
            if each.is_bound and each.add_prefix(field) == name:
                each.add_error(field, forms.ValidationError("Both texts stand here: put them together.", code="both"))


def join_texts(theirs: str, mine: str, between: str) -> str:
    """Return both texts, one after the other; each name or number once."""
    if theirs.strip() == mine.strip() or not mine.strip():
        return theirs
    if not theirs.strip():
        return mine
    parts = [theirs, mine]
    if between in ("names", "numbers"):
        parts = list(
            dict.fromkeys(part.strip() for text in parts for part in re.split(r"[;,]", text) if part.strip())
            if between == "numbers"
            else dict.fromkeys(part.strip() for text in parts for part in text.split(";") if part.strip())
        )
    return SEPARATORS.get(between, "\n\n").join(parts)


def _of_fields(
    clash: TextConflict, conflict: Conflict, form: forms.BaseForm, name: str, standing: Mapping[str, str]
) -> Choice:
    names = [
        each
        for each in (name, *DEPENDENT_FIELDS.get(name, ()))
        if each in form.fields and not form.fields[each].disabled
    ]
    between = _between(form, name)
    options = [(THEIRS, f"Take {_whose(conflict)}"), (MINE, "Keep mine")]
    if between and _says(clash.theirs) and _says(clash.mine):
        options.append((BOTH, "Keep both"))
        if between in ("paragraph", "space"):
            options.append((TOGETHER, "Edit together"))
    theirs: dict[str, str | None] = {}
    for each in names:
        is_box = isinstance(form.fields[each].widget, forms.CheckboxInput)
        theirs[form.add_prefix(each)] = standing.get(each) if is_box else standing.get(each, "")
    text = form.add_prefix(name) if between else ""
    return Choice(options, theirs, text, between, form[name].id_for_label)


def _of_row(conflict: Conflict, row: forms.BaseForm, theirs: Values | None, *, is_removed: bool) -> Choice | None:
    """Return the choice about a whole row, which one side removed, or which both sides replaced."""
    if "DELETE" not in row.fields:
        return None
    tick = row.add_prefix("DELETE")
    first = next(iter(row.visible_fields()), None)
    field = first.id_for_label if first else ""
    if theirs is None:
        take = (THEIRS, f"Take {_whose(conflict)}: remove it")
        return Choice([take, (MINE, "Keep mine")], {tick: "on"}, "", "", field)
    keep = (MINE, "Keep mine: remove it" if is_removed else "Keep mine")
    saying: dict[str, str | None] = {
        row.add_prefix(name): theirs.get(name, None if isinstance(each.widget, forms.CheckboxInput) else "")
        for name, each in row.fields.items()
        if name not in ("row", "place", "DELETE") and not isinstance(each.widget, forms.HiddenInput)
    }
    return Choice([(THEIRS, f"Take {_whose(conflict)}"), keep], {**saying, tick: None}, "", "", field)


def _of_order(clash: TextConflict, conflict: Conflict, rows: UidFormSet, standing: FormValues) -> Choice | None:
    """Return the choice about the order of rows; other clashes of whole formsets are decided in their fields."""
    if not clash.label.startswith("Order of"):
        return None
    saved = standing.rows[str(rows.prefix)]
    theirs: dict[str, str | None] = {
        row.add_prefix("place"): place
        for row in rows.forms
        if (place := saved.get(rows.identity(row.instance), {}).get("place"))
    }
    options = [(THEIRS, f"Take {_whose(conflict)}"), (MINE, "Keep mine")]
    return Choice(options, theirs, "", "", f"rows-{rows.prefix}") if theirs else None


def _between(form: forms.BaseForm, name: str) -> str:
    field = form.fields[name]
    if isinstance(field, NamesField):
        return "names"
    if name == "source_numbers":
        return "numbers"
    if isinstance(field.widget, forms.Textarea):
        return "paragraph"
    return "space" if name in SHORT_TEXTS else ""


def _says(runs: Iterable[object]) -> bool:
    return any(getattr(run, "kind", "") != "gone" and str(getattr(run, "text", "")).strip() for run in runs)


def _whose(conflict: Conflict) -> str:
    return "the other window’s" if conflict.is_own else f"{conflict.other_editor}’s"
