"""The abstract models of topics and outlets and of their aliases, and locks that keep entities from being merged."""

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
from newsroom.entities.mentions import newest_begun_mention, newest_live_mention
from newsroom.page_cache.dependencies import NAMES, page_key
from newsroom.page_cache.invalidation import invalidate, invalidation
from newsroom.redirects.models import Address
from newsroom.search import index
from newsroom.search.index.entries import Entry, TextPart
from newsroom.text.fold import fold
from newsroom.text.plain import plain_text
from newsroom.text.slugs import slugify, validate_slug


def index_entities(things: Sequence["NamedEntity"]) -> None:
    """Index each of these entities for reader search, in as many queries for many as for one of each kind."""
    index.index_entries(search_entries(things))


def search_entries(things: Sequence["NamedEntity"]) -> list[Entry]:
    """Return the search entries of these entities. One query for each kind."""
    entries: list[Entry] = []
    for kind in dict.fromkeys(thing.address_kind for thing in things):
        same = {thing.pk: thing for thing in things if thing.address_kind == kind}
        further: dict[int, list[str]] = {key: [] for key in same}
        alias: Any = next(iter(same.values())).aliases.model
        of_these = alias._default_manager.filter(**{f"{alias.leads_to}__in": same, "is_findable": True})
        for leads_to, name in of_these.order_by("name", "pk").values_list(alias.leads_to, "name"):
            further[leads_to].append(name)
        entries += [thing.search_entry(further[thing.pk]) for thing in same.values()]
    return entries


LONGEST_NAME = 200
_MOST_NAMES = 10_000  # in one query, because databases limit the parameters


class EntityQuerySet[Thing: "NamedEntity"](models.QuerySet[Thing]):
    """The queries of entities. Editions mention them through the relation ``editions``, whose rows have a span."""

    def unmerged(self) -> Self:
        """Return the entities that were not merged into another."""
        return self.filter(Q(merged_into=None))

    def public(self, at: datetime) -> Self:
        """Return the entities that an edition live at ``at`` mentions, directly or through one merged into it."""
        # One lookup of the newest edition for each entity: left to choose, a database makes a list of all mentions.
        own = newest_live_mention(self.model, at=at)
        joined = self.model._default_manager.filter(Q(merged_into=OuterRef("pk")), IsNull(own, False))
        return self.unmerged().filter(IsNull(Coalesce(own, Subquery(joined.order_by().values("pk")[:1])), False))

    def seen(self, at: datetime) -> Self:
        """Return the entities that readers have seen by ``at``.

        An edition that began mentions them or one that was merged into them.
        """
        everything = self.model._default_manager.all()
        named = everything.filter(_begun(at))
        return self.filter(Q(pk__in=named.values("pk")) | Q(pk__in=named.values("merged_into")))

    def reachable(self, at: datetime) -> Self:
        """Return the entities that readers may look up by address or uid; of merged ones only those they have seen.

        These are mentioned in an edition that began, or had been seen when they were merged: their name is findable
        since.
        """
        told = self.model._default_manager.filter(Q(aliases__is_findable=True, aliases__folded=OuterRef("folded_name")))
        return self.filter(
            Q(merged_into=None) | Q(IsNull(newest_begun_mention(self.model, at=at), False)) | Exists(told)
        )

    def search(self, words: str) -> Self:
        """Return the entities that have each of the words in their name or an alias, regardless of case and accents."""
        found = self.all()
        for word in fold(words).split():
            # One query for each index, because no index serves a condition over two tables.
            first, *others = (part.order_by().values("pk") for part in self.queries_containing(word))
            found = found.filter(Q(pk__in=first.union(*others, all=True)))
        return found

    def queries_containing(self, word: str) -> list[Any]:
        """Return the queries of entities that contain the folded word, one for each place where it may be."""
        everything, aliases = self.model._default_manager, self.model.aliases.rel.related_model
        known = aliases._default_manager.filter(Q(folded__contains=word)).order_by().values(aliases.leads_to)
        return [everything.filter(Q(folded_name__contains=word)), everything.filter(Q(pk__in=known))]

    def with_name(self, name: str) -> Self:
        """Return the entity with this name or alias, regardless of case and accents."""
        folded = fold(name)[:LONGEST_NAME]
        known = self.model._default_manager.filter(Q(aliases__folded=folded)).values("pk")
        return self.unmerged().filter(Q(folded_name=folded) | Q(pk__in=known))

    def by_names(self, names: Iterable[str]) -> dict[str, Thing]:
        """Return the entity of each name or alias, by the name as given. Two queries for each batch."""
        folded = {name: said for name in names if (said := fold(name)[:LONGEST_NAME])}
        aliases = self.model.aliases.rel.related_model
        found: dict[str, Thing] = {}
        for batch in batched(set(folded.values()), _MOST_NAMES):
            by_alias = dict(aliases._default_manager.filter(folded__in=batch).values_list("folded", aliases.leads_to))
            objects = self.unmerged().filter(Q(folded_name__in=batch) | Q(pk__in=by_alias.values())).in_bulk()
            found |= {said: objects[pk] for said, pk in by_alias.items() if pk in objects}
            found |= {thing.folded_name: thing for thing in objects.values()}
        return {name: found[said] for name, said in folded.items() if said in found}


def _begun(at: datetime) -> Q:
    return Q(editions__live_from__lte=at, editions__live_until__gt=F("editions__live_from"))


class NamedEntity(models.Model):
    """A topic or an outlet, with a name, an address and aliases. Once merged, its row stays and points to the other.

    ``address_kind`` is the kind under which its addresses are stored. ``taken_over`` names the fields that the
    remaining entity takes from a merged one where its own are empty. Fields that belong together are in one tuple. Each
    model has a foreign key ``merged_into`` to itself, and an Alias with ``related_name="aliases"``.
    """

    address_kind: ClassVar[str]
    merged_fields: ClassVar[tuple[tuple[str, ...], ...]]
    aliases: Any
    editions: Any
    description: Any
    merged_into: Any
    merged_into_id: int | None

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=LONGEST_NAME)
    folded_name = models.CharField(max_length=LONGEST_NAME, unique=True, editable=False)
    slug = models.CharField("address", max_length=200, unique=True, validators=[validate_slug])
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    # The name in the database, "" for a new entity.
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
                violation_error_message="Give it a name with letters in it.",
            ),
            models.CheckConstraint(
                name="%(class)s_not_merged_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")),
                violation_error_message="Nothing can be merged into itself.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Save; derive the folded name, update the search entry if there is one, and invalidate pages."""
        self.folded_name = fold(self.name)[:LONGEST_NAME]
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
        """Refuse a name or alias of another entity, and a former address of another one."""
        if not slugify(self.name):
            raise ValidationError({"name": "Give it a name with letters in it."}, code="empty")
        holder = Address.objects.owner_uid(self.address_kind, self.slug)
        if holder is not None and holder != self.uid:
            raise ValidationError({"slug": "This address led to another page once; it stays with it."}, code="taken")
        if other := _called(type(self), self.name, but=self.pk):
            raise ValidationError(
                {"name": f"“{self.name}” is already the {self._meta.verbose_name} “{other}”."},
                code="taken",
            )

    def set_aliases(self, names: Sequence[str], *, hidden: Collection[str] = ()) -> None:
        """Replace the aliases. Readers find by those that are new, unless they are ``hidden``."""
        wanted = {fold(name)[:LONGEST_NAME]: name for name in names}
        self.aliases.exclude(folded__in=wanted).delete()
        known = dict(self.aliases.values_list("folded", "name"))
        for folded, name in known.items():
            if name != wanted[folded]:
                self.aliases.filter(folded=folded).update(name=wanted[folded])
        alias = partial(self.aliases.model, **{self.aliases.model.leads_to: self})
        # Not saved one by one, because each save would write the search entry again.
        self.aliases.bulk_create(
            alias(name=name, folded=folded, is_findable=name not in hidden)
            for folded, name in wanted.items()
            if folded not in known
        )
        self.update_index()

    def invalidate_pages(self) -> None:
        """Invalidate the entity's own pages and those that mention it or one merged into it."""
        kind = str(self._meta.model_name)
        merged = type(self)._default_manager.filter(Q(merged_into=self.pk)).values_list("uid", flat=True)
        invalidate(NAMES, *(page_key(kind, uid) for uid in (self.uid, *merged)))

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how_fetched: Any) -> Self:
        """Remember the stored name, so that a form knows which name is replaced."""
        thing = super().from_db(db, field_names, values, **how_fetched)
        thing.stored_name = vars(thing).get("name", "")
        return thing

    @property
    def remaining(self) -> Self:
        """The entity itself, or the one that it was merged into."""
        return self.merged_into or self

    def live_editions(self, at: datetime, *, limit: int) -> list[models.Model]:
        """Return the editions live at ``at`` that mention the entity, the newest first, at most ``limit``."""
        rows = self.editions.filter(live_from__lte=at, live_until__gt=at).select_related("edition")
        return [row.edition for row in rows.order_by("-live_from", "-pk")[:limit]]

    def index(self) -> None:
        """Write the search entry. Readers find the entity while an edition that they can read mentions it."""
        index_entities([self])

    def update_index(self) -> None:
        """Update the search entry if there is one. For a merged entity that of the remaining one takes its place."""
        if not index.is_indexed(self.address_kind, self.uid):
            return
        if self.merged_into is not None:
            index.merge_entity(self.address_kind, self.uid, self.merged_into.uid)
        self.remaining.index()

    def search_entry(self, further: Sequence[str]) -> Entry:
        """Return the search entry of the entity as it is now, with the aliases ``further``."""
        return Entry(
            self.address_kind,
            self.uid,
            (self.name,),
            aliases=tuple(further),
            texts=(TextPart(plain_text(self.description)),),
        )


class Alias(models.Model):
    """Another name of an entity; ``leads_to`` is the name of its foreign key.

    Drafts find the entity by every alias, readers only by those that are ``is_findable``. An alias that came from a
    draft, and that readers never saw, would disclose the draft.
    """

    leads_to: ClassVar[str]

    name = models.CharField(max_length=LONGEST_NAME)
    folded = models.CharField(
        max_length=LONGEST_NAME,
        unique=True,
        editable=False,
        error_messages={"unique": "This name leads to something else already."},
    )
    is_findable = models.BooleanField("readers find by it", default=True, db_default=True, editable=False)

    class Meta:
        abstract = True
        verbose_name_plural = "aliases"
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: object) -> None:
        """Save; derive the folded name, and update the search entry of the entity."""
        self.folded = fold(self.name)[:LONGEST_NAME]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed on unchanged
        getattr(self, self.leads_to).update_index()

    def clean(self) -> None:
        """Refuse a name or an alias of another entity."""
        thing = self._meta.get_field(self.leads_to).related_model
        if other := _called(thing, self.name, but=getattr(self, f"{self.leads_to}_id")):
            what = other._meta.verbose_name
            raise ValidationError({"name": f"“{self.name}” already leads to the {what} “{other}”."}, code="taken")


def _called(thing: Any, name: str, *, but: int | None) -> NamedEntity | None:
    found: NamedEntity | None = thing._default_manager.with_name(name).exclude(pk=but).first()
    return found


def lock_entities(things: Iterable[NamedEntity]) -> list[NamedEntity]:
    """Lock these entities against merging until the transaction ends; return those merged since they were read.

    The entities that they were already merged into are locked as well. Transactions with this lock do not wait for each
    other, but for one that merges or renames the entity (``FOR KEY SHARE`` against ``FOR UPDATE``). One query for each
    model. None on SQLite, where nobody else has written since the transaction began.
    """
    if connection.vendor != "postgresql":
        return []
    kinds: dict[type[NamedEntity], dict[int, NamedEntity]] = {}
    for thing in things:
        kinds.setdefault(type(thing), {})[thing.pk] = thing
    joined: list[NamedEntity] = []
    for model, read in _in_order(kinds):
        into = {thing.merged_into_id for thing in read.values() if thing.merged_into_id is not None}
        now = _held(model, read.keys() | into)
        moved = {key for key in into if now.get(key) is not None}
        joined += [
            thing
            for key, thing in read.items()
            if thing.merged_into_id in moved or now.get(key, thing.merged_into_id) != thing.merged_into_id
        ]
    return joined


def lock_entity_keys(kinds: Mapping[type[NamedEntity], Iterable[int]]) -> None:
    """Lock the entities with these keys, and those into which they have been merged by then.

    Otherwise as ``lock_entities``.
    """
    if connection.vendor != "postgresql":
        return
    for model, keys in _in_order(kinds):
        held, left = set[int](), set(keys)
        while left:
            held |= left
            left = {into for into in _held(model, left).values() if into is not None} - held


def _held(model: type[NamedEntity], keys: Collection[int]) -> dict[int, int | None]:
    """Lock the rows, and return by key what each was merged into."""
    with prepared_cursor() as cursor:
        # In one order, so that it does not deadlock with a transaction that merges two of them.
        cursor.execute(
            f'SELECT "id", "merged_into_id" FROM "{model._meta.db_table}" WHERE "id" = ANY(%s) ORDER BY "id" FOR KEY SHARE',  # noqa: S608 -- names of our own
            [sorted(keys)],
        )
        return dict(cursor.fetchall())


def _in_order[Keys](kinds: Mapping[type[NamedEntity], Keys]) -> list[tuple[type[NamedEntity], Keys]]:
    return sorted(kinds.items(), key=lambda each: each[0]._meta.db_table)
