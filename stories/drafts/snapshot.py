"""Build documents from the rows of works."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from stories.documents import (
    Answer,
    AnyDocument,
    AskedQuestion,
    Cell,
    CitedArticle,
    Claim,
    Explainer,
    Forecast,
    KeyFigure,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Origin,
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from stories.documents.fields import FrozenModel
from stories.documents.headings import usual_heading
from stories.drafts.citations import build_proposed_outlets, sort_by_mention
from stories.drafts.rows import (
    CellRow,
    CitationRow,
    ClaimRow,
    DraftRows,
    ForecastRow,
    ImageRow,
    PassageOutletRow,
    PassageRow,
    QuestionRow,
    StoryRow,
    TopicRow,
)
from stories.models import Work
from stories.models.faq import choose_teaser


def build_document(work: Work) -> AnyDocument:
    """Return the document built from the rows of ``work``. The number of queries is constant."""
    return build_documents([work])[work.pk]


def build_documents(works: Iterable[Work]) -> dict[int, AnyDocument]:
    """Return the documents of the works, keyed by primary key. The number of queries is constant."""
    return build_documents_from_rows(DraftRows.load(works))


def build_documents_from_rows(rows: DraftRows) -> dict[int, AnyDocument]:
    """Return the documents built from rows that are already loaded, keyed by the primary keys of their works."""
    return {
        **{story.pk: _build_explainer(story, rows) for story in rows.stories},
        **{question.pk: _build_question_page(question, rows) for question in rows.questions},
    }


def _build_explainer(story: StoryRow, rows: DraftRows) -> Explainer:
    citations = _build_citations(rows.citations[story.pk])
    numbers: dict[UUID | None, int] = {citation.article: citation.number for citation in citations}
    return Explainer(
        **_get_common_fields(story, Explainer, without=frozenset({"origins", "unexamined"})),
        lead_picture=_build_lead_picture(story),
        byline=tuple(
            NamedContributor(uid=row.contributor__uid, name=row.contributor__name) for row in rows.bylines[story.pk]
        ),
        sections=tuple(
            Section(
                **{
                    **_get_common_fields(row, Section),
                    "heading": row.heading or usual_heading(row.kind, story.language),
                }
            )
            for row in rows.sections[story.pk]
        ),
        passages=tuple(_build_passage(row, rows, numbers) for row in rows.passages[story.pk]),
        claims=tuple(_build_claim(row, rows, numbers) for row in rows.claims[story.pk]),
        figures=tuple(
            KeyFigure(**_get_common_fields(row, KeyFigure), source=numbers.get(row.article__uid))
            for row in rows.figures[story.pk]
        ),
        forecasts=tuple(_build_forecast(row, numbers) for row in rows.forecasts[story.pk]),
        questions=tuple(
            AskedQuestion(
                uid=row.faq__uid,
                question=row.wording or row.faq__question,
                teaser=row.teaser
                or choose_teaser(row.faq__short_answer, row.faq__introduction, state=row.faq__answer_state),
            )
            for row in rows.story_questions[story.pk]
        ),
        topics=_build_topics(rows.topics[story.pk]),
        citations=citations,
        pictures=_build_pictures(rows.pictures[story.pk]),
        headings=PartHeadings.usual(story.language).model_copy(update=story.part_headings),
        origins=tuple(_build_origin(each, numbers) for each in story.origins),
        unexamined=tuple(number for number in story.unexamined if number in numbers.values()),
    )


def _build_question_page(question: QuestionRow, rows: DraftRows) -> QuestionPage:
    return QuestionPage(
        **_get_common_fields(question, QuestionPage),
        state=question.answer_state,
        answers=tuple(Answer(**_get_common_fields(row, Answer)) for row in rows.answers[question.pk]),
        topics=_build_topics(rows.topics[question.pk]),
        citations=_build_citations(rows.citations[question.pk]),
        pictures=_build_pictures(rows.pictures[question.pk]),
    )


def _get_common_fields(
    row: NamedTuple, model: type[FrozenModel], *, without: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """Return the columns of a row that are also fields of the document class, except ``without``."""
    return {name: getattr(row, name) for name in _list_common_fields(type(row), model, without)}


@cache
def _list_common_fields(row: type[NamedTuple], model: type[FrozenModel], without: frozenset[str]) -> list[str]:
    return [name for name in row._fields if name in model.model_fields and name not in without]


def _build_lead_picture(story: StoryRow) -> PlacedPicture | None:
    if story.lead_image__uid is None:
        return None
    return PlacedPicture(
        # A work has only one lead image, so the uid of the work identifies this use of the image.
        uid=story.uid,
        image=story.lead_image__uid,
        alt=story.lead_alt,
        decorative=story.lead_decorative,
        caption=story.lead_caption,
        credit=story.lead_credit,
    )


def _build_claim(claim: ClaimRow, rows: DraftRows, numbers: Mapping[UUID | None, int]) -> Claim:
    return Claim(
        **_get_common_fields(claim, Claim),
        cells=tuple(
            Cell(
                **_get_common_fields(row, Cell),
                outlet=_build_outlet(row) or NamedOutlet(uid=None, name=""),
                source=numbers.get(row.article__uid),
            )
            for row in rows.cells[claim.pk]
        ),
    )


def _build_forecast(row: ForecastRow, numbers: Mapping[UUID | None, int]) -> Forecast:
    return Forecast(
        **_get_common_fields(row, Forecast),
        outlet=_build_outlet(row),
        source=numbers.get(row.article__uid),
        outcome_source=numbers.get(row.outcome_article__uid),
    )


def _build_outlet(row: CellRow | ForecastRow) -> NamedOutlet | None:
    """Return the confirmed or proposed outlet of a row, or None."""
    name = row.proposed_outlet if row.outlet__name is None else row.outlet__name
    return NamedOutlet(uid=row.outlet__uid, name=name) if name or row.outlet__uid else None


def _build_origin(stored: Mapping[str, Any], numbers: Mapping[UUID | None, int]) -> Origin:
    """Return an origin without the numbers of sources that the story no longer cites."""
    cited = [number for number in stored["sources"] if number in numbers.values()]
    return Origin.model_validate({**stored, "sources": cited})


def _build_passage(passage: PassageRow, rows: DraftRows, numbers: Mapping[UUID | None, int]) -> Passage:
    drawn_on = (row.article__uid for row in rows.passage_articles[passage.pk])
    return Passage(
        **_get_common_fields(passage, Passage),
        outlets=sort_by_mention(
            passage.text,
            [*_build_outlets(rows.passage_outlets[passage.pk]), *build_proposed_outlets(passage.proposed_outlets)],
        ),
        sources=tuple(sorted(numbers[article] for article in drawn_on if article in numbers)),
    )


def _build_outlets(rows: Iterable[PassageOutletRow]) -> list[tuple[NamedOutlet, list[str]]]:
    """Return the confirmed outlets of a passage, each with its folded names."""
    outlets: dict[UUID, tuple[NamedOutlet, list[str]]] = {}
    for row in rows:
        outlet = NamedOutlet(uid=row.outlet__uid, name=row.outlet__name)
        _, names = outlets.setdefault(row.outlet__uid, (outlet, [row.outlet__folded_name]))
        if row.outlet__aliases__folded:
            names.append(row.outlet__aliases__folded)
    return list(outlets.values())


def _build_topics(rows: Sequence[TopicRow]) -> tuple[NamedTopic, ...]:
    return tuple(
        NamedTopic(
            **_get_common_fields(row, NamedTopic),
            topic=row.topic__uid,
            name=row.proposed_name if row.topic__name is None else row.topic__name,
        )
        for row in rows
    )


def _build_citations(rows: Sequence[CitationRow]) -> tuple[CitedArticle, ...]:
    return tuple(
        CitedArticle(
            number=row.number,
            article=row.article__uid,
            outlet=NamedOutlet(
                uid=row.article__outlet__uid,
                name=row.article__proposed_outlet if row.article__outlet__name is None else row.article__outlet__name,
            ),
            url=row.article__url,
            title=row.article__title,
            published_on=row.article__published_on,
            author=row.article__author,
            paywalled=row.article__paywalled,
            archived_url=row.article__archived_url,
            archived_on=row.article__archived_on,
        )
        for row in rows
    )


def _build_pictures(rows: Sequence[ImageRow]) -> tuple[PlacedPicture, ...]:
    return tuple(PlacedPicture(**_get_common_fields(row, PlacedPicture), image=row.image__uid) for row in rows)
