"""Parse Markdown, with or without front matter, into a document with notes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID, uuid4

from stories.documents.export.markdown import FENCE, HEADING, Path
from stories.documents.parse.body import build_document
from stories.documents.parse.headings import is_comparison_heading
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.markdown.bare import parse_plain_markdown
from stories.documents.parse.markdown.front_matter import parse_front_matter
from stories.documents.parse.notes import ParsedDocument, UnreadableDocumentError

type Row = dict[str, object]

_MISFIT = "This heading does not fit the front matter: {reason}."


@dataclass(frozen=True, slots=True)
class _Place:
    """A heading that the body must have according to the front matter; see `documents.export.markdown.Block`."""

    level: int
    title_path: Path | None
    text_path: Path | None
    holds: int
    what: str


@dataclass(slots=True)
class _Found:
    """A heading of the body with the lines under it and the place that the front matter gives it."""

    line: int
    title: str
    place: _Place
    lines: list[str] = field(default_factory=list)


def parse_markdown(text: str, known: KnownNames, *, make_uid: Callable[[], UUID] = uuid4) -> ParsedDocument:
    """Return the document in ``text``; the output of `documents.export.to_markdown` is read back exactly.

    Markdown without front matter is a new story: ``#`` is its headline, ``##`` its sections. Raise
    UnreadableDocumentError, with line and reason, for invalid front matter and for headings that do not fit it.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return parse_plain_markdown(text, known, make_uid=make_uid)
    end = next((place for place, line in enumerate(lines) if place and line.rstrip() == FENCE), 0)
    if not end:
        raise UnreadableDocumentError(1, "The front matter does not end: a line with only --- is missing.")
    front = parse_front_matter("\n".join(lines[1:end]), first_line=2)
    exact = front.pop("exact", {})
    for found in _matched(front, lines, end + 1):
        if found.place.title_path:
            _put(front, found.place.title_path, found.title)
        if found.place.text_path:
            _put(front, found.place.text_path, "\n".join(found.lines).strip("\n"))
        elif "".join(found.lines).strip() and found.place.what != "a passage":
            raise UnreadableDocumentError(found.line + 1, f"No text can stand right under “{found.title}”.")
        if found.place.what == "a passage":
            _name_outlets(front, found, known)
    if not isinstance(exact, dict):
        raise UnreadableDocumentError(1, "“exact” must be a group of named values.")
    for path, value in exact.items():
        _put(front, tuple(int(step) if step.isdecimal() else step for step in str(path).split(".")), value)
    return build_document(front, line=1, make_uid=make_uid)


def _matched(front: Row, lines: list[str], start: int) -> Iterator[_Found]:
    """Yield the headings of the body with their text, each with the place that the front matter gives it."""
    places = _places(front)
    current: _Found | None = None
    for number, line in enumerate(lines[start:], start=start + 1):
        match = HEADING.fullmatch(line)
        if match is None or (current is not None and len(match[1]) >= current.place.holds):
            if current is not None:
                current.lines.append(line)
            elif line.strip():
                raise UnreadableDocumentError(
                    number, "The text begins with its headline: a line that starts with “# ”."
                )
            continue
        if current is not None:
            yield current
        place = next(places, None)
        if place is None:
            raise UnreadableDocumentError(number, _MISFIT.format(reason="it lists no part for it"))
        if place.level != len(match[1]):
            raise UnreadableDocumentError(
                number, _MISFIT.format(reason=f"here {place.what} comes next, with {'#' * place.level}")
            )
        current = _Found(number, match[2] or "", place)
    if current is not None:
        yield current
    if missing := next(places, None):
        raise UnreadableDocumentError(
            len(lines), f"The text ends where {missing.what} should come, as the front matter says."
        )


def _places(front: Row) -> Iterator[_Place]:
    if front.get("kind") == "question":
        yield _Place(1, ("question",), ("introduction",), 3, "the question")
        for number, _ in enumerate(_rows(front, "answers")):
            yield _Place(2, ("answers", number, "question"), ("answers", number, "text"), 3, "an answer")
        return
    yield _Place(1, ("headline",), ("standfirst",), 3, "the headline")
    for number, section in enumerate(_rows(front, "sections")):
        is_papers = section.get("kind") == "papers"
        text = None if is_papers else ("sections", number, "text")
        yield _Place(2, ("sections", number, "heading"), text, 4 if is_papers else 3, "a section")
        for passage, _ in enumerate(_rows(front, "passages") if is_papers else []):
            yield _Place(3, None, ("passages", passage, "text"), 4, "a passage")
    for name, title, text_of in (("questions", "question", "teaser"), ("topics", "name", "description")):
        rows = _rows(front, name)
        if rows:
            yield _Place(2, None, None, 4, f"the part with the {name}")
        for number, _ in enumerate(rows):
            yield _Place(3, (name, number, title), (name, number, text_of), 4, f"one of the {name}")


def _rows(front: Row, name: str) -> list[Row]:
    rows = front.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableDocumentError(1, f"“{name}” in the front matter must be a list of groups of named values.")
    return cast("list[Row]", rows)


def _put(body: Row, path: Path, value: object) -> None:
    """Set the value at ``path``; raise UnreadableDocumentError if there is no such place."""
    *steps, last = path
    here: object = body
    for step in steps:
        here = _at(here, step)
    if not isinstance(here, dict):
        raise UnreadableDocumentError(
            1, f"“exact” in the front matter names “{'.'.join(map(str, path))}”, which is not there."
        )
    here[last] = value


def _at(here: object, step: str | int) -> object:
    match here, step:
        case dict(), _:
            return here.get(step)
        case list(), int() if step < len(here):
            return here[step]
        case _:
            return None


def _name_outlets(front: Row, found: _Found, known: KnownNames) -> None:
    """Set the outlets of a passage from its heading, if somebody changed them there."""
    path = found.place.text_path or ()
    row = cast("list[Row]", front["passages"])[int(path[1])]  # _places has checked that these are rows
    outlets = row.get("outlets") or []
    names = [str(one.get("name", "")) for one in outlets if isinstance(one, dict)] if isinstance(outlets, list) else []
    as_written = " ".join("; ".join(names).replace("\r", " ").split("\n")).strip()
    if found.title != as_written and (as_written or not is_comparison_heading(found.title)):
        wanted = (
            []
            if is_comparison_heading(found.title)
            else [name.strip() for name in found.title.split(";") if name.strip()]
        )
        row["outlets"] = [known.find_outlet(name).model_dump(mode="json") for name in wanted]
