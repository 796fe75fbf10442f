"""Create works from documents, many at once."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction

from newsroom.accounts.models import User
from newsroom.db.statements import PreparedInsert
from newsroom.redirects.models import Address
from stories.documents import AnyDocument, AskedQuestion, CitedArticle, Explainer, QuestionPage
from stories.drafts.references import (
    find_outlets,
    find_topics,
    get_images,
    get_or_create_articles,
    get_or_create_contributors,
)
from stories.drafts.restore import (
    Part,
    build_answers,
    build_images,
    build_passages,
    build_question_fields,
    build_sections,
    build_story_fields,
    build_topics,
)
from stories.models import (
    FAQ,
    Answer,
    Article,
    Byline,
    Citation,
    Section,
    SourceSummary,
    Story,
    StoryQuestion,
    Work,
    WorkImage,
    WorkTopic,
)

_SPEAKING = PreparedInsert(SourceSummary.outlets.through, "sourcesummary", "outlet")
_DRAWING = PreparedInsert(SourceSummary.articles.through, "sourcesummary", "article")
_SECTIONS = PreparedInsert(Section, "uid", "story", "position", "kind", "heading", "text")


@dataclass(frozen=True, slots=True)
class CreatedWorks:
    """New works in the order of their documents, and the questions created because stories ask them."""

    works: list[Work]
    created_questions: list[Work]


@transaction.atomic(savepoint=False)
def create_works(documents: Sequence[AnyDocument], *, owner: User | None, by: User | None) -> CreatedWorks:
    """Create a work with its rows for each document, under a free address; none of the works may exist.

    Unknown outlets and topics become proposed names. Unknown articles, contributors and questions are created in the
    name of ``by``. Take a few queries for each kind of row, and one for each story and question. Raise
    UnknownPictureError if an image is not in the library.
    """
    leads = [each.lead_picture for each in documents if isinstance(each, Explainer) and each.lead_picture]
    images = get_images([*leads, *(placed for each in documents for placed in each.pictures)])
    asked = _asked_anew(documents)
    pages = [*documents, *(_page_of(question, story) for question, story in asked)]
    works = _works(pages, owner=owner)
    for document, work in zip(pages, works, strict=True):
        if isinstance(document, Explainer):
            _insert(Story(work_ptr_id=work.pk, **build_story_fields(document, images)))
        else:
            _insert(FAQ(work_ptr_id=work.pk, **build_question_fields(document)))
    told = list(zip(documents, works, strict=False))
    stories = [(document, work) for document, work in told if isinstance(document, Explainer)]
    questions = [(document, work) for document, work in told if isinstance(document, QuestionPage)]
    _fill_sections((work, build_sections(document)) for document, work in stories)
    _fill(Answer, "faq_id", ((work, build_answers(document)) for document, work in questions))
    _fill(WorkImage, "work_id", ((work, build_images(document, images)) for document, work in told))
    topics = find_topics(topic for document in documents for topic in document.topics)
    _fill(WorkTopic, "work_id", ((work, build_topics(document, topics)) for document, work in told))
    articles = get_or_create_articles([cited for document in documents for cited in document.citations], by=by)
    Citation.objects.bulk_create(
        Citation(work_id=work.pk, article=articles[cited], number=cited.number)
        for document, work in told
        for cited in document.citations
    )
    _fill_passages(stories, articles)
    _fill_bylines(stories, by=by)
    _ask_questions(stories)
    return CreatedWorks(works[: len(documents)], works[len(documents) :])


def _asked_anew(documents: Sequence[AnyDocument]) -> list[tuple[AskedQuestion, Explainer]]:
    """Return the unknown questions that stories ask, each with the first story that asks it."""
    asked = {
        question.uid: (question, document)
        for document in reversed(documents)
        if isinstance(document, Explainer)
        for question in document.questions
    }
    known = set(FAQ.objects.filter(uid__in=asked).values_list("uid", flat=True)) if asked else set()
    known |= {document.uid for document in documents}
    return [one for uid, one in asked.items() if uid not in known]


def _page_of(asked: AskedQuestion, story: Explainer) -> QuestionPage:
    return QuestionPage(
        uid=asked.uid,
        slug="",
        language=story.language,
        question=asked.question,
        question_confirmed=True,
        introduction=asked.teaser,
    )


def _works(documents: Sequence[AnyDocument], *, owner: User | None) -> list[Work]:
    wanted = {
        document.uid: (document.kind, document.slug or _title(document) or document.kind) for document in documents
    }
    slugs = Address.objects.find_free_slugs(wanted, taken=Work.objects.all())
    return Work.objects.bulk_create(
        Work(
            uid=document.uid,
            kind=document.kind,
            slug=slugs[document.uid],
            language=document.language,
            owner=owner,
            cut_off=document.cut_off,
            citations_given=max((cited.number for cited in document.citations), default=0),
        )
        for document in documents
    )


def _title(document: AnyDocument) -> str:
    return document.headline if isinstance(document, Explainer) else document.question


def _insert(row: Story | FAQ) -> None:
    """Insert the child row of a work whose parent row exists."""
    # bulk_create refuses models with multi-table inheritance.
    row.save_base(raw=True, force_insert=True)


def _fill(model: type[models.Model], parent: str, told: Iterable[tuple[Work, list[Part]]]) -> list[list[Any]]:
    """Insert the parts of new works and return their rows by work; a uid that another row has is replaced."""
    rows = [
        [
            model(uid=uid, position=position, **{parent: work.pk}, **values)
            for position, (uid, values) in enumerate(parts)
        ]
        for work, parts in _with_own_uids(model, told)
    ]
    model._default_manager.bulk_create(row for some in rows for row in some)
    return rows


def _fill_sections(told: Iterable[tuple[Work, list[Part]]]) -> None:
    """Insert the sections of new stories, as ``_fill`` would."""
    # Inserted with UNNEST on PostgreSQL. Django does not do this for a foreign key to Story, whose primary key is a
    # OneToOneField.
    _SECTIONS(
        (uid, work.pk, position, values["kind"], values["heading"], values["text"])
        for work, parts in _with_own_uids(Section, told)
        for position, (uid, values) in enumerate(parts)
    )


def _with_own_uids(model: type[models.Model], told: Iterable[tuple[Work, list[Part]]]) -> list[tuple[Work, list[Part]]]:
    """Return the parts, each with a uid that no other row has."""
    wanted = list(told)
    uids = {uid for _, parts in wanted for uid, _ in parts}
    taken = set(model._default_manager.filter(uid__in=uids).values_list("uid", flat=True)) if uids else set()

    def own(uid: UUID) -> UUID:
        free = uuid.uuid4() if uid in taken else uid
        taken.add(free)
        return free

    return [(work, [(own(uid), values) for uid, values in parts]) for work, parts in wanted]


def _fill_passages(stories: Sequence[tuple[Explainer, Work]], articles: Mapping[CitedArticle, Article]) -> None:
    outlets = find_outlets(outlet for document, _ in stories for each in document.passages for outlet in each.outlets)
    told = ((work, build_passages(document, outlets)) for document, work in stories)
    rows = _fill(SourceSummary, "story_id", told)
    written = [
        (row, passage, {cited.number: cited for cited in document.citations})
        for (document, _), some in zip(stories, rows, strict=True)
        for row, passage in zip(some, document.passages, strict=True)
    ]
    _SPEAKING(
        (row.pk, outlet)
        for row, passage, _ in written
        for outlet in dict.fromkeys(outlets[each].pk for each in passage.outlets if each in outlets)
    )
    _DRAWING(
        (row.pk, articles[cited[number]].pk)
        for row, passage, cited in written
        for number in dict.fromkeys(passage.sources)
    )


def _fill_bylines(stories: Sequence[tuple[Explainer, Work]], *, by: User | None) -> None:
    names = list({name: None for document, _ in stories for name in document.byline})
    people = dict(zip(names, get_or_create_contributors(names, by=by), strict=True))
    Byline.objects.bulk_create(
        Byline(story_id=work.pk, contributor=person, position=position)
        for document, work in stories
        for position, person in enumerate(dict.fromkeys(people[name] for name in document.byline))
    )


def _ask_questions(stories: Sequence[tuple[Explainer, Work]]) -> None:
    uids = {asked.uid for document, _ in stories for asked in document.questions}
    known = {faq.uid: faq for faq in FAQ.objects.filter(uid__in=uids)} if uids else {}
    StoryQuestion.objects.bulk_create(
        StoryQuestion(
            story_id=work.pk,
            faq=known[asked.uid],
            wording="" if asked.question == known[asked.uid].question else asked.question[:300],
            teaser="" if asked.teaser == known[asked.uid].introduction else asked.teaser,
            position=position,
        )
        for document, work in stories
        for position, asked in enumerate(document.questions)
    )
