"""Template filters for comments: threads about a text, marked pieces of the text, and names of outside authors."""

from django import template

from stories.workflow.comments import Comments, MarkedPiece, Thread

register = template.Library()


@register.filter
def threads_at(comments: Comments | None, key: str) -> list[Thread]:
    """Return the open threads about the text with this key, or about words in it."""
    return comments.at(key) if comments else []


@register.filter
def marked_pieces_at(comments: Comments | None, key: str) -> list[MarkedPiece]:
    """Return the text with this key, split where marked words begin and end."""
    return comments.pieces(key) if comments else []


@register.filter
def without_label(author: str, label: str) -> str:
    """Return the name given by an outside author, without the link's label; empty if none was given.

    Only the desk sees the label.
    """
    return author.removeprefix(label).removeprefix(": ")
