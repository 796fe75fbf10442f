"""The section *What we don't know yet*: its items follow their questions, and answered ones are folded to their number."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import count
from uuid import UUID

from django.utils.translation import gettext, ngettext, pgettext

from newsroom.text.markdown.links import LinkTarget
from newsroom.text.markdown.lists import label_state, replace_states
from stories.documents.render import ExplainerFragments
from stories.documents.render.paragraphs import text_without_citations
from stories.documents.schema import UNKNOWNS
from stories.public.pages.works.links import LiveQuestion

_UNKNOWNS = '<ul class="unknowns">'
_TAG = re.compile(r"<(/?)(?:ul|ol|(li))\b[^>]*>")
_ITEM = re.compile(
    r'<li(?: id="(?P<anchor>[a-z0-9-]+)")? data-state="(?P<state>open|partly|answered)">\s*'
    r'<p class="state">(?P<words>.*?)</p>\s*'
    r'<h3 class="question">(?P<question>(?:<span data-to="(?P<target>question:[0-9a-f-]{36})">)?.*?)</h3>',
    re.DOTALL,
)
_SINCE = re.compile(r'<span class="since">.*</span>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item of *What we don't know yet* as the page shows it, with its question as plain text.

    ``url`` leads to the page of the question, or else to the item on the page.
    """

    state: str
    question: str
    url: str


def show_live_states(fragments: ExplainerFragments, questions: Mapping[UUID, LiveQuestion]) -> ExplainerFragments:
    """Return ``fragments`` with the present state of each open question that links to one of ``questions``.

    A question without a state leaves the typed words. Items get an id. The active language is that of the story.
    """
    numbers = count(1)

    def show(item: re.Match[str]) -> str:
        now = questions.get(UUID(item["target"].removeprefix("question:"))) if item["target"] else None
        state, words = item["state"], item["words"]
        if now and now.state:
            state, words = now.state, _describe_state(now, words if now.state == state else "")
        return (
            f'<li id="id-unknown-{next(numbers)}" data-state="{state}">\n<p class="state">{words}</p>\n'
            f'<h3 class="question">{item["question"]}</h3>'
        )

    sections = tuple(
        section.model_copy(update={"body_html": _ITEM.sub(show, section.body_html)})
        if section.kind == UNKNOWNS.code
        else section
        for section in fragments.sections
    )
    return fragments.model_copy(update={"sections": sections})


def list_open_items(fragments: ExplainerFragments, addresses: Mapping[str, str]) -> Iterator[OpenItem]:
    """Yield the items of ``fragments`` in order, with the states that they show, after ``show_live_states``.

    ``addresses`` holds the address of each public question, keyed by ``question:uid``.
    """
    for section in fragments.sections:
        for item in _ITEM.finditer(section.body_html) if section.kind == UNKNOWNS.code else ():
            url = addresses.get(item["target"] or "") or f"#{item['anchor'] or section.anchor}"
            yield OpenItem(item["state"], text_without_citations(item["question"]), url)


def write_live_states(text: str, questions: Mapping[UUID, LiveQuestion]) -> str:
    """Return the Markdown of the section with the same states as ``show_live_states`` shows, and their days."""

    def write(target: LinkTarget, state: str, typed: str) -> tuple[str, str]:
        now = questions.get(target.uid)
        if now is None or not now.state:
            return state, typed
        since = _describe_since(now, date.isoformat) or (typed if now.state == state else "")
        if now.state == "answered" and now.may_have_changed:
            since = gettext("{since}, may have changed").format(since=since)
        return now.state, since

    return replace_states(text, write)


def _describe_state(now: LiveQuestion, typed: str) -> str:
    """Return the state of a question with its date, as HTML; without a day of its own, with the ``typed`` date."""
    label = label_state(now.state)
    if now.state == "answered" and now.may_have_changed:
        label = pgettext("state of a question", "Answered, may have changed")
    if since := _describe_since(now, _format_day):
        since = f'<span class="since">{since}</span>'
    elif found := _SINCE.search(typed):
        since = found[0]
    return f"<strong>{escape(label)}</strong>{f' {since}' if since else ''}"


def _describe_since(now: LiveQuestion, write_day: Callable[[date], str]) -> str:
    """Return as of which day a question is answered, or since when it is open; without that day, an empty string."""
    if now.state == "answered":
        return f"{gettext('as of')} {write_day(now.as_of)}"
    return gettext("since {day}").format(day=write_day(now.open_since)) if now.open_since else ""


def _format_day(day: date) -> str:
    """Return the day as an element, whose words are written when the placeholders are replaced."""
    return f'<time datetime="{day.isoformat()}">{day.isoformat()}</time>'


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
