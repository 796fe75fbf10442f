"""The texts of a document that the search in drafts covers, each with a phrase for its place."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsroom.text.plain import plain_text
from stories.documents import AnyDocument, Explainer
from stories.documents.fields import field_specs
from stories.documents.schema import PAPERS


@dataclass(frozen=True, slots=True)
class DraftText:
    """Plain text from a document, with a phrase for its place, such as “in a passage”."""

    place: str
    text: str


def list_texts(document: AnyDocument) -> Iterator[DraftText]:
    """Yield the texts of a document, starting with its title."""
    yield from _iter_own_texts(document, is_body=True)
    if isinstance(document, Explainer):
        yield from _iter_story_texts(document)
    else:
        for answer in document.answers:
            yield DraftText("in an answer", f"{answer.question}\n{plain_text(answer.text)}")
    yield from _iter_own_texts(document, is_body=False)
    for topic in document.topics:
        yield DraftText("in a topic", f"{topic.name}\n{plain_text(topic.description)}")
    for cited in document.citations:
        yield DraftText("in a source", f"{cited.title}\n{cited.outlet.name}\n{cited.author}")
    for picture in document.pictures:
        yield DraftText("under a picture", f"{plain_text(picture.caption)}\n{picture.alt}\n{picture.credit}")
    yield DraftText("in the address", document.slug.replace("-", " "))


def _iter_own_texts(document: AnyDocument, *, is_body: bool) -> Iterator[DraftText]:
    """Yield the texts in the document's own fields: either the fields of the body or all others."""
    for name, spec in field_specs(type(document)).items():
        if spec.is_text and spec.is_body == is_body:
            text = getattr(document, name)
            place = spec.search_location or f"in the {spec.label.lower()}"
            yield DraftText(place, plain_text(text) if spec.comparator == "text" else spec.show(text))


def _iter_story_texts(document: Explainer) -> Iterator[DraftText]:
    for section in document.sections:
        place = f"in “{section.heading}”" if section.heading else "in a section"
        yield DraftText(
            place, f"{section.heading}\n{plain_text(section.text)}" if section.kind != PAPERS.code else section.heading
        )
    for passage in document.passages:
        outlets = "\n".join(outlet.name for outlet in passage.outlets)
        yield DraftText("in a passage", f"{plain_text(passage.text)}\n{outlets}")
    for claim in document.claims:
        yield DraftText("in a point", f"{claim.claim} {claim.unit}\n{claim.brief}\n{plain_text(claim.note)}")
        for cell in claim.cells:
            said = (cell.value, cell.quotation, cell.attributed_to, cell.outlet.name)
            yield DraftText("in a point", "\n".join(filter(None, said)))
    for figure in document.figures:
        yield DraftText("in a figure", f"{figure.value} {figure.counts}\n{figure.according_to}")
    for forecast in document.forecasts:
        words = (forecast.expected, forecast.quotation, forecast.speaker, plain_text(forecast.outcome), forecast.unit)
        yield DraftText("in a forecast", "\n".join(filter(None, words)))
    for asked in document.questions:
        yield DraftText("in a question", f"{asked.question}\n{plain_text(asked.teaser)}")
    yield DraftText("in the byline", "\n".join(name.name for name in document.byline))
    if document.lead_picture:
        picture = document.lead_picture
        yield DraftText("under the lead picture", f"{plain_text(picture.caption)}\n{picture.alt}\n{picture.credit}")
    for origin in document.origins:
        yield DraftText("in an origin", origin.name)
