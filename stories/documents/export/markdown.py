"""Export as Markdown: texts and their headings in the body, everything else in YAML front matter.

The body cannot hold every text exactly, such as one with a line that looks like one of our headings. Such a text is
written to the front matter under ``exact``, by its path. So every document is imported as it was exported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import yaml

from stories.documents import AnyDocument, Explainer, NamedOutlet, QuestionPage
from stories.documents.headings import COMPARISON, QUESTIONS, TOPICS, usual_heading

FENCE = "---"
HEADING = re.compile(r"(#{1,3})(?: (.*))?")
_FLOWS = 10_000_000  # lines of the front matter are never folded

type Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of the body with the text under it, and their paths in the document (None if it is not part of it).

    ``level`` is the level of the heading. Headings of level ``holds`` or deeper belong to the text itself.
    """

    level: int
    title: str
    text: str
    title_path: Path | None
    text_path: Path | None
    text_heading_level: int = 3


def to_markdown(document: AnyDocument) -> str:
    """Return the document as Markdown with YAML front matter."""
    body = document.body()
    exact: dict[str, str] = {}
    lines: list[str] = []
    for block in iter_blocks(document):
        title = _line(block.title)
        lines += [f"{'#' * block.level} {title}".rstrip(" "), ""]
        if block.title_path:
            _take(body, block.title_path)
            if block.title != title:
                exact[format_path(block.title_path)] = block.title
        if block.text_path:
            _take(body, block.text_path)
            if not _is_plain(block):
                exact[format_path(block.text_path)] = block.text
            elif block.text:
                lines += [block.text, ""]
    front = _without_defaults(body, document)
    if exact:
        front["exact"] = exact
    matter = yaml.dump(front, Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=False, width=_FLOWS)
    return "\n".join([FENCE, matter.rstrip("\n"), FENCE, "", *lines])


def iter_blocks(document: AnyDocument) -> Iterator[Block]:
    """Yield the blocks of the Markdown body of a document, in order."""
    if isinstance(document, Explainer):
        yield from _blocks_of_story(document)
    else:
        yield from _blocks_of_page(document)


def _blocks_of_story(story: Explainer) -> Iterator[Block]:
    yield Block(1, story.headline, story.standfirst, ("headline",), ("standfirst",))
    for place, section in enumerate(story.sections):
        is_papers = section.kind == "papers"
        heading = ("sections", place, "heading")
        yield Block(2, section.heading, section.text, heading, None if is_papers else ("sections", place, "text"))
        if is_papers:
            yield from _passages(story)
    if story.questions:
        yield Block(2, _line(story.headings.questions) or usual_heading(QUESTIONS, story.language), "", None, None)
    for place, asked in enumerate(story.questions):
        paths: tuple[Path, Path] = ("questions", place, "question"), ("questions", place, "teaser")
        yield Block(3, asked.question, asked.teaser, *paths, text_heading_level=4)
    if story.topics:
        yield Block(2, _line(story.headings.topics) or usual_heading(TOPICS, story.language), "", None, None)
    for place, topic in enumerate(story.topics):
        yield Block(
            3,
            topic.name,
            topic.description,
            ("topics", place, "name"),
            ("topics", place, "description"),
            text_heading_level=4,
        )


def _passages(story: Explainer) -> Iterator[Block]:
    for place, passage in enumerate(story.passages):
        yield Block(
            3,
            passage_title(passage.outlets, story.language),
            passage.text,
            None,
            ("passages", place, "text"),
            text_heading_level=4,
        )


def _blocks_of_page(page: QuestionPage) -> Iterator[Block]:
    yield Block(1, page.question, page.introduction, ("question",), ("introduction",))
    for place, answer in enumerate(page.answers):
        yield Block(2, answer.question, answer.text, ("answers", place, "question"), ("answers", place, "text"))


def passage_title(outlets: tuple[NamedOutlet, ...], language: str) -> str:
    """Return the heading of a passage: the names of its outlets, or the usual heading of a comparison."""
    return _line("; ".join(outlet.name for outlet in outlets)) or usual_heading(COMPARISON, language)


def format_path(path: Path) -> str:
    """Return a path in the form that the front matter uses: ``sections.0.text``."""
    return ".".join(str(step) for step in path)


def _line(title: str) -> str:
    """Return the title as one line without space at either end, as close as the body can hold it."""
    return " ".join(title.replace("\r", " ").split("\n")).strip()


def _is_plain(block: Block) -> bool:
    """Return whether an import reads exactly this text from the body."""
    if block.text != block.text.strip("\n") or "\r" in block.text:
        return False
    found = (HEADING.fullmatch(line) for line in block.text.split("\n"))
    return all(match is None or len(match[1]) >= block.text_heading_level for match in found)


def _take(body: dict[str, object], path: Path) -> None:
    """Delete the value at ``path`` from ``body``."""
    *steps, last = path
    value: object = body
    for step in steps:
        value = cast("dict[str | int, object]", value)[step]
    del cast("dict[str | int, object]", value)[last]


def _without_defaults(body: dict[str, object], document: AnyDocument) -> dict[str, object]:
    """Return the front matter: schema, kind, uid, slug and language, and every other field that is not the default."""
    fields = {field.alias or name: field for name, field in type(document).model_fields.items()}
    front: dict[str, object] = {key: body[key] for key in ("schema", "kind", "uid", "slug", "language")}
    defaults = type(document)(uid=document.uid, slug=document.slug).body()
    front |= {
        key: value for key, value in body.items() if key not in front and key in fields and value != defaults.get(key)
    }
    return front
