"""Fragments of editions, and documents as readers know them, without what only the desk sees."""

from stories.documents import AnyDocument, Explainer, PlacedPicture
from stories.documents.render import ExplainerFragments, QuestionFragments
from stories.editions.models import Edition
from stories.public.pages.works.placeholders import images_in
from stories.public.pages.works.sections import question_texts_of, texts_of

type Fragments = ExplainerFragments | QuestionFragments


def fragments_of(edition: Edition) -> Fragments:
    """Return the validated fragments of the edition."""
    if edition.work_kind == "story":
        return ExplainerFragments.model_validate(edition.fragments)
    return QuestionFragments.model_validate(edition.fragments)


def without_desk_parts(document: AnyDocument, fragments: Fragments) -> AnyDocument:
    """Return ``document`` without what readers never get.

    That is articles without a citation, images that are not placed, and alternative texts of decorative images.
    """
    texts = texts_of(fragments) if isinstance(fragments, ExplainerFragments) else question_texts_of(fragments)
    cited, placed = {source.number for source in fragments.sources}, images_in(texts)
    read: dict[str, object] = {
        "citations": tuple(article for article in document.citations if article.number in cited),
        "pictures": tuple(_told(picture) for picture in document.pictures if picture.uid in placed),
    }
    if isinstance(document, Explainer) and document.lead_picture:
        read["lead_picture"] = _told(document.lead_picture)
    return document.model_copy(update=read)


def _told(picture: PlacedPicture) -> PlacedPicture:
    """Return the image with the alternative text that readers get: none if it is decorative."""
    return picture.model_copy(update={"alt": ""}) if picture.decorative else picture
