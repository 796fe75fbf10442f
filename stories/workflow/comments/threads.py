"""Comment threads, each located in the document that the page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Self

from stories.documents import AnyDocument
from stories.models import Comment, SharedPreview, Work
from stories.workflow.comments.anchors import Anchor, DocumentTexts, Location


class AnchorState(StrEnum):
    """What a thread refers to in the document: the work, a place, words, edited words, or something that is missing."""

    WORK = "work"
    PLACE = "place"
    WORDS = "words"
    EDITED = "edited"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its replies; ``number`` appears both in the text and next to the thread.

    ``label`` names the text with ``key``, if there is one. ``words`` are the marked words as they are now, or as
    they were quoted if they are missing.
    """

    number: int
    first: Comment
    replies: list[Comment]
    about: AnchorState
    key: str
    label: str
    words: str
    located: Location | None

    @property
    def is_resolved(self) -> bool:
        """Whether the thread is resolved."""
        return self.first.resolved_at is not None


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A piece of a text with the threads about it; ``ends`` are the threads whose words end with this piece."""

    text: str
    threads: tuple[Thread, ...]
    ends: tuple[Thread, ...]


@dataclass(frozen=True)
class Comments:
    """The threads of a work in the order of a document.

    Threads about the whole work come first, and threads about a text that is missing come last.
    """

    texts: DocumentTexts
    threads: list[Thread]

    @classmethod
    def build(cls, comments: Iterable[Comment], document: AnyDocument | None) -> Self:
        """Group chronologically ordered ``comments`` into threads, and locate each thread in ``document``.

        If ``document`` is None, no words are located.
        """
        texts = DocumentTexts.from_document(document)
        replies: dict[int, list[Comment]] = {}
        first_comments = []
        for comment in comments:
            if comment.parent_id is None:
                first_comments.append(comment)
            else:
                replies.setdefault(comment.parent_id, []).append(comment)
        order = list(texts.by_key)
        sortable_threads = []
        for first in first_comments:
            about, key, location = _locate(first, texts)
            rank = -1 if about == AnchorState.WORK else (order.index(key) if key in texts.by_key else len(order))
            sortable_threads.append(((rank, location.begin if location else -1), first, about, key, location))
        sortable_threads.sort(key=lambda each: each[0])
        threads = []
        for number, (_, first, about, key, location) in enumerate(sortable_threads, start=1):
            text = texts.by_key.get(key)
            words = text.text[location.begin : location.end] if text and location else first.quote
            label = text.label if text else ""
            threads.append(Thread(number, first, replies.get(first.pk, []), about, key, label, words, location))
        return cls(texts, threads)

    @property
    def open(self) -> list[Thread]:
        """The unresolved threads."""
        return [thread for thread in self.threads if not thread.is_resolved]

    @property
    def resolved(self) -> list[Thread]:
        """The resolved threads."""
        return [thread for thread in self.threads if thread.is_resolved]

    def at(self, key: str) -> list[Thread]:
        """Return the open threads about the text with this key, or about words in it."""
        return [thread for thread in self.open if thread.key == key and thread.about != AnchorState.GONE]

    def pieces(self, key: str) -> list[MarkedPiece]:
        """Return the text with this key, if any, split at the beginning and the end of marked words."""
        if key not in self.texts.by_key:
            return []
        text = self.texts.by_key[key].text
        threads_with_location = [(thread, thread.located) for thread in self.at(key) if thread.located]
        boundaries = sorted(
            {0, len(text), *(boundary for _, place in threads_with_location for boundary in (place.begin, place.end))}
        )
        return [
            MarkedPiece(
                text[begin:end],
                tuple(thread for thread, place in threads_with_location if place.begin <= begin and end <= place.end),
                tuple(thread for thread, place in threads_with_location if place.end == end),
            )
            for begin, end in pairwise(boundaries)
        ]


def _locate(comment: Comment, texts: DocumentTexts) -> tuple[AnchorState, str, Location | None]:
    """Return what the comment refers to, the key of the text, and the location of the marked words."""
    if not comment.quote:
        if not comment.place:
            return AnchorState.WORK, "", None
        return (AnchorState.PLACE if comment.place in texts.by_key else AnchorState.GONE), comment.place, None
    location = texts.locate(Anchor(comment.place, comment.quote, comment.before, comment.after))
    if location is None:
        return AnchorState.GONE, comment.place, None
    return (AnchorState.EDITED if location.is_edited else AnchorState.WORDS), location.key, location


def load_comments(work: Work, document: AnyDocument | None) -> Comments:
    """Return all comments on ``work`` for the desk, located in ``document``. This takes one query."""
    return Comments.build(Comment.objects.of_work(work).with_related_rows(), document)


def load_comments_of_link(link: SharedPreview, work: Work, document: AnyDocument) -> Comments:
    """Return the comments on ``work`` that were written in the shared preview ``link``, with their replies."""
    return Comments.build(Comment.objects.of_work(work).of_link(link).with_related_rows(), document)
