"""Brings the corpus into an installation in batches, through the verbs that everything else goes through."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from newsroom.accounts.models import User
from newsroom.addresses.models import Address
from newsroom.text.folding import fold
from stories import desk, publishing, revisions
from stories.corpus import writing
from stories.documents import AnyDocument
from stories.models import Outlet, Work
from topics.models import Topic

BATCH = 25  # stories that go out together


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
    _make_missing(Topic, writing.topics())
    _make_missing(Outlet, writing.outlets())


def _make_missing[Thing: (Topic, Outlet)](model: type[Thing], names: Sequence[writing.Called]) -> None:
    things = model._default_manager
    known = set(things.filter(uid__in=[called.uid for called in names]).values_list("uid", flat=True))
    new = [called for called in names if called.uid not in known]
    taken = set(things.filter(slug__in=[called.slug for called in new]).values_list("slug", flat=True))
    taken |= set(Address.objects.filter(kind=model.address_kind).values_list("slug", flat=True)) if new else set()
    things.bulk_create(
        model(
            uid=called.uid,
            name=called.name,
            folded_name=fold(called.name),
            slug=called.slug if called.slug not in taken else f"{called.slug}-{called.uid.hex[:8]}",
        )
        for called in new
    )


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
    begun = desk.begin([document for document in documents if document.uid not in known], owner=by, by=by)
    revisions.record_each(begun.works, by=by, reason="Corpus")
    publishing.publish_many(begun.works, by=by)
