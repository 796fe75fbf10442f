"""Detect texts that are cut off."""

from stories.documents.parse.headings import DEEPER, LISTS, QUESTIONS, TOPICS
from stories.documents.parse.text.layout import Item, Layout, Paragraph
from stories.documents.parse.text.questions import ParsedQuestion
from stories.documents.parse.topic_names import extract_topic_name
from stories.documents.parse.words.sentences import has_end_mark


def is_cut_off(layout: Layout, questions: list[ParsedQuestion]) -> bool:
    """Return whether the text ends with a heading, an empty list item or an incomplete sentence.

    ``questions`` are the questions of the story. The text also counts as cut off if it ends with them and only
    the last one has no teaser.
    """
    last = layout.parts[-1] if layout.parts else layout.opening
    if not last.content:
        # *Go deeper* contains only other parts, and a story may have none.
        return bool(layout.parts) and last.code != DEEPER
    block = last.content[-1]
    if isinstance(block, Item) and not block.lines:
        return True
    # The rows of these lists are no sentences.
    if last.code in LISTS and isinstance(block, Item):
        return False
    if not has_end_mark(words := _last_paragraph(block)):
        # The topics may be a list of names without descriptions, or a single name.
        is_name = len(last.content) == 1 and extract_topic_name(words) == words
        return last.code != TOPICS or (
            all(has_end_mark(_last_paragraph(other)) for other in last.content[:-1]) and not is_name
        )
    return (
        last.code == QUESTIONS and bool(questions) and not questions[-1].answer and not any_lacks_teaser(questions[:-1])
    )


def _last_paragraph(block: Paragraph | Item) -> str:
    paragraphs = [block] if isinstance(block, Paragraph) else block.paragraphs
    return paragraphs[-1].text if paragraphs else ""


def any_lacks_teaser(questions: list[ParsedQuestion]) -> bool:
    """Return whether any of the questions has no teaser."""
    return any(not question.answer for question in questions)
