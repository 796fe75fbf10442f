"""Maintain the index of the words in the newest revision of each work, in the transaction that records the revision."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from newsroom.http.languages import primary_subtag
from newsroom.search.analysis import fold_words, stem_words
from newsroom.search.backends.postgresql import format_tsvector
from newsroom.search.index.tokens import GAP, SPELLING_SEPARATOR, truncate_tokens
from stories.documents import AnyDocument
from stories.drafts import status_index
from stories.drafts.search.texts import list_texts
from stories.models import Document, Draft, Revision, Work

BATCH_SIZE = 50


def build_tokens(document: AnyDocument) -> list[str]:
    """Return the stems of the words of a document in order, followed by the words that differ from their stem.

    Both are needed to find words by their beginning. A gap after each line prevents phrases from matching across lines.
    Tokens beyond the limits of the databases are dropped.
    """
    language = primary_subtag(document.language)
    tokens: list[str] = []
    whole_words: dict[str, None] = {}
    for part in list_texts(document):
        for line in part.text.splitlines():
            words = fold_words(line)
            stems = stem_words(words, language)
            whole_words |= dict.fromkeys(word for word, stem in zip(words, stems, strict=True) if word != stem)
            tokens += [*stems, GAP] if words else []
    return truncate_tokens([*tokens, *(SPELLING_SEPARATOR + word for word in whole_words)])


def index_work(work: Work, document: AnyDocument, *, at: datetime) -> None:
    """Index ``work`` by the words of ``document``, recorded at ``at``."""
    index_works([(work, document, at)])


def index_works(recorded: Iterable[tuple[Work, AnyDocument, datetime]]) -> None:
    """Index each work by the words of its document and the time of the save."""
    rows = [(work, build_tokens(document), at) for work, document, at in recorded]
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                'INSERT INTO "stories_draft" ("work_id", "kind", "saved_at") VALUES (%s, %s, %s) '
                'ON CONFLICT ("work_id") DO UPDATE SET "saved_at" = excluded."saved_at"',
                [(work.pk, work.kind, connection.ops.adapt_datetimefield_value(at)) for work, _, at in rows],
            )
            cursor.executemany(
                'INSERT OR REPLACE INTO "stories_draft_index" (rowid, words) VALUES (%s, %s)',
                [(work.pk, " ".join(tokens)) for work, tokens, _ in rows],
            )
        else:
            cursor.executemany(
                'INSERT INTO "stories_draft" ("work_id", "kind", "saved_at", "words") VALUES (%s, %s, %s, %s::tsvector) '
                'ON CONFLICT ("work_id") DO UPDATE SET "saved_at" = excluded."saved_at", "words" = excluded."words"',
                [(work.pk, work.kind, at, format_tsvector(tokens)) for work, tokens, at in rows],
            )
    status_index.add_statuses(work.pk for work, *_ in rows)


def remove_work(work: Work) -> None:
    """Remove the work from the index."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute('DELETE FROM "stories_draft_index" WHERE rowid = %s', [work.pk])
    Draft.objects.filter(work=work.pk).delete()


def rebuild_sqlite_index() -> None:
    """Rebuild the index on SQLite, so that it contains no words of deleted drafts.

    The words remain in unused pages of the file until VACUUM is run.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("""INSERT INTO "stories_draft_index" ("stories_draft_index") VALUES ('rebuild')""")


def reindex_document(document: Document) -> None:
    """Reindex the works whose newest revision has this document, after a part of the document was erased."""
    keys = list(_list_newest_revisions().filter(document=document.pk).values_list("work", flat=True))
    for _ in _index_in_batches(keys):
        pass


def find_unindexed() -> list[int]:
    """Return the primary keys of saved works that are not in the index."""
    return list(
        Work.objects.filter(draft=None, revisions__of_desk=True).order_by("pk").distinct().values_list("pk", flat=True)
    )


def index_all(keys: Iterable[int] | None = None) -> Iterator[int]:
    """Index the saved works with these primary keys, by default all saved works.

    After each batch, yield the number of works done so far.

    This is idempotent, and safe while users save works.
    """
    yield from _index_in_batches(
        list(Work.objects.order_by("pk").values_list("pk", flat=True)) if keys is None else list(keys)
    )


def _list_newest_revisions() -> QuerySet[Revision]:
    newest = Revision.objects.of_desk().filter(work=OuterRef("work")).order_by("-number").values("number")[:1]
    return Revision.objects.filter(number=Subquery(newest))


def _index_in_batches(keys: list[int]) -> Iterator[int]:
    for start in range(0, len(keys), BATCH_SIZE):
        batch = keys[start : start + BATCH_SIZE]
        with transaction.atomic():
            # Every save locks the work first, so no newer revision is recorded between reading and writing.
            locked = {work.pk: work for work in Work.objects.select_for_update().filter(pk__in=batch).order_by("pk")}
            for revision in (
                _list_newest_revisions().filter(work__in=locked).select_related("document").order_by("work")
            ):
                index_work(locked[revision.work_id], revision.document.value(), at=revision.created_at)
        yield min(start + BATCH_SIZE, len(keys))
