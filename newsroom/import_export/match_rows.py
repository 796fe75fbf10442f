"""Matching the rows of a table to entities: by uid where a row has one, otherwise by name."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from newsroom.import_export.columns import UID, Sheet
from newsroom.text.fold import fold


@dataclass(frozen=True, slots=True)
class EntityIndex:
    """The entities that a table may mean, by uid, by folded name and by folded alias."""

    thing: str
    by_uid: dict[UUID, Any]
    by_name: dict[str, Any]
    by_alias: dict[str, Any]

    def find(self, uid: str, name: str) -> Any:
        """Return the entity that a row means, or None for a new one.

        Raise LookupError, with the reason, for an unknown uid, for a merged entity, and for a name that is only an
        alias. The same goes for a row with neither uid nor name.
        """
        if uid:
            return self._of_uid(uid)
        if not name:
            raise LookupError("It has neither a uid nor a name.")
        folded = fold(name)
        if folded in self.by_name:
            return _standing(self.by_name[folded])
        if folded in self.by_alias:
            raise LookupError(
                f"“{name}” is another name of the {self.thing} “{self.by_alias[folded]}”. Use its name or uid."
            )
        return None

    def _of_uid(self, text: str) -> Any:
        try:
            uid = UUID(text)
        except ValueError:
            raise LookupError(f"“{text[:60]}” is no uid.") from None
        if uid not in self.by_uid:
            raise LookupError(f"No {self.thing} has this uid. Leave it empty for something new.")
        return _standing(self.by_uid[uid])


def load_entities(sheet: Sheet, rows: list[dict[str, str]], *, to_write: bool) -> EntityIndex:
    """Return the entities that these rows may mean, and lock them with ``to_write``.

    Three queries, and one more for aliases.
    """
    uids = {uid for said in rows if (uid := _uid(said.get(UID, "").strip()))}
    names = {fold(said.get("name", ""))[:200] for said in rows} - {""}
    things = sheet.model._default_manager.order_by("pk")
    if to_write:
        things = things.select_for_update(of=("self",))
    things = things.select_related("merged_into").prefetch_related("aliases")
    alias = sheet.model._meta.get_field("aliases").related_model
    others = alias._default_manager.filter(folded__in=names).select_related(alias.leads_to)
    return EntityIndex(
        sheet.entity_name,
        {thing.uid: thing for thing in things.filter(uid__in=uids)},
        {thing.folded_name: thing for thing in things.filter(folded_name__in=names)},
        {each.folded: getattr(each, alias.leads_to) for each in others},
    )


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _standing(thing: Any) -> Any:
    if thing.merged_into is not None:
        raise LookupError(f"“{thing}” was joined to “{thing.merged_into}”.")
    return thing
