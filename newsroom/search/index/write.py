"""Changes of the search index, in the transaction of the verb that changes what readers can find."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Replace

from newsroom.db.statements import PreparedChange, PreparedInsert, PreparedQuery, build_delete, build_update
from newsroom.search.backends import get_backend
from newsroom.search.index.entries import AnalysedEntry, Entry
from newsroom.search.index.indexed_models import ObjectKey
from newsroom.search.index.rows import WORDING, found_from, insert_documents, wording_values
from newsroom.search.index.tokens import SPELLING_SEPARATOR, make_tag
from newsroom.search.models import Mention, SearchDocument, Wording
from newsroom.search.query.conditions import OUTLET, TOPIC
from newsroom.search.spellcheck import words

_BEGINNINGS = PreparedQuery(
    lambda editions: SearchDocument.objects.filter(edition__in=editions).values_list("pk", "edition", "live_from")
)
_OVER = PreparedQuery(
    lambda kinds, uids, at: SearchDocument.objects.filter(kind__in=kinds, uid__in=uids).expired(at).values_list("pk")
)
_END = PreparedChange(lambda keys, at: build_update(SearchDocument.objects.filter(pk__in=keys), live_until=at))
_END_MENTIONS = PreparedChange(
    lambda keys, at: build_update(Mention.objects.filter(document__id__in=keys), live_until=at)
)
_WORDINGS = PreparedInsert(Wording, *WORDING)
_MENTIONS = PreparedInsert(Mention, "document", "kind", "uid", "page_kind", "live_from", "live_until")
_DELETIONS = (
    PreparedChange(lambda keys: build_delete(Mention.objects.filter(document__id__in=keys))),
    PreparedChange(lambda keys: build_delete(Wording.objects.filter(pk__in=keys))),
    PreparedChange(lambda keys: build_delete(SearchDocument.objects.filter(pk__in=keys))),
)


def index_entry(entry: Entry) -> None:
    """Index the entry in place of what was indexed of the same edition, or of the same topic or outlet."""
    index_entries([entry])


@transaction.atomic(savepoint=False)
def index_entries(entries: Iterable[Entry]) -> None:
    """Index each entry in place of what was indexed of the same edition, or of the same topic or outlet.

    Of several entries for one of these, the last one counts. The number of queries is the same for one entry and for
    many. The work for each entry does not depend on how much is indexed.
    """
    wanted = list({(entry.kind, entry.edition or entry.uid): entry for entry in entries}.values())
    if not wanted:
        return
    reads = [AnalysedEntry.analyse(entry) for entry in wanted]
    before = list(_same(wanted).values_list("pk", flat=True))
    _remove(before)
    keys = insert_documents(wanted, reads)
    _WORDINGS(wording_values(key, entry, read) for key, entry, read in zip(keys, wanted, reads, strict=True))
    _MENTIONS(
        (key, kind, uid, entry.kind, found_from(entry), entry.live_until)
        for key, entry in zip(keys, wanted, strict=True)
        for kind, uids in ((TOPIC, entry.topics), (OUTLET, entry.outlets))
        for uid in dict.fromkeys(uids)
    )
    said = {key: _spelt(read.tokens) for key, read in zip(keys, reads, strict=True)}
    words.store_words({word: key for key, words in said.items() for word in words})
    words.remove_orphaned_words(before, said)


def end_edition(edition: int, *, at: datetime) -> None:
    """End the span of an edition just before ``at``; remove the edition if no moment is left in its span."""
    end_editions({edition: at})


@transaction.atomic(savepoint=False)
def end_editions(editions: Mapping[int, datetime]) -> None:
    """End the span of each edition just before its moment; remove editions that have no moment left in their span.

    A few queries for each different moment, however many editions it is for.
    """
    ended: dict[datetime, list[int]] = {}
    over: list[int] = []
    rows = _BEGINNINGS(editions=list(editions)) if editions else []
    for key, edition, live_from in rows:
        at = editions[edition or 0]  # one of those in ``editions``
        if live_from >= at:
            over.append(key)
        else:
            ended.setdefault(at, []).append(key)
    _forget(over)
    for at, keys in sorted(ended.items()):
        _END(keys=keys, at=at)
        _END_MENTIONS(keys=keys, at=at)


def remove_expired(kind: str, uid: UUID, *, at: datetime) -> None:
    """Remove the editions of a page whose span is over at ``at``."""
    remove_expired_of([(kind, uid)], at=at)


@transaction.atomic(savepoint=False)
def remove_expired_of(pages: Collection[ObjectKey], *, at: datetime) -> None:
    """Remove the editions of these pages whose span is over at ``at``. A few queries, however many pages there are."""
    kinds, uids = {kind for kind, _ in pages}, {uid for _, uid in pages}
    _forget([key for (key,) in _OVER(kinds=kinds, uids=uids, at=at)] if pages else [])


@transaction.atomic(savepoint=False)
def remove_all_expired(*, at: datetime) -> None:
    """Remove every edition whose span is over at ``at``."""
    _forget(_keys(SearchDocument.objects.all().expired(at)))


@transaction.atomic(savepoint=False)
def remove_object(kind: str, uid: UUID) -> None:
    """Remove a page with all its editions, or a topic or an outlet."""
    _forget(_keys(SearchDocument.objects.of_object(kind, uid)))


@transaction.atomic(savepoint=False)
def remove_edition(edition: int) -> None:
    """Remove one edition."""
    _forget(_keys(SearchDocument.objects.of_edition(edition)))


@transaction.atomic(savepoint=False)
def merge_entity(kind: str, gone: UUID, kept: UUID) -> None:
    """Replace one topic or outlet by the one into which it was merged, in all pages that name it, and remove it."""
    naming = Mention.objects.filter(kind=kind, uid=gone)
    keys = list(naming.values_list("document", flat=True))
    naming.filter(document__mentions__in=Mention.objects.filter(kind=kind, uid=kept)).delete()
    Mention.objects.filter(kind=kind, uid=gone).update(uid=kept)
    column = {TOPIC: "topics", OUTLET: "outlets"}[kind]
    wordings = Wording.objects.filter(pk__in=keys)
    both = wordings.filter(**{f"{column}__contains": kept.hex})
    both.update(**{column: Replace(column, Value(gone.hex), Value(""))})
    wordings.update(**{column: Replace(column, Value(gone.hex), Value(kept.hex))})
    with connection.cursor() as cursor:
        get_backend().rename(cursor, keys, make_tag(kind, gone.hex), make_tag(kind, kept.hex))
    remove_object(kind, gone)


def purge_deleted_words() -> None:
    """Remove the words of deleted documents from the files of the database."""
    with connection.cursor() as cursor:
        get_backend().settle(cursor)


@transaction.atomic(savepoint=False)
def empty_index() -> None:
    """Remove everything."""
    with connection.cursor() as cursor:
        get_backend().empty(cursor)
    Mention.objects.all().delete()
    Wording.objects.all().delete()
    SearchDocument.objects.all().delete()
    words.delete_all_words()


def _same(entries: Iterable[Entry]) -> QuerySet[SearchDocument]:
    editions = [entry.edition for entry in entries if entry.edition is not None]
    names = [entry.uid for entry in entries if entry.edition is None]
    return SearchDocument.objects.filter(Q(edition__in=editions) | Q(edition=None, uid__in=names))


def _forget(keys: list[int]) -> None:
    if keys:
        _remove(keys)
        words.remove_orphaned_words(keys, {})


def _remove(keys: list[int]) -> None:
    if keys:
        with connection.cursor() as cursor:
            get_backend().remove(cursor, keys)
        for delete in _DELETIONS:
            delete(keys=keys)


def _keys(documents: QuerySet[SearchDocument]) -> list[int]:
    return list(documents.values_list("pk", flat=True))


def _spelt(tokens: Iterable[str]) -> set[str]:
    return {token.removeprefix(SPELLING_SEPARATOR) for token in tokens if token.startswith(SPELLING_SEPARATOR)}
