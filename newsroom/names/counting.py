"""How many live works name a topic or outlet, counted as far as the number says something."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from newsroom.names.models import Named, live_naming

# Beside a name among many, and on its own page.
MOST_IN_LISTS = 100
MOST_ALONE = 1_000


@dataclass(frozen=True, slots=True)
class Count:
    """A number of works; ``is_all`` is False where there are more."""

    number: int
    is_all: bool = True


class Capped(Subquery):
    """How many rows a query that is cut comes to."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted: live works of one ``kind``, in these ``languages`` or in any, up to ``most``."""

    kind: str
    at: datetime
    most: int = MOST_IN_LISTS
    languages: Collection[str] | None = None

    def added_to[Thing: Named](self, things: QuerySet[Thing]) -> QuerySet[Thing]:
        """Say of each thing how many works name it itself (``own_count``), and whether others were merged into it (``is_joined``)."""
        joined = things.model._default_manager.filter(Q(merged_into=OuterRef("pk")))
        found: Any = things.annotate(own_count=Capped(self._naming(things.model)), is_joined=Exists(joined))
        return cast("QuerySet[Thing]", found)

    def of(self, things: Iterable[Named]) -> dict[int, Count]:
        """Return by key how many works name each of the things, which came from ``added_to``, or what was merged into it.

        One query where something was, none else. A work that names several of a family counts once.
        """
        found = {thing.pk: vars(thing) for thing in things}
        numbers = {key: int(values["own_count"]) for key, values in found.items()}
        if joined := [thing for thing in things if found[thing.pk]["is_joined"]]:
            numbers |= self._together(type(joined[0]), [thing.pk for thing in joined])
        return {key: Count(min(number, self.most), number <= self.most) for key, number in numbers.items()}

    def _naming(self, model: type[Named], *other: Q) -> Any:
        written: dict[str, object] = {} if self.languages is None else {"language__in": list(self.languages)}
        rows = live_naming(model, OuterRef("pk"), at=self.at).filter(*other, work_kind=self.kind, **written)
        # In the order of the index that knows the kind of each.
        return rows.order_by("-updated_at", "-uid").values("pk")[: self.most + 1]

    def _together(self, model: type[Named], keys: list[int]) -> dict[int, int]:
        every: Any = model._default_manager
        naming: Any = every.model._meta.get_field("editions")
        field = naming.field.name
        present = OuterRef(OuterRef("present"))
        family = Q(**{field: present}) | Q(**{f"{field}__merged_into": present})
        before = naming.related_model._default_manager.filter(
            family, edition=OuterRef("edition"), pk__lt=OuterRef("pk")
        )
        members = every.filter(Q(pk__in=keys) | Q(merged_into__in=keys))
        counted = members.annotate(present=Coalesce("merged_into", "pk")).annotate(
            number=Capped(self._naming(model, ~Q(Exists(before))))
        )
        numbers = dict.fromkeys(keys, 0)
        for key, number in counted.order_by().values_list("present", "number"):
            numbers[key] += number
        return numbers
