"""Parse a text with questions and answers into a question page."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from newsroom.text.fold import fold_wording
from newsroom.text.markdown.grammar import escape
from stories.documents import Answer, QuestionPage
from stories.documents.days import split_day
from stories.documents.headings import HEADINGS, SHORT_ANSWER
from stories.documents.parse.headings import detect_language
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note
from stories.documents.parse.text.layout import Item, Layout, Paragraph
from stories.documents.parse.text.prose import write_markdown
from stories.documents.parse.text.questions import ParsedQuestion, find_questions, split_introduction
from stories.documents.parse.text.topics import parse_topics
from stories.documents.parse.text.truncation import is_cut_off


def parse_question_page(
    layout: Layout, known_names: KnownNames, make_uid: Callable[[], UUID]
) -> tuple[QuestionPage, list[Note]] | None:
    """Return the question page and its notes, or None if no question in the text has an answer.

    Raise the same error as ``find_questions``.
    """
    short_answer, content = _parse_short_answer(layout.opening.content)
    introduction, parsed_questions = _split_content(content)
    if not any(parsed.answer for parsed in parsed_questions):
        return None
    topics, notes = parse_topics(layout.parts, known_names, make_uid)
    notes += [
        Note(1, "question-missing", "No question found. Add the one that this page answers."),
        Note(
            parsed_questions[0].line,
            "question-page",
            "No known heading of a story found. This becomes a question page.",
        ),
    ]
    cut_off = is_cut_off(layout, []) or (not layout.parts and not parsed_questions[-1].answer)
    if cut_off:
        notes.append(Note(layout.last_line, "cut-off", "The text is incomplete. Finish it before publishing."))
    answers: dict[str, ParsedQuestion] = {}
    for parsed in parsed_questions:
        first = answers.setdefault(fold_wording(parsed.question), parsed)
        if first is not parsed:
            first.answer += parsed.answer
            notes.append(
                Note(
                    parsed.line,
                    "question-repeated",
                    f"“{parsed.question}” is answered twice. Both become one answer.",
                )
            )
    page = QuestionPage(
        uid=make_uid(),
        slug="",
        **{"language": detect_language(part.heading for part in layout.parts), **short_answer},
        introduction=write_markdown(introduction),
        topics=topics,
        answers=tuple(
            Answer(uid=make_uid(), question=parsed.question, text=write_markdown(parsed.answer))
            for parsed in answers.values()
        ),
        cut_off=cut_off,
    )
    return page, notes


def _split_content(content: Sequence[Paragraph | Item]) -> tuple[list[Paragraph], list[ParsedQuestion]]:
    if not any(isinstance(block, Item) for block in content):
        return split_introduction([block for block in content if isinstance(block, Paragraph)])
    first = next(place for place, block in enumerate(content) if isinstance(block, Item))
    introduction = [block for block in content[:first] if isinstance(block, Paragraph)]
    return introduction, find_questions(content[first:])


def _parse_short_answer(content: Sequence[Paragraph | Item]) -> tuple[dict[str, Any], Sequence[Paragraph | Item]]:
    """Return the fields of the short answer and the rest of the content.

    A short answer is an opening paragraph that begins with “In short:” in one of the languages.
    """
    first = content[0] if content else None
    if isinstance(first, Paragraph):
        for language, headings in HEADINGS.items():
            label, found, words = first.text.partition(": ")
            if found and label == headings[SHORT_ANSWER][0]:
                text, day = split_day(words)
                fields = {"language": language, "short_answer": escape(text), "short_answer_as_of": day}
                return fields, content[1:]
    return {}, content
