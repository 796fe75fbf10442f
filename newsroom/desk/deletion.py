"""What protects an object from deletion, counted in plain words, and what to do instead of deleting it."""

from collections.abc import Mapping
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

    The model of the rows declares the words in ``protects``, keyed by field: for one row, and for several. A
    many-to-many field protects an object at the desk if it is declared there.
    """
    relations = [
        each
        for each in obj._meta.related_objects
        if each.on_delete is models.PROTECT or (each.many_to_many and each.field.name in _words_of(each))
    ]
    rows = [each.related_model._base_manager.filter(**{each.field.name: obj.pk}) for each in relations]
    counts = count_capped(rows, limit=any_rows)
    return [
        _describe(relation, str(obj), count) for relation, count in zip(relations, counts, strict=True) if count > 0
    ]


def list_link_prefixes(obj: models.Model) -> tuple[str, ...]:
    """Return how Django’s descriptions of rows that only link ``obj`` to another object begin."""
    relations = [
        *(field.remote_field for field in obj._meta.many_to_many),
        *(each for each in obj._meta.related_objects if isinstance(each, models.ManyToManyRel)),
    ]
    links = [each.through._meta for each in relations if each.through]
    return tuple(f"{capfirst(str(meta.verbose_name))}: " for meta in links if meta.auto_created)


def _words_of(relation: models.ForeignObjectRel) -> Mapping[str, tuple[str, str]]:
    words: Mapping[str, tuple[str, str]] = getattr(relation.related_model, "protects", {})
    return words


def _describe(relation: models.ForeignObjectRel, name: str, count: int) -> str:
    words = _words_of(relation).get(relation.field.name)
    if words is None:
        return f"{capfirst(str(relation.related_model._meta.verbose_name_plural))}: {format_count(count)}"
    return words[count != 1].format(count=format_count(count), name=name)
