"""Write projections: the tables that record which topics, outlets and other objects an edition names."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from newsroom.accounts.models import Contributor
from newsroom.db.statements import PreparedInsert, PreparedQuery, execute_together
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

type EditionWithDocument = tuple[Edition, AnyDocument]

_SPAN = ("edition", "live_from", "live_until")
_ORDER = ("work_kind", "language", "updated_at", "uid")
_TOPICS = PreparedInsert(EditionTopic, "topic", "position", *_SPAN, *_ORDER)
_OUTLETS = PreparedInsert(EditionOutlet, "outlet", "position", *_SPAN, *_ORDER)
_ARTICLES = PreparedInsert(EditionArticle, "article", "position", *_SPAN)
_CONTRIBUTORS = PreparedInsert(EditionContributor, "contributor", "position", *_SPAN)
_QUESTIONS = PreparedInsert(EditionQuestion, "question_uid", "position", *_SPAN)
_IMAGES = PreparedInsert(EditionImage, "image", "position", *_SPAN)
_ARTICLE_IDS = PreparedQuery(lambda uids: Article.objects.filter(uid__in=uids).values_list("uid", "pk"))
_CONTRIBUTOR_IDS = PreparedQuery(lambda uids: Contributor.objects.filter(uid__in=uids).values_list("uid", "pk"))


def write_projections(
    editions_with_documents: Sequence[EditionWithDocument], *, names: NamedEntities, images: dict[UUID, Image]
) -> None:
    """Write the projections of each edition.

    ``names`` and ``images`` must contain at least what the documents name and show. The number of queries does not
    depend on the number of editions.
    """
    article_uids = {citation.article for _, document in editions_with_documents for citation in document.citations}
    articles = dict(_ARTICLE_IDS(uids=article_uids)) if article_uids else {}
    bylines = {
        edition.pk: document.byline for edition, document in editions_with_documents if isinstance(document, Explainer)
    }
    contributor_uids = {name.uid for byline in bylines.values() for name in byline}
    contributors = dict(_CONTRIBUTOR_IDS(uids=contributor_uids)) if contributor_uids else {}
    questions = {
        edition.pk: document.questions
        for edition, document in editions_with_documents
        if isinstance(document, Explainer)
    }

    execute_together(
        [
            _TOPICS.bind(
                (topic.pk, position, *_span_values(edition), *_order_values(edition))
                for edition, document in editions_with_documents
                for position, topic in enumerate(names.topics_of(document))
            ),
            _OUTLETS.bind(
                (outlet.pk, position, *_span_values(edition), *_order_values(edition))
                for edition, document in editions_with_documents
                for position, outlet in enumerate(names.outlets_of(document))
            ),
            _ARTICLES.bind(
                (articles[uid], position, *_span_values(edition))
                for edition, document in editions_with_documents
                for position, uid in enumerate(each.article for each in document.citations if each.article in articles)
            ),
            _CONTRIBUTORS.bind(
                (contributors[uid], position, *_span_values(edition))
                for edition, _ in editions_with_documents
                for position, uid in enumerate(
                    name.uid for name in bylines.get(edition.pk, ()) if name.uid in contributors
                )
            ),
            _QUESTIONS.bind(
                (each.uid, position, *_span_values(edition))
                for edition, _ in editions_with_documents
                for position, each in enumerate(questions.get(edition.pk, ()))
            ),
            _IMAGES.bind(
                (images[uid].pk, position, *_span_values(edition))
                for edition, document in editions_with_documents
                for position, uid in enumerate(uid for uid in list_image_uids(document) if uid in images)
            ),
        ]
    )


def load_images(documents: Iterable[AnyDocument]) -> dict[UUID, Image]:
    """Return the images that the documents show, keyed by uid."""
    uids = {uid for document in documents for uid in list_image_uids(document)}
    return {image.uid: image for image in Image.objects.filter(uid__in=uids)} if uids else {}


def list_image_uids(document: AnyDocument) -> list[UUID]:
    """Return the uids of the images that a document shows, without duplicates."""
    uids = [picture.image for picture in document.pictures]
    if isinstance(document, Explainer) and document.lead_picture:
        uids.append(document.lead_picture.image)
    return list(dict.fromkeys(uids))


def _span_values(edition: Edition) -> tuple[object, ...]:
    return edition.pk, edition.live_from, edition.live_until


def _order_values(edition: Edition) -> tuple[object, ...]:
    return edition.work_kind, primary_subtag(edition.language), edition.updated_at, edition.uid
