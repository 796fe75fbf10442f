"""Parse a text with questions and answers into a question page."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from newsroom.text.fold import fold_wording
from newsroom.text.markdown.grammar import escape
from stories.documents import Answer, QuestionPage
from stories.documents.days import Validity, split_validity
from stories.documents.parse.headings import detect_language
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note
from stories.documents.parse.text.layout import Item, Layout, Paragraph
from stories.documents.parse.text.prose import write_markdown
from stories.documents.parse.text.questions import ParsedQuestion, find_questions, split_introduction
from stories.documents.parse.text.topics import parse_topics
from stories.documents.parse.text.truncation import is_cut_off
from stories.documents.question_lines import STATES, read_line

_MARKDOWN_FIELDS = frozenset({"missing", "short_answer"})


def parse_question_page(
    layout: Layout, known_names: KnownNames, make_uid: Callable[[], UUID]
) -> tuple[QuestionPage, list[Note]] | None:
    """Return the question page and its notes, or None if the text has neither a state nor a question with an answer.

    Raise the same error as ``find_questions``.
    """
    facts, content = _parse_facts(layout.opening.content)
    introduction, parsed_questions = _split_content(content)
    if not (facts.get("state") or any(parsed.answer for parsed in parsed_questions)):
        return None
    topics, notes = parse_topics(layout.parts, known_names, make_uid)
    notes += [
        Note(1, "question-missing", "No question found. Add the one that this page answers."),
        Note(
            parsed_questions[0].line if parsed_questions else 1,
            "question-page",
            "No known heading of a story found. This becomes a question page.",
        ),
    ]
    cut_off = _is_cut_off(layout, parsed_questions)
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
        **{"language": detect_language(part.heading for part in layout.parts), **facts},
        introduction=write_markdown(introduction),
        topics=topics,
        answers=tuple(_build_answer(parsed, make_uid()) for parsed in answers.values()),
        cut_off=cut_off,
    )
    return page, notes


def _split_content(content: Sequence[Paragraph | Item]) -> tuple[list[Paragraph], list[ParsedQuestion]]:
    if not any(isinstance(block, Item) for block in content):
        return split_introduction([block for block in content if isinstance(block, Paragraph)])
    first = next(place for place, block in enumerate(content) if isinstance(block, Item))
    introduction = [block for block in content[:first] if isinstance(block, Paragraph)]
    return introduction, find_questions(content[first:])


def _parse_facts(content: Sequence[Paragraph | Item]) -> tuple[dict[str, Any], Sequence[Paragraph | Item]]:
    """Return the fields of the page in its opening paragraphs, and the rest of the content.

    These paragraphs are a state and lines such as “In short: …” and “Who could say: …” in one of the languages.
    """
    facts: dict[str, Any] = {}
    for place, block in enumerate(content):
        language, fields = read_line(block.text) if isinstance(block, Paragraph) else ("", {})
        if not fields or facts.keys() & fields.keys():
            return facts, content[place:]
        escaped = {name: escape(value) if name in _MARKDOWN_FIELDS else value for name, value in fields.items()}
        facts |= {"language": language, **escaped}
    return facts, ()


def _build_answer(parsed: ParsedQuestion, uid: UUID) -> Answer:
    """Return an answer with the state and the dates in brackets below it."""
    paragraphs, validity = parsed.answer, Validity()
    if paragraphs:
        last = paragraphs[-1]
        words, validity = _split_answer(last)
        paragraphs = [*paragraphs[:-1], Paragraph(last.line, words, last.line_starts)] if words else paragraphs[:-1]
    return Answer(uid=uid, question=parsed.question, text=write_markdown(paragraphs), **validity._asdict())


def _is_cut_off(layout: Layout, questions: Sequence[ParsedQuestion]) -> bool:
    if layout.parts or not questions:
        return is_cut_off(layout, [])
    last = questions[-1].answer
    # The dates of an answer end no sentence.
    return not last or (_split_answer(last[-1])[1] == Validity() and is_cut_off(layout, []))


def _split_answer(paragraph: Paragraph) -> tuple[str, Validity]:
    """Return the text without the brackets on its last line that have a state or a last day, and what these say."""
    # Exports write them on a line of their own and write no others, so any other brackets are words of the answer.
    words, validity = split_validity(paragraph.text, STATES)
    is_own_line = not words or len(words) + 1 in paragraph.line_starts
    if is_own_line and (validity.state or validity.expires_on):
        return words, validity
    return paragraph.text, Validity()
