"""The rows of drafts, loaded for many works at once, with only the columns that documents need."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import Exists, OuterRef

from newsroom.db.statements import PreparedQuery
from stories.documents.schema.question import AnswerState
from stories.models import (
    FAQ,
    Answer,
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
    WorkKind,
    WorkTopic,
)


class StoryRow(NamedTuple):
    """The fields of a story, with the uid of its lead image."""

    pk: int
    uid: UUID
    slug: str
    language: str
    headline: str
    headline_confirmed: bool
    standfirst: str
    lead_image__uid: UUID | None
    lead_alt: str
    lead_decorative: bool
    lead_caption: str
    lead_credit: str
    method_note: str
    part_headings: dict[str, str]
    origins: list[dict[str, Any]]
    unexamined: list[int]
    cut_off: bool
    has_claims: bool
    has_forecasts: bool


class QuestionRow(NamedTuple):
    pk: int
    uid: UUID
    slug: str
    language: str
    question: str
    question_confirmed: bool
    short_answer: str
    short_answer_as_of: date | None
    short_answer_expires_on: date | None
    answer_state: AnswerState
    open_since: date | None
    missing: str
    could_answer: str
    introduction: str
    cut_off: bool


class BylineRow(NamedTuple):
    story: int
    contributor__uid: UUID
    contributor__name: str


class SectionRow(NamedTuple):
    story: int
    uid: UUID
    kind: str
    heading: str
    text: str


class PassageRow(NamedTuple):
    """A passage of a story, without its confirmed outlets."""

    story: int
    pk: int
    uid: UUID
    text: str
    proposed_outlets: list[str]
    opens_paragraph: bool


class PassageOutletRow(NamedTuple):
    """An outlet of a passage with one of its aliases, or with None if the outlet has no alias."""

    sourcesummary: int
    outlet__uid: UUID
    outlet__name: str
    outlet__folded_name: str
    outlet__aliases__folded: str | None


class PassageArticleRow(NamedTuple):
    """An article on which a passage draws."""

    sourcesummary: int
    article__uid: UUID


class FigureRow(NamedTuple):
    """A figure of a story, with the uid of its article."""

    story: int
    uid: UUID
    value: str
    counts: str
    according_to: str
    as_of: date | None
    article__uid: UUID | None


class ClaimRow(NamedTuple):
    """A point of a story, without its cells."""

    story: int
    pk: int
    uid: UUID
    claim: str
    kind: str
    unit: str
    as_of: date | None
    brief: str
    difference: str
    note: str


class CellRow(NamedTuple):
    """What an outlet says about a point, with the uid of its article."""

    claim: int
    uid: UUID
    outlet__uid: UUID | None
    outlet__name: str | None
    proposed_outlet: str
    stance: str
    value: str
    low: str
    high: str
    approximate: bool
    when: str
    article__uid: UUID | None
    quotation: str
    attributed_to: str
    as_of: date | None


class ForecastRow(NamedTuple):
    """A forecast of a story, with the uids of its articles."""

    story: int
    uid: UUID
    speaker: str
    speaker_kind: str
    outlet__uid: UUID | None
    outlet__name: str | None
    proposed_outlet: str
    said_on: date | None
    article__uid: UUID | None
    quotation: str
    expected: str
    due_on: date | None
    chance: int | None
    low: str
    high: str
    unit: str
    state: str
    outcome: str
    outcome_article__uid: UUID | None
    decided_on: date | None


class StoryQuestionRow(NamedTuple):
    """A question that a story asks, with the story's own wording and teaser, which may be empty."""

    story: int
    faq__uid: UUID
    wording: str
    teaser: str
    faq__question: str
    faq__short_answer: str
    faq__introduction: str
    faq__answer_state: str


class AnswerRow(NamedTuple):
    faq: int
    uid: UUID
    question: str
    text: str
    as_of: date | None
    state: str
    expires_on: date | None


class TopicRow(NamedTuple):
    """A topic of a work, confirmed or proposed."""

    work: int
    uid: UUID
    topic__uid: UUID | None
    topic__name: str | None
    proposed_name: str
    description: str
    explain: bool


class CitationRow(NamedTuple):
    """An article that a work cites, with its source number."""

    work: int
    number: int
    article__uid: UUID
    article__outlet__uid: UUID | None
    article__outlet__name: str | None
    article__proposed_outlet: str
    article__url: str
    article__title: str
    article__published_on: date | None
    article__author: str
    article__paywalled: bool
    article__archived_url: str
    article__archived_on: date | None


class ImageRow(NamedTuple):
    """An image in the text of a work."""

    work: int
    uid: UUID
    image__uid: UUID
    alt: str
    decorative: bool
    caption: str
    credit: str


_PassageOutlet, _PassageArticle = SourceSummary.outlets.through, SourceSummary.articles.through

# Most stories have neither claims nor forecasts, which then take no query of their own.
_STORIES = PreparedQuery(
    lambda keys: (
        Story.objects.filter(id__in=keys)
        .annotate(
            has_claims=Exists(StoryClaim.objects.filter(story=OuterRef("pk"))),
            has_forecasts=Exists(StoryForecast.objects.filter(story=OuterRef("pk"))),
        )
        .values_list(*StoryRow._fields)
    )
)
_QUESTIONS = PreparedQuery(lambda keys: FAQ.objects.filter(id__in=keys).values_list(*QuestionRow._fields))
_BYLINES = PreparedQuery(lambda keys: Byline.objects.filter(story__id__in=keys).values_list(*BylineRow._fields))
_SECTIONS = PreparedQuery(lambda keys: Section.objects.filter(story__id__in=keys).values_list(*SectionRow._fields))
_PASSAGES = PreparedQuery(
    lambda keys: SourceSummary.objects.filter(story__id__in=keys).values_list(*PassageRow._fields)
)
_PASSAGE_OUTLETS = PreparedQuery(
    lambda keys: (
        _PassageOutlet.objects.filter(sourcesummary__story__id__in=keys)
        .order_by()
        .values_list(*PassageOutletRow._fields)
    )
)
_PASSAGE_ARTICLES = PreparedQuery(
    lambda keys: (
        _PassageArticle.objects.filter(sourcesummary__story__id__in=keys)
        .order_by()
        .values_list(*PassageArticleRow._fields)
    )
)
_FIGURES = PreparedQuery(lambda keys: KeyFigure.objects.filter(story__id__in=keys).values_list(*FigureRow._fields))
_CLAIMS = PreparedQuery(lambda keys: StoryClaim.objects.filter(story__id__in=keys).values_list(*ClaimRow._fields))
_CELLS = PreparedQuery(lambda keys: ClaimCell.objects.filter(claim__id__in=keys).values_list(*CellRow._fields))
_FORECASTS = PreparedQuery(
    lambda keys: StoryForecast.objects.filter(story__id__in=keys).values_list(*ForecastRow._fields)
)
_STORY_QUESTIONS = PreparedQuery(
    lambda keys: StoryQuestion.objects.filter(story__id__in=keys).values_list(*StoryQuestionRow._fields)
)
_ANSWERS = PreparedQuery(lambda keys: Answer.objects.filter(faq__id__in=keys).values_list(*AnswerRow._fields))
_TOPICS = PreparedQuery(lambda keys: WorkTopic.objects.filter(work__id__in=keys).values_list(*TopicRow._fields))
_CITATIONS = PreparedQuery(lambda keys: Citation.objects.filter(work__id__in=keys).values_list(*CitationRow._fields))
_IMAGES = PreparedQuery(lambda keys: WorkImage.objects.filter(work__id__in=keys).values_list(*ImageRow._fields))


@dataclass(frozen=True, slots=True)
class DraftRows:
    """The rows of several works.

    The mappings are keyed by the primary key of the work, of the passage for ``passage_outlets`` and
    ``passage_articles``, or of the claim for ``cells``. Except in the first two, the rows of a work are in order.
    """

    stories: Sequence[StoryRow]
    questions: Sequence[QuestionRow]
    bylines: Mapping[int, Sequence[BylineRow]]
    sections: Mapping[int, Sequence[SectionRow]]
    passages: Mapping[int, Sequence[PassageRow]]
    passage_outlets: Mapping[int, Sequence[PassageOutletRow]]
    passage_articles: Mapping[int, Sequence[PassageArticleRow]]
    claims: Mapping[int, Sequence[ClaimRow]]
    cells: Mapping[int, Sequence[CellRow]]
    figures: Mapping[int, Sequence[FigureRow]]
    forecasts: Mapping[int, Sequence[ForecastRow]]
    story_questions: Mapping[int, Sequence[StoryQuestionRow]]
    answers: Mapping[int, Sequence[AnswerRow]]
    topics: Mapping[int, Sequence[TopicRow]]
    citations: Mapping[int, Sequence[CitationRow]]
    pictures: Mapping[int, Sequence[ImageRow]]

    @classmethod
    def load(cls, works: Iterable[Work]) -> Self:
        """Load the rows of stories and questions. The number of queries does not depend on the number of works."""
        stories: list[int] = []
        questions: list[int] = []
        for work in works:
            (stories if work.kind == WorkKind.STORY else questions).append(work.pk)
        works_of_both_kinds = [*stories, *questions]
        story_rows = [StoryRow._make(row) for row in _execute(_STORIES, stories)]
        claims = _load_grouped(ClaimRow, _CLAIMS, [story.pk for story in story_rows if story.has_claims])
        return cls(
            stories=story_rows,
            questions=[QuestionRow._make(row) for row in _execute(_QUESTIONS, questions)],
            bylines=_load_grouped(BylineRow, _BYLINES, stories),
            sections=_load_grouped(SectionRow, _SECTIONS, stories),
            passages=_load_grouped(PassageRow, _PASSAGES, stories),
            passage_outlets=_load_grouped(PassageOutletRow, _PASSAGE_OUTLETS, stories),
            passage_articles=_load_grouped(PassageArticleRow, _PASSAGE_ARTICLES, stories),
            claims=claims,
            cells=_load_grouped(CellRow, _CELLS, [row.pk for rows in claims.values() for row in rows]),
            figures=_load_grouped(FigureRow, _FIGURES, stories),
            forecasts=_load_grouped(ForecastRow, _FORECASTS, [story.pk for story in story_rows if story.has_forecasts]),
            story_questions=_load_grouped(StoryQuestionRow, _STORY_QUESTIONS, stories),
            answers=_load_grouped(AnswerRow, _ANSWERS, questions),
            topics=_load_grouped(TopicRow, _TOPICS, works_of_both_kinds),
            citations=_load_grouped(CitationRow, _CITATIONS, works_of_both_kinds),
            pictures=_load_grouped(ImageRow, _IMAGES, works_of_both_kinds),
        )

    def find_uncited(self) -> list[int]:
        """Return the primary keys of stories with a passage that draws on an uncited article."""
        uncited = []
        for story in self.stories:
            cited = {row.article__uid for row in self.citations[story.pk]}
            drawn_on = (
                row.article__uid for passage in self.passages[story.pk] for row in self.passage_articles[passage.pk]
            )
            if not cited.issuperset(drawn_on):
                uncited.append(story.pk)
        return uncited


def _execute(query: PreparedQuery[tuple[Any, ...]], keys: Sequence[int]) -> list[tuple[Any, ...]]:
    return query(keys=keys) if keys else []


def _load_grouped[Row: NamedTuple](
    kind: type[Row], query: PreparedQuery[tuple[Any, ...]], keys: Sequence[int]
) -> Mapping[int, Sequence[Row]]:
    """Return the rows, keyed by the primary key in their first column. Any other key maps to an empty list."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in _execute(query, keys):
        rows[row[0]].append(kind._make(row))
    return rows
