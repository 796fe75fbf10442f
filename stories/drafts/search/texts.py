"""The texts of a document that drafts are searched by, each with words for its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer
from stories.documents.schema import PAPERS


@dataclass(frozen=True, slots=True)
class Part:
    """A plain text of a document, and words for its place, such as “in a passage”."""

    where: str
    text: str


def parts_of(document: AnyDocument) -> Iterator[Part]:
    """Yield the texts of a document, title first."""
    if isinstance(document, Explainer):
        yield from _of_story(document)
    else:
        yield Part("in the question", document.question)
        yield Part("in the introduction", plain_text(document.introduction))
        for answer in document.answers:
            yield Part("in an answer", f"{answer.question}\n{plain_text(answer.text)}")
    for topic in document.topics:
        yield Part("in a topic", f"{topic.name}\n{plain_text(topic.description)}")
    for cited in document.citations:
        yield Part("in a source", f"{cited.title}\n{cited.outlet.name}\n{cited.author}")
    for picture in document.pictures:
        yield Part("under a picture", f"{plain_text(picture.caption)}\n{picture.alt}\n{picture.credit}")
    yield Part("in the address", document.slug.replace("-", " "))


def _of_story(document: Explainer) -> Iterator[Part]:
    yield Part("in the headline", document.headline)
    yield Part("in the standfirst", plain_text(document.standfirst))
    for section in document.sections:
        where = f"in “{section.heading}”" if section.heading else "in a section"
        yield Part(
            where, f"{section.heading}\n{plain_text(section.text)}" if section.kind != PAPERS.code else section.heading
        )
    for passage in document.passages:
        outlets = "\n".join(outlet.name for outlet in passage.outlets)
        yield Part("in a passage", f"{plain_text(passage.text)}\n{outlets}")
    for asked in document.questions:
        yield Part("in a question", f"{asked.question}\n{plain_text(asked.teaser)}")
    yield Part("in the byline", "\n".join(name.name for name in document.byline))
    if document.lead_picture:
        picture = document.lead_picture
        yield Part("under the lead picture", f"{plain_text(picture.caption)}\n{picture.alt}\n{picture.credit}")
    yield Part("in the method note", plain_text(document.method_note))
