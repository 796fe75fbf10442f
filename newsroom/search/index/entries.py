"""Entries of the search index, and the tokens that both databases store of them without changes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from newsroom.http.clock import FOREVER
from newsroom.http.languages import primary_subtag
from newsroom.search.analysis import ANY_LANGUAGE, fold_words, stem_words
from newsroom.search.index.tokens import (
    GAP,
    KIND,
    LEAD,
    SEPARATOR,
    SPELLING_SEPARATOR,
    TITLE,
    make_tag,
    moment_tags,
    truncate_tokens,
)
from newsroom.search.query.conditions import OUTLET, TOPIC
from newsroom.search.spellcheck.words import iter_correctable_words


@dataclass(frozen=True, slots=True)
class TextPart:
    """Plain text of a page; ``section`` is the kind of its section, or empty outside sections."""

    text: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An edition with its key, its span and what it names, or a topic or an outlet.

    ``titles`` are its title or its name. ``aliases`` are found like these, but are never offered as spellings. All text
    is plain and in ``language``, a tag of BCP 47, which is empty for names. ``names`` are those of the topics and
    outlets whose uids are in ``topics`` and ``outlets``.
    """

    kind: str
    uid: UUID
    titles: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    language: str = ANY_LANGUAGE
    summary: str = ""
    headings: tuple[TextPart, ...] = ()
    texts: tuple[TextPart, ...] = ()
    names: tuple[str, ...] = ()
    topics: tuple[UUID, ...] = ()
    outlets: tuple[UUID, ...] = ()
    edition: int | None = None
    updated_at: datetime | None = None
    live_from: datetime | None = None
    live_until: datetime = FOREVER


@dataclass(frozen=True, slots=True)
class AnalysedEntry:
    """An analysed entry: the stems of its fields between spaces, and its tokens in the order of their positions."""

    title_words: str
    title_size: int
    summary_words: str
    heading_words: str
    name_words: str
    text: str
    tokens: list[str]

    @classmethod
    def analyse(cls, entry: Entry) -> "AnalysedEntry":
        """Analyse an entry; of a very long one the last words are left out."""
        language = primary_subtag(entry.language)
        called = (*entry.titles, *entry.aliases)
        titles = [_stems(title, language) for title in called]
        summary = _stems(entry.summary, language)
        headings = [(each.section, _stems(each.text, language)) for each in entry.headings]
        texts = [(each.section, _stems(each.text, language)) for each in entry.texts]
        names = [_stems(name, language) for name in entry.names]
        lead = [*titles, summary, *(stems for _, stems in headings)]
        plain = [*lead, *(stems for _, stems in texts)]
        told = {word for stems in plain for word in stems}
        return cls(
            title_words="\n".join(map(_once, titles)),
            title_size=max(len(set(titles[0])), 1),
            summary_words=_once(summary),
            heading_words=_once(word for _, stems in headings for word in stems),
            name_words=_once(word for stems in names for word in stems if word not in told),
            text="\n".join(_line(passage) for passage in entry.texts),
            tokens=truncate_tokens(
                [
                    make_tag(KIND, entry.kind),
                    *(moment_tags(entry.updated_at) if entry.updated_at else ()),
                    *(make_tag(TOPIC, uid.hex) for uid in entry.topics),
                    *(make_tag(OUTLET, uid.hex) for uid in entry.outlets),
                    *_parted(titles, TITLE + SEPARATOR),
                    *dict.fromkeys(
                        f"{TITLE}{SPELLING_SEPARATOR}{word}" for title in called for word in fold_words(title)
                    ),
                    *_parted(lead, LEAD + SEPARATOR),
                    *_parted([*plain, *names]),
                    *dict.fromkeys(SPELLING_SEPARATOR + word for word in _written(entry)),
                    *(
                        word
                        for section, stems in [*headings, *texts]
                        if section
                        for word in _parted([stems], section + SEPARATOR)
                    ),
                ]
            ),
        )


def _stems(text: str, language: str) -> list[str]:
    return stem_words(fold_words(text), language)


def _once(words: Iterable[str]) -> str:
    return f" {' '.join(dict.fromkeys(words))} "


def _line(passage: TextPart) -> str:
    return f"{passage.section}\t{' '.join(passage.text.split())}"


def _parted(parts: Iterable[list[str]], prefix: str = "") -> Iterator[str]:
    for part in parts:
        yield from (prefix + word for word in part)
        yield GAP


def _written(entry: Entry) -> Iterator[str]:
    """Yield the words of an entry as spelt, in lower case, if a misspelling of them can be corrected."""
    passages = (each.text for each in (*entry.headings, *entry.texts))
    for text in (*entry.titles, entry.summary, *passages, *entry.names):
        yield from iter_correctable_words(text)
