"""Take the first line of a story's text as its headline, if it reads like one."""

from stories.documents.parse.notes import Note, ParsedDocument
from stories.documents.parse.text.layout import Item, Layout, Paragraph
from stories.documents.parse.text.prose import write_markdown
from stories.documents.parse.words.sentences import has_end_mark

_MAX_LENGTH = 120
_CONTINUED = (",", ";", ":", "-", "–", "—", "،", "؛")


def take_first_line(parsed: ParsedDocument, layout: Layout) -> ParsedDocument | None:
    """Return the story with the first line as its headline and the rest of the opening as its standfirst.

    Return None unless that line reads like a headline: it is above the first heading, short, does not end a sentence,
    and the next line does not continue it in lower case. Nobody has confirmed such a headline.
    """
    line, rest = _split_opening(layout.opening.content)
    if not line or len(line) > _MAX_LENGTH or has_end_mark(line) or line.endswith(_CONTINUED):
        return None
    number = layout.opening.content[0].line
    notes = [
        Note(1, note.code, "The first line is suggested as the headline.") if note.code == "headline-missing" else note
        for note in parsed.notes
        if not (note.code == "heading-unknown" and note.line == number)
    ]
    return ParsedDocument(parsed.document.changed(headline=line, standfirst=write_markdown(rest)), tuple(notes))


def _split_opening(content: list[Paragraph | Item]) -> tuple[str, list[Paragraph | Item]]:
    """Return the first line and the content after it. The line is empty if it is an item or clearly continues."""
    if not content:
        return "", content
    first, *others = content
    if not isinstance(first, Paragraph):
        return "", content
    if not first.line_starts:
        return first.text, others
    start = first.line_starts[0]
    rest = Paragraph(first.line + 1, first.text[start:], tuple(place - start for place in first.line_starts[1:]))
    return ("", content) if rest.text[:1].islower() else (first.text[: start - 1], [rest, *others])
