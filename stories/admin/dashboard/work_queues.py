"""Queues of works on the home page: in review, returned, approved, due, scheduled, unfinished and published."""

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
    MAX_ENTRIES,
    OVERDUE,
    OWN,
    Entry,
    Queue,
    QueueName,
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
# How far ahead the home page lists review dates.
DUE_SOON = timedelta(days=7)
REVIEW_IS_LATE_AFTER = timedelta(days=1)
# The number of works at which queues stop counting.
MAX_COUNTED = 200


def waiting_for_queue(user: User, *, kinds: Kinds, may_review: bool, may_edit: bool, at: datetime) -> Queue:
    """Return the queue for ``user``: works to review, comments that mention the user, and the user's due works.

    The oldest entries come first.
    """
    dated: list[tuple[datetime, Entry]] = [
        (work.reviewed_at or at, _review_entry(work, user, at=at))
        for work in (queues.list_in_review(at=at, kinds=kinds, to=user, limit=MAX_COUNTED) if may_review else [])
    ]
    for comment in list_mentions(user, kinds=kinds):
        words = f"{comment.author_label} mentioned you: “{Truncator(comment.text).words(16)}”"
        mention = Entry(
            format_age(comment.made_at, at),
            get_title(comment.work),
            words,
            "Answer",
            comments.get_comment_address(comment),
            OWN,
        )
        dated.append((comment.made_at, mention))
    if may_edit:
        today = timezone.localdate(at)
        own = list_due_for_review(until=today, at=at, owner=user, kinds=kinds, limit=MAX_COUNTED)
        dated += [(_midnight(work.review_by), _review_date_entry(work, at=at, is_own=True)) for work in own]
    entries = [entry for _, entry in sorted(dated, key=lambda each: each[0])]
    return make_queue(QueueName.WAITING_FOR_USER, "Needs you", "Nothing needs you right now.", entries)


def returned_queue(works: list[Any], at: datetime) -> Queue:
    """Return the queue of returned works, with the reasons."""
    entries = [
        Entry(
            format_age(work.reviewed_at, at),
            get_title(work),
            f"{work.reviewed_by}: “{Truncator(work.review_reason).words(20)}”",
            "Open",
            reverse(work.change_view_name, args=[work.pk]),
        )
        for work in works
    ]
    return make_queue(
        QueueName.RETURNED,
        "Returned to you",
        "Nothing has been returned to you.",
        entries,
        more_address=_review_filter_address(State.RETURNED),
    )


def in_review_queue(works: list[Any], user: User, at: datetime) -> Queue:
    entries = [_review_entry(work, user, at=at) for work in works]
    return make_queue(
        QueueName.IN_REVIEW,
        "In review, oldest first",
        "Nothing is in review.",
        entries,
        more_address=_review_filter_address(State.IN_REVIEW),
    )


def approved_queue(works: list[Any], at: datetime) -> Queue:
    """Return the queue of approved works that are not published yet."""
    entries = [
        Entry(
            format_age(work.reviewed_at, at),
            get_title(work),
            f"{_reviewed_revision_label(work)}, approved by {work.reviewed_by}",
            "Publish",
            reverse(work.view_name("publish"), args=[work.pk]),
        )
        for work in works
    ]
    return make_queue(
        QueueName.APPROVED, "Approved, not published", "", entries, more_address=_review_filter_address(State.APPROVED)
    )


def review_date_queues(*, kinds: Kinds, at: datetime) -> Iterator[Queue]:
    """Yield two queues: works whose review date has passed, and works whose review date is near."""
    today = timezone.localdate(at)
    overdue = list_due_for_review(until=today - timedelta(days=1), at=at, kinds=kinds, limit=MAX_COUNTED)
    overdue_entries = [_review_date_entry(work, at=at) for work in overdue]
    due_soon = list_due_for_review(until=today + DUE_SOON, since=today, at=at, kinds=kinds, limit=MAX_COUNTED)
    due_entries = [_review_date_entry(work, at=at) for work in due_soon]
    calendar = f"{reverse('admin:calendar')}?list={today.isoformat()}"
    yield make_queue(QueueName.OVERDUE, "Fact check overdue", "No fact checks are overdue.", overdue_entries)
    empty = "No fact checks are due this week."
    yield make_queue(QueueName.DUE_FOR_REVIEW, "Fact check due", empty, due_entries, more_address=calendar)


def own_work_queue(user: User, *, kinds: Kinds, may_publish: bool, at: datetime) -> Queue:
    """Return the queue of the user's drafts, works with unpublished changes, and autosaved texts."""
    slots = {slot.work_id or f"new {slot.pk}": slot for slot in list_unsaved(user) if slot.kind in kinds}
    entries = [_unsaved_entry(slot, at) for slot in slots.values() if slot.work_id is None]
    works = list_owned(by=user, at=at, kinds=kinds, limit=MAX_COUNTED)
    listed = {work.pk for work in works}
    entries += [_unsaved_entry(slot, at) for slot in slots.values() if slot.work_id and slot.work_id not in listed]
    for work in works:
        slot = slots.get(work.pk)
        unsaved = f"; unsaved text from {format_time(slot.saved_at, at=at)}" if slot else ""
        is_ready = work.state == State.APPROVED and may_publish and not slot
        screen = work.view_name("publish" if is_ready else "change")
        action = "Publish" if is_ready else "Continue"
        draft_label = "update" if work.public_kind else "draft"
        state = draft_label if work.state == State.DRAFT else State(work.state).label.lower()
        entries.append(
            Entry(state, get_title(work), f"{_describe_kind(work)}{unsaved}", action, reverse(screen, args=[work.pk]))
        )
    return make_queue(
        QueueName.OWN_WORK,
        "Your unpublished pages",
        "You have no unpublished pages. Start with “Add story”.",
        entries,
    )


def scheduled_queue(*, kinds: Kinds, at: datetime) -> Queue:
    """Return the queue of pending schedules, the next one first."""
    editions = list_pending_schedules(at=at, limit=MAX_ENTRIES + 1, kinds=kinds)
    entries = [
        Entry(
            format_local(edition.live_from, SHORT),
            edition.title,
            _describe_schedule(edition),
            "Open",
            reverse(edition.work.change_view_name, args=[edition.work_id]),
        )
        for edition in editions
    ]
    queue = make_queue(
        QueueName.SCHEDULED_EDITIONS,
        "Scheduled",
        "Nothing is scheduled. Use “Save and schedule” on a page.",
        entries,
    )
    return _drop_partial_count(queue, f"{reverse('admin:stories_story_changelist')}?standing={SCHEDULED}")


def drafts_queue(*, kinds: Kinds, at: datetime) -> Queue:
    """Return the queue of all drafts, most recently saved first."""
    entries = [_draft_entry(work, at) for work in list_drafts(at=at, limit=MAX_ENTRIES + 1, kinds=kinds)]
    queue = make_queue(QueueName.DRAFTS, "Drafts", "There are no drafts.", entries)
    return _drop_partial_count(queue, f"{reverse('admin:stories_story_changelist')}?standing=draft")


def changed_works_queue(*, kinds: Kinds, at: datetime) -> Queue:
    """Return the queue of works whose draft differs from what readers see."""
    entries = [_draft_entry(work, at) for work in list_changed(at=at, limit=MAX_ENTRIES + 1, kinds=kinds)]
    queue = make_queue(QueueName.CHANGED_WORKS, "Unpublished changes", "There are no unpublished changes.", entries)
    return _drop_partial_count(queue, f"{reverse('admin:stories_story_changelist')}?standing=changed")


def latest_publications_queue(at: datetime) -> Queue:
    entries = [
        Entry(
            format_age(edition.live_from, at),
            edition.title,
            f"Edition {edition.label}" + (f", by {edition.published_by}" if edition.published_by else ""),
            "Read",
            edition.get_absolute_url(),
        )
        for edition in list_recently_published(at=at, limit=MAX_ENTRIES)
    ]
    return make_queue(QueueName.LATEST_PUBLICATIONS, "Recently published", "Nothing has been published yet.", entries)


def _drop_partial_count(queue: Queue, more_address: str) -> Queue:
    # Only one more entry than is shown was loaded, so the total is unknown.
    if queue.count > MAX_ENTRIES:
        queue.count, queue.more_address = 0, more_address
    return queue


def _review_entry(work: Any, user: User, *, at: datetime) -> Entry:
    """Return an entry that names the reviewer and the person who asked for the review."""
    is_mine = work.assigned_to == user
    reviewer = "reviewer: you" if is_mine else (f"reviewer: {work.assigned_to}" if work.assigned_to else "no reviewer")
    reason = f". {Truncator(work.review_reason).words(20)}" if work.review_reason else ""
    is_late = at - (work.reviewed_at or at) > REVIEW_IS_LATE_AFTER
    tone = OWN if is_mine else (OVERDUE if is_late else "")
    # A review without a reviewer is offered to every user but the one who asked for it.
    action = "Review" if is_mine or (work.assigned_to is None and work.reviewed_by != user) else "Read"
    detail = f"{_reviewed_revision_label(work)}, sent by {work.reviewed_by}; {reviewer}{reason}"
    return Entry(
        format_age(work.reviewed_at, at),
        get_title(work),
        detail,
        action,
        reverse(work.review_view_name, args=[work.pk]),
        tone,
    )


def _review_date_entry(work: Any, *, at: datetime, is_own: bool = False) -> Entry:
    is_late = work.review_by < timezone.localdate(at)
    owner = f"You own this {_kind_label(work)}" if is_own else (f"Owner: {work.owner}" if work.owner else "No owner")
    checked = f"; last checked on {date(work.checked_on, 'j F')}" if work.checked_on else ""
    address = f"{reverse(work.review_view_name, args=[work.pk])}#again"
    detail = f"{owner}; review by {date(work.review_by, 'j F')}{checked}"
    return Entry(
        format_distance(work.review_by, at), get_title(work), detail, "Check facts", address, OVERDUE if is_late else ""
    )


def _unsaved_entry(slot: AutosaveSlot, at: datetime) -> Entry:
    if slot.work is not None:
        title, address = get_title(slot.work), reverse(slot.work.change_view_name, args=[slot.work_id])
    else:
        add_view_name = f"admin:stories_{WorkKind(slot.kind).model}_add"
        title, address = slot.title or f"A new {slot.kind}", reverse(add_view_name)
    return Entry("not saved", title, f"Unsaved text from {format_time(slot.saved_at, at=at)}", "Continue", address)


def _draft_entry(work: Any, at: datetime) -> Entry:
    owner = f", owner: {work.owner}" if work.owner else ""
    return Entry(
        format_age(work.saved_at, at),
        get_title(work),
        f"{_describe_kind(work)}{owner}",
        "Open",
        reverse(work.change_view_name, args=[work.pk]),
    )


def _describe_schedule(edition: Edition) -> str:
    """Return a phrase for what happens at the scheduled time, with the bundle if there is one."""
    if edition.kind == EditionKind.NOTICE or edition.revision is None:
        return "The page ends"
    bundle = f", in the bundle “{edition.bundle}”" if edition.bundle else ""
    return f"Revision {edition.revision.number} goes live{bundle}"


def _reviewed_revision_label(work: Work) -> str:
    return f"Revision {work.reviewed_revision.number}" if work.reviewed_revision else "Draft"


def _describe_kind(work: Any) -> str:
    number = f", revision {work.saved_number}" if work.saved_number else ""
    return f"{_kind_label(work).capitalize()}{number}"


def _kind_label(work: Work) -> str:
    return "story" if work.kind == WorkKind.STORY else "question"


def _review_filter_address(state: State) -> str:
    return f"{reverse('admin:stories_story_changelist')}?review={state}"


def _midnight(day: Any) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.get_current_timezone())
