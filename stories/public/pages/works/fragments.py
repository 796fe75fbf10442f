"""Parse the fragments of editions, and remove from documents the parts that only the desk sees."""

from stories.documents import AnyDocument, Explainer, PlacedPicture
from stories.documents.render import ExplainerFragments, QuestionFragments
from stories.editions.models import Edition
from stories.public.pages.works.placeholders import find_image_uids
from stories.public.pages.works.sections import iter_question_texts, iter_story_texts

type Fragments = ExplainerFragments | QuestionFragments


def parse_fragments(edition: Edition) -> Fragments:
    """Return the validated fragments of the edition."""
    if edition.work_kind == "story":
        return ExplainerFragments.model_validate(edition.fragments)
    return QuestionFragments.model_validate(edition.fragments)


def remove_desk_parts(document: AnyDocument, fragments: Fragments) -> AnyDocument:
    """Return ``document`` without the parts that are never published.

    These are articles without a citation, images that are not placed in a text, and alternative texts of decorative
    images.
    """
    texts = iter_story_texts(fragments) if isinstance(fragments, ExplainerFragments) else iter_question_texts(fragments)
    cited, placed = {source.number for source in fragments.sources}, find_image_uids(texts)
    published: dict[str, object] = {
        "citations": tuple(article for article in document.citations if article.number in cited),
        "pictures": tuple(_without_decorative_alt(picture) for picture in document.pictures if picture.uid in placed),
    }
    if isinstance(document, Explainer) and document.lead_picture:
        published["lead_picture"] = _without_decorative_alt(document.lead_picture)
    return document.model_copy(update=published)


def _without_decorative_alt(picture: PlacedPicture) -> PlacedPicture:
    """Return the image, without its alternative text if it is decorative."""
    return picture.model_copy(update={"alt": ""}) if picture.decorative else picture
