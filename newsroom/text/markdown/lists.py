"""Lay out three kinds of list that Markdown itself does not have: dated entries, people, and open questions."""

import re
from collections.abc import Callable
from itertools import accumulate

from django.utils.translation import gettext
from markdown_it.token import Token

from newsroom.text.markdown.dates import PartialDate, format_partial_date, parse_partial_date
from newsroom.text.markdown.transforms import find_blocks

type Inline = list[Token]
type Item = list[Token]

_MOMENT = r"\d{4}(?:-\d{2}(?:-\d{2}(?:[ T]\d{2}:\d{2})?)?)?"
_DATED = re.compile(rf"({_MOMENT})\s*(?:[—–:]|-(?=\s))\s*", re.ASCII)
_AFTER_LABEL = re.compile(r"\s*(?:[:：—–]|-(?=\s))?\s*")
_ROLE_END = re.compile(r"(?<!\s)\s+[—–-]\s+|[:：](?:\s+|$)")  # each run of spaces is matched once, for linear time
_COMMA = re.compile(r"\s*[,،，]\s*")
_STATE = re.compile(r"\[(open|partly|answered)\]\s*", re.IGNORECASE)
_QUESTION_END = re.compile(r"[?؟？][”’\"'»)]*(?=\s|$)(?!\s+[a-zà-ÿ])")
_SINCE = re.compile(r"(?<!\s)\s*[(（]([^()（）]{1,80})[)）]\s*")
_DATE_WITHIN = re.compile(_MOMENT, re.ASCII)


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _wrapped(name: str, tag: str, children: Inline, **attrs: str) -> Inline:
    attrs = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()}
    return [Token(f"{name}_open", tag, 1, attrs=dict(attrs)), *children, Token(f"{name}_close", tag, -1)]


def _paragraph(children: Inline, kind: str = "") -> list[Token]:
    attrs: dict[str, str | int | float] = {"class": kind} if kind else {}
    return [
        Token("paragraph_open", "p", 1, attrs=attrs, block=True),
        Token("inline", "", 0, children=children),
        Token("paragraph_close", "p", -1, block=True),
    ]


def _time(moment: PartialDate, words: str) -> Inline:
    return _wrapped("time", "time", [_text(words)], datetime=moment.html_value)


def _split_text(children: Inline, pattern: re.Pattern[str]) -> tuple[Inline, re.Match[str], Inline] | None:
    """Return the tokens before the first match of ``pattern``, the match, and the rest.

    Only plain text outside links and emphasis is searched. Return None if nothing matches.
    """
    depth = 0
    for place, token in enumerate(children):
        depth += token.nesting
        if token.type == "text" and depth == 0 and (match := pattern.search(token.content)):
            before = [*children[:place], _text(token.content[: match.start()])]
            return before, match, [_text(token.content[match.end() :]), *children[place + 1 :]]
    return None


def _label(children: Inline) -> tuple[Inline, Inline] | None:
    """Return the bold or linked words at the start and the rest, or None if there are none."""
    if not children or children[0].type not in ("strong_open", "link_open", "mark_open"):
        return None
    depths = accumulate(token.nesting for token in children)
    end = next(place for place, depth in enumerate(depths, start=1) if depth == 0)
    return children[:end], children[end:]


def _without_start(children: Inline, pattern: re.Pattern[str]) -> Inline:
    """Return the inline tokens without the match of ``pattern`` at their start."""
    if children and children[0].type == "text" and (match := pattern.match(children[0].content)):
        return [_text(children[0].content[match.end() :]), *children[1:]]
    return children


def _is_empty(token: Token) -> bool:
    return token.type == "text" and not token.content


def _has_words(children: Inline) -> bool:
    return any(token.content.strip() for token in children)


def _what(children: Inline, rest: list[Token]) -> list[Token]:
    said = _paragraph(children) if _has_words(children) else []
    return _wrapped("what", "div", [*said, *rest], class_="what") if said or rest else []


class _Timeline:
    """Layout of dated entries: ``- 2026-11-08 18:00 — words`` or ``- **3 June:** words``."""

    attributes = ("ol", "timeline")

    def __init__(self) -> None:
        self._before: PartialDate | None = None

    def __call__(self, item: Token, children: Inline, rest: list[Token]) -> list[Token] | None:
        first = children[0] if children else _text("")
        if first.type == "text" and (match := _DATED.match(first.content)) and (moment := parse_partial_date(match[1])):
            after = [_text(first.content[match.end() :]), *children[1:]]
            when = _time(moment, format_partial_date(moment, after=self._before))
            self._before = moment
        elif first.type == "strong_open" and (labelled := _label(children)):
            label, after = labelled[0][1:-1], _without_start(labelled[1], _AFTER_LABEL)
            moment, when = self._read(label)
        else:
            return None
        if moment is not None and moment.day is not None:
            item.attrs["data-day"] = moment.day.isoformat()
        return [*_paragraph(when, "when"), *_what(after, rest)]

    def _read(self, label: Inline) -> tuple[PartialDate | None, Inline]:
        """Return the moment that bold words name, if any, and the tokens to show for them."""
        if any(token.type != "text" for token in label):
            return None, label
        words = "".join(token.content for token in label).strip().rstrip(":：").strip()
        moment = parse_partial_date(words)
        if moment is None:
            return None, [_text(words)]
        if words[:4].isdigit():
            words = format_partial_date(moment, after=self._before)
        self._before = moment
        return moment, _time(moment, words)


class _People:
    """Layout of people: ``- [Name](topic:UID), role — words`` or ``- **Name**, role: words``."""

    attributes = ("ul", "people")

    def __call__(self, item: Token, children: Inline, rest: list[Token]) -> list[Token] | None:
        labelled = _label(children)
        if labelled is None:
            return None
        name, after = labelled
        if name[0].type != "strong_open":
            name = _wrapped("strong", "strong", name)
        parted = _split_text(after, _ROLE_END)
        role, said = (after, []) if parted is None else (parted[0], parted[2])
        if _has_words(role) and not _COMMA.match(role[0].content):
            return None
        role = _without_start(role, _COMMA)
        who = [*name, _text(" "), *_wrapped("role", "span", role, class_="role")] if _has_words(role) else name
        return [*_paragraph(who, "who"), *_what(said, rest)]


class _Unknowns:
    """Layout of open questions: ``- [open] Why …? (since 9 November) words``; also ``[partly]`` and ``[answered]``."""

    attributes = ("ul", "unknowns")

    def __call__(self, item: Token, children: Inline, rest: list[Token]) -> list[Token] | None:
        first = children[0] if children else _text("")
        match = _STATE.match(first.content) if first.type == "text" else None
        if match is None:
            return None
        code = match[1].lower()
        item.attrs["data-state"] = code
        after = [_text(first.content[match.end() :]), *children[1:]]
        question, since, words = self._parts(after)
        state = _wrapped("strong", "strong", [_text(self._state_in_words(code))])
        if since:
            state += [_text(" "), *_wrapped("since", "span", since, class_="since")]
        asked = _wrapped("strong", "strong", question)
        return [*_paragraph(state, "state"), *_paragraph(asked, "question"), *_what(words, rest)]

    @staticmethod
    def _state_in_words(code: str) -> str:
        return {
            "open": gettext("Open"),
            "partly": gettext("Partly answered"),
            "answered": gettext("Answered"),
        }[code]

    @classmethod
    def _parts(cls, children: Inline) -> tuple[Inline, Inline, Inline]:
        """Return the question, the date since which it has its state, and the words after it."""
        if asked := _split_text(children, _QUESTION_END):
            question, words = [*asked[0], _text(asked[1][0])], asked[2]
            while words and (words[0].type == "citation" or not words[0].content):
                question.append(words.pop(0))
            if words and (match := _SINCE.match(words[0].content)):
                return question, cls._since(match[1]), [_text(words[0].content[match.end() :]), *words[1:]]
            return question, [], words
        if parted := _split_text(children, _SINCE):
            return parted[0], cls._since(parted[1][1]), parted[2]
        return children, [], []

    @staticmethod
    def _since(words: str) -> Inline:
        match = _DATE_WITHIN.search(words)
        moment = parse_partial_date(match[0]) if match else parse_partial_date(words)
        if moment is None:
            return [_text(words)]
        if match is None:
            return _time(moment, words)
        return [_text(words[: match.start()]), *_time(moment, format_partial_date(moment)), _text(words[match.end() :])]


type Layout = Callable[[Token, Inline, list[Token]], list[Token] | None]
_LAYOUTS: dict[str, type[_Timeline | _People | _Unknowns]] = {
    "timeline": _Timeline,
    "people": _People,
    "unknowns": _Unknowns,
}


def lay_out_lists(tokens: list[Token], convention: str) -> None:
    """Lay out the lists of a text in place by its convention; an item that does not follow it remains ordinary."""
    if convention not in _LAYOUTS:
        return
    for start, end in find_blocks(tokens, "bullet_list_open"):
        tokens[start : end + 1] = _laid_out(tokens[start : end + 1], _LAYOUTS[convention]())


def _laid_out(block: list[Token], layout: _Timeline | _People | _Unknowns) -> list[Token]:
    """Return one list in its layout, or unchanged if no item follows the convention."""
    level = block[0].level + 1
    laid: list[Token] = []
    item: list[Token] = []
    followed = False
    for token in block[1:-1]:
        item.append(token)
        if token.type != "list_item_close" or token.level != level:
            continue
        parts = None
        if len(item) > 3 and item[1].type == "paragraph_open" and item[2].type == "inline":
            parts = layout(item[0], [token for token in item[2].children or () if not _is_empty(token)], item[4:-1])
        followed = followed or parts is not None
        laid += item if parts is None else [item[0], *parts, item[-1]]
        item = []
    if followed:
        tag, name = layout.attributes
        block[0].tag = block[-1].tag = tag
        block[0].attrs["class"] = name
    return [block[0], *laid, block[-1]]
