"""Entries of the search index, and their tokens, which are the same for both databases."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import chain, takewhile
from uuid import UUID

from newsroom.http.clock import FOREVER
from newsroom.http.languages import primary_subtag
from newsroom.search.analysis import ANY_LANGUAGE, fold_written_words, split_words, stem_words
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
from newsroom.search.spellcheck.words import list_correctable_words


@dataclass(frozen=True, slots=True)
class TextPart:
    """Plain text of a page; ``section`` is the kind of its section, or empty outside sections."""

    text: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An object to index: a topic, an outlet, or an edition with its key, its span and the names in it.

    ``titles`` contains the title or the name. ``aliases`` are found like titles, but are never suggested as spellings.
    All text is plain text. ``language`` is its BCP 47 tag, or empty for names. ``names`` are the names of the topics
    and outlets with the uids ``topics`` and ``outlets``.
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
    """The analysis of an entry: the stems of its fields, each between spaces, and its tokens in order.

    ``heading_words`` has a line for each heading, and ``text`` one for each unstemmed text. Each of these lines begins
    with the kind of its section and a tab. ``sections`` holds the stems of each heading and text in a section, with the
    kind of the section.
    """

    title_words: str
    title_size: int
    summary_words: str
    heading_words: str
    name_words: str
    text: str
    tokens: list[str]
    sections: list[tuple[str, list[str]]]

    @classmethod
    def analyse(cls, entry: Entry) -> "AnalysedEntry":
        """Analyse an entry. The last tokens of a very long entry are left out."""
        language = primary_subtag(entry.language)
        # Stems and spelt words are made from the same words, so each text is split only once.
        split = cache(split_words)

        def stem(text: str) -> list[str]:
            return stem_words(fold_written_words(split(text)), language)

        names_of_object = (*entry.titles, *entry.aliases)
        titles = [stem(title) for title in names_of_object]
        summary = stem(entry.summary)
        headings = [(each.section, stem(each.text)) for each in entry.headings]
        texts = [(each.section, stem(each.text)) for each in entry.texts]
        names = [stem(name) for name in entry.names]
        lead = [*titles, summary, *(stems for _, stems in headings)]
        plain = [*lead, *(stems for _, stems in texts)]
        text_stems = {word for stems in plain for word in stems}
        return cls(
            title_words="\n".join(map(_join_unique, titles)),
            title_size=max(len(set(titles[0])), 1),
            summary_words=_join_unique(summary),
            heading_words="\n".join(f"{section}\t {' '.join(stems)} " for section, stems in headings),
            name_words=_join_unique(word for stems in names for word in stems if word not in text_stems),
            text="\n".join(_format_text_line(passage) for passage in entry.texts),
            tokens=truncate_tokens(
                [
                    make_tag(KIND, entry.kind),
                    *(moment_tags(entry.updated_at) if entry.updated_at else ()),
                    *(make_tag(TOPIC, uid.hex) for uid in entry.topics),
                    *(make_tag(OUTLET, uid.hex) for uid in entry.outlets),
                    *_separate_with_gaps(titles, TITLE + SEPARATOR),
                    *dict.fromkeys(
                        f"{TITLE}{SPELLING_SEPARATOR}{word}"
                        for title in names_of_object
                        for word in fold_written_words(split(title))
                    ),
                    *_separate_with_gaps(lead, LEAD + SEPARATOR),
                    *_separate_with_gaps([*plain, *names]),
                    *(SPELLING_SEPARATOR + word for word in _list_spelt_words(entry, split)),
                ]
            ),
            sections=[(section, stems) for section, stems in (*headings, *texts) if section],
        )

    @property
    def section_tokens(self) -> list[str]:
        """The tokens of the sections in order: each word follows the kind of its section."""
        return list(
            chain.from_iterable(_separate_with_gaps([stems], section + SEPARATOR) for section, stems in self.sections)
        )

    @property
    def spelt_words(self) -> list[str]:
        """The words to which misspellings can be corrected, as far as the tokens contain them."""
        # They are the last tokens, and no other token begins with the separator.
        spelling_tokens = takewhile(lambda token: token.startswith(SPELLING_SEPARATOR), reversed(self.tokens))
        return [token.removeprefix(SPELLING_SEPARATOR) for token in spelling_tokens]


def _join_unique(words: Iterable[str]) -> str:
    return f" {' '.join(dict.fromkeys(words))} "


def _format_text_line(passage: TextPart) -> str:
    return f"{passage.section}\t{' '.join(passage.text.split())}"


def _separate_with_gaps(parts: Iterable[list[str]], prefix: str = "") -> list[str]:
    tokens: list[str] = []
    for part in parts:
        tokens += [prefix + word for word in part] if prefix else part
        tokens.append(GAP)
    return tokens


def _list_spelt_words(entry: Entry, split: Callable[[str], Iterable[str]]) -> list[str]:
    """Return the words to which misspellings can be corrected, as spelt in the entry, but in lower case."""
    passages = (each.text for each in (*entry.headings, *entry.texts))
    texts = (*entry.titles, entry.summary, *passages, *entry.names)
    return list_correctable_words(chain.from_iterable(map(split, texts)))
