"""Parse the fragments of editions, and remove from documents the parts that only the desk sees."""

from stories.documents import AnyDocument, Explainer, PlacedPicture
from stories.documents.as_shown import as_shown
from stories.documents.merge.citations import find_citations
from stories.documents.render import ExplainerFragments, QuestionFragments, SourceFragment
from stories.documents.render.citation_numbers import describe_source
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

    These are what ``as_shown`` hides, articles without a citation, images that are not placed in a text, and
    alternative texts of decorative images.
    """
    texts = iter_story_texts(fragments) if isinstance(fragments, ExplainerFragments) else iter_question_texts(fragments)
    placed = find_image_uids(texts)
    published: dict[str, object] = {
        "pictures": tuple(_without_decorative_alt(picture) for picture in document.pictures if picture.uid in placed),
    }
    if isinstance(document, Explainer) and document.lead_picture:
        published["lead_picture"] = _without_decorative_alt(document.lead_picture)
    shown = as_shown(document).model_copy(update=published)
    cited = {number for _, number in find_citations(shown)}
    return shown.model_copy(
        update={"citations": tuple(article for article in shown.citations if article.number in cited)}
    )


def list_sources(document: AnyDocument, fragments: Fragments) -> tuple[SourceFragment, ...]:
    """Return the sources of the page, then those that only parts of ``document`` without fragments cite."""
    on_page = {source.number for source in fragments.sources}
    others = [article for article in document.citations if article.number not in on_page]
    return (
        *fragments.sources,
        *(describe_source(article, display) for display, article in enumerate(others, start=len(on_page) + 1)),
    )


def _without_decorative_alt(picture: PlacedPicture) -> PlacedPicture:
    """Return the image, without its alternative text if it is decorative."""
    return picture.model_copy(update={"alt": ""}) if picture.decorative else picture
