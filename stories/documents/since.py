"""Fields that a later schema added: a stored document holds them only while they are in use.

A document without such fields is stored exactly as before they existed, so its digest stays the same, and releases that
know only the earlier schema can read it.
"""

from functools import cache
from typing import Any, NamedTuple

from stories.documents.fields import FieldSpec, FrozenModel, inner_model, specs_of

FIRST_SCHEMA = 1


class _LaterField(NamedTuple):
    """A field of a later schema (``since``), or rows and nested values with such fields."""

    name: str
    since: int
    default: object


@cache
def _list_later_fields(model: type[FrozenModel]) -> tuple[_LaterField, ...]:
    later: list[_LaterField] = []
    for name, spec in specs_of(model).items():
        has_inner = not isinstance(spec, FieldSpec) and _list_later_fields(inner_model(model, name))
        if spec.since > FIRST_SCHEMA or has_inner:
            later.append(_LaterField(name, spec.since, model.model_fields[name].get_default(call_default_factory=True)))
    return tuple(later)


def remove_unused(body: dict[str, Any], value: FrozenModel) -> int:
    """Remove from ``body``, the plain form of ``value``, each field of a later schema that equals its default.

    Return the number of the earliest schema that has all remaining fields.
    """
    number = FIRST_SCHEMA
    for name, since, default in _list_later_fields(type(value)):
        current = getattr(value, name)
        if since > FIRST_SCHEMA and current == default:
            body.pop(name, None)
        elif name in body:
            number = max(number, since, *_remove_in_parts(body[name], current))
    return number


def _remove_in_parts(bodies: Any, values: Any) -> list[int]:
    """Remove unused fields in the plain form of rows, of a single row or of a nested value."""
    if isinstance(values, FrozenModel):
        bodies, values = [bodies], [values]
    if not isinstance(values, list | tuple):
        return []
    return [
        remove_unused(body, value) for body, value in zip(bodies, values, strict=True) if isinstance(value, FrozenModel)
    ]
