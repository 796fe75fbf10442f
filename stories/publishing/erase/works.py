"""Erase a whole work: its editions, its draft, and the rows that no other work uses."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.media.models import Image
from newsroom.redirects.models import Address
from newsroom.search import index
from newsroom.site.models import DemonstrationWork
from stories.documents import title_of
from stories.drafts import search
from stories.models import (
    FAQ,
    PROJECTIONS,
    Bundle,
    BundleMember,
    Document,
    Edition,
    Freshness,
    FrontPlace,
    Import,
    Override,
    RelatedStories,
    Revision,
    RevisionLabel,
    SharedPreview,
    Story,
    StoryQuestion,
    Work,
    WorkKind,
)
from stories.publishing.editions.invalidation import invalidate_pages_of
from stories.publishing.erase import traces
from stories.publishing.erase.authorize import Order, Scope, open_erasure
from stories.publishing.erase.comments import delete_comments
from stories.publishing.erase.documents import (
    delete_unused_documents,
    find_documents_containing,
    list_documents,
)
from stories.publishing.erase.passages import remove_part
from stories.publishing.erase.shared import delete_unused_images, delete_unused_rows, find_shared_rows, list_names


def erase_work(work: Work, *, by: User, reason: str) -> None:
    """Erase a story or a question permanently, with its schedules.

    Topics, outlets, articles, images and contributors are deleted if nothing else uses them. A question is also erased
    from every story that has ever asked it. The questions of a story are separate works and remain. Addresses remain
    reserved, but their words are erased. The audit log still says that the work was erased, by whom and why.

    Raise NotAllowedError if the user may not erase. Raise InvalidStateError if the reason is missing or too long. Raise
    the errors of ``open_erasure``.
    """
    carry_out(work, Order.from_user(by, reason))


def carry_out(work: Work, order: Order) -> None:
    """Erase the work.

    If the order repeats an earlier erasure, image files are not deleted. Raise the errors of ``open_erasure``.
    """
    asking_stories = list(_find_asking_stories(work)) if work.kind == WorkKind.QUESTION else []
    with open_erasure(work, Scope.WORK, order, further_works=asking_stories) as opened:
        locked = opened.work
        for story in asking_stories:
            if remove_part(story, locked.uid):
                order.write_event(story, "a question")
        rows = list_documents(locked)
        documents = [row.value() for row in rows]
        shared = find_shared_rows(locked, documents)
        titles = {title_of(document) for document in documents} - {""}
        names = list_names(shared)
        bundles = list(Bundle.objects.filter(Q(members__work=locked) | Q(editions__work=locked)).distinct())
        _delete_work(locked, rows)
        deleted = delete_unused_rows(shared, delete_files=order.repeats is None, by=order.by)
        if order.repeats is not None:
            delete_unused_images(order.repeats.files)
        opened.files |= _list_unused_digests(row for row in deleted if isinstance(row, Image))
        empty_bundles = [bundle for bundle in bundles if not bundle.members.exists() and not bundle.editions.exists()]
        DemonstrationWork.objects.remove(locked.uid)
        uids = {locked.uid, *(row.uid for row in [*deleted, *empty_bundles])}
        slugs = {locked.slug, *(document.slug for document in documents)}
        for row in [*deleted, *empty_bundles]:
            traces.clear_admin_log(type(row), [row.pk])
        traces.strip_entries(Event.objects.filter(uid__in=uids))
        traces.strip_duplications(titles)
        traces.clear_quotes(titles)
        traces.clear_saved_views(titles)
        traces.clear_saved_views_filtering({name for row in deleted for name in names.get(row.uid, ())})
        traces.clear_bulk_runs(titles)
        traces.clear_comments_quoting(titles)
        traces.clear_autosave(titles)
        traces.clear_reports_quoting(titles)
        traces.clear_notifications_quoting(titles)
        traces.clear_tasks({*titles, *map(str, uids), *(f"/{slug}/" for slug in slugs)})
        for bundle in empty_bundles:
            bundle.delete()
        for uid in uids:
            Address.objects.erase(uid)


def _delete_work(work: Work, documents: list[Document]) -> None:
    """Delete the work, after the rows that refer to it and would not be deleted with it."""
    editions = Edition.objects.filter(work=work)
    invalidate_pages_of(editions.defer("fragments"))
    RelatedStories.objects.filter(uid=work.uid).delete()
    Override.objects.filter(edition__in=editions).delete()
    for projection in PROJECTIONS:
        projection._default_manager.filter(Q(edition__in=editions)).delete()
    editions.delete()
    index.remove_object(work.kind, work.uid)
    search.remove_work(work)
    FrontPlace.objects.filter(uid=work.uid).delete()
    delete_comments(work)
    SharedPreview.objects.filter(work=work).delete()
    Freshness.objects.filter(uid=work.uid).delete()
    BundleMember.objects.filter(work=work).delete()
    Import.objects.filter(work=work).delete()
    StoryQuestion.objects.filter(faq=work.pk).delete()
    Work.objects.filter(pk=work.pk).update(reviewed_revision=None)
    RevisionLabel.objects.filter(revision__work=work).delete()
    Revision.objects.filter(work=work).delete()
    delete_unused_documents(documents)
    (Story if work.kind == WorkKind.STORY else FAQ)._base_manager.get(pk=work.pk).delete()


def _find_asking_stories(question: Work) -> QuerySet[Work]:
    """Return every story that asks the question or once did, because its documents contain the question's words."""
    documents = find_documents_containing(question.uid)
    asks = (
        Q(revisions__document__in=documents)
        | Q(editions__document__in=documents)
        | Q(story__story_questions__faq=question.pk)
    )
    return Work.objects.filter(asks, kind=WorkKind.STORY).distinct()


def _list_unused_digests(deleted: Iterable[Image]) -> set[str]:
    """Return the digests of deleted images whose content no other image has."""
    digests = {image.digest for image in deleted}
    return digests - set(Image.objects.filter(digest__in=digests).values_list("digest", flat=True))
