"""Reads the topics of a text: each has only a description, which begins with its name."""

from collections.abc import Callable, Iterator
from uuid import UUID

from stories.documents import NamedTopic
from stories.importing.headings import TOPICS
from stories.importing.names import KnownNames
from stories.importing.notes import Note
from stories.importing.text.layout import Layout, Paragraph
from stories.importing.text.prose import prose
from stories.importing.topics import LONGEST_NAME, name_of_topic


def read_topics(
    layout: Layout, known: KnownNames, make_uid: Callable[[], UUID]
) -> tuple[tuple[NamedTopic, ...], list[Note]]:
    """Return the topics in order, and a note for each that is only proposed; a topic is matched once."""
    topics: list[NamedTopic] = []
    notes: list[Note] = []
    for paragraphs in _texts(layout):
        name = name_of_topic(paragraphs[0].text) or paragraphs[0].text[:LONGEST_NAME]
        match = known.topic(name)
        if match and any(topic.topic == match[0] for topic in topics):
            match = None
        if match is None:
            notes.append(Note(paragraphs[0].line, "topic-proposed", _about(name)))
        topics.append(
            NamedTopic(
                uid=make_uid(),
                topic=match[0] if match else None,
                name=match[1] if match else name,
                description=prose(paragraphs),
            )
        )
    return tuple(topics), notes


def _about(name: str) -> str:
    return f"“{name}” is not in the list of topics. It is proposed; an editor confirms it or joins it to another."


def _texts(layout: Layout) -> Iterator[list[Paragraph]]:
    for part in layout.parts:
        for block in part.content if part.code == TOPICS else ():
            if isinstance(block, Paragraph):
                yield [block]
            elif block.paragraphs:
                yield block.paragraphs
