"""Invariants of editions that hold at any time, after concurrent verbs and after interrupted ones."""

from itertools import pairwise

from django.db.models import Q

from newsroom.audit.models import Erasure, Event
from stories.models import PROJECTIONS, Edition, EditionKind, Revision
from stories.publishing.erase.editions import REMOVED

VERBS = {
    EditionKind.PAGE: {"published", "scheduled", "carried over", "moved"},
    EditionKind.NOTICE: {"withdrawn", "expiry scheduled", "moved"},
}


def assert_consistent() -> None:
    """Assert that editions of a work neither overlap nor leave gaps, and that log entries, rows and numbers match."""
    by_work: dict[int, list[Edition]] = {}
    for edition in Edition.objects.order_by("live_from", "pk"):
        by_work.setdefault(edition.work_id, []).append(edition)
        # An erased edition is a notice, but was published as a page.
        verbs = VERBS[EditionKind.PAGE if edition.notice == REMOVED else EditionKind(edition.kind)]
        logged = [
            event.verb
            for event in Event.objects.about(edition.uid).with_verb(*verbs)
            if event.after.get("edition") == edition.number
        ]
        assert len(logged) == 1, f"edition {edition.number} has the events {logged}"
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
        return  # erasing may have deleted revisions
    for work in set(Revision.objects.values_list("work", flat=True)):
        numbers = list(Revision.objects.filter(work=work).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
