"""The names of the site's outlets and topics, which imports look up."""

from collections.abc import Iterable
from uuid import UUID

from newsroom.text.fold import fold
from stories.documents.parse import KnownNames, index_outlets
from stories.models import Outlet, OutletAlias
from topics.models import Topic, TopicAlias


def load_known_names() -> KnownNames:
    """Return all names and aliases. The names of a merged outlet or topic lead to the entity into which it was merged."""
    outlets = list(Outlet.objects.order_by("pk").values_list("pk", "uid", "name", "merged_into"))
    aliases = OutletAlias.objects.values_list("outlet", "name")
    topics = list(Topic.objects.order_by("pk").values_list("pk", "uid", "name", "merged_into"))
    topic_aliases = TopicAlias.objects.values_list("topic", "name")
    return KnownNames(
        outlets=index_outlets(_merge_names(outlets, aliases)),
        topics=_index_topics(_merge_names(topics, topic_aliases)),
    )


type _Row = tuple[int, UUID, str, int | None]


def _merge_names(rows: list[_Row], aliases: Iterable[tuple[int, str]]) -> list[tuple[UUID, str, list[str]]]:
    """Return the uid, the name and the aliases of each remaining row; names of merged rows count as aliases."""
    merged_into = {pk: target for pk, _, _, target in rows if target}
    rows_by_pk: dict[int, tuple[UUID, str, list[str]]] = {
        pk: (uid, name, []) for pk, uid, name, target in rows if not target
    }
    other_names = [(pk, name) for pk, _, name, target in rows if target]
    for pk, name in [*other_names, *aliases]:
        target, steps = pk, 0
        while target in merged_into and steps < len(merged_into):
            target, steps = merged_into[target], steps + 1
        if target in rows_by_pk:
            rows_by_pk[target][2].append(name)
    return list(rows_by_pk.values())


def _index_topics(rows: list[tuple[UUID, str, list[str]]]) -> dict[str, tuple[UUID, str]]:
    topics = {fold(name): (uid, name) for uid, name, _ in rows}
    for uid, name, aliases in rows:
        for alias in aliases:
            topics.setdefault(fold(alias), (uid, name))
    return topics
