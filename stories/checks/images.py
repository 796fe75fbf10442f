"""Checks on the alternative texts and credits of images."""

from stories.checks.context import CheckContext
from stories.checks.findings import Level
from stories.checks.registry import RawFindings, check
from stories.checks.texts import list_images
from stories.documents import AnyDocument


@check("pictures.alt", level=Level.BLOCKER)
def images_have_alternative_texts(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every picture has alternative text or is marked as decorative."""
    for picture, anchor in list_images(document):
        if not picture.decorative and not picture.alt.strip():
            yield "Describe this picture, or mark it as decorative.", anchor.format("alt")


@check("pictures.credit", level=Level.WARNING)
def images_have_credits(document: AnyDocument, context: CheckContext) -> RawFindings:
    """Every picture has a credit."""
    for picture, anchor in list_images(document):
        if not picture.credit.strip():
            yield "Add a credit for this picture.", anchor.format("credit")
