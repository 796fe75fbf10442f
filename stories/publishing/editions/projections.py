"""Write projections, by which topics, outlets, questions, images, articles and contributors find editions."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from newsroom.accounts.models import Contributor
from newsroom.db.statements import PreparedInsert, PreparedQuery
from newsroom.http.languages import primary_subtag
from newsroom.media.models import Image
from stories.documents import AnyDocument, Explainer
from stories.drafts.references import NamedEntities
from stories.models import (
    Article,
    Edition,
    EditionArticle,
    EditionContributor,
    EditionImage,
    EditionOutlet,
    EditionQuestion,
    EditionTopic,
)

type Frozen = tuple[Edition, AnyDocument]

_SPAN = ("edition", "live_from", "live_until")
_ORDER = ("work_kind", "language", "updated_at", "uid")
_TOPICS = PreparedInsert(EditionTopic, "topic", "position", *_SPAN, *_ORDER)
_OUTLETS = PreparedInsert(EditionOutlet, "outlet", "position", *_SPAN, *_ORDER)
_ARTICLES = PreparedInsert(EditionArticle, "article", "position", *_SPAN)
_PEOPLE = PreparedInsert(EditionContributor, "contributor", "position", *_SPAN)
_QUESTIONS = PreparedInsert(EditionQuestion, "question_uid", "position", *_SPAN)
_IMAGES = PreparedInsert(EditionImage, "image", "position", *_SPAN)
_KEYS_OF_ARTICLES = PreparedQuery(lambda uids: Article.objects.filter(uid__in=uids).values_list("uid", "pk"))
_KEYS_OF_PEOPLE = PreparedQuery(lambda uids: Contributor.objects.filter(uid__in=uids).values_list("uid", "pk"))


def write_projections(frozen: Sequence[Frozen], *, names: NamedEntities, images: dict[UUID, Image]) -> None:
    """Write the projections of each edition.

    ``names`` and ``images`` hold at least what the documents name and show. The number of queries does not depend on
    the number of editions.
    """
    cited = {cited.article for _, document in frozen for cited in document.citations}
    articles = dict(_KEYS_OF_ARTICLES(uids=cited)) if cited else {}
    bylines = {edition.pk: document.byline for edition, document in frozen if isinstance(document, Explainer)}
    named = {name.uid for byline in bylines.values() for name in byline}
    people = dict(_KEYS_OF_PEOPLE(uids=named)) if named else {}
    asked = {edition.pk: document.questions for edition, document in frozen if isinstance(document, Explainer)}

    _TOPICS(
        (topic.pk, position, *_span(edition), *_order(edition))
        for edition, document in frozen
        for position, topic in enumerate(names.topics_of(document))
    )
    _OUTLETS(
        (outlet.pk, position, *_span(edition), *_order(edition))
        for edition, document in frozen
        for position, outlet in enumerate(names.outlets_of(document))
    )
    _ARTICLES(
        (articles[uid], position, *_span(edition))
        for edition, document in frozen
        for position, uid in enumerate(each.article for each in document.citations if each.article in articles)
    )
    _PEOPLE(
        (people[uid], position, *_span(edition))
        for edition, _ in frozen
        for position, uid in enumerate(name.uid for name in bylines.get(edition.pk, ()) if name.uid in people)
    )
    _QUESTIONS(
        (each.uid, position, *_span(edition))
        for edition, _ in frozen
        for position, each in enumerate(asked.get(edition.pk, ()))
    )
    _IMAGES(
        (images[uid].pk, position, *_span(edition))
        for edition, document in frozen
        for position, uid in enumerate(uid for uid in list_image_uids(document) if uid in images)
    )


def load_images(documents: Iterable[AnyDocument]) -> dict[UUID, Image]:
    """Return the images that the documents show, by uid. Take one query, or none if there are no images."""
    shown = {uid for document in documents for uid in list_image_uids(document)}
    return {image.uid: image for image in Image.objects.filter(uid__in=shown)} if shown else {}


def list_image_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the images that a document shows, each once."""
    placed = [picture.image for picture in document.pictures]
    if isinstance(document, Explainer) and document.lead_picture:
        placed.append(document.lead_picture.image)
    return list(dict.fromkeys(placed))


def _span(edition: Edition) -> tuple[object, ...]:
    return edition.pk, edition.live_from, edition.live_until


def _order(edition: Edition) -> tuple[object, ...]:
    return edition.work_kind, primary_subtag(edition.language), edition.updated_at, edition.uid
