"""The objects of audit entries: their current titles, their addresses at the desk, and the labels of their fields."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse

from newsroom.audit.models import Event, Subject
from newsroom.audit.track_changes import kind_of, uid_of

_ALIAS_LABELS = {"aliases": "other names", "hidden_aliases": "names that readers can’t search for"}


# The uid of a work, and the stored number of one of its editions.
type EditionKey = tuple[UUID, int]
type FindLabels = Callable[[Collection[EditionKey]], Mapping[EditionKey, str]]

_finders: list[FindLabels] = []


def register_edition_labels(find_labels: FindLabels) -> None:
    """Register the function that finds the numbers of editions as readers and editors see them today."""
    _finders[:] = [find_labels]


@cache
def _models_by_kind() -> dict[str, type[models.Model]]:
    return {kind_of(model): model for model in reversed(list(apps.get_models()))}


def model_of(kind: str) -> type[models.Model] | None:
    """Return the model of the objects of a kind, or None."""
    return _models_by_kind().get(kind)


def label_kind(kind: str) -> str:
    """Return the name of a kind: the verbose name of its model, or ``kind`` if it has no model."""
    model = model_of(kind)
    return str(model._meta.verbose_name) if model else kind


def label_of(kind: str, name: str) -> str:
    """Return the label of a field, such as “address” for the slug of a topic.

    If there is no such field, return ``name`` with spaces in place of underscores.
    """
    if name in _ALIAS_LABELS:
        return _ALIAS_LABELS[name]
    model = model_of(kind)
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        field = None
    return str(getattr(field, "verbose_name", None) or name.replace("_", " "))


def find_subjects(events: Iterable[Event]) -> dict[UUID, Subject]:
    """Return the existing objects of the entries, keyed by uid."""
    uids_by_kind: dict[str, set[UUID]] = defaultdict(set)
    for event in events:
        uids_by_kind[event.kind].add(event.uid)
    subjects: dict[UUID, Subject] = {}
    for kind, uids in sorted(uids_by_kind.items()):
        if model := model_of(kind):
            rows = model._base_manager.all()
            # Models without a uid column, such as users and about pages, have few rows, so all of them are read.
            rows = rows.filter(uid__in=uids) if _has_uid(model) else rows
            subjects |= {uid_of(row): Subject(str(row), _get_address(row)) for row in rows if uid_of(row) in uids}
    return subjects


def get_row(event: Event, *, lock: bool = False) -> models.Model | None:
    """Return the row of the entry's object, optionally locked. Return None if it is gone or its model has no uid."""
    model = model_of(event.kind)
    if model is None or not _has_uid(model):
        return None
    rows = model._base_manager.select_for_update() if lock else model._base_manager.all()
    return rows.filter(uid=event.uid).first()


def attach_subjects(events: Sequence[Event]) -> None:
    """Set ``subject`` and ``edition_label`` on each entry.

    The subject is None if the object is gone or never had a row of its own. The label is that of today, because the
    number of an edition depends on those before it, and because earlier releases numbered them differently.
    """
    subjects = find_subjects(events)
    keys = {event.pk: (event.uid, number) for event in events if isinstance(number := event.after.get("edition"), int)}
    labels = {key: label for find in _finders if keys for key, label in find(set(keys.values())).items()}
    for event in events:
        event.subject = subjects.get(event.uid)
        if event.pk in keys:
            event.edition_label = labels.get(keys[event.pk], "")


def _has_uid(model: type[models.Model]) -> bool:
    return any(field.name == "uid" for field in model._meta.concrete_fields)


def _get_address(row: models.Model) -> str:
    meta = row._meta
    try:
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return ""
