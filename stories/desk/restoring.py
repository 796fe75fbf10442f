"""Document to rows: the desk says what the document says."""

from uuid import UUID

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.addresses.models import Address
from stories.desk.known import (
    UnknownPictureError,
    article_of,
    contributors_of,
    images_of,
    outlets_of,
    proposed_names,
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
    story.headline = document.headline[:300]
    story.headline_confirmed = document.headline_confirmed
    story.standfirst = document.standfirst
    story.method_note = document.method_note
    story.part_headings = document.headings.model_dump()
    story.lead_image = images[lead.image] if lead else None
    story.lead_alt = lead.alt if lead else ""
    story.lead_decorative = lead.decorative if lead else False
    story.lead_caption = lead.caption if lead else ""
    story.lead_credit = lead.credit if lead else ""
    story.save()
    _restore_byline(story, document, by=by)
    bring_in_line(
        Section,
        {"story": story},
        [(s.uid, {"kind": s.kind, "heading": s.heading, "text": s.text}) for s in document.sections],
        key="kind",
    )
    articles = _restore_shared(story, document, by=by)
    _restore_passages(story, document, articles)
    return _restore_questions(story, document)


def _restore_question(faq: FAQ, document: QuestionPage, *, by: User | None) -> None:
    images_of(document.pictures)
    _restore_work(faq, document)
    faq.question = document.question[:300]
    faq.question_confirmed = document.question_confirmed
    faq.introduction = document.introduction
    faq.save()
    bring_in_line(
        Answer,
        {"faq": faq},
        [(a.uid, {"question": a.question[:300], "text": a.text, "as_of": a.as_of}) for a in document.answers],
        key="question",
    )
    _restore_shared(faq, document, by=by)


def _restore_work(work: Work, document: AnyDocument) -> None:
    work.language = document.language
    work.cut_off = document.cut_off
    if document.slug and document.slug != work.slug:
        work.slug = Address.objects.free_slug(
            work.kind, document.slug, uid=work.uid, taken=Work.objects.filter(kind=work.kind)
        )


def _restore_shared(work: Work, document: AnyDocument, *, by: User | None) -> dict[int, Article]:
    images = images_of(document.pictures)
    bring_in_line(
        WorkImage,
        {"work": work},
        [
            (
                p.uid,
                {
                    "image": images[p.image],
                    "alt": p.alt,
                    "decorative": p.decorative,
                    "caption": p.caption,
                    "credit": p.credit,
                },
            )
            for p in document.pictures
        ],
    )
    topics = topics_of(document.topics)
    rows: list[tuple[UUID, dict[str, object]]] = []
    seen: set[int] = set()
    for named in document.topics:
        topic = topics.get(named.uid)
        if topic and topic.pk in seen:
            continue
        if topic:
            seen.add(topic.pk)
        proposed = "" if topic else named.name[:200]
        fields: dict[str, object] = {
            "topic": topic, "proposed_name": proposed, "description": named.description, "explain": named.explain
        }  # fmt: skip
        rows.append((named.uid, fields))
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
    rows = bring_in_line(
        SourceSummary,
        {"story": story},
        [
            (
                passage.uid,
                {
                    "text": passage.text,
                    "proposed_outlets": proposed_names(passage.outlets, found),
                    "opens_paragraph": passage.opens_paragraph,
                },
            )
            for passage in document.passages
        ],
    )
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
