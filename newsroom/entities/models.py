"""The abstract models for topics, outlets and their aliases, and locks that prevent merging."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import batched
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now
from django.db.models.lookups import IsNull

from newsroom.db.statements import prepared_cursor
from newsroom.entities.mentions import edition_manager, mention_relation, newest_begun_mention, newest_live_mention
from newsroom.page_cache.dependencies import NAMES, page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.redirects.models import Address
from newsroom.search import index
from newsroom.search.index.entries import Entry, TextPart
from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from newsroom.text.slugs import slugify, validate_slug


def index_entities(entities: Sequence["NamedEntity"]) -> None:
    """Index these entities for reader search."""
    index.index_entries(search_entries(entities))


def search_entries(entities: Sequence["NamedEntity"]) -> list[Entry]:
    """Return the search entries of these entities. This takes one query per kind of entity."""
    entries: list[Entry] = []
    for kind in dict.fromkeys(entity.address_kind for entity in entities):
        of_kind = {entity.pk: entity for entity in entities if entity.address_kind == kind}
        aliases: dict[int, list[str]] = {key: [] for key in of_kind}
        alias_model: Any = next(iter(of_kind.values())).aliases.model
        leads_to = alias_model.leads_to
        rows = alias_model._default_manager.filter(**{f"{leads_to}__in": of_kind, "is_findable": True})
        for key, name in rows.order_by("name", "pk").values_list(leads_to, "name"):
            aliases[key].append(name)
        entries += [entity.search_entry(aliases[entity.pk]) for entity in of_kind.values()]
    return entries


MAX_NAME_LENGTH = 200
_MAX_NAMES_PER_QUERY = 10_000  # databases limit the number of parameters


class EntityQuerySet[Entity: "NamedEntity"](models.QuerySet[Entity]):
    """Queries for entities. The relation ``editions`` leads to their mentions, which say when the edition is live."""

    def unmerged(self) -> Self:
        """Return the entities that were not merged into another one."""
        return self.filter(Q(merged_into=None))

    def public(self, at: datetime) -> Self:
        """Return the unmerged entities that live editions mention, directly or through an entity merged into them."""
        # One lookup of the newest mention per entity. Otherwise, a database may first collect all mentions.
        own = newest_live_mention(self.model, at=at)
        merged = self.model._default_manager.filter(Q(merged_into=OuterRef("pk")), IsNull(own, False))
        return self.unmerged().filter(IsNull(Coalesce(own, Subquery(merged.order_by().values("pk")[:1])), False))

    def ever_public(self, at: datetime) -> Self:
        """Return the entities that readers have seen by ``at``.

        That is, an edition that has begun mentions them or an entity that was merged into them.
        """
        mentioned = self.model._default_manager.all().filter(_has_begun_edition(at))
        return self.filter(Q(pk__in=mentioned.values("pk")) | Q(pk__in=mentioned.values("merged_into")))

    def reachable(self, at: datetime) -> Self:
        """Return the entities that readers may look up by address or uid.

        Merged entities are included only if readers have seen them. That is, an edition that has begun mentions them,
        or their name became a findable alias when they were merged.
        """
        findable_names = self.model._default_manager.filter(
            Q(aliases__is_findable=True, aliases__folded=OuterRef("folded_name"))
        )
        return self.filter(
            Q(merged_into=None) | Q(IsNull(newest_begun_mention(self.model, at=at), False)) | Exists(findable_names)
        )

    def search(self, words: str) -> Self:
        """Return the entities that have each of the words in their name or an alias, ignoring case and accents."""
        entities = self.all()
        for word in fold(words).split():
            # One query per index, because no index can be used for a condition on two tables.
            first, *others = (query.order_by().values("pk") for query in self.queries_containing(word))
            entities = entities.filter(Q(pk__in=first.union(*others, all=True)))
        return entities

    def queries_containing(self, word: str) -> list[Any]:
        """Return queries for the entities whose names contain the folded word, one per table that stores names."""
        manager, alias_model = self.model._default_manager, self.model.aliases.rel.related_model
        by_alias = alias_model._default_manager.filter(Q(folded__contains=word)).order_by()
        by_alias = by_alias.values(alias_model.leads_to)
        return [manager.filter(Q(folded_name__contains=word)), manager.filter(Q(pk__in=by_alias))]

    def with_name(self, name: str) -> Self:
        """Filter to the unmerged entity with this name or alias, ignoring case and accents."""
        folded = fold(name)[:MAX_NAME_LENGTH]
        by_alias = self.model._default_manager.filter(Q(aliases__folded=folded)).values("pk")
        return self.unmerged().filter(Q(folded_name=folded) | Q(pk__in=by_alias))

    def by_names(self, names: Iterable[str]) -> dict[str, Entity]:
        """Return the unmerged entities with these names or aliases, keyed by the name in ``names``."""
        folded_names = {name: folded for name in names if (folded := fold(name)[:MAX_NAME_LENGTH])}
        alias_model = self.model.aliases.rel.related_model
        entities: dict[str, Entity] = {}
        for batch in batched(set(folded_names.values()), _MAX_NAMES_PER_QUERY):
            rows = alias_model._default_manager.filter(folded__in=batch)
            by_alias = dict(rows.values_list("folded", alias_model.leads_to))
            by_key = self.unmerged().filter(Q(folded_name__in=batch) | Q(pk__in=by_alias.values())).in_bulk()
            entities |= {folded: by_key[key] for folded, key in by_alias.items() if key in by_key}
            entities |= {entity.folded_name: entity for entity in by_key.values()}
        return {name: entities[folded] for name, folded in folded_names.items() if folded in entities}


def _has_begun_edition(at: datetime) -> Q:
    return Q(editions__live_from__lte=at, editions__live_until__gt=F("editions__live_from"))


class NamedEntity(models.Model):
    """A topic or an outlet, with a name, an address and aliases. A merged entity keeps its row.

    ``address_kind`` is the kind under which its addresses are stored. ``merged_fields`` names the fields that the
    remaining entity takes over from a merged one if its own are empty. Fields that belong together are in one tuple.
    Each subclass has a foreign key ``merged_into`` to itself. A subclass of Alias has a foreign key to it with
    ``related_name="aliases"``.
    """

    address_kind: ClassVar[str]
    merged_fields: ClassVar[tuple[tuple[str, ...], ...]]
    aliases: Any
    editions: Any
    description: Any
    merged_into: Any
    merged_into_id: int | None

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=MAX_NAME_LENGTH)
    folded_name = models.CharField(max_length=MAX_NAME_LENGTH, unique=True, editable=False)
    slug = models.CharField("address", max_length=200, unique=True, validators=[validate_slug])
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    # The name in the database, or "" for a new entity.
    stored_name = ""

    class Meta:
        abstract = True
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="%(class)s_by_name"),
            models.Index(fields=["kind", "name", "id"], name="%(class)s_of_kind"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="%(class)s_has_name",
                condition=~Q(name="") & ~Q(folded_name=""),
                violation_error_message="Enter a name that contains letters.",
            ),
            models.CheckConstraint(
                name="%(class)s_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")),
                violation_error_message="A name can’t be merged into itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Derive the folded name and save. For an existing entity, update its search entry and invalidate its pages."""
        self.folded_name = fold(self.name)[:MAX_NAME_LENGTH]
        is_new = self._state.adding
        with invalidation():
            super().save(**kwargs)  # type: ignore[arg-type]  # passed on unchanged
            if not is_new:
                self.update_index()
                self.invalidate_pages()

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete the entity and its search entry, and invalidate its pages."""
        with invalidation():
            index.remove_object(self.address_kind, self.uid)
            self.invalidate_pages()
            return super().delete(using=using, keep_parents=keep_parents)

    def clean(self) -> None:
        """Raise ValidationError if the name has no letter or digit, or if another entity has the name or address."""
        if self.name and not slugify(self.name):  # an empty name is refused by its field
            raise ValidationError({"name": ValidationError("Enter a name that contains letters.", code="empty")})
        owner_uid = Address.objects.owner_uid(self.address_kind, self.slug)
        if owner_uid is not None and owner_uid != self.uid:
            raise ValidationError(
                {"slug": ValidationError("This address belongs to another page. Choose another one.", code="taken")}
            )
        if other := _find_by_name(type(self), self.name, except_key=self.pk):
            message = f"“{self.name}” is already a name of the {self._meta.verbose_name} “{other}”."
            raise ValidationError({"name": ValidationError(message, code="taken")})

    def set_aliases(self, names: Sequence[str], *, hidden: Collection[str] = ()) -> None:
        """Replace the aliases. Readers can search by the new aliases, except those in ``hidden``."""
        new_names = {fold(name)[:MAX_NAME_LENGTH]: name for name in names}
        self.aliases.exclude(folded__in=new_names).delete()
        stored_names = dict(self.aliases.values_list("folded", "name"))
        for folded, name in stored_names.items():
            if name != new_names[folded]:
                self.aliases.filter(folded=folded).update(name=new_names[folded])
        make_alias = partial(self.aliases.model, **{self.aliases.model.leads_to: self})
        # Not saved one by one, because each save would update the search entry.
        self.aliases.bulk_create(
            make_alias(name=name, folded=folded, is_findable=name not in hidden)
            for folded, name in new_names.items()
            if folded not in stored_names
        )
        self.update_index()

    def invalidate_pages(self) -> None:
        """Invalidate lists of names, the entity's own pages, and pages that mention it or an entity merged into it."""
        kind = str(self._meta.model_name)
        merged = type(self)._default_manager.filter(Q(merged_into=self.pk)).values_list("uid", flat=True)
        invalidate(NAMES, *(page_key(kind, uid) for uid in (self.uid, *merged)))

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **fetch_options: Any
    ) -> Self:
        """Remember the stored name, so that a form knows the old name when the name changes."""
        entity = super().from_db(db, field_names, values, **fetch_options)
        entity.stored_name = vars(entity).get("name", "")
        return entity

    @property
    def remaining(self) -> Self:
        """The entity itself, or the one it was merged into."""
        return self.merged_into or self

    def live_editions(self, at: datetime, *, limit: int) -> list[models.Model]:
        """Return at most ``limit`` editions that are live at ``at`` and mention the entity, newest first."""
        rows = self.editions.filter(live_from__lte=at, live_until__gt=at).select_related("edition")
        return [row.edition for row in rows.order_by("-live_from", "-pk")[:limit]]

    def index(self) -> None:
        """Write the search entry. Readers can find the entity while a live edition mentions it."""
        index_entities([self])

    def update_index(self) -> None:
        """Update the search entry, if any. The entry of a merged entity becomes part of the remaining entity's."""
        if not index.is_indexed(self.address_kind, self.uid):
            return
        if self.merged_into is not None:
            index.merge_entity(self.address_kind, self.uid, self.merged_into.uid)
        self.remaining.index()

    def search_entry(self, aliases: Sequence[str]) -> Entry:
        """Return the search entry for the current state of the entity with these aliases."""
        return Entry(
            self.address_kind,
            self.uid,
            (self.name,),
            aliases=tuple(aliases),
            texts=(TextPart(plain_text(self.description)),),
        )


class Alias(models.Model):
    """Another name of an entity. ``leads_to`` is the name of its foreign key to the entity.

    At the desk, an entity is found by every alias; readers find it only by findable ones. An alias that comes from a
    draft and that readers have never seen would disclose the draft.
    """

    leads_to: ClassVar[str]

    name = models.CharField(max_length=MAX_NAME_LENGTH)
    folded = models.CharField(
        max_length=MAX_NAME_LENGTH,
        unique=True,
        editable=False,
        error_messages={"unique": "This name is already in use."},
    )
    is_findable = models.BooleanField("readers can search for it", default=True, db_default=True, editable=False)

    class Meta:
        abstract = True
        verbose_name_plural = "aliases"
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Derive the folded name, save, and update the search entry of the entity."""
        self.folded = fold(self.name)[:MAX_NAME_LENGTH]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed on unchanged
        getattr(self, self.leads_to).update_index()

    def clean(self) -> None:
        """Raise ValidationError for a name or an alias of another entity."""
        model = self._meta.get_field(self.leads_to).related_model
        if other := _find_by_name(model, self.name, except_key=getattr(self, f"{self.leads_to}_id")):
            kind = other._meta.verbose_name
            raise ValidationError(
                {"name": ValidationError(f"“{self.name}” is already a name of the {kind} “{other}”.", code="taken")}
            )


def _find_by_name(model: Any, name: str, *, except_key: int | None) -> NamedEntity | None:
    entity: NamedEntity | None = model._default_manager.with_name(name).exclude(pk=except_key).first()
    return entity


def lock_entities(entities: Iterable[NamedEntity]) -> list[NamedEntity]:
    """Prevent these entities from being merged until the transaction ends.

    Return the entities that have been merged, or merged further, since they were read. If an entity is already merged,
    the one it was merged into is locked as well. Transactions with this lock (``FOR KEY SHARE``) do not wait for each
    other. They wait only for a transaction with a stronger lock (``FOR UPDATE``), such as one that merges or renames
    the entity. This takes at most one query, and none on SQLite, where no other transaction can write in the meantime.
    """
    if connection.vendor != "postgresql":
        return []
    kinds: dict[type[NamedEntity], dict[int, NamedEntity]] = {}
    for entity in entities:
        kinds.setdefault(type(entity), {})[entity.pk] = entity
    merged_into = _lock_rows(
        {
            model: by_key.keys() | {each.merged_into_id for each in by_key.values() if each.merged_into_id is not None}
            for model, by_key in kinds.items()
        }
    )
    return [
        entity
        for model, by_key in kinds.items()
        for key, entity in by_key.items()
        if merged_into.get((model, key), entity.merged_into_id) != entity.merged_into_id
        or (entity.merged_into_id is not None and merged_into.get((model, entity.merged_into_id)) is not None)
    ]


def lock_mentioned(kinds: Iterable[type[NamedEntity]], *, works: Collection[int]) -> None:
    """Lock the entities that editions of these works mention, as ``lock_entities`` does.

    The entities into which they have been merged, directly or in several steps, are locked as well.
    """
    if connection.vendor != "postgresql" or not works:
        return
    mentioned = {}
    for model in kinds:
        mention, edition = mention_relation(model), edition_manager(model).model._meta
        mentioned[model] = (
            f'SELECT mention."{mention.field.column}" FROM "{edition.db_table}" AS edition'  # noqa: S608 -- no user input
            f' JOIN "{mention.related_model._meta.db_table}" AS mention ON mention."edition_id" = edition."id"'
            ' WHERE edition."work_id" = ANY(%s)'
        )
    rows = _lock_rows_where(
        {model: f"ARRAY({sql})" for model, sql in mentioned.items()}, [list(works)] * len(mentioned)
    )
    locked = set(rows)
    while merged_into := {(model, into) for (model, _), into in rows.items() if into is not None} - locked:
        rows = _lock_rows({model: {key for each, key in merged_into if each is model} for model, _ in merged_into})
        locked |= rows.keys()


type _LockedRows = dict[tuple[type[NamedEntity], int | None], int | None]


def _lock_rows(keys: Mapping[type[NamedEntity], Collection[int]]) -> _LockedRows:
    """Lock the rows with these keys. Return the key of the entity into which each was merged, by model and own key."""
    return _lock_rows_where(dict.fromkeys(keys, "%s"), [sorted(keys[model]) for model in _in_lock_order(keys)])


def _lock_rows_where(key_arrays: Mapping[type[NamedEntity], str], values: Sequence[list[int]]) -> _LockedRows:
    """Lock the rows whose keys are in ``key_arrays``: an SQL array for each model, with ``values`` in lock order."""
    if not key_arrays:
        return {}
    ordered = _in_lock_order(key_arrays)
    # In a fixed order, to avoid a deadlock with a transaction that merges two of them. UNION ALL reads in this order.
    steps = ", ".join(
        f'"locked_{number}" AS (SELECT "id", "merged_into_id" FROM "{model._meta.db_table}"'  # noqa: S608 -- no user input
        f' WHERE "id" = ANY({key_arrays[model]}) ORDER BY "id" FOR KEY SHARE)'
        for number, model in enumerate(ordered)
    )
    selects = " UNION ALL ".join(
        f'SELECT {number}, "id", "merged_into_id" FROM "locked_{number}"'  # noqa: S608 -- no user input
        for number, _ in enumerate(ordered)
    )
    with prepared_cursor() as cursor:
        cursor.execute(f"WITH {steps} {selects}", values)
        return {(ordered[number], key): merged_into for number, key, merged_into in cursor.fetchall()}


def _in_lock_order(kinds: Iterable[type[NamedEntity]]) -> list[type[NamedEntity]]:
    return sorted(kinds, key=lambda model: model._meta.db_table)
