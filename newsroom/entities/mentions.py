"""The rows by which editions name topics and outlets, each with its span: looked up for one thing at a time."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery


def naming_of(model: Any) -> Any:
    """Return the relation of a model to the rows by which editions name its things: ``related_model``, and its ``field``."""
    return model._meta.get_field("editions")


def editions_of(model: Any) -> Any:
    """Return the manager of the editions that name things of a model."""
    return naming_of(model).related_model._meta.get_field("edition").related_model._default_manager


def live_naming(model: Any, key: object, *, at: datetime) -> QuerySet[Any, Any]:
    """Return the rows by which editions live at ``at`` name the thing of this key, which may be one of an outer query."""
    return _naming(model, key).filter(live_from__lte=at, live_until__gt=at)


def walks_naming(
    model: Any, keys: Iterable[object], *, kind: str, at: datetime, languages: Collection[str] | None = None
) -> list[QuerySet[Any, Any]]:
    """Return, for each of these keys, the rows by which live works of a kind name it, in these languages or in any.

    Each has the columns by which its works are ordered (``updated_at``, ``uid``), and an index in this order.
    """
    written: dict[str, object] = {} if languages is None else {"language__in": list(languages)}
    return [live_naming(model, key, at=at).filter(work_kind=kind, **written) for key in keys]


def first_naming(model: Any, *, at: datetime) -> Subquery:
    """Return the key of one row by which an edition live at ``at`` names a thing of the query that it stands in, or NULL."""
    return _first(live_naming(model, OuterRef("pk"), at=at))


def first_begun(model: Any, *, at: datetime) -> Subquery:
    """Return the key of one row by which an edition that began by ``at`` names a thing of the query it stands in, or NULL."""
    return _first(_naming(model, OuterRef("pk")).filter(live_from__lte=at, live_until__gt=F("live_from")))


def _naming(model: Any, key: object) -> QuerySet[Any, Any]:
    naming = naming_of(model)
    rows: QuerySet[Any, Any] = naming.related_model._default_manager.order_by()
    return rows.filter(**{naming.field.name: key})


def _first(rows: QuerySet[Any, Any]) -> Subquery:
    """Return the key of the newest row, as a value: it is looked up by its index, and not all of them beforehand."""
    return Subquery(rows.order_by("-live_from", "live_until").values("pk")[:1])
