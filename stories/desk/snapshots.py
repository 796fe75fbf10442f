"""Rows to document: what the desk says at this moment."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Prefetch, prefetch_related_objects

from newsroom.text.folding import fold
from stories.documents import (
    Answer,
    AnyDocument,
    AskedQuestion,
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    PartHeadings,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)
from stories.documents.section_kinds import SECTION_KINDS
from stories.models import (
    FAQ,
    Article,
    Byline,
    Citation,
    Outlet,
    SourceSummary,
    Story,
    StoryQuestion,
    Work,
    WorkImage,
    WorkKind,
    WorkTopic,
)

_SHARED = (
    Prefetch("work_topics", WorkTopic.objects.select_related("topic")),
    Prefetch("citations", Citation.objects.select_related("article__outlet")),
    Prefetch("pictures", WorkImage.objects.select_related("image")),
)
_OF_A_STORY = (
    Prefetch("byline", Byline.objects.select_related("contributor")),
    "sections",
    Prefetch("passages", SourceSummary.objects.with_outlets().prefetch_related("articles")),
    Prefetch("story_questions", StoryQuestion.objects.select_related("faq")),
    *_SHARED,
)
_OF_A_QUESTION = ("answers", *_SHARED)


def snapshot(work: Work) -> AnyDocument:
    """Return the document that the rows of ``work`` make, in a constant number of queries."""
    return snapshots([work])[work.pk]


def snapshots(works: Iterable[Work]) -> dict[int, AnyDocument]:
    """Return the document that the rows of each work make, by its key; as many queries for many as for one."""
    return snapshots_of(rows_of(works))


def rows_of(works: Iterable[Work]) -> list[Story | FAQ]:
    """Return the own rows of stories and questions. One query for each kind."""
    keys: dict[str, list[int]] = {kind: [] for kind in WorkKind.values}
    for work in works:
        keys[work.kind].append(work.pk)
    stories, questions = keys[WorkKind.STORY], keys[WorkKind.QUESTION]
    return [
        *(Story.objects.select_related("lead_image").filter(pk__in=stories) if stories else ()),
        *(FAQ.objects.filter(pk__in=questions) if questions else ()),
    ]


def snapshots_of(rows: Sequence[Story | FAQ]) -> dict[int, AnyDocument]:
    """Return the documents of stories and questions whose own rows were read just now, by their keys."""
    stories = [row for row in rows if isinstance(row, Story)]
    questions = [row for row in rows if isinstance(row, FAQ)]
    prefetch_related_objects(stories, *_OF_A_STORY)
    prefetch_related_objects(questions, *_OF_A_QUESTION)
    return {
        **{story.pk: _explainer(story) for story in stories},
        **{faq.pk: _question_page(faq) for faq in questions},
    }


def _explainer(story: Story) -> Explainer:
    citations = _citations(story)
    numbers = {citation.article: citation.number for citation in citations}
    return Explainer(
        uid=story.uid,
        slug=story.slug,
        language=story.language,
        headline=story.headline,
        headline_confirmed=story.headline_confirmed,
        standfirst=story.standfirst,
        lead_picture=_lead_picture(story),
        byline=tuple(
            NamedContributor(uid=row.contributor.uid, name=row.contributor.name) for row in story.byline.all()
        ),
        method_note=story.method_note,
        sections=tuple(
            Section(uid=row.uid, kind=row.kind, heading=row.heading or SECTION_KINDS[row.kind].heading, text=row.text)
            for row in story.sections.all()
        ),
        passages=tuple(_passage(row, numbers) for row in story.passages.all()),
        questions=tuple(
            AskedQuestion(
                uid=row.faq.uid,
                question=row.wording or row.faq.question,
                teaser=row.teaser or row.faq.introduction,
            )
            for row in story.story_questions.all()
        ),
        topics=_topics(story),
        citations=citations,
        pictures=_pictures(story),
        headings=PartHeadings.model_validate(story.part_headings),
        cut_off=story.cut_off,
    )


def _question_page(faq: FAQ) -> QuestionPage:
    return QuestionPage(
        uid=faq.uid,
        slug=faq.slug,
        language=faq.language,
        question=faq.question,
        question_confirmed=faq.question_confirmed,
        introduction=faq.introduction,
        answers=tuple(
            Answer(uid=row.uid, question=row.question, text=row.text, as_of=row.as_of) for row in faq.answers.all()
        ),
        topics=_topics(faq),
        citations=_citations(faq),
        pictures=_pictures(faq),
        cut_off=faq.cut_off,
    )


def _lead_picture(story: Story) -> PlacedPicture | None:
    if story.lead_image is None:
        return None
    return PlacedPicture(
        # The lead stands once in a work, so the work's own uid names this use of the picture.
        uid=story.uid,
        image=story.lead_image.uid,
        alt=story.lead_alt,
        decorative=story.lead_decorative,
        caption=story.lead_caption,
        credit=story.lead_credit,
    )


def _passage(row: SourceSummary, numbers: dict[UUID, int]) -> Passage:
    return Passage(
        uid=row.uid,
        text=row.text,
        outlets=in_canonical_order(row.text, row.outlets.all(), row.proposed_outlets),
        opens_paragraph=row.opens_paragraph,
        sources=tuple(sorted(numbers[article.uid] for article in row.articles.all() if article.uid in numbers)),
    )


def in_canonical_order(text: str, outlets: Iterable[Outlet], proposed: Iterable[str]) -> tuple[NamedOutlet, ...]:
    """Return the outlets of a passage in the one order: by first mention in its text, then by name."""
    folded = fold(text)

    def first_mention(names: Iterable[str]) -> int:
        return min((place for name in names if (place := folded.find(name)) >= 0), default=len(folded))

    named = [
        (
            first_mention(outlet.folded_names()),
            outlet.name,
            NamedOutlet(uid=outlet.uid, name=outlet.name),
        )
        for outlet in outlets
    ]
    named += [(first_mention([fold(name)]), name, NamedOutlet(uid=None, name=name)) for name in proposed]
    return tuple(outlet for _, _, outlet in sorted(named, key=lambda entry: entry[:2]))


def _topics(work: Work) -> tuple[NamedTopic, ...]:
    return tuple(
        NamedTopic(
            uid=row.uid,
            topic=row.topic.uid if row.topic else None,
            name=row.topic.name if row.topic else row.proposed_name,
            description=row.description,
            explain=row.explain,
        )
        for row in work.work_topics.all()
    )


def _citations(work: Work) -> tuple[CitedArticle, ...]:
    return tuple(
        CitedArticle(
            number=row.number,
            article=row.article.uid,
            outlet=_outlet_of(row.article),
            url=row.article.url,
            title=row.article.title,
            published_on=row.article.published_on,
            author=row.article.author,
            paywalled=row.article.paywalled,
        )
        for row in work.citations.all()
    )


def _outlet_of(article: Article) -> NamedOutlet:
    if article.outlet is None:
        return NamedOutlet(uid=None, name=article.proposed_outlet)
    return NamedOutlet(uid=article.outlet.uid, name=article.outlet.name)


def _pictures(work: Work) -> tuple[PlacedPicture, ...]:
    return tuple(
        PlacedPicture(
            uid=row.uid,
            image=row.image.uid,
            alt=row.alt,
            decorative=row.decorative,
            caption=row.caption,
            credit=row.credit,
        )
        for row in work.pictures.all()
    )
