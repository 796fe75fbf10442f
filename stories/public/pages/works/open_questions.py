"""The section *What we don't know yet*: answered questions are folded to their number."""

import re

from django.utils.translation import ngettext

from stories.documents.schema import UNKNOWNS

_UNKNOWNS = '<ul class="unknowns">'
_TAG = re.compile(r"<(/?)(?:ul|ol|(li))\b[^>]*>")


def fold_answered(html: str, kind: str) -> str:
    """Return the text of a section of this kind; of open questions, those that are answered are folded to their number."""
    begin = html.find(_UNKNOWNS)
    if kind != UNKNOWNS.code or begin < 0:
        return html
    items, end = split_items(html, begin)
    answered = [item for item in items if 'data-state="answered"' in item.partition(">")[0]]
    if not answered:
        return html
    remaining = "".join(item for item in items if item not in answered)
    number = {"number": len(answered)}
    words = ngettext("%(number)s answered question", "%(number)s answered questions", len(answered)) % number
    parts = (
        f"{_UNKNOWNS}{remaining}</ul>" if remaining else "",
        f'<details class="answered"><summary class="fold"><span>{words}</span></summary>',
        f"{_UNKNOWNS}{''.join(answered)}</ul></details>",
    )
    return f"{html[:begin]}{''.join(parts)}{html[end:]}"


def split_items(html: str, begin: int) -> tuple[list[str], int]:
    """Return the items of the list that begins at ``begin``, without those of lists inside them, and where it ends."""
    items: list[str] = []
    depth = start = 0
    for tag in _TAG.finditer(html, begin):
        if tag[2] and depth == 1:
            if tag[1]:
                items.append(html[start : tag.end()])
            else:
                start = tag.start()
        elif not tag[2]:
            depth += -1 if tag[1] else 1
            if depth == 0:
                return items, tag.end()
    return items, len(html)
