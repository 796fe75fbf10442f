"""Index editions for reader search, by the words of their documents and by the topics and outlets that they name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import cast

from django.db import transaction
from django.db.models import QuerySet

from newsroom.entities.models import NamedEntity, search_entries
from newsroom.http import clock
from newsroom.search import index
from newsroom.search.index.entries import Entry, TextPart
from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer, Passage, Section
from stories.documents.as_shown import as_shown
from stories.documents.fields import SearchRole
from stories.documents.schema import PAPERS
from stories.documents.walk import Choice, walk
from stories.drafts.references import NamedEntities
from stories.models import Document, Edition, EditionKind, Outlet, Work
from topics.models import Topic

_HAS_SEARCH_ROLE: Choice = attrgetter("search")


def index_editions(
    editions_with_documents: Sequence[tuple[Edition, AnyDocument]],
    *,
    names: NamedEntities,
    replaced: Iterable[Edition] | None = None,
) -> None:
    """Index each edition for the time when it is live, and the entities that it names if they are not indexed yet.

    ``names`` must contain at least what the documents name. If the editions go live immediately, pass those that they
    replace as ``replaced``; all expired editions of their pages are then removed from the index. The number of queries
    does not depend on the number of editions.
    """
    entries = [
        _build_entry(
            edition, document, _list_remaining(names.topics_of(document)), _list_remaining(names.outlets_of(document))
        )
        for edition, document in editions_with_documents
    ]
    entities: list[NamedEntity] = [
        *_list_remaining(topic for _, document in editions_with_documents for topic in names.topics_of(document)),
        *_list_remaining(outlet for _, document in editions_with_documents for outlet in names.outlets_of(document)),
    ]
    begins = {edition.uid: edition.live_from for edition, _ in editions_with_documents}
    documents = index.find_documents({*begins, *(entity.uid for entity in entities)})
    indexed = {(document.kind, document.uid) for document in documents}
    new = [entity for entity in entities if (entity.address_kind, entity.uid) not in indexed]
    ended = None if replaced is None else {edition.pk for edition in replaced}
    expired = [
        document.key
        for document in documents
        if ended is not None
        and document.uid in begins
        and (document.edition in ended or document.live_until <= begins[document.uid])
    ]
    # In one call, so that all words are stored in one order and two concurrent publications never deadlock.
    index.index_entries([*entries, *search_entries(new)], documents=documents, expired=expired)


def reindex_editions(edition: Edition, document: AnyDocument) -> None:
    """Replace the entry of an edition with one for ``document``, if the edition is indexed."""
    if index.is_edition_indexed(edition.pk):
        index_editions([(edition, document)], names=NamedEntities.load_locked([document]))


def _list_remaining[Entity: NamedEntity](entities: Iterable[Entity]) -> list[Entity]:
    """Return the entities without duplicates; a merged entity is replaced by the one that remains."""
    return list({remaining.pk: remaining for entity in entities if (remaining := entity.remaining)}.values())


def _build_entry(edition: Edition, document: AnyDocument, topics: Iterable[Topic], outlets: Iterable[Outlet]) -> Entry:
    names = [topic.name for topic in document.topics]
    if isinstance(document, Explainer):
        names += [outlet.name for passage in document.passages for outlet in passage.outlets]
    parts = _parts(as_shown(document))
    return Entry(
        kind=edition.work_kind,
        uid=edition.uid,
        titles=tuple(part.text for part in parts["title"]),
        language=edition.language,
        summary="\n\n".join(part.text for part in parts["summary"]),
        headings=tuple(parts["heading"]),
        texts=tuple(parts["text"]),
        names=tuple(dict.fromkeys(names)),
        topics=tuple(topic.uid for topic in topics),
        outlets=tuple(outlet.uid for outlet in outlets),
        edition=edition.pk,
        updated_at=edition.updated_at,
        live_from=edition.live_from,
        live_until=edition.live_until,
    )


def _parts(document: AnyDocument) -> dict[SearchRole, list[TextPart]]:
    """Return the searchable texts of a document as plain text, keyed by role."""
    parts: defaultdict[SearchRole, list[TextPart]] = defaultdict(list)
    for field in walk(document, _HAS_SEARCH_ROLE):
        words = plain_text(field.text) if field.spec.comparator == "text" else field.text
        parts[field.spec.search].append(TextPart(words, _section_kind(field.owner)))
    return parts


def _section_kind(owner: object) -> str:
    if isinstance(owner, Section):
        return owner.kind
    return PAPERS.code if isinstance(owner, Passage) else ""


BATCH_SIZE = 25


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of indexing: the number of editions and entities done, and the total."""

    done: int
    total: int


def reindex() -> Iterator[Progress]:
    """Index every live or scheduled page, reindex the topics and outlets in the index, and yield the progress.

    Expired entries are removed first. The total includes the entities only once all editions are indexed. Readers can
    search in the meantime. The run can be interrupted and started again.
    """
    now = clock.now()
    index.remove_all_expired(at=now)
    editions = list(_pages().filter(live_until__gt=now).order_by("pk").values_list("pk", flat=True))
    done, total = 0, len(editions)
    yield Progress(done, total)
    for start in range(0, len(editions), BATCH_SIZE):
        batch = editions[start : start + BATCH_SIZE]
        _index_batch(batch)
        done += len(batch)
        yield Progress(done, total)
    entities = [
        *Topic.objects.unmerged().filter(uid__in=index.list_indexed("topic")),
        *Outlet.objects.unmerged().filter(uid__in=index.list_indexed("source")),
    ]
    total += len(entities)
    for entity in entities:
        entity.index()
        done += 1
        yield Progress(done, total)


def is_empty() -> bool:
    """Return whether the index is empty, although there are live or scheduled pages."""
    return not index.has_documents() and _pages().filter(live_until__gt=clock.now()).exists()


def _pages() -> QuerySet[Edition]:
    return Edition.objects.without_cancelled().filter(kind=EditionKind.PAGE)


@transaction.atomic
def _index_batch(keys: list[int]) -> None:
    # Every verb locks the work first, so no span changes between reading and writing.
    list(Work.objects.select_for_update().filter(editions__in=keys).order_by("pk").values_list("pk", flat=True))
    pages = _pages().filter(pk__in=keys).select_related("document").order_by("pk")
    # A page always has a document.
    editions_with_documents = [(edition, cast("Document", edition.document).value()) for edition in pages]
    index_editions(
        editions_with_documents, names=NamedEntities.load_locked(document for _, document in editions_with_documents)
    )
