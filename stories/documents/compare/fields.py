"""Comparison of two values field by field, based on the declarations of the fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any

from django.utils import formats
from django.utils.translation import gettext, gettext_noop, pgettext

from newsroom.text.join import join_list
from stories.documents import CitedArticle
from stories.documents.compare.comparison import ChangedField
from stories.documents.compare.texts import ComparisonContext, compare_lines, compare_texts, compare_values
from stories.documents.fields import Comparator, FieldSpec, FrozenModel, field_specs


@dataclass(frozen=True, slots=True)
class ComparedField:
    """A field in a comparison; ``read`` returns its text.

    ``part`` is the part of the comparison that shows a field of the document itself. The field is left out if the field
    named in ``explained_by`` has changed.
    """

    code: str
    label: str
    comparator: Comparator
    read: Callable[[FrozenModel], str]
    part: str
    explained_by: str = ""


@cache
def compared_fields(model: type[FrozenModel]) -> tuple[ComparedField, ...]:
    """Return the fields of a model in the order in which a comparison shows them."""
    fields: list[ComparedField] = []
    for code, spec in field_specs(model).items():
        part = "other" if spec.comparator == "small" else spec.part
        fields.append(
            ComparedField(code, spec.label, spec.comparator, _make_reader(code, spec), part, spec.explained_by)
        )
        if spec.hidden_change_label:
            hidden_spec = FieldSpec(spec.hidden_change_label, "small")
            fields.append(
                ComparedField(
                    f"{code}_behind", spec.hidden_change_label, "small", _make_reader(code, hidden_spec), "other", code
                )
            )
    if issubclass(model, CitedArticle):
        label = gettext_noop("Outlet, date and author")
        fields.insert(1, ComparedField("details", label, "line", _format_article_details, "head"))
    return tuple(sorted(fields, key=lambda field: field.comparator == "small"))


def compare_fields[V: FrozenModel](
    old: V | None, new: V | None, *, context: ComparisonContext, only: Iterable[ComparedField] | None = None
) -> tuple[ChangedField, ...]:
    """Return the fields that differ between two values.

    If one value is None, return the fields of the other that have a text to show. If both are None, return (). Without
    ``only``, all fields are compared.
    """
    value = old if new is None else new
    if value is None:
        return ()
    changed: dict[str, ChangedField] = {}
    for field in compared_fields(type(value)) if only is None else only:
        before = field.read(old) if old is not None else ""
        after = field.read(new) if new is not None else ""
        if before == after or field.explained_by in changed:
            continue
        label = gettext(field.label)
        match field.comparator:
            case "text":
                changed[field.code] = compare_texts(field.code, label, before, after, context=context)
            case "line":
                changed[field.code] = compare_lines(field.code, label, before, after, context=context)
            case "value" | "day" | "flag":
                changed[field.code] = compare_values(field.code, label, before, after)
            case "numbers":
                displayed = (
                    context.display_numbers(before, context.numbers_before),
                    context.display_numbers(after, context.numbers_after),
                )
                changed[field.code] = compare_values(field.code, label, *displayed)
            case _ if old is not None and new is not None:
                changed[field.code] = ChangedField(field.code, label, is_small=field.comparator == "small")
    return tuple(changed.values())


def _make_reader(code: str, spec: FieldSpec) -> Callable[[FrozenModel], str]:
    show: dict[str, Callable[[Any], str]] = {"day": _format_day, "flag": _format_flag, "other": repr, "small": repr}
    get_value, as_text = attrgetter(code), show.get(spec.comparator, spec.show)
    return lambda value: as_text(get_value(value))


def _format_day(day: date | None) -> str:
    return formats.date_format(day, pgettext("date", "j F Y")) if day else ""


def _format_flag(answer: bool) -> str:
    return gettext("Yes") if answer else ""


def _format_article_details(cited: Any) -> str:
    return join_list((cited.outlet.name, _format_day(cited.published_on), cited.author))
