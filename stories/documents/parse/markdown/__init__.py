"""Parse Markdown, with or without front matter, into a document with notes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID, uuid4

from stories.documents import Explainer
from stories.documents.claim_lines import markdown_lines
from stories.documents.export.markdown import FENCE, HEADING, Path, format_figures
from stories.documents.parse.body import build_document
from stories.documents.parse.headings import is_comparison_heading
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.markdown.bare import parse_plain_markdown
from stories.documents.parse.markdown.claims import ClaimReader, link_claims
from stories.documents.parse.markdown.forecasts import read_forecasts
from stories.documents.parse.markdown.front_matter import parse_front_matter
from stories.documents.parse.notes import ParsedDocument, UnreadableDocumentError

type Row = dict[str, object]

_FIGURES = "the part with the figures"
_CLAIM = "one of the points"
_FORECASTS = "the part with the forecasts"
_UNEXPECTED_HEADING = "This heading does not fit the front matter: {reason}."


@dataclass(frozen=True, slots=True)
class _ExpectedHeading:
    """A heading that the front matter requires in the body; see ``stories.documents.export.markdown.Block``."""

    level: int
    title_path: Path | None
    text_path: Path | None
    text_heading_level: int
    description: str


@dataclass(slots=True)
class _Heading:
    """A heading of the body, with the lines under it and the expected heading that it matches."""

    line: int
    title: str
    expected: _ExpectedHeading
    lines: list[str] = field(default_factory=list)


def parse_markdown(text: str, known_names: KnownNames, *, make_uid: Callable[[], UUID] = uuid4) -> ParsedDocument:
    """Return the document in ``text``. The output of ``stories.documents.export.to_markdown`` is restored exactly.

    Markdown without front matter is a new story with ``#`` for its headline and ``##`` for its sections. Raise
    UnreadableDocumentError, with the line and the reason, if the document is invalid or its headings do not match the
    front matter.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return parse_plain_markdown(text, known_names, make_uid=make_uid)
    end = next((index for index, line in enumerate(lines) if index and line.rstrip() == FENCE), 0)
    if not end:
        raise UnreadableDocumentError(1, "End the front matter with a line that contains only ---.")
    front_matter = parse_front_matter("\n".join(lines[1:end]), first_line=2)
    exact = front_matter.pop("exact", {})
    figures: _Heading | None = None
    forecasts: _Heading | None = None
    claims: list[_Heading] = []
    for heading in _match_headings(front_matter, lines, end + 1):
        if heading.expected.title_path:
            _set_value(front_matter, heading.expected.title_path, heading.title)
        if heading.expected.text_path:
            _set_value(front_matter, heading.expected.text_path, "\n".join(heading.lines).strip("\n"))
        elif heading.expected.description == _FIGURES:
            figures = heading
        elif heading.expected.description == _CLAIM:
            claims.append(heading)
        elif heading.expected.description == _FORECASTS:
            forecasts = heading
        elif "".join(heading.lines).strip() and heading.expected.description != "a passage":
            raise UnreadableDocumentError(heading.line + 1, f"Text can’t follow “{heading.title}” directly.")
        if heading.expected.description == "a passage":
            _name_outlets(front_matter, heading, known_names)
    line_format = markdown_lines(str(front_matter.get("language", "en")))
    numbers = [row.get("number") for row in _rows(front_matter, "citations")]
    reader = ClaimReader(line_format, numbers, known_names)
    claim_rows = _rows(front_matter, "claims") if claims else []
    cells = [
        reader.read(row, heading.title, heading.line, heading.lines)
        for row, heading in zip(claim_rows, claims, strict=True)
    ]
    forecast_notes = (
        read_forecasts(_rows(front_matter, "forecasts"), forecasts.line, forecasts.lines, line_format, numbers=numbers)
        if forecasts
        else []
    )
    if not isinstance(exact, dict):
        raise UnreadableDocumentError(1, "“exact” must be a group of named values.")
    for path, value in exact.items():
        _set_value(front_matter, tuple(int(step) if step.isdecimal() else step for step in str(path).split(".")), value)
    # Paths in ``exact`` have the indexes of the front matter, so the cells take the order of the body afterwards.
    for row, ordered in zip(claim_rows, cells, strict=True):
        row["cells"] = ordered
    parsed = build_document(front_matter, line=1, make_uid=make_uid)
    if figures and isinstance(parsed.document, Explainer):
        _refuse_changed_figures(figures, parsed.document)
    return replace(parsed, document=link_claims(parsed.document), notes=(*parsed.notes, *reader.notes, *forecast_notes))


def _refuse_changed_figures(heading: _Heading, story: Explainer) -> None:
    """Raise UnreadableDocumentError if the sentences in the body are not those of the figures in the front matter."""
    sentences = "\n".join(heading.lines).split()
    if sentences and sentences != format_figures(story).split():
        raise UnreadableDocumentError(
            heading.line + 1, f"Change the sentences under “{heading.title}” under “figures” in the front matter too."
        )


def _match_headings(front_matter: Row, lines: list[str], start: int) -> Iterator[_Heading]:
    """Yield the headings of the body with their text, each matched with a heading that the front matter requires.

    Raise UnreadableDocumentError if the headings do not match, or if text precedes the first one.
    """
    expected_headings = _iter_expected_headings(front_matter)
    current: _Heading | None = None
    for number, line in enumerate(lines[start:], start=start + 1):
        match = HEADING.fullmatch(line)
        if match is None or (current is not None and len(match[1]) >= current.expected.text_heading_level):
            if current is not None:
                current.lines.append(line)
            elif line.strip():
                raise UnreadableDocumentError(
                    number, "Begin the text with the headline, in a line that starts with “# ”."
                )
            continue
        if current is not None:
            yield current
        expected = next(expected_headings, None)
        if expected is None:
            raise UnreadableDocumentError(number, _UNEXPECTED_HEADING.format(reason="it does not list this part"))
        if expected.level != len(match[1]):
            raise UnreadableDocumentError(
                number,
                _UNEXPECTED_HEADING.format(reason=f"{expected.description} comes next, with {'#' * expected.level}"),
            )
        current = _Heading(number, match[2] or "", expected)
    if current is not None:
        yield current
    if missing := next(expected_headings, None):
        raise UnreadableDocumentError(
            len(lines), f"The text ends too soon: the front matter also lists {missing.description}."
        )


def _iter_expected_headings(front_matter: Row) -> Iterator[_ExpectedHeading]:
    if front_matter.get("kind") == "question":
        yield _ExpectedHeading(1, ("question",), ("introduction",), 3, "the question")
        for number, _ in enumerate(_rows(front_matter, "answers")):
            yield _ExpectedHeading(2, ("answers", number, "question"), ("answers", number, "text"), 3, "an answer")
        return
    yield _ExpectedHeading(1, ("headline",), ("standfirst",), 3, "the headline")
    for number, section in enumerate(_rows(front_matter, "sections")):
        is_papers = section.get("kind") == "papers"
        text = None if is_papers else ("sections", number, "text")
        yield _ExpectedHeading(2, ("sections", number, "heading"), text, 4 if is_papers else 3, "a section")
        for passage, _ in enumerate(_rows(front_matter, "passages") if is_papers else []):
            yield _ExpectedHeading(3, None, ("passages", passage, "text"), 4, "a passage")
    claims = _rows(front_matter, "claims")
    if claims:
        yield _ExpectedHeading(2, None, None, 4, "the part with the points")
    for _ in claims:
        yield _ExpectedHeading(3, None, None, 4, _CLAIM)
    if _rows(front_matter, "figures"):
        yield _ExpectedHeading(2, None, None, 4, _FIGURES)
    if _rows(front_matter, "forecasts"):
        yield _ExpectedHeading(2, None, None, 4, _FORECASTS)
    for name, title, text_of in (("questions", "question", "teaser"), ("topics", "name", "description")):
        rows = _rows(front_matter, name)
        if rows:
            yield _ExpectedHeading(2, None, None, 4, f"the part with the {name}")
        for number, _ in enumerate(rows):
            yield _ExpectedHeading(3, (name, number, title), (name, number, text_of), 4, f"one of the {name}")


def _rows(front_matter: Row, name: str) -> list[Row]:
    rows = front_matter.get(name) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnreadableDocumentError(1, f"“{name}” in the front matter must be a list of groups of named values.")
    return cast("list[Row]", rows)


def _set_value(body: Row, path: Path, value: object) -> None:
    """Set the value at ``path``. Raise UnreadableDocumentError if its parent is missing or is not a dictionary."""
    *steps, last = path
    container: object = body
    for step in steps:
        container = _get_child(container, step)
    if not isinstance(container, dict):
        raise UnreadableDocumentError(
            1, f"“exact” in the front matter names “{'.'.join(map(str, path))}”, which does not exist."
        )
    container[last] = value


def _get_child(container: object, step: str | int) -> object:
    match container, step:
        case dict(), _:
            return container.get(step)
        case list(), int() if step < len(container):
            return container[step]
        case _:
            return None


def _name_outlets(front_matter: Row, heading: _Heading, known_names: KnownNames) -> None:
    """Set the outlets of a passage from its heading, if the heading was changed."""
    path = heading.expected.text_path or ()
    row = cast("list[Row]", front_matter["passages"])[
        int(path[1])
    ]  # _iter_expected_headings has checked that these are rows
    outlets = row.get("outlets") or []
    names = (
        [str(each.get("name", "")) for each in outlets if isinstance(each, dict)] if isinstance(outlets, list) else []
    )
    expected_title = " ".join("; ".join(names).replace("\r", " ").split("\n")).strip()
    if heading.title != expected_title and (expected_title or not is_comparison_heading(heading.title)):
        names_in_heading = (
            []
            if is_comparison_heading(heading.title)
            else [name.strip() for name in heading.title.split(";") if name.strip()]
        )
        row["outlets"] = [known_names.find_outlet(name).model_dump(mode="json") for name in names_in_heading]
