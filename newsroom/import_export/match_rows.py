"""Match the rows of a table to entities, by uid if a row has one, otherwise by name."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from newsroom.import_export.columns import UID, Sheet
from newsroom.text.fold import fold


@dataclass(frozen=True, slots=True)
class EntityIndex:
    """The entities that a table may refer to, keyed by uid, by folded name, and by folded alias."""

    entity_name: str
    by_uid: dict[UUID, Any]
    by_name: dict[str, Any]
    by_alias: dict[str, Any]

    def find(self, uid: str, name: str) -> Any:
        """Return the entity that a row refers to, or None for a new entity.

        Raise LookupError, with the reason, for an invalid or unknown uid, a merged entity, a name that is only an
        alias, or a row with neither a uid nor a name.
        """
        if uid:
            return self._get_by_uid(uid)
        if not name:
            raise LookupError("This row has neither a uid nor a name.")
        folded = fold(name)
        if folded in self.by_name:
            return _require_unmerged(self.by_name[folded])
        if folded in self.by_alias:
            raise LookupError(
                f"“{name}” is another name of the {self.entity_name} “{self.by_alias[folded]}”. Use its name or uid."
            )
        return None

    def _get_by_uid(self, text: str) -> Any:
        try:
            uid = UUID(text)
        except ValueError:
            raise LookupError(f"“{text[:60]}” is not a uid. Leave it empty to match by name.") from None
        if uid not in self.by_uid:
            raise LookupError(f"No {self.entity_name} has this uid. Leave it empty to add a new one.")
        return _require_unmerged(self.by_uid[uid])


def load_entities(sheet: Sheet, rows: list[dict[str, str]], *, to_write: bool) -> EntityIndex:
    """Return an index of the entities that rows may refer to. With ``to_write``, lock those found by uid or name."""
    uids = {uid for cells in rows if (uid := _parse_uid(cells.get(UID, "").strip()))}
    names = {fold(cells.get("name", ""))[:200] for cells in rows} - {""}
    entities = sheet.model._default_manager.order_by("pk")
    if to_write:
        entities = entities.select_for_update(of=("self",))
    entities = entities.select_related("merged_into").prefetch_related("aliases")
    alias_model = sheet.model._meta.get_field("aliases").related_model
    aliases = alias_model._default_manager.filter(folded__in=names).select_related(alias_model.leads_to)
    return EntityIndex(
        sheet.entity_name,
        {entity.uid: entity for entity in entities.filter(uid__in=uids)},
        {entity.folded_name: entity for entity in entities.filter(folded_name__in=names)},
        {alias.folded: getattr(alias, alias_model.leads_to) for alias in aliases},
    )


def _parse_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _require_unmerged(entity: Any) -> Any:
    if entity.merged_into is not None:
        raise LookupError(f"“{entity}” has been merged into “{entity.merged_into}”. Use that one.")
    return entity
