"""Lay out three kinds of list that Markdown does not have: dated entries, people, and open questions."""

import re
from collections.abc import Callable
from itertools import accumulate

from django.utils.translation import gettext
from markdown_it.token import Token

from newsroom.text.markdown.dates import PartialDate, format_partial_date, parse_partial_date
from newsroom.text.markdown.links import UID, LinkTarget, parse_target
from newsroom.text.markdown.transforms import find_blocks

type Inline = list[Token]
type Item = list[Token]

_MOMENT = r"\d{4}(?:-\d{2}(?:-\d{2}(?:[ T]\d{2}:\d{2})?)?)?"
_DATED = re.compile(rf"({_MOMENT})\s*(?:[—–:]|-(?=\s))\s*", re.ASCII)
_AFTER_LABEL = re.compile(r"\s*(?:[:：—–]|-(?=\s))?\s*")
# Each run of spaces is matched once, so that matching takes linear time.
_ROLE_END = re.compile(r"(?<!\s)\s+[—–-]\s+|[:：](?:\s+|$)")
_COMMA = re.compile(r"\s*[,،，]\s*")
_STATE = re.compile(r"\[(open|partly|answered)\]\s*", re.IGNORECASE)
_QUESTION_END = re.compile(r"[?؟？][”’\"'»)]*(?=\s|$)(?!\s+[a-zà-ÿ])")
_SINCE = re.compile(r"(?<!\s)\s*[(（]([^()（）]{1,80})[)）]\s*")
# The source of an item whose question begins with a link to a question.
_LINKED_ITEM = re.compile(
    r"^(?P<bullet>[-*+] +)\[(?P<state>open|partly|answered)\]\s*"
    rf"(?P<question>\[(?:\\.|[^\[\]\\])*?(?P<asked>[?؟？][”’\"'»)]*)?\]\((?P<target>question:{UID})\)"
    r"(?(asked)|[^?؟？()（）\n]*[?؟？]?)(?:\[@[^\]\n]*\])*)"
    r"(?: *[(（](?P<since>[^()（）\n]{1,80})[)）])?",
    re.IGNORECASE | re.MULTILINE,
)
_DATE_WITHIN = re.compile(_MOMENT, re.ASCII)


def _make_text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _wrap(name: str, tag: str, children: Inline, **attrs: str) -> Inline:
    attrs = {key.rstrip("_").replace("_", "-"): value for key, value in attrs.items()}
    return [Token(f"{name}_open", tag, 1, attrs=dict(attrs)), *children, Token(f"{name}_close", tag, -1)]


def _make_paragraph(children: Inline, kind: str = "", *, tag: str = "p") -> list[Token]:
    attrs: dict[str, str | int | float] = {"class": kind} if kind else {}
    return [
        Token("paragraph_open", tag, 1, attrs=attrs, block=True),
        Token("inline", "", 0, children=children),
        Token("paragraph_close", tag, -1, block=True),
    ]


def _make_time(moment: PartialDate, words: str) -> Inline:
    return _wrap("time", "time", [_make_text(words)], datetime=moment.html_value)


def _split_text(children: Inline, pattern: re.Pattern[str]) -> tuple[Inline, re.Match[str], Inline] | None:
    """Return the tokens before the first match of ``pattern``, the match, and the tokens after it.

    Only plain text outside links and emphasis is searched. Return None if nothing matches.
    """
    depth = 0
    for index, token in enumerate(children):
        depth += token.nesting
        if token.type == "text" and depth == 0 and (match := pattern.search(token.content)):
            before = [*children[:index], _make_text(token.content[: match.start()])]
            return before, match, [_make_text(token.content[match.end() :]), *children[index + 1 :]]
    return None


def _split_label(children: Inline) -> tuple[Inline, Inline] | None:
    """Return the bold or linked words at the start, and the rest, or None if there are no such words."""
    if not children or children[0].type not in ("strong_open", "link_open", "mark_open"):
        return None
    depths = accumulate(token.nesting for token in children)
    end = next(index for index, depth in enumerate(depths, start=1) if depth == 0)
    return children[:end], children[end:]


def _strip_start(children: Inline, pattern: re.Pattern[str]) -> Inline:
    """Return the inline tokens without a match of ``pattern`` at the start."""
    if children and children[0].type == "text" and (match := pattern.match(children[0].content)):
        return [_make_text(children[0].content[match.end() :]), *children[1:]]
    return children


def _is_empty(token: Token) -> bool:
    return token.type == "text" and not token.content


def _has_words(children: Inline) -> bool:
    return any(token.content.strip() for token in children)


def _make_body(children: Inline, rest: list[Token]) -> list[Token]:
    paragraphs = _make_paragraph(children) if _has_words(children) else []
    return _wrap("what", "div", [*paragraphs, *rest], class_="what") if paragraphs or rest else []


class _Timeline:
    """Layout for dated entries: ``- 2026-11-08 18:00 — words`` or ``- **3 June:** words``."""

    attributes = ("ol", "timeline")

    def __call__(self, item: Token, children: Inline, rest: list[Token]) -> list[Token] | None:
        first = children[0] if children else _make_text("")
        if first.type == "text" and (match := _DATED.match(first.content)) and (moment := parse_partial_date(match[1])):
            after = [_make_text(first.content[match.end() :]), *children[1:]]
            when = _make_time(moment, format_partial_date(moment))
        elif first.type == "strong_open" and (labelled := _split_label(children)):
            label, after = labelled[0][1:-1], _strip_start(labelled[1], _AFTER_LABEL)
            moment, when = self._read_label(label)
        else:
            return None
        if moment is not None and moment.day is not None:
            item.attrs["data-day"] = moment.day.isoformat()
        return [*_make_paragraph(when, "when"), *_make_body(after, rest)]

    @staticmethod
    def _read_label(label: Inline) -> tuple[PartialDate | None, Inline]:
        """Return the date in a bold label, or None, and the tokens to render for the label."""
        if any(token.type != "text" for token in label):
            return None, label
        words = "".join(token.content for token in label).strip().rstrip(":：").strip()
        moment = parse_partial_date(words)
        if moment is None:
            return None, [_make_text(words)]
        if words[:4].isdigit():
            words = format_partial_date(moment)
        return moment, _make_time(moment, words)


class _People:
    """Layout for people: ``- [Name](topic:UID), role — words`` or ``- **Name**, role: words``."""

    attributes = ("ul", "people")

    def __call__(self, item: Token, children: Inline, rest: list[Token]) -> list[Token] | None:
        labelled = _split_label(children)
        if labelled is None:
            return None
        name, after = labelled
        if name[0].type != "strong_open":
            name = _wrap("strong", "strong", name)
        split = _split_text(after, _ROLE_END)
        role, body = (after, []) if split is None else (split[0], split[2])
        if _has_words(role) and not _COMMA.match(role[0].content):
            return None
        role = _strip_start(role, _COMMA)
        who = [*name, _make_text(" "), *_wrap("role", "span", role, class_="role")] if _has_words(role) else name
        return [*_make_paragraph(who, "who"), *_make_body(body, rest)]


class _OpenQuestions:
    """Layout for open questions: ``- [open] Why …? (since 9 November) words``; also ``[partly]`` and ``[answered]``."""

    attributes = ("ul", "unknowns")

    def __call__(self, item: Token, children: Inline, rest: list[Token]) -> list[Token] | None:
        first = children[0] if children else _make_text("")
        match = _STATE.match(first.content) if first.type == "text" else None
        if match is None:
            return None
        code = match[1].lower()
        item.attrs["data-state"] = code
        after = [each for each in _strip_start(children, _STATE) if not _is_empty(each)]
        question, since, words = self._split_question(after)
        state = _wrap("strong", "strong", [_make_text(label_state(code))])
        if since:
            state += [_make_text(" "), *_wrap("since", "span", since, class_="since")]
        heading = _make_paragraph(question, "question", tag="h3")
        return [*_make_paragraph(state, "state"), *heading, *_make_body(words, rest)]

    @classmethod
    def _split_question(cls, children: Inline) -> tuple[Inline, Inline, Inline]:
        """Return the question, the content of the brackets after it (the date of its state), and the rest."""
        if parts := cls._split_at_mark(children):
            question, words = parts
            while words and (words[0].type == "citation" or not words[0].content):
                question.append(words.pop(0))
            if words and (match := _SINCE.match(words[0].content)):
                return question, cls._format_since(match[1]), [_make_text(words[0].content[match.end() :]), *words[1:]]
            return question, [], words
        if split := _split_text(children, _SINCE):
            return split[0], cls._format_since(split[1][1]), split[2]
        return children, [], []

    @staticmethod
    def _split_at_mark(children: Inline) -> tuple[Inline, Inline] | None:
        """Return the question with its mark, which may be inside a link at the start, and the rest, or None."""
        if (labelled := _split_label(children)) and labelled[0][0].type != "strong_open":
            words = "".join(token.content for token in labelled[0])
            if (match := _QUESTION_END.search(words)) and match.end() == len(words):
                return labelled
        split = _split_text(children, _QUESTION_END)
        return ([*split[0], _make_text(split[1][0])], split[2]) if split else None

    @staticmethod
    def _format_since(words: str) -> Inline:
        match = _DATE_WITHIN.search(words)
        moment = parse_partial_date(match[0]) if match else parse_partial_date(words)
        if moment is None:
            return [_make_text(words)]
        if match is None:
            return _make_time(moment, words)
        return [
            _make_text(words[: match.start()]),
            *_make_time(moment, format_partial_date(moment)),
            _make_text(words[match.end() :]),
        ]


def label_state(code: str) -> str:
    """Return the words for the state of an open question, in the active language."""
    return {
        "open": gettext("Open"),
        "partly": gettext("Partly answered"),
        "answered": gettext("Answered"),
    }[code]


def replace_states(source: str, new: Callable[[LinkTarget, str, str], tuple[str, str]]) -> str:
    """Return the source of open questions with the states and dates of those that begin with a link to a question.

    ``new(target, state, since)`` returns the state and the words in brackets after the question, or an empty string.
    """

    def replace(item: re.Match[str]) -> str:
        target = parse_target(item["target"])
        if target is None:
            return item[0]
        typed = (item["state"].lower(), item["since"] or "")
        if (replaced := new(target, *typed)) == typed:
            return item[0]
        state, since = replaced
        return f"{item['bullet']}[{state}] {item['question'].rstrip()}{f' ({since})' if since else ''}"

    return _LINKED_ITEM.sub(replace, source)


type Layout = Callable[[Token, Inline, list[Token]], list[Token] | None]
_LAYOUTS: dict[str, type[_Timeline | _People | _OpenQuestions]] = {
    "timeline": _Timeline,
    "people": _People,
    "unknowns": _OpenQuestions,
}


def lay_out_lists(tokens: list[Token], convention: str) -> None:
    """Lay out the top-level bullet lists of a text in place, according to a convention.

    Items that do not follow the convention are left unchanged, and so is every list if the convention is unknown.
    """
    if convention not in _LAYOUTS:
        return
    for start, end in find_blocks(tokens, "bullet_list_open"):
        tokens[start : end + 1] = _lay_out_list(tokens[start : end + 1], _LAYOUTS[convention]())


def _lay_out_list(block: list[Token], layout: _Timeline | _People | _OpenQuestions) -> list[Token]:
    """Return the list laid out, or unchanged if no item follows the convention."""
    level = block[0].level + 1
    result: list[Token] = []
    item: list[Token] = []
    has_laid_out_items = False
    for token in block[1:-1]:
        item.append(token)
        if token.type != "list_item_close" or token.level != level:
            continue
        parts = None
        if len(item) > 3 and item[1].type == "paragraph_open" and item[2].type == "inline":
            parts = layout(item[0], [token for token in item[2].children or () if not _is_empty(token)], item[4:-1])
        has_laid_out_items = has_laid_out_items or parts is not None
        result += item if parts is None else [item[0], *parts, item[-1]]
        item = []
    if has_laid_out_items:
        tag, name = layout.attributes
        block[0].tag = block[-1].tag = tag
        block[0].attrs["class"] = name
    return [block[0], *result, block[-1]]
