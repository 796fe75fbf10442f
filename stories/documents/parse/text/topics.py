"""Parse the topics of a text. Each topic is a description that begins with its name."""

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from newsroom.text.markdown.grammar import escape
from stories.documents import NamedTopic
from stories.documents.parse.headings import TOPICS
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note
from stories.documents.parse.text.layout import Paragraph, Part
from stories.documents.parse.text.prose import write_markdown
from stories.documents.parse.topic_names import MAX_NAME_LENGTH, extract_topic_name


def parse_topics(
    parts: Iterable[Part],
    known_names: KnownNames,
    make_uid: Callable[[], UUID],
    *,
    write: Callable[[str], str] = escape,
) -> tuple[tuple[NamedTopic, ...], list[Note]]:
    """Return the topics in order, with a note for each proposed one.

    Each known topic is used at most once; a second text with its name becomes a proposed topic. ``write`` converts the
    text of a paragraph to Markdown.
    """
    topics: list[NamedTopic] = []
    notes: list[Note] = []
    for paragraphs in _iter_topic_paragraphs(parts):
        name = extract_topic_name(paragraphs[0].text) or paragraphs[0].text[:MAX_NAME_LENGTH]
        match = known_names.find_topic(name)
        if match and any(topic.topic == match[0] for topic in topics):
            match = None
        if match is None:
            notes.append(Note(paragraphs[0].line, "topic-proposed", _describe_proposed(name)))
        topics.append(
            NamedTopic(
                uid=make_uid(),
                topic=match[0] if match else None,
                name=match[1] if match else name,
                description=write_markdown(paragraphs, write=write),
            )
        )
    return tuple(topics), notes


def _describe_proposed(name: str) -> str:
    return f"New topic “{name}” proposed. An editor confirms or merges it."


def _iter_topic_paragraphs(parts: Iterable[Part]) -> Iterator[list[Paragraph]]:
    for part in parts:
        for block in part.content if part.code == TOPICS else ():
            if isinstance(block, Paragraph):
                yield [block]
            elif block.paragraphs:
                yield block.paragraphs
