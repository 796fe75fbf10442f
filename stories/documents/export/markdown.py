"""Export as Markdown: texts and their headings in the body, everything else in YAML front matter.

The body cannot represent every text exactly: a line of a text may look like one of our headings. Such a text is
written to the front matter, under ``exact`` and its path. An import therefore always restores the exported document.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import yaml

from stories.documents import AnyDocument, Explainer, NamedOutlet, QuestionPage
from stories.documents.claim_lines import markdown_lines, write_title
from stories.documents.export.markdown_claims import format_claim, may_show_note, move_claims
from stories.documents.export.markdown_forecasts import format_forecasts, move_forecasts
from stories.documents.headings import AGREEMENT, COMPARISON, FIGURES, FORECASTS, QUESTIONS, TOPICS, usual_heading
from stories.documents.key_figures import describe_origin, write_sentence

FENCE = "---"
HEADING = re.compile(r"(#{1,3})(?: (.*))?")
_NEVER_FOLD = 10_000_000  # disables line folding in the front matter

type Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A heading of the body with the text under it.

    ``title_path`` and ``text_path`` are their paths in the document, or None for a heading or text that is not in it. A
    text without a path is derived from the front matter. ``level`` is the level of the heading. Headings of level
    ``text_heading_level`` or deeper belong to the text itself.
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
    exact: dict[str, object] = {}
    lines: list[str] = []
    for block in iter_blocks(document):
        title = _single_line(block.title)
        lines += [f"{'#' * block.level} {title}".rstrip(" "), ""]
        if block.title_path:
            _delete(body, block.title_path)
            if block.title != title:
                exact[format_path(block.title_path)] = block.title
        if block.text_path:
            _delete(body, block.text_path)
            if not _is_plain(block):
                exact[format_path(block.text_path)] = block.text
            elif block.text:
                lines += [block.text, ""]
        elif block.text:
            lines += [block.text, ""]
    if isinstance(document, Explainer):
        move_claims(body, exact, document, shown_notes=_list_shown_notes(document))
        move_forecasts(body, exact, document)
    front_matter = _without_defaults(body, document)
    if exact:
        front_matter["exact"] = exact
    front_matter_yaml = yaml.dump(
        front_matter, Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=False, width=_NEVER_FOLD
    )
    return "\n".join([FENCE, front_matter_yaml.rstrip("\n"), FENCE, "", *lines])


def iter_blocks(document: AnyDocument) -> Iterator[Block]:
    """Yield the blocks of the Markdown body of a document, in order."""
    if isinstance(document, Explainer):
        yield from _iter_story_blocks(document)
    else:
        yield from _iter_question_blocks(document)


def _iter_story_blocks(story: Explainer) -> Iterator[Block]:
    yield Block(1, story.headline, story.standfirst, ("headline",), ("standfirst",))
    for index, section in enumerate(story.sections):
        is_papers = section.kind == "papers"
        heading = ("sections", index, "heading")
        yield Block(2, section.heading, section.text, heading, None if is_papers else ("sections", index, "text"))
        if is_papers:
            yield from _iter_passage_blocks(story)
    if story.claims:
        yield Block(2, usual_heading(AGREEMENT, story.language), "", None, None)
    shown_notes = _list_shown_notes(story)
    for index, claim in enumerate(story.claims):
        text = format_claim(claim, story.language, with_note=index in shown_notes)
        yield Block(3, write_title(claim, markdown_lines(story.language)), text, None, None, text_heading_level=4)
    if story.figures:
        yield Block(2, usual_heading(FIGURES, story.language), format_figures(story), None, None)
    if story.forecasts:
        yield Block(2, usual_heading(FORECASTS, story.language), format_forecasts(story), None, None)
    if story.questions:
        yield Block(
            2, _single_line(story.headings.questions) or usual_heading(QUESTIONS, story.language), "", None, None
        )
    for index, question in enumerate(story.questions):
        paths: tuple[Path, Path] = ("questions", index, "question"), ("questions", index, "teaser")
        yield Block(3, question.question, question.teaser, *paths, text_heading_level=4)
    if story.topics:
        yield Block(2, _single_line(story.headings.topics) or usual_heading(TOPICS, story.language), "", None, None)
    for index, topic in enumerate(story.topics):
        yield Block(
            3,
            topic.name,
            topic.description,
            ("topics", index, "name"),
            ("topics", index, "description"),
            text_heading_level=4,
        )


def _list_shown_notes(story: Explainer) -> set[int]:
    """Return the indexes of the points whose note an import would read exactly from the body."""
    return {
        index
        for index, claim in enumerate(story.claims)
        if may_show_note(claim, story.language) and _is_plain(Block(3, "", claim.note, None, None, 4))
    }


def format_figures(story: Explainer) -> str:
    """Return the figures of a story as a list with a sentence for each; the front matter has their parts."""
    return "\n".join(
        f"- {_single_line(write_sentence(each.value, each.counts, describe_origin(each, story.language)))}"
        for each in story.figures
    )


def _iter_passage_blocks(story: Explainer) -> Iterator[Block]:
    for index, passage in enumerate(story.passages):
        yield Block(
            3,
            passage_title(passage.outlets, story.language),
            passage.text,
            None,
            ("passages", index, "text"),
            text_heading_level=4,
        )


def _iter_question_blocks(page: QuestionPage) -> Iterator[Block]:
    yield Block(1, page.question, page.introduction, ("question",), ("introduction",))
    for index, answer in enumerate(page.answers):
        yield Block(2, answer.question, answer.text, ("answers", index, "question"), ("answers", index, "text"))


def passage_title(outlets: tuple[NamedOutlet, ...], language: str) -> str:
    """Return the heading of a passage: the names of its outlets, or the usual heading of a comparison."""
    return _single_line("; ".join(outlet.name for outlet in outlets)) or usual_heading(COMPARISON, language)


def format_path(path: Path) -> str:
    """Return a path in the format of the front matter, such as ``sections.0.text``."""
    return ".".join(str(step) for step in path)


def _single_line(title: str) -> str:
    """Return the title as one line without surrounding white space, the closest form that the body can represent."""
    return " ".join(title.replace("\r", " ").split("\n")).strip()


def _is_plain(block: Block) -> bool:
    """Return whether an import would read exactly this text from the body."""
    if block.text != block.text.strip("\n") or "\r" in block.text:
        return False
    headings = (HEADING.fullmatch(line) for line in block.text.split("\n"))
    return all(match is None or len(match[1]) >= block.text_heading_level for match in headings)


def _delete(body: dict[str, object], path: Path) -> None:
    *steps, last = path
    value: object = body
    for step in steps:
        value = cast("dict[str | int, object]", value)[step]
    del cast("dict[str | int, object]", value)[last]


def _without_defaults(body: dict[str, object], document: AnyDocument) -> dict[str, object]:
    """Return the front matter: schema, kind, uid, slug, language, and other fields whose value is not the default."""
    fields = {field.alias or name: field for name, field in type(document).model_fields.items()}
    front_matter: dict[str, object] = {key: body[key] for key in ("schema", "kind", "uid", "slug", "language")}
    defaults = type(document)(uid=document.uid, slug=document.slug).body()
    front_matter |= {
        key: value
        for key, value in body.items()
        if key not in front_matter and key in fields and value != defaults.get(key)
    }
    return front_matter
