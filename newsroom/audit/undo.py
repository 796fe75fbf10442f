"""Undoing a change from the audit log, unless the object was changed again since."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.template.defaultfilters import date
from django.utils import timezone

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry, join_words
from newsroom.audit.subjects import get_row, label_of, model_of
from newsroom.page_cache.invalidation import invalidation

# Merging, deleting and publishing are undone by verbs of their own, or not at all.
REVERSIBLE = frozenset({"changed", "put back"})


class UndoRefusedError(Exception):
    """Raised when a change cannot be undone; the message says why."""


def can_be_undone(event: Event) -> bool:
    """Return whether the entry holds both states of a change that can be undone."""
    return event.verb in REVERSIBLE and bool(event.changed_fields())


@invalidation()
def undo(event: Event, *, by: AbstractUser) -> models.Model:
    """Give the object the values that it had before the change of this entry, and return it.

    Raise PermissionDenied if the user may not change objects of this kind. Raise NotPutBackError if one of the fields
    was changed since, if the object is gone, or if an old value now belongs to another object.
    """
    model = model_of(event.kind)
    if model is None or not can_be_undone(event):
        raise UndoRefusedError("This cannot be put back.")
    meta = model._meta
    if not (by.is_active and by.has_perm(f"{meta.app_label}.change_{meta.model_name}")):
        raise PermissionDenied(f"You may not change {meta.verbose_name_plural}.")
    thing = get_row(event, lock=True)
    if thing is None:
        raise UndoRefusedError(f"This {meta.verbose_name} is not there any more.")
    _refuse_what_changed_since(event, thing)
    before = track_changes.state_of(thing)
    _write(thing, {name: event.before[name] for name in event.changed_fields()})
    day = date(timezone.localtime(event.at), "j F Y, H:i")
    track_changes.record_changed(thing, before, by=by, verb="put back", reason=f"As it was before {day}")
    return thing


def _refuse_what_changed_since(event: Event, thing: models.Model) -> None:
    now = track_changes.state_of(thing)
    other = [
        name for name in event.changed_fields() if not track_changes.is_same_value(now.get(name), event.after[name])
    ]
    if not other:
        return
    names = join_words([label_of(event.kind, name) for name in other])
    since = [later for later in Event.objects.about(event.uid).after(event) if set(other) & set(later.changed_fields())]
    who = f" {format_entry(since[0])}." if since else ""
    raise UndoRefusedError(f"Not put back: {names} changed again since.{who} Put that back first, or edit it by hand.")


def _write(thing: Any, values: dict[str, Any]) -> None:
    names, hidden = values.pop("aliases", None), values.pop("hidden_aliases", [])
    for name, value in values.items():
        field = thing._meta.get_field(name)
        if isinstance(field, models.ForeignKey):
            setattr(thing, field.attname, value["key"] if value else None)
        else:
            setattr(thing, name, field.to_python(value))
    try:
        thing.full_clean(exclude={field.name for field in thing._meta.concrete_fields if not field.editable})
    except ValidationError as refusal:
        raise UndoRefusedError(f"Not put back: {' '.join(refusal.messages)}") from refusal
    thing.save()
    if names is not None:
        _lead_here(thing, names, hidden)


def _lead_here(thing: Any, names: list[str], hidden: list[str]) -> None:
    for name in names:
        if other := type(thing)._default_manager.with_name(name).exclude(pk=thing.pk).first():
            raise UndoRefusedError(f"Not put back: “{name}” leads to “{other}” by now.")
    thing.set_aliases(names, hidden=hidden)
