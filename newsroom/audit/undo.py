"""Undo a change from the audit log, unless the same fields have been changed again since."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.template.defaultfilters import date
from django.utils import timezone

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.subjects import get_row, label_of, model_of
from newsroom.page_cache.invalidation import invalidation
from newsroom.text.join import join_words

# Merging, deleting and publishing are undone by other verbs, or cannot be undone.
REVERSIBLE = frozenset({"changed", "put back"})


class UndoRefusedError(Exception):
    """Raised if a change cannot be undone. The message says why."""


def can_be_undone(event: Event) -> bool:
    """Return whether the entry contains both states of a change that can be undone."""
    return event.verb in REVERSIBLE and bool(event.changed_fields())


@invalidation()
def undo(event: Event, *, by: AbstractUser) -> models.Model:
    """Restore the values that the object had before the change in this entry, and return the object.

    Raise PermissionDenied if the user may not change objects of this kind. Raise UndoRefusedError if the change cannot
    be undone, if one of its fields has been changed since, or if the object is gone. Also raise it if an old value is
    no longer valid, for example because it now belongs to another object.
    """
    model = model_of(event.kind)
    if model is None or not can_be_undone(event):
        raise UndoRefusedError("This can’t be restored.")
    meta = model._meta
    if not (by.is_active and by.has_perm(f"{meta.app_label}.change_{meta.model_name}")):
        raise PermissionDenied(f"You don’t have permission to change {meta.verbose_name_plural}.")
    obj = get_row(event, lock=True)
    if obj is None:
        raise UndoRefusedError(f"This {meta.verbose_name} has been deleted.")
    _require_unchanged(event, obj)
    before = track_changes.state_of(obj)
    _set_values(obj, {name: event.before[name] for name in event.changed_fields()})
    day = date(timezone.localtime(event.at), "j F Y, H:i")
    track_changes.record_changed(obj, before, by=by, verb="put back", reason=f"As it was before {day}")
    return obj


def _require_unchanged(event: Event, obj: models.Model) -> None:
    now = track_changes.state_of(obj)
    changed = [
        name for name in event.changed_fields() if not track_changes.is_same_value(now.get(name), event.after[name])
    ]
    if not changed:
        return
    names = join_words([f"“{label_of(event.kind, name)}”" for name in changed])
    later_events = Event.objects.about(event.uid).after(event)
    changes = [later for later in later_events if set(changed) & set(later.changed_fields())]
    sentence = f" {format_entry(changes[0])}." if changes else ""
    verb = "has" if len(changed) == 1 else "have"
    raise UndoRefusedError(
        f"Not restored: {names} {verb} changed again.{sentence} Restore that first, or edit it by hand."
    )


def _set_values(obj: Any, values: dict[str, Any]) -> None:
    names, hidden = values.pop("aliases", None), values.pop("hidden_aliases", [])
    relations: dict[str, list[str]] = {}
    for name, value in values.items():
        field = obj._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            relations[name] = value
        elif isinstance(field, models.ForeignKey):
            setattr(obj, field.attname, value["key"] if value else None)
        else:
            setattr(obj, name, field.to_python(value))
    try:
        obj.full_clean(exclude={field.name for field in obj._meta.concrete_fields if not field.editable})
    except ValidationError as error:
        raise UndoRefusedError(f"Not restored. {' '.join(error.messages)}") from error
    obj.save()
    for name, related_names in relations.items():
        relation = getattr(obj, name)
        relation.set(relation.model._default_manager.filter(name__in=related_names))
    if names is not None:
        _set_aliases(obj, names, hidden)


def _set_aliases(obj: Any, names: list[str], hidden: list[str]) -> None:
    for name in names:
        if other := type(obj)._default_manager.with_name(name).exclude(pk=obj.pk).first():
            raise UndoRefusedError(f"Not restored: “{name}” is now a name of “{other}”.")
    obj.set_aliases(names, hidden=hidden)
