"""What must be true of all editions at any time, whatever was done at once or broken off."""

from itertools import pairwise

from django.db.models import Q

from newsroom.audit.models import Erasure, Event
from stories.models import PROJECTIONS, Edition, EditionKind, Revision
from stories.publishing.erase.editions import REMOVED

VERBS = {
    EditionKind.PAGE: {"published", "scheduled", "carried over", "moved"},
    EditionKind.NOTICE: {"withdrawn", "expiry scheduled", "moved"},
}


def assert_sound() -> None:
    """Assert that no editions overlap or leave a gap, and that each has an event, a revision and rows of its own span."""
    by_work: dict[int, list[Edition]] = {}
    for edition in Edition.objects.order_by("live_from", "pk"):
        by_work.setdefault(edition.work_id, []).append(edition)
        # What was erased stands as a notice, and was made as a page.
        verbs = VERBS[EditionKind.PAGE if edition.notice == REMOVED else EditionKind(edition.kind)]
        said = [
            event.verb
            for event in Event.objects.about(edition.uid).with_verb(*verbs)
            if event.after.get("edition") == edition.number
        ]
        assert len(said) == 1, f"edition {edition.number} has the events {said}"
        for projection in PROJECTIONS:
            for row in projection._default_manager.filter(Q(edition=edition)):
                assert (row.live_from, row.live_until) == (edition.live_from, edition.live_until)
    for editions in by_work.values():
        spanning = [edition for edition in editions if not edition.is_cancelled]
        for before, after in pairwise(spanning):
            assert before.live_until == after.live_from, f"{before} and {after} do not meet"
        numbers = sorted(edition.number for edition in editions)
        assert numbers == list(range(1, len(numbers) + 1))
    if Erasure.objects.exists():
        return  # revisions may be gone with it
    for work in set(Revision.objects.values_list("work", flat=True)):
        numbers = list(Revision.objects.filter(work=work).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
