"""Checks on the alternative texts and credits of images."""

from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_images
from stories.documents import AnyDocument


@check("pictures.alt", level=Level.BLOCKER)
def images_have_alternative_texts(document: AnyDocument, context: CheckContext) -> RawFindings:
    """A picture has an alternative text, or is marked as decorative because it shows nothing that a reader needs."""
    for picture, anchor in list_images(document):
        if not picture.decorative and not picture.alt.strip():
            yield "A picture has no alternative text and is not marked as decorative.", anchor.format("alt")


@check("pictures.credit", level=Level.WARNING)
def images_have_credits(document: AnyDocument, context: CheckContext) -> RawFindings:
    """A picture has a credit."""
    for picture, anchor in list_images(document):
        if not picture.credit.strip():
            yield "A picture has no credit.", anchor.format("credit")
