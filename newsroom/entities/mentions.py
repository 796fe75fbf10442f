"""Look up the mentions of an entity: the rows that record which editions refer to it, and when these are live."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery


def mention_relation(model: Any) -> Any:
    """Return the reverse relation of a model to its mentions.

    Its ``related_model`` is the model of the mentions, and its ``field`` is the foreign key to the entity.
    """
    return model._meta.get_field("editions")


def edition_manager(model: Any) -> Any:
    """Return the manager of the editions that mention entities of a model."""
    return mention_relation(model).related_model._meta.get_field("edition").related_model._default_manager


def live_mentions(model: Any, key: object, *, at: datetime) -> QuerySet[Any, Any]:
    """Return the mentions of one entity by editions that are live at ``at``. ``key`` may be an OuterRef."""
    return _mentions_of(model, key).filter(live_from__lte=at, live_until__gt=at)


def mention_branches(
    model: Any, keys: Iterable[object], *, kind: str, at: datetime, languages: Collection[str] | None = None
) -> list[QuerySet[Any, Any]]:
    """Return one query per entity key, for the entity's mentions by works of this ``kind`` that are live at ``at``.

    If ``languages`` is None, include works in all languages. An index supports ordering each query by ``updated_at``
    and ``uid``.
    """
    language_filter: dict[str, object] = {} if languages is None else {"language__in": list(languages)}
    return [live_mentions(model, key, at=at).filter(work_kind=kind, **language_filter) for key in keys]


def newest_live_mention(model: Any, *, at: datetime) -> Subquery:
    """Return a subquery for the key of an entity's newest mention by an edition live at ``at``, or NULL."""
    return _newest_key(live_mentions(model, OuterRef("pk"), at=at))


def newest_begun_mention(model: Any, *, at: datetime) -> Subquery:
    """Return a subquery for the key of an entity's newest mention by an edition that went live by ``at``, or NULL."""
    return _newest_key(_mentions_of(model, OuterRef("pk")).filter(live_from__lte=at, live_until__gt=F("live_from")))


def _mentions_of(model: Any, key: object) -> QuerySet[Any, Any]:
    relation = mention_relation(model)
    rows: QuerySet[Any, Any] = relation.related_model._default_manager.order_by()
    return rows.filter(**{relation.field.name: key})


def _newest_key(rows: QuerySet[Any, Any]) -> Subquery:
    # In the SELECT list, the key is looked up in an index for each row. A join would read all mentions first.
    return Subquery(rows.order_by("-live_from", "live_until").values("pk")[:1])
