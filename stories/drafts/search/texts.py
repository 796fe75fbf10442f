"""The texts of a document that drafts are searched by, each with words for its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer
from stories.documents.schema import PAPERS


@dataclass(frozen=True, slots=True)
class DraftText:
    """A plain text of a document, and words for its place, such as “in a passage”."""

    where: str
    text: str


def list_texts(document: AnyDocument) -> Iterator[DraftText]:
    """Yield the texts of a document, title first."""
    if isinstance(document, Explainer):
        yield from _of_story(document)
    else:
        yield DraftText("in the question", document.question)
        yield DraftText("in the introduction", plain_text(document.introduction))
        for answer in document.answers:
            yield DraftText("in an answer", f"{answer.question}\n{plain_text(answer.text)}")
    for topic in document.topics:
        yield DraftText("in a topic", f"{topic.name}\n{plain_text(topic.description)}")
    for cited in document.citations:
        yield DraftText("in a source", f"{cited.title}\n{cited.outlet.name}\n{cited.author}")
    for picture in document.pictures:
        yield DraftText("under a picture", f"{plain_text(picture.caption)}\n{picture.alt}\n{picture.credit}")
    yield DraftText("in the address", document.slug.replace("-", " "))


def _of_story(document: Explainer) -> Iterator[DraftText]:
    yield DraftText("in the headline", document.headline)
    yield DraftText("in the standfirst", plain_text(document.standfirst))
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
    yield DraftText("in the method note", plain_text(document.method_note))
