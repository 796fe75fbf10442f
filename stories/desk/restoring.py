"""Document to rows: the desk says what the document says."""

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.redirects.models import Address
from stories.desk import fields
from stories.desk.known import (
    UnknownPictureError,
    article_of,
    contributors_of,
    images_of,
    outlets_of,
    question_of,
    topics_of,
)
from stories.desk.rows import bring_in_line
from stories.documents import AnyDocument, Explainer, QuestionPage
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

__all__ = ["UnknownPictureError", "restore"]


@transaction.atomic
def restore(work: Work, document: AnyDocument, *, by: User | None = None) -> list[FAQ]:
    """Make the rows of ``work`` say what ``document`` says; return the questions that had to be made for it.

    Rows are found by uid and updated in place. Outlets and topics that this site does not know come in as proposed
    names, articles and contributors are made, in the name of ``by``. The address is taken over when it is free. Raises UnknownPictureError,
    with nothing written, for a picture that is not in the library.
    """
    if isinstance(document, Explainer):
        return _restore_story(Story.objects.get(pk=work.pk), document, by=by)
    _restore_question(FAQ.objects.get(pk=work.pk), document, by=by)
    return []


def _restore_story(story: Story, document: Explainer, *, by: User | None) -> list[FAQ]:
    lead = document.lead_picture
    images = images_of([*document.pictures, *([lead] if lead else [])])
    _restore_work(story, document)
    for name, value in fields.of_story(document, images).items():
        setattr(story, name, value)
    story.save()
    _restore_byline(story, document, by=by)
    bring_in_line(Section, {"story": story}, fields.sections(document), key="kind")
    articles = _restore_shared(story, document, by=by)
    _restore_passages(story, document, articles)
    return _restore_questions(story, document)


def _restore_question(faq: FAQ, document: QuestionPage, *, by: User | None) -> None:
    images_of(document.pictures)
    _restore_work(faq, document)
    for name, value in fields.of_question(document).items():
        setattr(faq, name, value)
    faq.save()
    bring_in_line(Answer, {"faq": faq}, fields.answers(document), key="question")
    _restore_shared(faq, document, by=by)


def _restore_work(work: Work, document: AnyDocument) -> None:
    work.language = document.language
    work.cut_off = document.cut_off
    if document.slug and document.slug != work.slug:
        work.slug = Address.objects.free_slug(
            work.kind, document.slug, uid=work.uid, taken=Work.objects.filter(kind=work.kind)
        )


def _restore_shared(work: Work, document: AnyDocument, *, by: User | None) -> dict[int, Article]:
    bring_in_line(WorkImage, {"work": work}, fields.pictures(document, images_of(document.pictures)))
    rows = fields.topics(document, topics_of(document.topics))
    bring_in_line(WorkTopic, {"work": work}, rows, key="topic")
    return _restore_citations(work, document, by=by)


def _restore_citations(work: Work, document: AnyDocument, *, by: User | None) -> dict[int, Article]:
    outlets = outlets_of(cited.outlet for cited in document.citations)
    articles = {cited.number: article_of(cited, outlets, by=by) for cited in document.citations}
    present = {citation.number: citation.article_id for citation in Citation.objects.filter(work=work)}
    moved = [number for number, pk in present.items() if number not in articles or articles[number].pk != pk]
    Citation.objects.filter(work=work, number__in=moved).delete()
    Citation.objects.bulk_create(
        Citation(work=work, number=number, article=article)
        for number, article in articles.items()
        if present.get(number) != article.pk
    )
    highest = max(articles, default=0)
    if work.citations_given < highest:
        work.citations_given = highest
        work.save(update_fields=["citations_given"])
    return articles


def _restore_byline(story: Story, document: Explainer, *, by: User | None) -> None:
    people = contributors_of(document.byline, by=by)
    if [row.contributor for row in story.byline.select_related("contributor")] != people:
        story.byline.all().delete()
        Byline.objects.bulk_create(
            Byline(story=story, contributor=person, position=position)
            for position, person in enumerate(dict.fromkeys(people))
        )


def _restore_passages(story: Story, document: Explainer, articles: dict[int, Article]) -> None:
    found = outlets_of(outlet for passage in document.passages for outlet in passage.outlets)
    rows = bring_in_line(SourceSummary, {"story": story}, fields.passages(document, found))
    for row, passage in zip(rows, document.passages, strict=True):
        row.outlets.set([found[outlet] for outlet in passage.outlets if outlet in found])
        row.articles.set([articles[number] for number in passage.sources])


def _restore_questions(story: Story, document: Explainer) -> list[FAQ]:
    made = []
    kept = []
    for position, asked in enumerate(document.questions):
        faq, is_new = question_of(asked, work=story)
        if is_new:
            made.append(faq)
        wording = "" if asked.question == faq.question else asked.question[:300]
        teaser = "" if asked.teaser == faq.introduction else asked.teaser
        StoryQuestion.objects.update_or_create(
            story=story, faq=faq, defaults={"wording": wording, "teaser": teaser, "position": position}
        )
        kept.append(faq.pk)
    story.story_questions.exclude(faq__in=kept).delete()
    return made
