"""Find the rows that a work shares with other works, and delete those that are no longer used."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import PROTECT, Model, Q

from newsroom.accounts.models import Contributor, User
from newsroom.audit.models import Event
from newsroom.media import images
from newsroom.media.models import Image
from stories.documents import AnyDocument, Explainer
from stories.documents.walk import list_outlets
from stories.models import Article, Outlet, Work
from stories.publishing.erase import traces
from stories.publishing.erase.documents import find_documents_containing
from topics.models import Topic
from topics.navigation import remove_from_navigation

type Shared = Topic | Outlet | Article | Contributor | Image


def find_shared_rows(work: Work, documents: Iterable[AnyDocument]) -> list[Shared]:
    """Return the rows that the draft or a document of ``work`` names, and that other works may name too.

    Contributors with an account or a public page are left out. The rows are in the order in which they can be deleted:
    articles before their outlets, topics before their images.
    """
    uids = {uid for document in documents for uid in _list_named_uids(document)}
    named = Q(uid__in=uids)
    articles = Article.objects.filter(named | Q(citations__work=work) | Q(passages__story=work.pk))
    topics = Topic.objects.filter(named | Q(work_topics__work=work))
    topics |= Topic.objects.filter(merged__in=topics.values("pk"))
    is_compared = Q(claim_cells__claim__story=work.pk) | Q(forecasts__story=work.pk)
    outlets = Outlet.objects.filter(
        named | is_compared | Q(passages__story=work.pk) | Q(articles__in=articles.values("pk"))
    )
    outlets |= Outlet.objects.filter(merged__in=outlets.values("pk"))
    people = Contributor.objects.filter(named | Q(bylines__story=work.pk), user=None, has_page=False)
    pictures = Image.objects.filter(
        named | Q(uses__work=work) | Q(leading_stories=work.pk) | Q(topics__in=topics.values("pk"))
    )
    return [
        *articles.distinct(), *topics.distinct(), *outlets.distinct(), *people.distinct(), *pictures.distinct()
    ]  # fmt: skip


def list_names(rows: Iterable[Shared]) -> dict[UUID, set[str]]:
    """Return the names and aliases of the topics and outlets among ``rows``, keyed by uid."""
    return {
        row.uid: {row.name, *row.aliases.values_list("name", flat=True)}
        for row in rows
        if isinstance(row, Topic | Outlet)
    }


def delete_unused_rows(rows: Iterable[Shared], *, delete_files: bool, by: User | None = None) -> list[Shared]:
    """Delete those of the rows that are no longer used, and return the deleted ones as they were before.

    ``by`` is the user who erases, for the audit entries of topics that leave the navigation. An image also remains
    while any document names it, so that no revision of another work loses it. With ``delete_files``, image files are
    deleted once the transaction is committed.
    """
    deleted: list[Shared] = []
    remaining = list(rows)
    while unused := [row for row in remaining if not _is_used(row)]:
        for row in unused:
            remaining.remove(row)
            if not _is_used(row):
                deleted.append(type(row)._base_manager.get(pk=row.pk))
                if isinstance(row, Topic):
                    remove_from_navigation(row, by=by)
                images.delete_image(row, delete_files=delete_files) if isinstance(row, Image) else row.delete()
    return deleted


def delete_unused_images(digests: Collection[str]) -> list[UUID]:
    """Delete the unused images with these digests, but not their files. Return the uids of images that are still used.

    An erasure must be open.
    """
    found = list(Image.objects.filter(digest__in=digests))
    deleted = delete_unused_rows(found, delete_files=False)
    traces.clear_admin_log(Image, [image.pk for image in deleted])
    traces.strip_entries(Event.objects.filter(uid__in=[image.uid for image in deleted]))
    return [image.uid for image in found if image.uid not in {each.uid for each in deleted}]


def _list_named_uids(document: AnyDocument) -> set[UUID]:
    """Return the uids of the topics, images, articles, outlets and contributors that the document names."""
    uids = {topic.topic for topic in document.topics} | {picture.image for picture in document.pictures}
    uids |= {each.article for each in document.citations} | {outlet.uid for outlet in list_outlets(document)}
    if isinstance(document, Explainer):
        uids |= {name.uid for name in document.byline}
        uids |= {document.lead_picture.image} if document.lead_picture else set()
    return {uid for uid in uids if uid}


def _is_used(row: Model) -> bool:
    """Return whether ``row`` is shown in a document, or is referred to by a row that would not be deleted with it."""
    for relation in row._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        if relation.many_to_many or getattr(relation, "on_delete", None) is PROTECT:
            others = relation.related_model._base_manager  # type: ignore[union-attr]  # no generic relations here
            if others.filter(**{relation.field.name: row.pk}).exists():  # type: ignore[union-attr]  # as above
                return True
    return isinstance(row, Image) and find_documents_containing(row.uid).exists()
