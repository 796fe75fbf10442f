"""Whether anything points to a row: what the filters of lists ask, also of the thing that nothing uses."""

from typing import Any

from django.db import models
from django.db.models import ManyToManyRel, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull


def pointed_at(model: type[models.Model], *relations: str) -> Q:
    """Return the condition that something points to a row of ``model``, by one of its relations of these names.

    It is asked as a value, for one row along an index: of a condition PostgreSQL may make a list of all that points.
    """
    found = Q()
    for name in relations:
        relation: Any = model._meta.get_field(name)
        is_many = isinstance(relation, ManyToManyRel)
        source = relation.through if is_many else relation.related_model
        pointer = relation.field.m2m_reverse_field_name() if is_many else relation.field.name
        rows = source._default_manager.filter(**{pointer: OuterRef("pk")}).order_by()
        found |= Q(IsNull(Subquery(rows.values("pk")[:1]), False))
    return found
