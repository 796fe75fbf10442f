"""The lines under *What's happened* as HTML."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from newsroom.text.html import NO_HTML, fill_in, join_parts
from stories.public.pages.works.brief import BriefLine

_LIST = """<dl class="brief">
{lines}
</dl>"""
_LINE = "<div><dt>{label}</dt><dd>{items}</dd></div>"
_ITEM = '<a href="{url}">{words}</a>'


def render_brief(lines: Sequence[BriefLine]) -> SafeString:
    """Return the lines as a ``<dl>``, or an empty string without lines."""
    return fill_in(_LIST, lines=join_parts(map(_render_line, lines))) if lines else NO_HTML


def _render_line(line: BriefLine) -> SafeString:
    items = [fill_in(_ITEM, url=url, words=words) for words, url in line.items]
    if line.more:
        words = ngettext("and {number} more", "and {number} more", line.more).format(number=line.more)
        items.append(fill_in(_ITEM, url=line.more_url, words=words))
    return fill_in(_LINE, label=line.label, items=join_parts(items, between=" · "))
