"""Writes the rows by which topics, outlets, questions, pictures, articles and people find editions."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from newsroom.accounts.models import Contributor
from newsroom.languages import primary
from newsroom.media.models import Image
from stories.desk.names import Names
from stories.documents import AnyDocument, Explainer
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


def project(frozen: Sequence[Frozen], *, names: Names, images: dict[UUID, Image]) -> None:
    """Write the rows by which each edition is found.

    ``names`` and ``images`` are at least those that the documents name and show. As many queries for many as for one.
    """
    EditionTopic.objects.bulk_create(
        EditionTopic(topic=topic, position=position, **_span(edition), **_order(edition))
        for edition, document in frozen
        for position, topic in enumerate(names.topics_of(document))
    )
    EditionOutlet.objects.bulk_create(
        EditionOutlet(outlet=outlet, position=position, **_span(edition), **_order(edition))
        for edition, document in frozen
        for position, outlet in enumerate(names.outlets_of(document))
    )
    _project_articles(frozen)
    _project_people(frozen)
    EditionQuestion.objects.bulk_create(
        EditionQuestion(question_uid=asked.uid, position=position, **_span(edition))
        for edition, document in frozen
        if isinstance(document, Explainer)
        for position, asked in enumerate(document.questions)
    )
    EditionImage.objects.bulk_create(
        EditionImage(image=images[uid], position=position, **_span(edition))
        for edition, document in frozen
        for position, uid in enumerate(uid for uid in images_in(document) if uid in images)
    )


def images_shown(documents: Iterable[AnyDocument]) -> dict[UUID, Image]:
    """Return the pictures that the documents show, by uid. One query, none where there are none."""
    shown = {uid for document in documents for uid in images_in(document)}
    return {image.uid: image for image in Image.objects.filter(uid__in=shown)} if shown else {}


def images_in(document: AnyDocument) -> list[UUID]:
    """Return the uids of the pictures that a document shows, each once."""
    placed = [picture.image for picture in document.pictures]
    if isinstance(document, Explainer) and document.lead_picture:
        placed.append(document.lead_picture.image)
    return list(dict.fromkeys(placed))


def _project_articles(frozen: Sequence[Frozen]) -> None:
    cited = {cited.article for _, document in frozen for cited in document.citations}
    keys = dict(Article.objects.filter(uid__in=cited).values_list("uid", "pk")) if cited else {}
    EditionArticle.objects.bulk_create(
        EditionArticle(article_id=keys[uid], position=position, **_span(edition))
        for edition, document in frozen
        for position, uid in enumerate(each.article for each in document.citations if each.article in keys)
    )


def _project_people(frozen: Sequence[Frozen]) -> None:
    bylines = {edition.pk: document.byline for edition, document in frozen if isinstance(document, Explainer)}
    named = {name.uid for byline in bylines.values() for name in byline}
    keys = dict(Contributor.objects.filter(uid__in=named).values_list("uid", "pk")) if named else {}
    EditionContributor.objects.bulk_create(
        EditionContributor(contributor_id=keys[uid], position=position, **_span(edition))
        for edition, _ in frozen
        for position, uid in enumerate(name.uid for name in bylines.get(edition.pk, ()) if name.uid in keys)
    )


def _span(edition: Edition) -> dict[str, Any]:
    return {"edition": edition, "live_from": edition.live_from, "live_until": edition.live_until}


def _order(edition: Edition) -> dict[str, Any]:
    return {
        "work_kind": edition.work_kind,
        "language": primary(edition.language),
        "updated_at": edition.updated_at,
        "uid": edition.uid,
    }
