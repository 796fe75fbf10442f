"""Audit entries of changed objects, with their states before and after as plain JSON values."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.db import models

from newsroom.audit.models import Event

type State = dict[str, object]

# Fields that are secret, and fields that change without an action of a user.
EXCLUDED_FIELDS = frozenset({"password", "last_login", "date_joined", "is_superuser", "user_permissions"})
UID_NAMESPACE = uuid.UUID("6f0e3a52-7a36-4d0c-9f43-9d8f5c1b2e77")


def kind_of(thing: models.Model) -> str:
    """Return the kind of an object in the audit log: “topic”, “outlet”, “picture”, “about page”."""
    return str(thing._meta.verbose_name)


def uid_of(thing: models.Model) -> uuid.UUID:
    """Return the uid of an object. Accounts and about pages have none, so theirs is derived from kind and key."""
    own = getattr(thing, "uid", None)
    return own if isinstance(own, uuid.UUID) else uuid.uuid5(UID_NAMESPACE, f"{kind_of(thing)} {thing.pk}")


def state_of(thing: models.Model) -> State:
    """Return the values that users can change, by field.

    A foreign key is a dict of key and name, a many-to-many field a list of names. Files are left out.
    """
    meta = thing._meta
    fields = [field for field in meta.concrete_fields if field.editable and not field.primary_key]
    kept = [field for field in fields if field.name not in EXCLUDED_FIELDS and not isinstance(field, models.FileField)]
    state: State = {field.name: _plain(thing, field) for field in kept}
    for several in meta.many_to_many:
        if several.name not in EXCLUDED_FIELDS:
            state[several.name] = sorted(map(str, getattr(thing, several.name).all()))
    if hasattr(thing, "aliases"):
        aliases = list(thing.aliases.all())
        state["aliases"] = [alias.name for alias in aliases]
        state["hidden_aliases"] = [alias.name for alias in aliases if not alias.is_findable]
    return state


def stored_state(thing: models.Model) -> State:
    """Return the state of an object as the database has it, whatever was set in memory; lock its row."""
    return state_of(type(thing)._base_manager.select_for_update().get(pk=thing.pk))


def lock_row(model: type[models.Model], key: int) -> None:
    """Lock the row with this key until the transaction ends."""
    model._base_manager.select_for_update().filter(pk=key).order_by().values_list("pk").first()


def is_same_value(one: object, other: object) -> bool:
    """Return whether two stored values are equal. Foreign keys are compared by key, so a renamed row is equal."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.get("key") == other.get("key")
    return one == other


def record_added(thing: models.Model, *, by: AbstractUser | None, reason: str = "") -> Event:
    """Write an audit entry for a new object. Its values are only stored once they change."""
    return Event.objects.write(kind_of(thing), uid_of(thing), "added", by=by, reason=reason)


def record_changed(
    thing: models.Model, before: State, *, by: AbstractUser | None, verb: str = "changed", reason: str = ""
) -> Event | None:
    """Write an audit entry with what differs from ``before``, and return it; None where nothing differs."""
    after = stored_state(thing)
    names = [name for name in after if name in before and not is_same_value(before[name], after[name])]
    if not names:
        return None
    return Event.objects.write(
        kind_of(thing),
        uid_of(thing),
        verb,
        by=by,
        before={name: before[name] for name in names},
        after={name: after[name] for name in names},
        reason=reason,
    )


def record_deleted(thing: models.Model, *, by: AbstractUser | None) -> Event:
    """Write an audit entry with the state of an object. Call it before the object is deleted."""
    said = {name: value for name, value in state_of(thing).items() if value not in ("", None, [])}
    return Event.objects.write(kind_of(thing), uid_of(thing), "deleted", by=by, before=said)


@contextmanager
def track_changes(thing: models.Model, *, by: AbstractUser | None, reason: str = "") -> Iterator[None]:
    """Write an audit entry for changes that the block makes to a stored object. Needs a transaction."""
    before = stored_state(thing)
    yield
    record_changed(thing, before, by=by, reason=reason)


def _plain(thing: models.Model, field: models.Field[Any, Any]) -> object:
    if isinstance(field, models.ForeignKey):
        other = getattr(thing, field.name)
        return {"key": other.pk, "name": str(other)} if other else None
    value = cast("object", field.value_from_object(thing))
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, str | int | bool | float) else str(value)
