"""Queues of works on the home of the desk: for review, returned, approved, due, scheduled, unfinished and published."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.desk.local_time import SHORT, format_local, format_time
from stories.admin.dashboard.queues import (
    OVERDUE,
    OWN,
    SHOWN_ENTRIES,
    Entry,
    Queue,
    format_age,
    format_distance,
    make_queue,
)
from stories.drafts import queues
from stories.drafts.publication_status import (
    SCHEDULED,
    get_title,
    list_changed,
    list_drafts,
    list_owned,
    list_pending_schedules,
    list_recently_published,
)
from stories.drafts.queues import list_due_for_review, list_mentions, list_unsaved
from stories.models import AutosaveSlot, Edition, EditionKind, State, Work, WorkKind
from stories.workflow import comments

type Kinds = Collection[str]
# How far ahead the home lists review dates.
DUE_SOON = timedelta(days=7)
REVIEW_IS_LATE_AFTER = timedelta(days=1)
# No queue counts further than this.
MAX_COUNTED = 200


def waiting_for_queue(user: User, *, kinds: Kinds, reviews_too: bool, edits: bool, at: datetime) -> Queue:
    """Return the queue of what waits for ``user``: reviews, mentions, and review dates of their own pages."""
    asked: list[tuple[datetime, Entry]] = [
        (work.reviewed_at or at, _to_review(work, user, at=at))
        for work in (queues.list_in_review(at=at, kinds=kinds, to=user, limit=MAX_COUNTED) if reviews_too else [])
    ]
    for comment in list_mentions(user, kinds=kinds):
        words = f"{comment.author_label} mentioned you: “{Truncator(comment.text).words(16)}”"
        told = Entry(
            format_age(comment.made_at, at),
            get_title(comment.work),
            words,
            "Answer",
            comments.address_of(comment),
            OWN,
        )
        asked.append((comment.made_at, told))
    if edits:
        today = timezone.localdate(at)
        own = list_due_for_review(until=today, at=at, owner=user, kinds=kinds, limit=MAX_COUNTED)
        asked += [(_moment(work.review_by), _look(work, at=at, own=True)) for work in own]
    entries = [entry for _, entry in sorted(asked, key=lambda each: each[0])]
    return make_queue("Waiting for you", "Nobody waits for you. What is sent to you stands here.", entries)


def returned_queue(works: list[Any], at: datetime) -> Queue:
    """Return the queue of works returned to their writer, with the reason."""
    entries = [
        Entry(
            format_age(work.reviewed_at, at),
            get_title(work),
            f"{work.reviewed_by}: “{Truncator(work.review_reason).words(20)}”",
            "Open",
            reverse(work.desk_view, args=[work.pk]),
        )
        for work in works
    ]
    return make_queue("Returned to you", "Nothing came back to you.", entries, more=_reviews(State.RETURNED))


def in_review_queue(works: list[Any], user: User, at: datetime) -> Queue:
    entries = [_to_review(work, user, at=at) for work in works]
    empty = "Nothing waits for a review. A writer sends a text from its form."
    return make_queue("In review, oldest first", empty, entries, more=_reviews(State.IN_REVIEW))


def approved_queue(works: list[Any], at: datetime) -> Queue:
    """Return the queue of approved works that wait to be published."""
    entries = [
        Entry(
            format_age(work.reviewed_at, at),
            get_title(work),
            f"{_revision(work)}, approved by {work.reviewed_by}",
            "Publish",
            reverse(work.view_of("send"), args=[work.pk]),
        )
        for work in works
    ]
    return make_queue("Approved, not published", "", entries, more=_reviews(State.APPROVED))


def review_date_queues(*, kinds: Kinds, at: datetime) -> Iterator[Queue]:
    """Yield the queues of works whose review date has passed, and of those whose review date is near."""
    today = timezone.localdate(at)
    before = list_due_for_review(until=today - timedelta(days=1), at=at, kinds=kinds, limit=MAX_COUNTED)
    late = [_look(work, at=at) for work in before]
    ahead = list_due_for_review(until=today + DUE_SOON, since=today, at=at, kinds=kinds, limit=MAX_COUNTED)
    soon = [_look(work, at=at) for work in ahead]
    calendar = f"{reverse('admin:calendar')}?list={today.isoformat()}"
    yield make_queue("Overdue", "Nothing is overdue.", late)
    empty = "Nothing is due this week. The day is set on the form, under “The page”."
    yield make_queue("Due for review", empty, soon, more=calendar)


def own_work_queue(user: User, *, kinds: Kinds, may_publish: bool, at: datetime) -> Queue:
    """Return the queue of the user's own works that are not fully public, and of their autosaved text."""
    slots = {slot.work_id or f"new {slot.pk}": slot for slot in list_unsaved(user) if slot.kind in kinds}
    entries = [_unsaved(slot, at) for slot in slots.values() if slot.work_id is None]
    works = list_owned(by=user, at=at, kinds=kinds, limit=MAX_COUNTED)
    known = {work.pk for work in works}
    entries += [_unsaved(slot, at) for slot in slots.values() if slot.work_id and slot.work_id not in known]
    for work in works:
        slot = slots.get(work.pk)
        unsaved = f"; text not yet saved from {format_time(slot.saved_at, at=at)}" if slot else ""
        is_ready = work.state == State.APPROVED and may_publish and not slot
        screen = work.view_of("send" if is_ready else "change")
        step = "Publish" if is_ready else "Go on"
        state = "update" if work.public_kind else "draft"
        told = state if work.state == State.DRAFT else State(work.state).label.lower()
        entries.append(Entry(told, get_title(work), f"{_what(work)}{unsaved}", step, reverse(screen, args=[work.pk])))
    return make_queue("Mine", "Nothing of yours is unfinished. “Add story” begins something.", entries)


def scheduled_queue(*, kinds: Kinds, at: datetime) -> Queue:
    """Return the queue of pending schedules, next first."""
    editions = list_pending_schedules(at=at, limit=SHOWN_ENTRIES + 1, kinds=kinds)
    entries = [
        Entry(
            format_local(edition.live_from, SHORT),
            edition.title,
            _said_of_schedule(edition),
            "Open",
            reverse(edition.work.desk_view, args=[edition.work_id]),
        )
        for edition in editions
    ]
    found = make_queue(
        "Scheduled", "Nothing is scheduled. “Save and schedule” on a form gives a text its time.", entries
    )
    return _uncounted(found, f"{reverse('admin:stories_story_changelist')}?standing={SCHEDULED}")


def drafts_queue(*, kinds: Kinds, at: datetime) -> Queue:
    """Return the queue of all drafts, last saved first."""
    entries = [_saved(work, at) for work in list_drafts(at=at, limit=SHOWN_ENTRIES + 1, kinds=kinds)]
    found = make_queue("Drafts", "There is no draft on the desk.", entries)
    return _uncounted(found, f"{reverse('admin:stories_story_changelist')}?standing=draft")


def changed_works_queue(*, kinds: Kinds, at: datetime) -> Queue:
    """Return the queue of works whose draft differs from what readers see."""
    entries = [_saved(work, at) for work in list_changed(at=at, limit=SHOWN_ENTRIES + 1, kinds=kinds)]
    found = make_queue("Not public yet", "Readers see all that the desk says.", entries)
    return _uncounted(found, f"{reverse('admin:stories_story_changelist')}?standing=changed")


def latest_publications_queue(at: datetime) -> Queue:
    """Return the queue of the latest publications."""
    entries = [
        Entry(
            format_age(edition.live_from, at),
            edition.title,
            f"Edition {edition.label}" + (f", by {edition.published_by}" if edition.published_by else ""),
            "Read",
            edition.get_absolute_url(),
        )
        for edition in list_recently_published(at=at, limit=SHOWN_ENTRIES)
    ]
    return make_queue("Lately published", "Nothing was published yet.", entries)


def _uncounted(found: Queue, more: str) -> Queue:
    # The list was read only as far as it is shown, so its length is unknown.
    if found.count > SHOWN_ENTRIES:
        found.count, found.more = 0, more
    return found


def _to_review(work: Any, user: User, *, at: datetime) -> Entry:
    """Return an entry with who asked for the review and who it is assigned to."""
    is_mine = work.assigned_to == user
    with_whom = "with you" if is_mine else (f"with {work.assigned_to}" if work.assigned_to else "with nobody yet")
    words = f". {Truncator(work.review_reason).words(20)}" if work.review_reason else ""
    is_late = at - (work.reviewed_at or at) > REVIEW_IS_LATE_AFTER
    tone = OWN if is_mine else (OVERDUE if is_late else "")
    # Whoever asked for a review does not do it.
    step = "Review" if is_mine or (work.assigned_to is None and work.reviewed_by != user) else "Read"
    detail = f"{_revision(work)} by {work.reviewed_by}, {with_whom}{words}"
    return Entry(
        format_age(work.reviewed_at, at),
        get_title(work),
        detail,
        step,
        reverse(work.reading_view, args=[work.pk]),
        tone,
    )


def _look(work: Any, *, at: datetime, own: bool = False) -> Entry:
    is_late = work.review_by < timezone.localdate(at)
    whose = f"You own this {_kind(work)}" if own else (f"Owner: {work.owner}" if work.owner else "It has no owner")
    checked = f"; last checked on {date(work.checked_on, 'j F')}" if work.checked_on else ""
    address = f"{reverse(work.reading_view, args=[work.pk])}#again"
    detail = f"{whose}; look again by {date(work.review_by, 'j F')}{checked}"
    return Entry(
        format_distance(work.review_by, at), get_title(work), detail, "Look again", address, OVERDUE if is_late else ""
    )


def _unsaved(slot: AutosaveSlot, at: datetime) -> Entry:
    if slot.work is not None:
        title, address = get_title(slot.work), reverse(slot.work.desk_view, args=[slot.work_id])
    else:
        add = f"admin:stories_{WorkKind(slot.kind).model}_add"
        title, address = slot.title or f"A new {slot.kind}", reverse(add)
    return Entry("not saved", title, f"Text not yet saved from {format_time(slot.saved_at, at=at)}", "Go on", address)


def _saved(work: Any, at: datetime) -> Entry:
    owner = f", of {work.owner}" if work.owner else ""
    return Entry(
        format_age(work.saved_at, at),
        get_title(work),
        f"{_what(work)}{owner}",
        "Open",
        reverse(work.desk_view, args=[work.pk]),
    )


def _said_of_schedule(edition: Edition) -> str:
    """Return what happens at the scheduled time, and the bundle with which it is published."""
    if edition.kind == EditionKind.NOTICE or edition.revision is None:
        return "The page ends"
    together = f", with the bundle “{edition.bundle}”" if edition.bundle else ""
    return f"Revision {edition.revision.number} goes live{together}"


def _revision(work: Work) -> str:
    return f"Revision {work.reviewed_revision.number}" if work.reviewed_revision else "It"


def _what(work: Any) -> str:
    number = f", revision {work.saved_number}" if work.saved_number else ""
    return f"{_kind(work).capitalize()}{number}"


def _kind(work: Work) -> str:
    return "story" if work.kind == WorkKind.STORY else "question"


def _reviews(state: State) -> str:
    return f"{reverse('admin:stories_story_changelist')}?review={state}"


def _moment(day: Any) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())
