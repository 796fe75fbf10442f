"""Import the pictures, topics and outlets of an exported folder, under the uids by which documents refer to them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit import track_changes
from newsroom.entities.models import MAX_NAME_LENGTH
from newsroom.http.hosts import hosts_in
from newsroom.media.models import Image
from newsroom.outlets.models import OutletHost
from newsroom.page_cache.invalidation import invalidation
from newsroom.redirects.models import Address
from newsroom.text.fold import fold
from newsroom.text.slugs import slugify
from stories.documents.parse import UnreadableDocumentError
from stories.exports.records import EntityRecord, OutletRecord, TopicRecord
from stories.imports.folder.pictures import import_picture
from stories.imports.folder.read import ExportedFolder
from stories.models import Outlet
from topics.models import Topic

REASON = "Imported from an export"
_BATCH = 100  # records that are imported in one transaction
_KEYS_PER_QUERY = 500

type Progress = Callable[[int, int], object]  # called with the number of records done so far, and the total number


@dataclass(slots=True)
class NamesImported:
    """The numbers of pictures, topics and outlets that were added, and notes on those that could not be added."""

    pictures: int = 0
    topics: int = 0
    outlets: int = 0
    notes: list[str] = field(default_factory=list)


def import_names(
    folder: ExportedFolder, *, by: User | None, progress: Progress = lambda done, total: None
) -> NamesImported:
    """Add the pictures, outlets and topics that the site lacks. Existing ones are not changed.

    An entity whose name leads to another entity is not added; documents then refer to that other entity. ``by`` is None
    for a command without a user, which may add everything. Raise NotAllowedError if ``by`` lacks a permission. Raise
    UnreadableDocumentError for an invalid record or picture; what was added before remains, and a repeated import adds
    the rest.
    """
    imported = NamesImported()
    pictures = _select_new(Image, folder.pictures)
    outlets, topics = _select_new(Outlet, folder.outlets), _select_new(Topic, folder.topics)
    _require_permissions(by, image=bool(pictures), outlet=bool(outlets), topic=bool(topics))
    done, total = 0, len(pictures) + len(outlets) + len(topics)
    for record in pictures:  # each in its own transaction, because decoding takes time
        with _refuse_database_errors():
            note = import_picture(folder.root, record, by=by, reason=REASON)
        imported.notes += [note] if note else []
        imported.pictures += not note
        done += 1
        progress(done, total)
    for records, add, name in ((outlets, _add_outlet, "outlets"), (topics, _add_topic, "topics")):
        for batch in batched(_sort_by_merge(records), _BATCH):
            with _refuse_database_errors(), invalidation():
                for each in batch:
                    note = _add_entity(each, add, by=by)
                    imported.notes += [note] if note else []
                    setattr(imported, name, getattr(imported, name) + (not note))
            done += len(batch)
            progress(done, total)
    return imported


@contextmanager
def _refuse_database_errors() -> Iterator[None]:
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise UnreadableDocumentError(1, f"The database rejected this: {error}") from error


def _select_new[R: Any](model: type[models.Model], records: Sequence[R]) -> list[R]:
    """Return the records whose uids the site does not have, each uid once."""
    by_uid = {record.uid: record for record in records}
    known = {
        uid
        for uids in batched(by_uid, _KEYS_PER_QUERY)
        for uid in model._default_manager.filter(uid__in=uids).values_list("uid", flat=True)
    }
    return [record for uid, record in by_uid.items() if uid not in known]


def _require_permissions(by: User | None, *, image: bool, outlet: bool, topic: bool) -> None:
    needed = (("media.add_image", image), ("stories.add_outlet", outlet), ("topics.add_topic", topic))
    for permission, is_needed in needed:
        if by is not None and is_needed:
            require_permission(
                by, permission, "You don’t have permission to add the pictures, topics and outlets in this folder."
            )


def _sort_by_merge(records: Sequence[EntityRecord]) -> list[EntityRecord]:
    """Return the records, sorted so that each entity comes after the one into which it was merged."""
    # Two groups are enough: when an entity is merged into another, so are the entities merged into it earlier.
    return sorted(records, key=lambda record: record.merged_into is not None)


def _add_entity(record: Any, add: Callable[[Any], Any], *, by: User | None) -> str:
    """Add an entity with its aliases, and return an empty string.

    If its name is taken, return a note instead. Raise UnreadableDocumentError if the record is invalid.
    """
    model: type[Topic] | type[Outlet] = Topic if isinstance(record, TopicRecord) else Outlet
    if other := _find_other(model, record):
        return f"“{record.name}” is already a name of the {model._meta.verbose_name} “{other}”. It was not added."
    try:
        if not slugify(record.name):
            raise ValidationError("Enter a name that contains letters.")
        entity = add(record)
    except ValidationError as error:
        raise UnreadableDocumentError(1, f"“{record.name}”: {' '.join(error.messages)}") from error
    names = [name for name in (*record.aliases, *record.desk_aliases) if fold(name)]
    taken = model._default_manager.all().by_names(names)
    entity.set_aliases(
        [name for name in names if name not in taken and fold(name) != entity.folded_name], hidden=record.desk_aliases
    )
    track_changes.record_added(entity, by=by, reason=REASON)
    return ""


def _find_other(model: type[Topic] | type[Outlet], record: EntityRecord) -> Topic | Outlet | None:
    """Return the entity that already has the name of the record, or None.

    For a merged entity, aliases do not count, because its name is an alias of the entity into which it was merged.
    """
    folded = fold(record.name)[:MAX_NAME_LENGTH]
    same_name = model._default_manager.filter(folded_name=folded).first()
    if same_name is not None or record.merged_into:
        return same_name
    return model._default_manager.all().with_name(record.name).first()


def _add_topic(record: TopicRecord) -> Topic:
    """Add and return a topic without its aliases. Raise ValidationError for an invalid value."""
    topic = Topic(
        **_get_common_values(Topic, record),
        wikipedia=record.wikipedia,
        wikidata=record.wikidata,
        picture=Image.objects.filter(uid=record.picture).first() if record.picture else None,
        picture_alt=record.picture_alt,
    )
    topic.clean_fields()
    topic.validate_constraints()
    topic.save()
    return topic


def _add_outlet(record: OutletRecord) -> Outlet:
    """Add and return an outlet without its aliases. Raise ValidationError for an invalid value.

    A host that leads to another outlet is left out.
    """
    outlet = Outlet(
        **_get_common_values(Outlet, record),
        country=record.country,
        language=record.language,
        home_page=record.home_page,
        further_hosts="\n".join(_list_free_hosts(record.further_hosts)),
        owner=record.owner,
        retired=record.retired,
    )
    outlet.clean_fields()
    outlet.validate_constraints()
    outlet.save()
    return outlet


def _get_common_values(model: type[Topic] | type[Outlet], record: EntityRecord) -> dict[str, Any]:
    slug = Address.objects.find_free_slug(
        model.address_kind, record.slug, uid=record.uid, taken=model._default_manager.all()
    )
    remaining = model._default_manager.filter(uid=record.merged_into).first() if record.merged_into else None
    return {
        "uid": record.uid,
        "name": record.name,
        "folded_name": fold(record.name)[:MAX_NAME_LENGTH],
        "slug": slug,
        "kind": record.kind,
        "description": record.description,
        "merged_into": remaining,
    }


def _list_free_hosts(hosts: Sequence[str]) -> Iterator[str]:
    try:
        names = hosts_in("\n".join(hosts))
    except ValueError as error:
        raise ValidationError(f"“{error}” is not a host name.") from error
    taken = set(OutletHost.objects.filter(host__in=names).values_list("host", flat=True))
    for host in names:
        if host not in taken and not Outlet.objects.unmerged().with_home_host(host).exists():
            yield host
