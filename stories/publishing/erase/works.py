"""Erase a whole work: its editions, its draft, and what nothing else uses."""

from django.db.models import Q, QuerySet

from newsroom.accounts.models import User
from newsroom.audit.models import Event
from newsroom.redirects.models import Address
from newsroom.search import index
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
from stories.publishing.erase.authorize import open_erasure
from stories.publishing.erase.comments import delete_comments
from stories.publishing.erase.documents import find_documents_containing, get_title, list_documents, remove_unneeded
from stories.publishing.erase.passages import remove_part
from stories.publishing.erase.shared import find_shared_rows, remove_unused


def erase_work(work: Work, *, by: User, reason: str) -> None:
    """Erase a story or a question for ever, with its schedules and with everything that nothing else uses.

    Topics, outlets, articles, images and contributors are deleted if nothing else uses them. A question is erased from
    every story that asked it. The questions of a story are works of their own and remain. Addresses remain taken,
    without their words. The audit log keeps that the work was erased, by whom and why.

    Raise NotAllowedError if the user may not erase. Raise InvalidStateError without a reason, or if the work does not
    exist any more.
    """
    asking = list(_stories_asking(work)) if work.kind == WorkKind.QUESTION else []
    with open_erasure(work, "the whole page", by=by, reason=reason, together=asking) as locked:
        for story in asking:
            _take_out_of(story, locked, by=by, reason=reason)
        rows = list_documents(locked)
        documents = [row.value() for row in rows]
        shared = find_shared_rows(locked, documents)
        titles = {get_title(document) for document in documents} - {""}
        bundles = list(Bundle.objects.filter(Q(members__work=locked) | Q(editions__work=locked)).distinct())
        _take_apart(locked, rows)
        gone = remove_unused(shared)
        alone = [bundle for bundle in bundles if not bundle.members.exists() and not bundle.editions.exists()]
        uids = {locked.uid, *(thing.uid for thing in [*gone, *alone])}
        slugs = {locked.slug, *(document.slug for document in documents)}
        for thing in [*gone, *alone]:
            traces.clear_admin_log(type(thing), [thing.pk])
        traces.strip_entries(Event.objects.filter(uid__in=uids))
        traces.clear_quotes(titles)
        traces.clear_saved_views(titles)
        traces.clear_bulk_runs(titles)
        traces.clear_comments_quoting(titles)
        traces.clear_autosave(titles)
        traces.clear_reports_quoting(titles)
        traces.clear_notifications_quoting(titles)
        traces.clear_tasks({*titles, *map(str, uids), *(f"/{slug}/" for slug in slugs)})
        for bundle in alone:
            bundle.delete()
        for uid in uids:
            Address.objects.erase(uid)


def _take_apart(work: Work, documents: list[Document]) -> None:
    """Delete everything that refers to the work and would not be deleted with it."""
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
    remove_unneeded(documents)
    (Story if work.kind == WorkKind.STORY else FAQ)._base_manager.get(pk=work.pk).delete()


def _stories_asking(question: Work) -> QuerySet[Work]:
    """Return every story that asks the question or asked it once, since its documents hold the question's words."""
    named = find_documents_containing(question.uid)
    found = (
        Q(revisions__document__in=named) | Q(editions__document__in=named) | Q(story__story_questions__faq=question.pk)
    )
    return Work.objects.filter(found, kind=WorkKind.STORY).distinct()


def _take_out_of(story: Work, question: Work, *, by: User, reason: str) -> None:
    if remove_part(story, question.uid):
        Event.objects.write(
            story.kind, story.uid, "erased", by=by, after={"scope": "a question"}, reason=reason.strip()
        )
