"""What topics and outlets have in common: a name, further names, an address, and another one to be merged into."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from newsroom.addresses.models import Address
from newsroom.names.finding import let_names_be_found
from newsroom.names.queries import LONGEST_NAME as LONGEST_NAME
from newsroom.names.queries import NamedQuerySet as NamedQuerySet
from newsroom.pages.changing import changing, touch
from newsroom.pages.guarding import NAMES, key
from newsroom.search import index
from newsroom.search.index.entries import Entry, Passage
from newsroom.text.fold import fold
from newsroom.text.plain import words_of
from newsroom.text.slugs import slugify, validate_slug


class Named(models.Model):
    """Something with a name, an address and aliases; once merged, its row stays and points to the other.

    ``address_kind`` is the kind under which its addresses are kept. Each of them has a key ``merged_into`` to its own
    model and an Alias with ``related_name="aliases"``.
    """

    address_kind: ClassVar[str]
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

    # The name in the database, empty for something new.
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
        """Derive the folded name, and what readers find it by once it was public."""
        self.folded_name = fold(self.name)[:LONGEST_NAME]
        is_new = self._state.adding
        with changing():
            super().save(**kwargs)  # type: ignore[arg-type]  # passed on as they came
            if not is_new:
                self.be_found_as_now()
                self.touch_pages()

    def delete(self, using: str | None = None, keep_parents: bool = False) -> tuple[int, dict[str, int]]:
        """Delete it, and let nobody find it."""
        with changing():
            index.forget(self.address_kind, self.uid)
            self.touch_pages()
            return super().delete(using=using, keep_parents=keep_parents)

    def clean(self) -> None:
        """Refuse a name that another one has or is known by, and an address that was once another's."""
        if not slugify(self.name):
            raise ValidationError({"name": "Give it a name with letters in it."}, code="empty")
        holder = Address.objects.holder(self.address_kind, self.slug)
        if holder is not None and holder != self.uid:
            raise ValidationError({"slug": "This address led to another page once; it stays with it."}, code="taken")
        if other := _called(type(self), self.name, but=self.pk):
            raise ValidationError(
                {"name": f"“{self.name}” is already the {self._meta.verbose_name} “{other}”."},
                code="taken",
            )

    def set_aliases(self, names: Sequence[str], *, hidden: Collection[str] = ()) -> None:
        """Let exactly these further names lead here; readers find it by those that are new, unless they are ``hidden``."""
        wanted = {fold(name)[:LONGEST_NAME]: name for name in names}
        self.aliases.exclude(folded__in=wanted).delete()
        known = dict(self.aliases.values_list("folded", "name"))
        for folded, name in known.items():
            if name != wanted[folded]:
                self.aliases.filter(folded=folded).update(name=wanted[folded])
        alias = partial(self.aliases.model, **{self.aliases.model.leads_to: self})
        # Not saved one by one, as each would have everything that it is found by written again.
        self.aliases.bulk_create(
            alias(name=name, folded=folded, is_findable=name not in hidden)
            for folded, name in wanted.items()
            if folded not in known
        )
        self.be_found_as_now()

    def touch_pages(self) -> None:
        """Make the pages invalid that say what it is: its own, those that name it, or something merged into it."""
        kind = str(self._meta.model_name)
        merged = type(self)._default_manager.filter(Q(merged_into=self.pk)).values_list("uid", flat=True)
        touch(NAMES, *(key(kind, uid) for uid in (self.uid, *merged)))

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how_fetched: Any) -> Self:
        """Remember the name that it has, so that a form knows the one it loses."""
        thing = super().from_db(db, field_names, values, **how_fetched)
        thing.stored_name = vars(thing).get("name", "")
        return thing

    @property
    def present(self) -> Self:
        """What it is today: itself, or what it was merged into."""
        return self.merged_into or self

    def read_now(self, at: datetime, *, limit: int) -> list[models.Model]:
        """Return the editions live at ``at`` that name it, the newest first, at most ``limit``."""
        rows = self.editions.filter(live_from__lte=at, live_until__gt=at).select_related("edition")
        return [row.edition for row in rows.order_by("-live_from", "-pk")[:limit]]

    def be_found(self) -> None:
        """Let readers find it by its names and its description, as long as an edition that they can read names it."""
        let_names_be_found([self])

    def be_found_as_now(self) -> None:
        """Let it be found by what it says now, if it can be found; merged, let the other one be found instead."""
        if not index.knows(self.address_kind, self.uid):
            return
        if self.merged_into is not None:
            index.lead_to(self.address_kind, self.uid, self.merged_into.uid)
        self.present.be_found()

    def entry(self, further: Sequence[str]) -> Entry:
        """Return how it is found by what it says now, and by these ``further`` names."""
        return Entry(
            self.address_kind,
            self.uid,
            (self.name,),
            aliases=tuple(further),
            texts=(Passage(words_of(self.description)),),
        )


class Alias(models.Model):
    """Another name of something; ``leads_to`` is the field that says of what.

    Drafts find the thing by any of its aliases, readers only by one that is ``is_findable``: a name that came in with a
    draft, and that readers never saw, would tell them of the draft.
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
        """Derive the folded name, and what readers find the thing by."""
        self.folded = fold(self.name)[:LONGEST_NAME]
        super().save(**kwargs)  # type: ignore[arg-type]  # passed on as they came
        getattr(self, self.leads_to).be_found_as_now()

    def clean(self) -> None:
        """Refuse an alias that another thing has as its name or alias."""
        thing = self._meta.get_field(self.leads_to).related_model
        if other := _called(thing, self.name, but=getattr(self, f"{self.leads_to}_id")):
            what = other._meta.verbose_name
            raise ValidationError({"name": f"“{self.name}” already leads to the {what} “{other}”."}, code="taken")


def _called(thing: Any, name: str, *, but: int | None) -> Named | None:
    found: Named | None = thing._default_manager.called(name).exclude(pk=but).first()
    return found
