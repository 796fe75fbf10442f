"""Brings the corpus into an installation in batches, through the verbs that everything else goes through."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.addresses.models import Address
from stories import desk, publishing, revisions
from stories.corpus import writing
from stories.documents import AnyDocument
from stories.models import FAQ, Outlet, Story, Work
from topics.models import Topic

BATCH = 50  # stories that go out together


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: stories that are there, of all that were asked for."""

    done: int
    total: int


def make(stories: int, *, by: User) -> Iterator[Progress]:
    """Make what is missing of the first ``stories`` stories, and let ``by`` publish them; yield how far it is.

    May be stopped at any moment and begun anew: each batch is there as a whole, or not at all. Raises as
    ``publishing.publish_many`` does.
    """
    _make_names()
    yield Progress(0, stories)
    for first in range(0, stories, BATCH):
        _make_batch(range(first, min(first + BATCH, stories)), by=by)
        yield Progress(min(first + BATCH, stories), stories)


@transaction.atomic
def _make_names() -> None:
    for model, all_called in ((Topic, writing.topics()), (Outlet, writing.outlets())):
        known = set(model._default_manager.values_list("uid", flat=True))
        for called in all_called:
            if called.uid not in known:
                taken = model._default_manager.all()
                slug = Address.objects.free_slug(model.address_kind, called.slug, uid=called.uid, taken=taken)
                model._default_manager.create(uid=called.uid, name=called.name, slug=slug)


@transaction.atomic
def _make_batch(numbers: range, *, by: User) -> None:
    asked = range(writing.questions_before(numbers.start), writing.questions_before(numbers.stop))
    uids = [
        *(writing.uid_of("question", number) for number in asked),
        *(writing.uid_of("story", number) for number in numbers),
    ]
    known = set(Work.objects.filter(uid__in=uids).values_list("uid", flat=True))
    if len(known) == len(uids):
        return
    documents: list[AnyDocument] = [
        *(writing.question(number) for number in asked),
        *(writing.story(number) for number in numbers),
    ]
    works = [_written(document, by=by) for document in documents if document.uid not in known]
    publishing.publish_many(works, by=by)


def _written(document: AnyDocument, *, by: User) -> Work:
    taken = Work.objects.filter(kind=document.kind)
    slug = Address.objects.free_slug(document.kind, document.slug, uid=document.uid, taken=taken)
    model = Story if document.kind == "story" else FAQ
    work = model.objects.create(uid=document.uid, kind=document.kind, slug=slug, language=document.language, owner=by)
    desk.restore(work, document, by=by)
    revisions.record(work, by=by, reason="Corpus")
    made: Work = work
    return made
