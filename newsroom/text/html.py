"""Render small parts of pages as HTML or JSON. Templates would take ten times as long."""

import json
import re
from collections.abc import Iterable
from html import escape
from typing import Protocol

from django.utils.safestring import SafeString, mark_safe


class Piece(Protocol):
    """A piece of a text; ``is_hit`` is true if it matches a search."""

    @property
    def text(self) -> str: ...

    @property
    def is_hit(self) -> bool: ...


class Choice(Protocol):
    """A value of a filter, and the number of results that it selects, or 0 if the number is unknown."""

    @property
    def value(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def number(self) -> int: ...

    @property
    def is_capped(self) -> bool: ...

    @property
    def is_chosen(self) -> bool: ...


NO_HTML = SafeString()  # for a part that is left out


def fill_in(template: str, **texts: str) -> SafeString:
    """Return ``template`` filled in with ``texts``, each of which is escaped unless it is a SafeString."""
    escaped = {name: text if isinstance(text, SafeString) else escape(text) for name, text in texts.items()}
    return SafeString(template.format_map(escaped))


def trust_rendered(html: str) -> SafeString:
    """Return HTML that our renderer made of Markdown, and sanitised, as a part of a page."""
    return mark_safe(html)  # noqa: S308 -- sanitised when it was rendered


def join_parts(parts: Iterable[SafeString], *, between: str = "\n") -> SafeString:
    """Return parts of HTML in order, by default one on each line. ``between`` is HTML."""
    return mark_safe(between.join(parts))  # noqa: S308 -- every part is safe


def mark_hits(pieces: Iterable[Piece]) -> SafeString:
    """Return the pieces of a text as HTML, with each hit in a ``<mark>``."""
    return mark_safe(  # noqa: S308 -- every piece is escaped
        "".join(f"<mark>{escape(each.text)}</mark>" if each.is_hit else escape(each.text) for each in pieces)
    )


def render_options(choices: Iterable[Choice]) -> SafeString:
    """Return the choices as the ``<option>`` elements of a ``<select>``."""
    return mark_safe("\n".join(map(_render_option, choices)))  # noqa: S308 -- every value and name is escaped


def format_choice(choice: Choice) -> str:
    """Return the name of a choice with the number of results, if known: “Stories (3)”, or “Stories (3+)” if capped."""
    return f"{choice.name} ({choice.number}{'+' if choice.is_capped else ''})" if choice.number else choice.name


def _render_option(choice: Choice) -> str:
    selected = " selected" if choice.is_chosen else ""
    return f'<option value="{escape(choice.value)}"{selected}>{escape(format_choice(choice))}</option>'


# The characters that are special in HTML, and the two line terminators that JSON allows but older JavaScript does not.
_UNSAFE_CHARACTER = re.compile("[<>&\u2028\u2029]")


def render_json(data: object) -> SafeString:
    """Return ``data`` as JSON for the content of a ``<script>`` data block (HTML Standard, 4.12.1.3)."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # str.translate would look up every character of a long page.
    return mark_safe(_UNSAFE_CHARACTER.sub(_escape_match, text))  # noqa: S308 -- every character that is special in HTML is escaped


def _escape_match(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"
