"""Template filters for comments: the threads about a text, its marked pieces, and the names of outside authors."""

from django import template

from stories.workflow.comments import Comments, MarkedPiece, Thread

register = template.Library()


@register.filter
def threads_at(comments: Comments | None, key: str) -> list[Thread]:
    """Return the open threads about the text with this key, or about words in it."""
    return comments.at(key) if comments else []


@register.filter
def marked_pieces_at(comments: Comments | None, key: str) -> list[MarkedPiece]:
    """Return the text with this key, split at the beginning and the end of marked words."""
    return comments.pieces(key) if comments else []


@register.filter
def without_label(author: str, label: str) -> str:
    """Return the name that an outside author gave, without the label of the shared preview, or an empty string.

    Only users at the desk see the label.
    """
    return author.removeprefix(label).removeprefix(": ")
