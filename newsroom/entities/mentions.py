"""Mentions: the rows by which editions name topics and outlets, each with its span, looked up by entity."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery


def mention_relation(model: Any) -> Any:
    """Return the reverse relation of a model to its mentions: ``related_model`` holds them, ``field`` is the key."""
    return model._meta.get_field("editions")


def editions_of(model: Any) -> Any:
    """Return the manager of the editions that mention entities of a model."""
    return mention_relation(model).related_model._meta.get_field("edition").related_model._default_manager


def live_mentions(model: Any, key: object, *, at: datetime) -> QuerySet[Any, Any]:
    """Return the mentions of one entity by editions live at ``at``; ``key`` may be an OuterRef."""
    return _naming(model, key).filter(live_from__lte=at, live_until__gt=at)


def mention_branches(
    model: Any, keys: Iterable[object], *, kind: str, at: datetime, languages: Collection[str] | None = None
) -> list[QuerySet[Any, Any]]:
    """Return, for each key, the mentions of the entity by live works of a kind, in these languages or in all.

    Each query has the columns ``updated_at`` and ``uid``, and an index with this order.
    """
    written: dict[str, object] = {} if languages is None else {"language__in": list(languages)}
    return [live_mentions(model, key, at=at).filter(work_kind=kind, **written) for key in keys]


def newest_live_mention(model: Any, *, at: datetime) -> Subquery:
    """Return the key of a mention by an edition live at ``at``, or NULL, for each entity of the outer query."""
    return _first(live_mentions(model, OuterRef("pk"), at=at))


def newest_begun_mention(model: Any, *, at: datetime) -> Subquery:
    """Return the key of a mention by an edition that began by ``at``, or NULL, for each entity of the outer query."""
    return _first(_naming(model, OuterRef("pk")).filter(live_from__lte=at, live_until__gt=F("live_from")))


def _naming(model: Any, key: object) -> QuerySet[Any, Any]:
    naming = mention_relation(model)
    rows: QuerySet[Any, Any] = naming.related_model._default_manager.order_by()
    return rows.filter(**{naming.field.name: key})


def _first(rows: QuerySet[Any, Any]) -> Subquery:
    """Return the key of the newest mention as a subquery."""
    # Selected as a value, it is looked up by its index for each row, instead of all mentions beforehand.
    return Subquery(rows.order_by("-live_from", "live_until").values("pk")[:1])
