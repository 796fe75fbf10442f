"""Create works from documents in bulk."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction

from newsroom.accounts.models import User
from newsroom.db.statements import PreparedInsert
from newsroom.redirects.models import Address
from stories.documents import AnyDocument, AskedQuestion, CitedArticle, Explainer, QuestionPage, title_of
from stories.drafts.references import (
    confirms_questions,
    find_outlets,
    find_topics,
    get_images,
    get_or_create_articles,
    get_or_create_contributors,
)
from stories.drafts.restore import (
    Part,
    build_answers,
    build_cells,
    build_claims,
    build_figures,
    build_forecasts,
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
    ClaimCell,
    KeyFigure,
    Section,
    SourceSummary,
    Story,
    StoryClaim,
    StoryForecast,
    StoryQuestion,
    Work,
    WorkImage,
    WorkTopic,
)

_PASSAGE_OUTLETS = PreparedInsert(SourceSummary.outlets.through, "sourcesummary", "outlet")
_PASSAGE_ARTICLES = PreparedInsert(SourceSummary.articles.through, "sourcesummary", "article")
_SECTIONS = PreparedInsert(Section, "uid", "story", "position", "kind", "heading", "text")


@dataclass(frozen=True, slots=True)
class CreatedWorks:
    """New works in the order of their documents, and the questions that were created because stories ask them."""

    works: list[Work]
    created_questions: list[Work]


@transaction.atomic(savepoint=False)
def create_works(documents: Sequence[AnyDocument], *, owner: User | None, by: User | None) -> CreatedWorks:
    """For each document, create a work with its rows and a free slug.

    Return the new works and questions. None of the works may exist already. Unknown outlets and topics become proposed
    names. Unknown articles and contributors are created on behalf of ``by``. Unknown questions are created too, with
    the owner ``owner``. Raise UnknownImageError if an image is not in the library.

    This takes a few queries for each kind of row, and one for each story and question. Each contributor, each slug that
    is taken, and each topic or outlet with an unknown uid takes further queries.
    """
    lead_images = [each.lead_picture for each in documents if isinstance(each, Explainer) and each.lead_picture]
    images = get_images([*lead_images, *(picture for each in documents for picture in each.pictures)])
    new_questions = [_build_question_page(asked, story, by=by) for asked, story in _list_new_questions(documents)]
    pages = [*documents, *new_questions]
    works = _create_work_rows(pages, owner=owner)
    for document, work in zip(pages, works, strict=True):
        if isinstance(document, Explainer):
            _insert(Story(work_ptr_id=work.pk, **build_story_fields(document, images)))
        else:
            _insert(FAQ(work_ptr_id=work.pk, **build_question_fields(document)))
    # This leaves out the new questions, which have no parts.
    pairs = list(zip(documents, works, strict=False))
    stories = [(document, work) for document, work in pairs if isinstance(document, Explainer)]
    questions = [(document, work) for document, work in pairs if isinstance(document, QuestionPage)]
    _create_sections((work, build_sections(document)) for document, work in stories)
    _create_parts(Answer, "faq_id", ((work, build_answers(document)) for document, work in questions))
    _create_parts(WorkImage, "work_id", ((work, build_images(document, images)) for document, work in pairs))
    topics = find_topics(topic for document in documents for topic in document.topics)
    _create_parts(WorkTopic, "work_id", ((work, build_topics(document, topics)) for document, work in pairs))
    articles = get_or_create_articles([cited for document in documents for cited in document.citations], by=by)
    Citation.objects.bulk_create(
        Citation(work_id=work.pk, article=articles[cited], number=cited.number)
        for document, work in pairs
        for cited in document.citations
    )
    _create_passages(stories, articles)
    _create_parts_with_sources(stories, articles)
    _create_bylines(stories, by=by)
    _create_story_questions(stories)
    return CreatedWorks(works[: len(documents)], works[len(documents) :])


def _list_new_questions(documents: Sequence[AnyDocument]) -> list[tuple[AskedQuestion, Explainer]]:
    """Return the questions that stories ask and that do not exist, each with the first story that asks it."""
    questions_by_uid = {
        question.uid: (question, document)
        for document in reversed(documents)
        if isinstance(document, Explainer)
        for question in document.questions
    }
    existing = (
        set(FAQ.objects.filter(uid__in=questions_by_uid).values_list("uid", flat=True)) if questions_by_uid else set()
    )
    existing |= {document.uid for document in documents}
    return [pair for uid, pair in questions_by_uid.items() if uid not in existing]


def _build_question_page(question: AskedQuestion, story: Explainer, *, by: User | None) -> QuestionPage:
    return QuestionPage(
        uid=question.uid,
        slug="",
        language=story.language,
        question=question.question,
        question_confirmed=confirms_questions(by),
        introduction=question.teaser,
    )


def _create_work_rows(documents: Sequence[AnyDocument], *, owner: User | None) -> list[Work]:
    preferred_slugs = {
        document.uid: (document.kind, document.slug or title_of(document) or document.kind) for document in documents
    }
    slugs = Address.objects.find_free_slugs(preferred_slugs, taken=Work.objects.all())
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


def _insert(row: Story | FAQ) -> None:
    """Insert the row of a story or a question whose parent row in ``Work`` already exists."""
    # bulk_create does not support multi-table inheritance.
    row.save_base(raw=True, force_insert=True)


def _create_parts[Parent: models.Model](
    model: type[models.Model], parent: str, parts_by_work: Iterable[tuple[Parent, list[Part]]]
) -> list[list[Any]]:
    """Insert the parts of new works or rows, replacing uids that are taken. Return a list of rows for each parent."""
    rows = [
        [
            model(uid=uid, position=position, **{parent: work.pk}, **values)
            for position, (uid, values) in enumerate(parts)
        ]
        for work, parts in _replace_taken_uids(model, parts_by_work)
    ]
    model._default_manager.bulk_create(row for rows_of_work in rows for row in rows_of_work)
    return rows


def _create_sections(parts_by_work: Iterable[tuple[Work, list[Part]]]) -> None:
    """Insert the sections of new stories, as ``_create_parts`` would."""
    # On PostgreSQL, this prepared statement uses UNNEST. Django's bulk_create does not use it with a foreign key to
    # Story, whose primary key is a OneToOneField.
    _SECTIONS(
        (uid, work.pk, position, values["kind"], values["heading"], values["text"])
        for work, parts in _replace_taken_uids(Section, parts_by_work)
        for position, (uid, values) in enumerate(parts)
    )


def _replace_taken_uids[Parent: models.Model](
    model: type[models.Model], parts_by_work: Iterable[tuple[Parent, list[Part]]]
) -> list[tuple[Parent, list[Part]]]:
    """Return the parts, with a new uid for each part whose uid is taken."""
    pairs = list(parts_by_work)
    uids = {uid for _, parts in pairs for uid, _ in parts}
    taken = set(model._default_manager.filter(uid__in=uids).values_list("uid", flat=True)) if uids else set()

    def get_free_uid(uid: UUID) -> UUID:
        free = uuid.uuid4() if uid in taken else uid
        taken.add(free)
        return free

    return [(work, [(get_free_uid(uid), values) for uid, values in parts]) for work, parts in pairs]


def _create_passages(stories: Sequence[tuple[Explainer, Work]], articles: Mapping[CitedArticle, Article]) -> None:
    outlets = find_outlets(outlet for document, _ in stories for each in document.passages for outlet in each.outlets)
    parts_by_work = ((work, build_passages(document, outlets)) for document, work in stories)
    rows = _create_parts(SourceSummary, "story_id", parts_by_work)
    passages = [
        (row, passage, {cited.number: cited for cited in document.citations})
        for (document, _), rows_of_story in zip(stories, rows, strict=True)
        for row, passage in zip(rows_of_story, document.passages, strict=True)
    ]
    _PASSAGE_OUTLETS(
        (row.pk, outlet)
        for row, passage, _ in passages
        for outlet in dict.fromkeys(outlets[each].pk for each in passage.outlets if each in outlets)
    )
    _PASSAGE_ARTICLES(
        (row.pk, articles[cited[number]].pk)
        for row, passage, cited in passages
        for number in dict.fromkeys(passage.sources)
    )


def _create_parts_with_sources(
    stories: Sequence[tuple[Explainer, Work]], articles: Mapping[CitedArticle, Article]
) -> None:
    """Insert the claims with their cells, the figures and the forecasts of new stories."""
    numbered = [
        (document, work, {cited.number: articles[cited] for cited in document.citations}) for document, work in stories
    ]
    _create_parts(KeyFigure, "story_id", ((work, build_figures(document, cited)) for document, work, cited in numbered))
    claims = _create_parts(StoryClaim, "story_id", ((work, build_claims(document)) for document, work in stories))
    outlets = find_outlets(
        outlet
        for document, _ in stories
        for outlet in (
            *(cell.outlet for claim in document.claims for cell in claim.cells),
            *(forecast.outlet for forecast in document.forecasts if forecast.outlet),
        )
    )
    _create_parts(
        ClaimCell,
        "claim_id",
        (
            (row, build_cells(claim, cited, outlets))
            for (document, _, cited), rows in zip(numbered, claims, strict=True)
            for claim, row in zip(document.claims, rows, strict=True)
        ),
    )
    _create_parts(
        StoryForecast,
        "story_id",
        ((work, build_forecasts(document, cited, outlets)) for document, work, cited in numbered),
    )


def _create_bylines(stories: Sequence[tuple[Explainer, Work]], *, by: User | None) -> None:
    names = list({name: None for document, _ in stories for name in document.byline})
    contributors = dict(zip(names, get_or_create_contributors(names, by=by), strict=True))
    Byline.objects.bulk_create(
        Byline(story_id=work.pk, contributor=contributor, position=position)
        for document, work in stories
        for position, contributor in enumerate(dict.fromkeys(contributors[name] for name in document.byline))
    )


def _create_story_questions(stories: Sequence[tuple[Explainer, Work]]) -> None:
    uids = {asked.uid for document, _ in stories for asked in document.questions}
    questions = {faq.uid: faq for faq in FAQ.objects.filter(uid__in=uids)} if uids else {}
    StoryQuestion.objects.bulk_create(
        StoryQuestion(
            story_id=work.pk,
            faq=questions[asked.uid],
            wording="" if asked.question == questions[asked.uid].question else asked.question[:300],
            teaser="" if asked.teaser == questions[asked.uid].usual_teaser else asked.teaser,
            position=position,
        )
        for document, work in stories
        for position, asked in enumerate(document.questions)
    )
