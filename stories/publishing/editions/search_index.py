"""Index editions for readers' search, by the words of their documents and by the topics and outlets that they name."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from django.db import transaction
from django.db.models import QuerySet

from newsroom.entities.models import NamedEntity, search_entries
from newsroom.http import clock
from newsroom.search import index
from newsroom.search.index.entries import Entry, TextPart
from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer, Passage, Section
from stories.documents.fields import SearchRole
from stories.documents.schema import PAPERS
from stories.documents.walk import walk
from stories.drafts.references import NamedEntities
from stories.models import Document, Edition, EditionKind, Outlet, Work
from topics.models import Topic


def index_editions(frozen: Sequence[tuple[Edition, AnyDocument]], *, names: NamedEntities) -> None:
    """Index each edition for the time when it is live, and the entities that it names if they are new.

    ``names`` holds at least what the documents name. The number of queries does not depend on the number of editions.
    """
    entries = [
        _entry(edition, document, _present(names.topics_of(document)), _present(names.outlets_of(document)))
        for edition, document in frozen
    ]
    things: list[NamedEntity] = [
        *_present(topic for _, document in frozen for topic in names.topics_of(document)),
        *_present(outlet for _, document in frozen for outlet in names.outlets_of(document)),
    ]
    known = index.filter_indexed([(thing.address_kind, thing.uid) for thing in things])
    # All together, so that words are stored in one order and two concurrent publications never deadlock.
    new = [thing for thing in things if (thing.address_kind, thing.uid) not in known]
    index.index_entries([*entries, *search_entries(new)])


def reindex_editions(edition: Edition, document: AnyDocument) -> None:
    """Index an edition with other words, if it is in the index."""
    if index.is_edition_indexed(edition.pk):
        index_editions([(edition, document)], names=NamedEntities.load_locked([document]))


def _present[Thing: NamedEntity](named: Iterable[Thing]) -> list[Thing]:
    """Return the present entities, each once: a merged entity is replaced by the one that remains."""
    return list({present.pk: present for thing in named if (present := thing.remaining)}.values())


def _entry(edition: Edition, document: AnyDocument, topics: Iterable[Topic], outlets: Iterable[Outlet]) -> Entry:
    names = [topic.name for topic in document.topics]
    if isinstance(document, Explainer):
        names += [outlet.name for passage in document.passages for outlet in passage.outlets]
    parts = _parts(document)
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
    """Return the plain texts of a document that readers search, by their role."""
    parts: defaultdict[SearchRole, list[TextPart]] = defaultdict(list)
    for field in walk(document):
        if role := field.spec.search:
            words = plain_text(field.text) if field.spec.how == "text" else field.text
            parts[role].append(TextPart(words, _section_kind(field.owner)))
    return parts


def _section_kind(owner: object) -> str:
    if isinstance(owner, Section):
        return owner.kind
    return PAPERS.code if isinstance(owner, Passage) else ""


BATCH = 25


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of indexing: editions and names done, of all there are."""

    done: int
    total: int


def reindex() -> Iterator[Progress]:
    """Index every live or scheduled page, then topics and outlets, and yield the progress after each batch.

    Readers can search meanwhile. Idempotent: it may be interrupted and begun again. Entries that have ended are
    removed.
    """
    now = clock.now()
    index.remove_all_expired(at=now)
    editions = list(_pages().filter(live_until__gt=now).order_by("pk").values_list("pk", flat=True))
    done, total = 0, len(editions)
    yield Progress(done, total)
    for begin in range(0, len(editions), BATCH):
        batch = editions[begin : begin + BATCH]
        _index(batch)
        done += len(batch)
        yield Progress(done, total)
    names = [
        *Topic.objects.unmerged().filter(uid__in=index.list_indexed("topic")),
        *Outlet.objects.unmerged().filter(uid__in=index.list_indexed("source")),
    ]
    total += len(names)
    for name in names:
        name.index()
        done += 1
        yield Progress(done, total)


def is_empty() -> bool:
    """Return whether nothing is indexed, although there are pages to find."""
    return not index.has_documents() and _pages().filter(live_until__gt=clock.now()).exists()


def _pages() -> QuerySet[Edition]:
    return Edition.objects.without_cancelled().filter(kind=EditionKind.PAGE)


@transaction.atomic
def _index(keys: list[int]) -> None:
    # Every verb locks the work first, so no span changes between reading and writing here.
    list(Work.objects.select_for_update().filter(editions__in=keys).order_by("pk").values_list("pk", flat=True))
    pages = _pages().filter(pk__in=keys).select_related("document").order_by("pk")
    # A page always has a document.
    frozen = [(edition, cast("Document", edition.document).value()) for edition in pages]
    index_editions(frozen, names=NamedEntities.load_locked(document for _, document in frozen))
