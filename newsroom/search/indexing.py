"""Writes what can be found, in the transaction of the verb that makes it so, and forgets what cannot be any more."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from types import ModuleType
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, QuerySet

from newsroom.languages import primary
from newsroom.search import postgresql, spelling, sqlite
from newsroom.search.asking import EVERYTHING, Question
from newsroom.search.entries import SPELT, Entry, Read, tag
from newsroom.search.filters import OUTLET, TOPIC
from newsroom.search.models import Mention, SearchDocument, Spelling

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = 1_000_000
FIRST_OF_PAGES = 10**12  # eleven days after 1970; below it are the keys of names


def words_index() -> ModuleType:
    """Return the index of words of the database in use."""
    return sqlite if connection.vendor == "sqlite" else postgresql


def key_at(moment: datetime) -> int:
    """Return the key of what was updated at ``moment``: microseconds since 1970."""
    since = moment - BEGINNING
    return (since.days * 86_400 + since.seconds) * MICROSECOND + since.microseconds


def moment_of(key: int) -> datetime | None:
    """Return when what has this key was updated, None for names."""
    return datetime.fromtimestamp(key // MICROSECOND, UTC) if key >= FIRST_OF_PAGES else None


@transaction.atomic
def index(entry: Entry) -> None:
    """Let the entry be found instead of what was kept of the same edition, or of the same topic or outlet."""
    before = _same(entry)
    former = _tokens(before)
    _remove(before)
    read = Read.of(entry)
    key = _insert(entry, read)
    span = {"live_from": entry.live_from or BEGINNING, "live_until": entry.live_until}
    named = [(TOPIC, uid) for uid in dict.fromkeys(entry.topics)] + [
        (OUTLET, uid) for uid in dict.fromkeys(entry.outlets)
    ]
    Mention.objects.bulk_create(Mention(document_id=key, kind=kind, uid=uid, **span) for kind, uid in named)
    with connection.cursor() as cursor:
        words_index().write(cursor, key, read.tokens)
    tokens = set(read.tokens)
    spelling.learn(_spelt(tokens))
    _unlearn(former - tokens)


def knows(kind: str, uid: UUID) -> bool:
    """Say whether anything of this thing is indexed."""
    return SearchDocument.objects.of(kind, uid).exists()


def known(kind: str) -> list[UUID]:
    """Return the uids of all indexed things of a kind."""
    return list(SearchDocument.objects.filter(kind=kind).values_list("uid", flat=True))


def is_begun() -> bool:
    """Say whether anything is indexed."""
    return SearchDocument.objects.exists()


def knows_edition(edition: int) -> bool:
    """Say whether an edition is indexed."""
    return SearchDocument.objects.of_edition(edition).exists()


@transaction.atomic
def end(edition: int, *, at: datetime) -> None:
    """Let an edition be found until just before ``at``; one that spans no moment any more is forgotten."""
    documents = SearchDocument.objects.of_edition(edition)
    _forget(documents.filter(live_from__gte=at))
    documents.update(live_until=at)
    Mention.objects.filter(document__edition=edition).update(live_until=at)


@transaction.atomic
def tidy(kind: str, uid: UUID, *, at: datetime) -> None:
    """Forget the editions of a page that nobody sees any more at ``at``."""
    _forget(SearchDocument.objects.of(kind, uid).over(at))


@transaction.atomic
def tidy_all(*, at: datetime) -> None:
    """Forget every edition that nobody sees any more at ``at``."""
    _forget(SearchDocument.objects.all().over(at))


@transaction.atomic
def forget(kind: str, uid: UUID) -> None:
    """Forget a page with all its editions, or a topic or an outlet."""
    _forget(SearchDocument.objects.of(kind, uid))


@transaction.atomic
def forget_edition(edition: int) -> None:
    """Forget one edition."""
    _forget(SearchDocument.objects.of_edition(edition))


@transaction.atomic
def lead_to(kind: str, gone: UUID, kept: UUID) -> None:
    """Let pages that name one topic or outlet count as naming another one, into which it was merged."""
    naming = Mention.objects.filter(kind=kind, uid=gone)
    keys = list(naming.values_list("document", flat=True))
    naming.filter(document__mentions__in=Mention.objects.filter(kind=kind, uid=kept)).delete()
    Mention.objects.filter(kind=kind, uid=gone).update(uid=kept)
    with connection.cursor() as cursor:
        words_index().rename(cursor, keys, tag(kind, gone.hex), tag(kind, kept.hex))
    forget(kind, gone)


def settle() -> None:
    """Let the files of the database hold nothing of what was forgotten."""
    with connection.cursor() as cursor:
        words_index().settle(cursor)


@transaction.atomic
def empty() -> None:
    """Forget everything."""
    with connection.cursor() as cursor:
        words_index().empty(cursor)
    SearchDocument.objects.all().delete()
    Spelling.objects.all().delete()


def _same(entry: Entry) -> QuerySet[SearchDocument]:
    if entry.edition is not None:
        return SearchDocument.objects.of_edition(entry.edition)
    return SearchDocument.objects.of(entry.kind, entry.uid)


def _insert(entry: Entry, read: Read) -> int:
    """Insert the row under the first free key from that of its moment on; names come one after the other."""
    while True:
        key = _free_key(entry)
        try:
            with transaction.atomic():
                SearchDocument.objects.create(
                    id=key,
                    kind=entry.kind,
                    uid=entry.uid,
                    edition=entry.edition,
                    language=primary(entry.language),
                    live_from=entry.live_from or BEGINNING,
                    live_until=entry.live_until,
                    title_words=read.title_words,
                    summary_words=read.summary_words,
                    heading_words=read.heading_words,
                    name_words=read.name_words,
                )
        except IntegrityError:
            # Somebody else took the key a moment ago.
            if not SearchDocument.objects.filter(pk=key).exists():
                raise
        else:
            return key


def _free_key(entry: Entry) -> int:
    if entry.updated_at is None:
        names = SearchDocument.objects.filter(pk__lt=FIRST_OF_PAGES)
        return int(names.aggregate(last=Max("pk"))["last"] or 0) + 1
    first = key_at(entry.updated_at)
    near = SearchDocument.objects.filter(pk__gte=first, pk__lt=first + MICROSECOND).order_by("pk")
    key = first
    for taken in near.values_list("pk", flat=True).iterator():
        if taken != key:
            break
        key += 1
    return key


def _forget(documents: QuerySet[SearchDocument]) -> None:
    former = _tokens(documents)
    if former:
        uids = set(documents.values_list("uid", flat=True))
        _remove(documents)
        # What another edition of the page says needs no question for each word.
        _unlearn(former - _tokens(SearchDocument.objects.filter(uid__in=uids)))


def _remove(documents: QuerySet[SearchDocument]) -> None:
    keys = list(documents.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        words_index().remove(cursor, keys)
    SearchDocument.objects.filter(pk__in=keys).delete()


def _tokens(documents: QuerySet[SearchDocument]) -> set[str]:
    keys = list(documents.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        found: set[str] = words_index().tokens_of(cursor, keys)
    return found


def _spelt(tokens: Iterable[str]) -> set[str]:
    return {token.removeprefix(SPELT) for token in tokens if token.startswith(SPELT)}


def _unlearn(tokens: Collection[str]) -> None:
    """Forget how words are spelt that stand nowhere any more."""
    spelling.unlearn([word for word in sorted(_spelt(tokens)) if not _stands(SPELT + word)])


def _stands(token: str) -> bool:
    statement, values = words_index().newest(Question().tagged([token]), "1 = 1", [], EVERYTHING, 1)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() is not None
