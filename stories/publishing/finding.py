"""Lets readers find editions: by which words, and by which topics and outlets."""

from collections.abc import Iterable
from uuid import UUID

from newsroom.names.models import Named
from newsroom.search import indexing
from newsroom.search.entries import Entry, Passage
from newsroom.text.plain import words_of
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.section_kinds import PAPERS
from stories.models import Edition, Outlet
from topics.models import Topic


def let_be_found(edition: Edition, document: AnyDocument) -> None:
    """Let readers find an edition as long as it is live, and what it names, by the words of its document."""
    topics, outlets = _named(document)
    indexing.index(_entry(edition, document, topics, outlets))
    for thing in [*topics, *outlets]:
        if not indexing.knows(thing.address_kind, thing.uid):
            thing.be_found()


def let_be_found_again(edition: Edition, document: AnyDocument) -> None:
    """Let an edition be found by other words, where it can be found."""
    if indexing.knows_edition(edition.pk):
        let_be_found(edition, document)


def _named(document: AnyDocument) -> tuple[list[Topic], list[Outlet]]:
    """Return the topics and outlets that a document names, as they stand today: what was merged is the other one."""
    outlets = [cited.outlet.uid for cited in document.citations]
    if isinstance(document, Explainer):
        outlets = [*(outlet.uid for passage in document.passages for outlet in passage.outlets), *outlets]
    return _standing(Topic, (topic.topic for topic in document.topics)), _standing(Outlet, outlets)


def _standing[Thing: Named](model: type[Thing], uids: Iterable[UUID | None]) -> list[Thing]:
    wanted = {uid for uid in uids if uid}
    rows = model._default_manager.filter(uid__in=wanted).select_related("merged_into").order_by("pk") if wanted else ()
    return list({standing.pk: standing for row in rows if (standing := row.present)}.values())


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


type _Fields = tuple[str, str, list[Passage], list[Passage]]


def _of_story(document: Explainer) -> _Fields:
    headings = [Passage(section.heading, section.kind) for section in document.sections]
    headings += [Passage(asked.question) for asked in document.questions]
    texts = [Passage(words_of(section.text), section.kind) for section in document.sections]
    texts += [Passage(words_of(passage.text), PAPERS.code) for passage in document.passages]
    texts += [Passage(words_of(asked.teaser)) for asked in document.questions]
    return document.headline, words_of(document.standfirst), headings, texts


def _of_question(document: QuestionPage) -> _Fields:
    headings = [Passage(answer.question) for answer in document.answers]
    texts = [Passage(words_of(answer.text)) for answer in document.answers]
    return document.question, words_of(document.introduction), headings, texts
