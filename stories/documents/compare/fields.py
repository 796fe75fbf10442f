"""Comparison of two values field by field, as their declarations say."""

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
    """A field as a comparison shows it; ``read`` returns it as text.

    ``part`` is the part of a comparison that shows a field of the document itself. A field is left out if the field
    ``otherwise`` has changed.
    """

    code: str
    label: str
    how: Comparator
    read: Callable[[FrozenModel], str]
    part: str
    otherwise: str = ""


@cache
def compared_fields(model: type[FrozenModel]) -> tuple[ComparedField, ...]:
    """Return the fields of a model in the order in which a comparison shows them."""
    fields: list[ComparedField] = []
    for code, spec in field_specs(model).items():
        part = "other" if spec.how == "small" else spec.part
        fields.append(ComparedField(code, spec.label, spec.how, _reader(code, spec), part, spec.otherwise))
        if spec.behind:
            whole = FieldSpec(spec.behind, "small")
            fields.append(ComparedField(f"{code}_behind", spec.behind, "small", _reader(code, whole), "other", code))
    if issubclass(model, CitedArticle):
        label = gettext_noop("Outlet, date and author")
        fields.insert(1, ComparedField("details", label, "line", _details, "head"))
    return tuple(sorted(fields, key=lambda field: field.how == "small"))


def compare_fields[V: FrozenModel](
    old: V | None, new: V | None, *, reading: ComparisonContext, only: Iterable[ComparedField] | None = None
) -> tuple[ChangedField, ...]:
    """Return the fields that differ between two values, or all fields with a text if one of the values is None.

    Compare the fields in ``only``, or all of them.
    """
    value = old if new is None else new
    if value is None:
        return ()
    found: dict[str, ChangedField] = {}
    for field in compared_fields(type(value)) if only is None else only:
        before = field.read(old) if old is not None else ""
        after = field.read(new) if new is not None else ""
        if before == after or field.otherwise in found:
            continue
        label = gettext(field.label)
        match field.how:
            case "text":
                found[field.code] = compare_texts(field.code, label, before, after, reading=reading)
            case "line":
                found[field.code] = compare_lines(field.code, label, before, after, reading=reading)
            case "value" | "day" | "flag":
                found[field.code] = compare_values(field.code, label, before, after)
            case "numbers":
                shown = (
                    reading.display_numbers(before, reading.numbers_before),
                    reading.display_numbers(after, reading.numbers_after),
                )
                found[field.code] = compare_values(field.code, label, *shown)
            case _ if old is not None and new is not None:
                found[field.code] = ChangedField(field.code, label, is_small=field.how == "small")
    return tuple(found.values())


def _reader(code: str, spec: FieldSpec) -> Callable[[FrozenModel], str]:
    show: dict[str, Callable[[Any], str]] = {"day": _day, "flag": _yes, "other": repr, "small": repr}
    of, as_text = attrgetter(code), show.get(spec.how, spec.show)
    return lambda value: as_text(of(value))


def _day(day: date | None) -> str:
    return formats.date_format(day, pgettext("date", "j F Y")) if day else ""


def _yes(answer: bool) -> str:
    return gettext("Yes") if answer else ""


def _details(cited: Any) -> str:
    return join_list((cited.outlet.name, _day(cited.published_on), cited.author))
