"""Audit entries for changed objects, with their states before and after the change as plain JSON values."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.db import models

from newsroom.audit.models import Event

type State = dict[str, object]

# Fields that are secret, or that users do not change at the desk.
EXCLUDED_FIELDS = frozenset({"password", "last_login", "date_joined", "is_superuser", "user_permissions"})
UID_NAMESPACE = uuid.UUID("6f0e3a52-7a36-4d0c-9f43-9d8f5c1b2e77")


def kind_of(obj: models.Model | type[models.Model]) -> str:
    """Return the kind of an object or a model in the audit log, such as “topic”, “outlet”, “picture” or “about page”.

    It is the verbose name of the model, unless the model declares ``audit_kind``: entries keep the kind with which they
    were written, so a model that is renamed declares its first name.
    """
    return getattr(obj, "audit_kind", None) or str(obj._meta.verbose_name)


def uid_of(obj: models.Model) -> uuid.UUID:
    """Return the uid of an object. For an object without one, such as an account, derive it from kind and key."""
    own = getattr(obj, "uid", None)
    return own if isinstance(own, uuid.UUID) else uuid.uuid5(UID_NAMESPACE, f"{kind_of(obj)} {obj.pk}")


def state_of(obj: models.Model) -> State:
    """Return the values that users can change, keyed by field.

    A foreign key becomes a dict with a key and a name, and a many-to-many field becomes a list of names. The aliases of
    an entity are included. Files are left out.
    """
    meta = obj._meta
    fields = [field for field in meta.concrete_fields if field.editable and not field.primary_key]
    tracked = [
        field for field in fields if field.name not in EXCLUDED_FIELDS and not isinstance(field, models.FileField)
    ]
    state: State = {field.name: _to_json_value(obj, field) for field in tracked}
    for relation in meta.many_to_many:
        if relation.name not in EXCLUDED_FIELDS:
            state[relation.name] = sorted(map(str, getattr(obj, relation.name).all()))
    if hasattr(obj, "aliases"):
        aliases = list(obj.aliases.all())
        state["aliases"] = [alias.name for alias in aliases]
        state["hidden_aliases"] = [alias.name for alias in aliases if not alias.is_findable]
    return state


def stored_state(obj: models.Model) -> State:
    """Lock the row of an object and return its state in the database, without unsaved changes."""
    return state_of(type(obj)._base_manager.select_for_update().get(pk=obj.pk))


def lock_row(model: type[models.Model], key: int) -> None:
    """Lock the row with this key until the transaction ends."""
    model._base_manager.select_for_update().filter(pk=key).order_by().values_list("pk").first()


def is_same_value(one: object, other: object) -> bool:
    """Return whether two stored values are equal. Foreign keys are compared by key, not by the name of the row."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.get("key") == other.get("key")
    return one == other


def record_added(obj: models.Model, *, by: AbstractUser | None, reason: str = "") -> Event:
    """Write an audit entry for a new object. The entry contains no values; a later entry records those that change."""
    return Event.objects.write(kind_of(obj), uid_of(obj), "added", by=by, reason=reason)


def record_changed(
    obj: models.Model, before: State, *, by: AbstractUser | None, verb: str = "changed", reason: str = ""
) -> Event | None:
    """Write an audit entry with the differences from ``before``, and return it. Return None if nothing differs."""
    after = stored_state(obj)
    names = [name for name in after if name in before and not is_same_value(before[name], after[name])]
    if not names:
        return None
    return Event.objects.write(
        kind_of(obj),
        uid_of(obj),
        verb,
        by=by,
        before={name: before[name] for name in names},
        after={name: after[name] for name in names},
        reason=reason,
    )


def record_deleted(obj: models.Model, *, by: AbstractUser | None) -> Event:
    """Write an audit entry with the non-empty values of an object that is about to be deleted."""
    state = {name: value for name, value in state_of(obj).items() if value not in ("", None, [])}
    return Event.objects.write(kind_of(obj), uid_of(obj), "deleted", by=by, before=state)


@contextmanager
def track_changes(obj: models.Model, *, by: AbstractUser | None, reason: str = "") -> Iterator[None]:
    """Write an audit entry for the changes that the block makes to a stored object. This requires a transaction."""
    before = stored_state(obj)
    yield
    record_changed(obj, before, by=by, reason=reason)


def _to_json_value(obj: models.Model, field: models.Field[Any, Any]) -> object:
    if isinstance(field, models.ForeignKey):
        other = getattr(obj, field.name)
        return {"key": other.pk, "name": str(other)} if other else None
    value = cast("object", field.value_from_object(obj))
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool | float) else str(value)
