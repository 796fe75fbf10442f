"""What templates ask of comments: those about one text, and that text with its marks."""

from django import template

from stories.workflow.comments import Comments, Marked, Thread

register = template.Library()


@register.filter
def threads_at(comments: Comments | None, key: str) -> list[Thread]:
    """Return the open threads about the text of this key, or about words in it."""
    return comments.at(key) if comments else []


@register.filter
def pieces_at(comments: Comments | None, key: str) -> list[Marked]:
    """Return the text of this key cut where marked words begin and end."""
    return comments.pieces(key) if comments else []


@register.filter
def after(author: str, label: str) -> str:
    """Return the name that somebody gave under a link's label, which only the desk sees; empty where they gave none."""
    return author.removeprefix(label).removeprefix(": ")
