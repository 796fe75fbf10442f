"""Lets readers find editions: by which words, and by which topics and outlets."""

from collections.abc import Iterable, Sequence

from newsroom.entities.models import Named, entries_of
from newsroom.search import index
from newsroom.search.index.entries import Entry, Passage
from newsroom.text.plain import words_of
from stories.documents import AnyDocument, Explainer, QuestionPage
from stories.documents.schema import PAPERS
from stories.drafts.references import Names
from stories.models import Edition, Outlet
from topics.models import Topic


def let_be_found(frozen: Sequence[tuple[Edition, AnyDocument]], *, names: Names) -> None:
    """Let readers find each edition as long as it is live, and what it names, by the words of its document.

    ``names`` are at least those that the documents name. As many queries for many as for one.
    """
    entries = [
        _entry(edition, document, _present(names.topics_of(document)), _present(names.outlets_of(document)))
        for edition, document in frozen
    ]
    things: list[Named] = [
        *_present(topic for _, document in frozen for topic in names.topics_of(document)),
        *_present(outlet for _, document in frozen for outlet in names.outlets_of(document)),
    ]
    known = index.known_of([(thing.address_kind, thing.uid) for thing in things])
    # All together, so that words are learnt in one order: two who publish at a time never wait for each other's.
    new = [thing for thing in things if (thing.address_kind, thing.uid) not in known]
    index.index_many([*entries, *entries_of(new)])


def let_be_found_again(edition: Edition, document: AnyDocument) -> None:
    """Let an edition be found by other words, where it can be found."""
    if index.knows_edition(edition.pk):
        let_be_found([(edition, document)], names=Names.held([document]))


def _present[Thing: Named](named: Iterable[Thing]) -> list[Thing]:
    """Return the things as they stand today, each once: what was merged is the other one."""
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
