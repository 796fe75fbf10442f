"""Changes to the search index, in the same transaction as the change that readers see."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace

from newsroom.db.statements import (
    PreparedChange,
    PreparedInsert,
    PreparedQuery,
    build_delete,
    build_update,
    execute_together,
)
from newsroom.search.backends import get_backend
from newsroom.search.index.entries import AnalysedEntry, Entry
from newsroom.search.index.indexed_models import IndexedDocument
from newsroom.search.index.rows import WORDING_FIELDS, insert_documents, visible_from, wording_values
from newsroom.search.index.tokens import make_tag
from newsroom.search.models import Mention, SearchDocument, Wording
from newsroom.search.query.conditions import OUTLET, TOPIC
from newsroom.search.spellcheck import words

_EDITION_STARTS = PreparedQuery(
    lambda editions: SearchDocument.objects.filter(edition__in=editions).values_list("pk", "edition", "live_from")
)
_END_DOCUMENTS = PreparedChange(
    lambda keys, at: build_update(SearchDocument.objects.filter(pk__in=keys), live_until=at)
)
_END_MENTIONS = PreparedChange(
    lambda keys, at: build_update(Mention.objects.filter(document__id__in=keys), live_until=at)
)
_WORDINGS = PreparedInsert(Wording, *WORDING_FIELDS)
_MENTIONS = PreparedInsert(Mention, "document", "kind", "uid", "page_kind", "live_from", "live_until")
_DELETIONS = (
    PreparedChange(lambda keys: build_delete(Mention.objects.filter(document__id__in=keys))),
    PreparedChange(lambda keys: build_delete(Wording.objects.filter(pk__in=keys))),
    PreparedChange(lambda keys: build_delete(SearchDocument.objects.filter(pk__in=keys))),
)


def index_entry(entry: Entry) -> None:
    """Index the entry, replacing the entry of the same edition, topic or outlet."""
    index_entries([entry])


@transaction.atomic(savepoint=False)
def index_entries(
    entries: Iterable[Entry], *, documents: Iterable[IndexedDocument] | None = None, expired: Collection[int] = ()
) -> None:
    """Index each entry, replacing the entry of the same edition, topic or outlet.

    If several of ``entries`` would replace each other, only the last one is indexed. If there are no ``entries``, do
    nothing. ``documents`` are all indexed documents of these objects, if the caller has loaded them. ``expired`` are
    the keys of documents that are removed as well, after the new ones have been written.
    """
    wanted = list({(entry.kind, entry.edition or entry.uid): entry for entry in entries}.values())
    if not wanted:
        return
    analysed_entries = [AnalysedEntry.analyse(entry) for entry in wanted]
    old_keys = _find_old_keys(wanted, documents)
    _remove(old_keys)
    keys = insert_documents(wanted, analysed_entries)
    execute_together(
        [
            _WORDINGS.bind(
                wording_values(key, entry, analysed)
                for key, entry, analysed in zip(keys, wanted, analysed_entries, strict=True)
            ),
            _MENTIONS.bind(
                (key, kind, uid, entry.kind, visible_from(entry), entry.live_until)
                for key, entry in zip(keys, wanted, strict=True)
                for kind, uids in ((TOPIC, entry.topics), (OUTLET, entry.outlets))
                for uid in dict.fromkeys(uids)
            ),
        ]
    )
    words_by_key = {key: analysed.spelt_words for key, analysed in zip(keys, analysed_entries, strict=True)}
    words.store_words({word: key for key, words in words_by_key.items() for word in words})
    # Removed only after the new words are stored. Otherwise, another publication that looks for a document with its
    # words might wait for a removed document, while this one waits for the words that the other has stored.
    _remove(expired)
    words.remove_orphaned_words([*old_keys, *expired], words_by_key)


def end_edition(edition: int, *, at: datetime) -> None:
    """End the span of an edition just before ``at``. Remove the edition if its span becomes empty."""
    end_editions({edition: at})


@transaction.atomic(savepoint=False)
def end_editions(editions: Mapping[int, datetime]) -> None:
    """End the span of each edition just before the given moment. Remove editions whose span becomes empty."""
    ended: dict[datetime, list[int]] = {}
    expired: list[int] = []
    rows = _EDITION_STARTS(editions=list(editions)) if editions else []
    for key, edition, live_from in rows:
        at = editions[edition or 0]  # never None: the query selects only these editions
        if live_from >= at:
            expired.append(key)
        else:
            ended.setdefault(at, []).append(key)
    _remove_with_words(expired)
    for at, keys in sorted(ended.items()):
        _END_DOCUMENTS(keys=keys, at=at)
        _END_MENTIONS(keys=keys, at=at)


@transaction.atomic(savepoint=False)
def remove_expired(kind: str, uid: UUID, *, at: datetime) -> None:
    """Remove the editions of a page that have ended by ``at``."""
    _remove_with_words(_list_keys(SearchDocument.objects.of_object(kind, uid).expired(at)))


@transaction.atomic(savepoint=False)
def remove_all_expired(*, at: datetime) -> None:
    """Remove every edition that has ended by ``at``."""
    _remove_with_words(_list_keys(SearchDocument.objects.all().expired(at)))


@transaction.atomic(savepoint=False)
def remove_object(kind: str, uid: UUID) -> None:
    """Remove a page with all its editions, or a topic or an outlet."""
    _remove_with_words(_list_keys(SearchDocument.objects.of_object(kind, uid)))


@transaction.atomic(savepoint=False)
def remove_edition(edition: int) -> None:
    """Remove an edition."""
    _remove_with_words(_list_keys(SearchDocument.objects.of_edition(edition)))


@transaction.atomic(savepoint=False)
def merge_entity(kind: str, source: UUID, target: UUID) -> None:
    """Replace the topic or outlet ``source`` with ``target`` in all pages that name it, and remove ``source``."""
    naming = Mention.objects.filter(kind=kind, uid=source)
    keys = list(naming.values_list("document", flat=True))
    naming.filter(document__mentions__in=Mention.objects.filter(kind=kind, uid=target)).delete()
    Mention.objects.filter(kind=kind, uid=source).update(uid=target)
    column = {TOPIC: "topics", OUTLET: "outlets"}[kind]
    wordings = Wording.objects.filter(pk__in=keys)
    naming_both = wordings.filter(**{f"{column}__contains": target.hex})
    naming_both.update(**{column: Replace(column, Value(source.hex), Value(""))})
    wordings.update(**{column: Replace(column, Value(source.hex), Value(target.hex))})
    with connection.cursor() as cursor:
        get_backend().replace_token(cursor, keys, make_tag(kind, source.hex), make_tag(kind, target.hex))
    remove_object(kind, source)


def purge_deleted_words() -> None:
    """Remove the words of deleted documents from the full-text index of SQLite. On PostgreSQL, VACUUM removes them."""
    with connection.cursor() as cursor:
        get_backend().purge_deleted_words(cursor)


@transaction.atomic(savepoint=False)
def empty_index() -> None:
    """Remove all entries."""
    with connection.cursor() as cursor:
        get_backend().clear(cursor)
    Mention.objects.all().delete()
    Wording.objects.all().delete()
    SearchDocument.objects.all().delete()
    words.delete_all_words()


def _find_old_keys(entries: Iterable[Entry], documents: Iterable[IndexedDocument] | None) -> list[int]:
    """Return the keys of the indexed documents of the editions, topics and outlets in ``entries``."""
    editions = {entry.edition for entry in entries if entry.edition is not None}
    names = {entry.uid for entry in entries if entry.edition is None}
    if documents is None:
        rows = SearchDocument.objects.filter(Q(edition__in=editions) | Q(edition=None, uid__in=names))
        return list(rows.values_list("pk", flat=True))
    return [each.key for each in documents if each.edition in editions or (each.edition is None and each.uid in names)]


def _remove_with_words(keys: list[int]) -> None:
    if keys:
        _remove(keys)
        words.remove_orphaned_words(keys, {})


def _remove(keys: Collection[int]) -> None:
    if keys:
        with connection.cursor() as cursor:
            get_backend().remove(cursor, keys)
        execute_together([delete.bind(keys=keys) for delete in _DELETIONS])


def _list_keys(documents: QuerySet[SearchDocument]) -> list[int]:
    return list(documents.values_list("pk", flat=True))
