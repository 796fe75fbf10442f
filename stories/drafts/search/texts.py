"""The texts of a document that drafts are searched by, each with words for its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer
from stories.documents.fields import field_specs
from stories.documents.schema import PAPERS


@dataclass(frozen=True, slots=True)
class DraftText:
    """A plain text of a document, and words for its place, such as “in a passage”."""

    place: str
    text: str


def list_texts(document: AnyDocument) -> Iterator[DraftText]:
    """Yield the texts of a document, title first."""
    yield from _of_document(document, is_body=True)
    if isinstance(document, Explainer):
        yield from _of_story(document)
    else:
        for answer in document.answers:
            yield DraftText("in an answer", f"{answer.question}\n{plain_text(answer.text)}")
    yield from _of_document(document, is_body=False)
    for topic in document.topics:
        yield DraftText("in a topic", f"{topic.name}\n{plain_text(topic.description)}")
    for cited in document.citations:
        yield DraftText("in a source", f"{cited.title}\n{cited.outlet.name}\n{cited.author}")
    for picture in document.pictures:
        yield DraftText("under a picture", f"{plain_text(picture.caption)}\n{picture.alt}\n{picture.credit}")
    yield DraftText("in the address", document.slug.replace("-", " "))


def _of_document(document: AnyDocument, *, is_body: bool) -> Iterator[DraftText]:
    """Yield the texts of the document itself, either those of its body or all others."""
    for name, spec in field_specs(type(document)).items():
        if spec.is_text and spec.is_body == is_body:
            text = getattr(document, name)
            where = spec.search_location or f"in the {spec.label.lower()}"
            yield DraftText(where, plain_text(text) if spec.comparator == "text" else text)


def _of_story(document: Explainer) -> Iterator[DraftText]:
    for section in document.sections:
        where = f"in “{section.heading}”" if section.heading else "in a section"
        yield DraftText(
            where, f"{section.heading}\n{plain_text(section.text)}" if section.kind != PAPERS.code else section.heading
        )
    for passage in document.passages:
        outlets = "\n".join(outlet.name for outlet in passage.outlets)
        yield DraftText("in a passage", f"{plain_text(passage.text)}\n{outlets}")
    for asked in document.questions:
        yield DraftText("in a question", f"{asked.question}\n{plain_text(asked.teaser)}")
    yield DraftText("in the byline", "\n".join(name.name for name in document.byline))
    if document.lead_picture:
        picture = document.lead_picture
        yield DraftText("under the lead picture", f"{plain_text(picture.caption)}\n{picture.alt}\n{picture.credit}")
