"""What protects an object from deletion, counted in plain words, and what to do instead of deleting it."""

from dataclasses import dataclass

from django.db import models
from django.utils.text import capfirst

from newsroom.db.counts import any_rows, count_capped, format_count


@dataclass(frozen=True, slots=True)
class Alternative:
    """What to do instead of deleting an object, such as “merge it into another topic”, and the address for it."""

    words: str
    address: str


def list_protections(obj: models.Model) -> list[str]:
    """Return a sentence for each kind of row that protects ``obj`` from deletion. This takes one query.

    The model of the rows declares the words in ``protects``, keyed by field: for one row, and for several.
    """
    relations = [each for each in obj._meta.related_objects if each.on_delete is models.PROTECT]
    rows = [each.related_model._base_manager.filter(**{each.field.name: obj.pk}) for each in relations]
    counts = count_capped(rows, limit=any_rows)
    return [
        _describe(relation, str(obj), count) for relation, count in zip(relations, counts, strict=True) if count > 0
    ]


def _describe(relation: models.ForeignObjectRel, name: str, count: int) -> str:
    model = relation.related_model
    words: tuple[str, str] | None = getattr(model, "protects", {}).get(relation.field.name)
    if words is None:
        return f"{capfirst(str(model._meta.verbose_name_plural))}: {format_count(count)}"
    return words[count != 1].format(count=format_count(count), name=name)
