"""Index editions for readers' search, by the words of their documents and by the topics and outlets that they name."""

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
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.schema import PAPERS
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
        index_editions([(edition, document)], names=NamedEntities.held([document]))


def _present[Thing: NamedEntity](named: Iterable[Thing]) -> list[Thing]:
    """Return the present entities, each once: a merged entity is replaced by the one that remains."""
    return list({present.pk: present for thing in named if (present := thing.present)}.values())


def _entry(edition: Edition, document: AnyDocument, topics: Iterable[Topic], outlets: Iterable[Outlet]) -> Entry:
    names = [topic.name for topic in document.topics]
    if isinstance(document, Explainer):
        title, summary, headings, texts = _of_story(document)
        names += [outlet.name for passage in document.passages for outlet in passage.outlets]
    else:
        title, summary, headings, texts = _of_question(document)
    return Entry(
        kind=edition.work_kind,
        uid=edition.uid,
        titles=(title,),
        language=edition.language,
        summary=summary,
        headings=tuple(headings),
        texts=tuple(texts),
        names=tuple(dict.fromkeys(names)),
        topics=tuple(topic.uid for topic in topics),
        outlets=tuple(outlet.uid for outlet in outlets),
        edition=edition.pk,
        updated_at=edition.updated_at,
        live_from=edition.live_from,
        live_until=edition.live_until,
    )


type _Fields = tuple[str, str, list[TextPart], list[TextPart]]


def _of_story(document: Explainer) -> _Fields:
    headings = [TextPart(section.heading, section.kind) for section in document.sections]
    headings += [TextPart(asked.question) for asked in document.questions]
    texts = [TextPart(plain_text(section.text), section.kind) for section in document.sections]
    texts += [TextPart(plain_text(passage.text), PAPERS.code) for passage in document.passages]
    texts += [TextPart(plain_text(asked.teaser)) for asked in document.questions]
    return document.headline, plain_text(document.standfirst), headings, texts


def _of_question(document: QuestionPage) -> _Fields:
    headings = [TextPart(answer.question) for answer in document.answers]
    texts = [TextPart(plain_text(answer.text)) for answer in document.answers]
    return document.question, plain_text(document.introduction), headings, texts


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
        *Topic.objects.standing().filter(uid__in=index.list_indexed("topic")),
        *Outlet.objects.standing().filter(uid__in=index.list_indexed("source")),
    ]
    total += len(names)
    for name in names:
        name.be_found()
        done += 1
        yield Progress(done, total)


def is_empty() -> bool:
    """Return whether nothing is indexed, although there are pages to find."""
    return not index.has_documents() and _pages().filter(live_until__gt=clock.now()).exists()


def _pages() -> QuerySet[Edition]:
    return Edition.objects.spanning().filter(kind=EditionKind.PAGE)


@transaction.atomic
def _index(keys: list[int]) -> None:
    # Every verb locks the work first, so no span changes between reading and writing here.
    list(Work.objects.select_for_update().filter(editions__in=keys).order_by("pk").values_list("pk", flat=True))
    pages = _pages().filter(pk__in=keys).select_related("document").order_by("pk")
    # A page always has a document.
    frozen = [(edition, cast("Document", edition.document).value()) for edition in pages]
    index_editions(frozen, names=NamedEntities.held(document for _, document in frozen))
