"""Can every picture be shown to everybody, and does it say whose it is?"""

from collections.abc import Iterator

from stories.checks.finding import Level
from stories.checks.registry import check
from stories.documents import AnyDocument, Explainer, PlacedPicture


def _placed(document: AnyDocument) -> Iterator[tuple[PlacedPicture, str]]:
    if isinstance(document, Explainer) and document.lead_picture:
        yield document.lead_picture, "lead_{}"
    for picture in document.pictures:
        yield picture, f"pictures.{picture.uid}.{{}}"


@check("pictures.alt", level=Level.BLOCKER)
def described(document: AnyDocument) -> Iterator[tuple[str, str]]:
    """Pictures that say in words what they show, or that they show nothing a reader needs."""
    for picture, anchor in _placed(document):
        if not picture.decorative and not picture.alt.strip():
            yield "A picture has no alternative text and is not marked as decorative.", anchor.format("alt")


@check("pictures.credit", level=Level.WARNING)
def credited(document: AnyDocument) -> Iterator[tuple[str, str]]:
    """Pictures that say whose they are."""
    for picture, anchor in _placed(document):
        if not picture.credit.strip():
            yield "A picture has no credit.", anchor.format("credit")
