"""Labels for the marks of pieces, shown in comparisons of two texts."""

from django.utils.translation import gettext, gettext_lazy

from newsroom.text.join import join_list
from newsroom.text.markdown import links

_MARKS = {
    "strong": gettext_lazy("bold"),
    "emphasis": gettext_lazy("italics"),
    "struck": gettext_lazy("struck out"),
    "code": gettext_lazy("code"),
}
_LINKS = {
    "story": gettext_lazy("link to a story"),
    "question": gettext_lazy("link to a question"),
    "topic": gettext_lazy("link to a topic"),
    "picture": gettext_lazy("link to a picture"),
    "claim": gettext_lazy("marked as a point"),
}
_BLOCKS = {
    "paragraph": gettext_lazy("paragraph"),
    "item": gettext_lazy("list item"),
    "heading": gettext_lazy("heading"),
    "row": gettext_lazy("row"),
    "cell": gettext_lazy("cell"),
    "code": gettext_lazy("code"),
    "rule": gettext_lazy("rule"),
    "line": gettext_lazy("line"),
}
_CONTAINERS = {
    "quote": gettext_lazy("quoted"),
    "numbers": gettext_lazy("in a numbered list"),
    "bullets": gettext_lazy("in a list"),
    "note": gettext_lazy("in a note"),
}


def label_mark(mark: str) -> str:
    """Return the label of a mark, or an empty string for a mark that needs none, such as a citation."""
    kind, _, address = mark.partition(":")
    if kind != "link":
        return str(_MARKS.get(mark, ""))
    target = links.parse_target(address)
    return str(_LINKS[target.kind]) if target else gettext("link to %(address)s") % {"address": address}


def label_block(marks: tuple[str, ...]) -> str:
    """Return the label of a block from its marks, such as “list item (in a list)”."""
    name = str(_BLOCKS[marks[-1].split()[0]])
    containers = [str(_CONTAINERS[mark.split()[0]]) for mark in marks[1:-1]]
    return f"{name} ({join_list(containers)})" if containers else name
