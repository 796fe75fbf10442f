"""Rows to document: what the desk says at this moment."""

from collections.abc import Iterable
from uuid import UUID

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
from stories.models import FAQ, Article, Outlet, SourceSummary, Story, Work, WorkKind


def snapshot(work: Work) -> AnyDocument:
    """Return the document that the rows of ``work`` make, in a constant number of queries."""
    if work.kind == WorkKind.STORY:
        return snapshot_of(Story.objects.select_related("lead_image").get(pk=work.pk))
    return snapshot_of(FAQ.objects.get(pk=work.pk))


def snapshot_of(row: Story | FAQ) -> AnyDocument:
    """Return the document of a story or question whose own row was read just now."""
    return _explainer(row) if isinstance(row, Story) else _question_page(row)


def _explainer(story: Story) -> Explainer:
    citations = _citations(story)
    numbers = {citation.article: citation.number for citation in citations}
    passages = story.passages.with_outlets().prefetch_related("articles")
    return Explainer(
        uid=story.uid,
        slug=story.slug,
        language=story.language,
        headline=story.headline,
        headline_confirmed=story.headline_confirmed,
        standfirst=story.standfirst,
        lead_picture=_lead_picture(story),
        byline=tuple(
            NamedContributor(uid=row.contributor.uid, name=row.contributor.name)
            for row in story.byline.select_related("contributor")
        ),
        method_note=story.method_note,
        sections=tuple(
            Section(uid=row.uid, kind=row.kind, heading=row.heading or SECTION_KINDS[row.kind].heading, text=row.text)
            for row in story.sections.all()
        ),
        passages=tuple(_passage(row, numbers) for row in passages),
        questions=tuple(
            AskedQuestion(
                uid=row.faq.uid,
                question=row.wording or row.faq.question,
                teaser=row.teaser or row.faq.introduction,
            )
            for row in story.story_questions.select_related("faq")
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
        for row in work.work_topics.select_related("topic")
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
        for row in work.citations.select_related("article__outlet")
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
        for row in work.pictures.select_related("image")
    )
