"""Render a question page: the short answer, the introduction, then each answer under its own question."""

from django.utils import translation

from newsroom.text import markdown
from newsroom.text.plain import plain_text, word_count
from stories.documents import QuestionPage
from stories.documents.as_shown import as_shown
from stories.documents.render.citation_numbers import SourceNumbering
from stories.documents.render.fragments import AnswerFragment, QuestionFragments
from stories.documents.render.parts import Anchors, extract_opening, render_image, render_short_text, render_topics


def render_question_page(document: QuestionPage) -> QuestionFragments:
    """Return the fragments of a question page, with dates and labels in the language of the document.

    Sources are numbered in the order in which they are first cited: what would answer the question, short answer,
    introduction, answers, captions, topics. What its state hides is left out.
    """
    with translation.override(document.language):
        return _render(as_shown(document))


def _render(document: QuestionPage) -> QuestionFragments:
    numbering = SourceNumbering(document.citations)
    anchors = Anchors()
    missing = render_short_text(document.missing, anchor="missing", numbering=numbering)
    short_answer = render_short_text(document.short_answer, anchor="short-answer", numbering=numbering)
    introduction = render_short_text(document.introduction, anchor="introduction", numbering=numbering)
    answers = []
    for position, answer in enumerate(document.answers, start=1):
        anchor = anchors.claim(answer.question, fallback=str(position), prefix="answer-")
        sources = numbering.number_citations(answer.text, anchor=anchor)
        html = markdown.render(answer.text, numbers=numbering.numbers, anchor=anchor)
        answers.append(
            AnswerFragment(
                uid=answer.uid,
                anchor=anchor,
                question=answer.question,
                body_html=html,
                as_of=answer.as_of,
                sources=sources,
                state=answer.state,
                expires_on=answer.expires_on,
            )
        )
    pictures = {
        picture.uid: render_image(picture, anchor=f"picture-{position}", numbering=numbering)
        for position, picture in enumerate(document.pictures, start=1)
    }
    topics = render_topics(document.topics, numbering=numbering)
    texts = (document.short_answer, document.introduction, *(answer.text for answer in document.answers))
    summary = " ".join(plain_text(document.short_answer or document.introduction).split())
    return QuestionFragments(
        question=document.question,
        short_answer_html=short_answer,
        short_answer_as_of=document.short_answer_as_of,
        short_answer_expires_on=document.short_answer_expires_on,
        state=document.state,
        open_since=document.open_since,
        missing_html=missing,
        could_answer=document.could_answer,
        introduction_html=introduction,
        answers=tuple(answers),
        sources=numbering.sources(),
        topics=topics,
        pictures=pictures,
        summary=summary or next((words for text in texts if (words := extract_opening(text))), ""),
        word_count=sum(word_count(text) for text in texts),
    )
