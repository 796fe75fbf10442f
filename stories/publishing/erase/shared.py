"""Find what a work shares with others, and delete what nothing else uses."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import PROTECT, Model, Q

from newsroom.accounts.models import Contributor
from newsroom.media import images
from newsroom.media.models import Image
from stories.documents import AnyDocument, Explainer
from stories.models import Article, Outlet, Work
from stories.publishing.erase.documents import find_documents_containing
from topics.models import Topic

type Shared = Topic | Outlet | Article | Contributor | Image


def find_shared_rows(work: Work, documents: Iterable[AnyDocument]) -> list[Shared]:
    """Return the rows that the draft or a document of ``work`` names and that other works may name too.

    They are in the order of deletion: articles before their outlets, topics before their images.
    """
    uids = {uid for document in documents for uid in _named_in(document)}
    named = Q(uid__in=uids)
    articles = Article.objects.filter(named | Q(citations__work=work) | Q(passages__story=work.pk))
    topics = Topic.objects.filter(named | Q(work_topics__work=work))
    topics |= Topic.objects.filter(merged__in=topics.values("pk"))
    outlets = Outlet.objects.filter(named | Q(passages__story=work.pk) | Q(articles__in=articles.values("pk")))
    outlets |= Outlet.objects.filter(merged__in=outlets.values("pk"))
    people = Contributor.objects.filter(named | Q(bylines__story=work.pk), user=None)
    pictures = Image.objects.filter(
        named | Q(uses__work=work) | Q(leading_stories=work.pk) | Q(topics__in=topics.values("pk"))
    )
    return [
        *articles.distinct(), *topics.distinct(), *outlets.distinct(), *people.distinct(), *pictures.distinct()
    ]  # fmt: skip


def remove_unused(rows: Iterable[Shared]) -> list[Shared]:
    """Delete those of ``things`` that nothing uses any more, and return them as they were.

    An image also remains while any document names it, so that no revision of another work loses it. Files are deleted
    once the transaction has ended.
    """
    gone: list[Shared] = []
    waiting = list(rows)
    while unused := [thing for thing in waiting if not _is_used(thing)]:
        for thing in unused:
            waiting.remove(thing)
            if not _is_used(thing):
                gone.append(type(thing)._base_manager.get(pk=thing.pk))
                images.delete_image(thing) if isinstance(thing, Image) else thing.delete()
    return gone


def _named_in(document: AnyDocument) -> set[UUID]:
    found = {topic.topic for topic in document.topics} | {picture.image for picture in document.pictures}
    found |= {cited.article for cited in document.citations} | {cited.outlet.uid for cited in document.citations}
    if isinstance(document, Explainer):
        found |= {outlet.uid for passage in document.passages for outlet in passage.outlets}
        found |= {name.uid for name in document.byline}
        found |= {document.lead_picture.image} if document.lead_picture else set()
    return {uid for uid in found if uid}


def _is_used(thing: Model) -> bool:
    """Return whether a row refers to it that would not be deleted with it."""
    for relation in thing._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        if relation.many_to_many or getattr(relation, "on_delete", None) is PROTECT:
            pointing = relation.related_model._base_manager  # type: ignore[union-attr]  # a relation of ours has a model
            if pointing.filter(**{relation.field.name: thing.pk}).exists():  # type: ignore[union-attr]  # as above
                return True
    return isinstance(thing, Image) and find_documents_containing(thing.uid).exists()
