"""Queues of works on the home page: in review, returned, approved, due, scheduled, unfinished and published."""

from collections.abc import Collection
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
)
from stories.admin.views.expiring_answers import LIST_NAME, NOTHING_DUE, DatesForm, build_counts
from stories.drafts import queues
from stories.drafts.publication_status import get_title, list_owned, list_recently_published
from stories.drafts.queues import list_due_for_review, list_mentions, list_unsaved
from stories.models import AutosaveSlot, Comment, Edition, EditionKind, State, Work, WorkKind
from stories.workflow import comments, renewals

type Kinds = Collection[str]
# How far ahead the home page lists review dates.
DUE_SOON = timedelta(days=7)
REVIEW_IS_LATE_AFTER = timedelta(days=1)
# The number of works at which queues stop counting.
MAX_COUNTED = 200
# The number of live pages from which the most recently published are taken that no other queue lists.
MAX_LATEST = 20


def waiting_for_queue(user: User, *, kinds: Kinds, editable: Kinds, may_review: bool, at: datetime) -> Queue:
    """Return the queue for ``user``, most urgent first, and oldest first among equals.

    It lists pages returned to the user, pages to review, comments that mention the user, and the user’s due pages.
    ``editable`` are the kinds that the user may edit.
    """
    returned = queues.list_returned(user, at=at, kinds=editable, limit=MAX_COUNTED) if editable else []
    reviews = queues.list_in_review(at=at, kinds=kinds, to=user, limit=MAX_COUNTED) if may_review else []
    today = timezone.localdate(at)
    due = list_due_for_review(until=today, at=at, owner=user, kinds=editable, limit=MAX_COUNTED) if editable else []
    entries = [
        *(_returned_entry(work, at) for work in reversed(returned)),
        *(_review_entry(work, user, at=at) for work in reviews),
        *(_mention_entry(comment, at) for comment in list_mentions(user, kinds=kinds)),
        *(_review_date_entry(work, at=at, is_own=True) for work in due),
    ]
    empty_parts = ("Returned",) if editable and not returned else ()
    return Queue(QueueName.WAITING_FOR_USER, "Needs you", entries, empty_parts=empty_parts)


def in_review_queue(works: list[Any], user: User, at: datetime) -> Queue:
    entries = [_review_entry(work, user, at=at) for work in works]
    return Queue(QueueName.IN_REVIEW, "In review, oldest first", entries)


def approved_queue(works: list[Any], at: datetime) -> Queue:
    """Return the queue of approved works that are not published yet."""
    entries = [
        Entry(
            format_age(work.reviewed_at, at),
            get_title(work),
            f"{_reviewed_revision_label(work)}, approved by {work.reviewed_by}",
            "Publish",
            reverse(work.view_name("publish"), args=[work.pk]),
            **_of_work(work),
        )
        for work in works
    ]
    return Queue(QueueName.APPROVED, "Approved, not published", entries)


def review_dates_queue(*, kinds: Kinds, at: datetime) -> Queue:
    """Return the queue of works whose review date has passed or is near, earliest first."""
    until = timezone.localdate(at) + DUE_SOON
    works = list_due_for_review(until=until, at=at, kinds=kinds, limit=MAX_COUNTED)
    return Queue(QueueName.DUE_FOR_REVIEW, "Fact check due", [_review_date_entry(work, at=at) for work in works])


def expiring_answers_queue(*, may_renew: bool, at: datetime) -> Queue:
    """Return the queue of answers that have expired or expire soon, which ``may_renew`` offers to renew in place."""
    counts = renewals.count_due(at=at)
    total = counts.expired + counts.week
    filters = renewals.Filters(when=renewals.When.DUE)
    answers = renewals.load_page(filters, at=at, limit=MAX_ENTRIES).answers if total else ()
    return Queue(
        QueueName.EXPIRING_ANSWERS,
        "Answers about to expire",
        [
            Entry(
                date(each.expires_on, "j M"),
                each.edition.title,
                each.details,
                "Edit",
                reverse(each.work.change_view_name, args=[each.work.pk]),
                OVERDUE if each.is_expired else "",
                renewal=DatesForm(expiring=each) if may_renew else None,
            )
            for each in answers
        ],
        total=total,
        counts=build_counts(counts),
        more_address=f"{reverse(LIST_NAME)}?when={renewals.When.DUE}",
        empty_words=NOTHING_DUE,
    )


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
        detail, address = f"{_describe_kind(work)}{unsaved}", reverse(screen, args=[work.pk])
        entries.append(Entry(state, get_title(work), detail, action, address, **_of_work(work)))
    return Queue(QueueName.OWN_WORK, "Your unpublished pages", entries)


def scheduled_queue(editions: list[Edition]) -> Queue:
    """Return the queue of pending schedules, the next one first."""
    entries = [
        Entry(
            format_local(edition.live_from, SHORT),
            edition.title,
            _describe_schedule(edition),
            "Open",
            reverse(edition.work.change_view_name, args=[edition.work_id]),
            work=edition.work_id,
        )
        for edition in editions
    ]
    return Queue(QueueName.SCHEDULED_EDITIONS, "Scheduled", entries)


def latest_publications_queue(at: datetime, *, viewable: Kinds) -> Queue:
    """Return the queue of live pages. The titles of those that the user may view at the desk link there."""
    entries = [
        Entry(
            format_age(edition.live_from, at),
            edition.title,
            f"Edition {edition.label}" + (f", by {edition.published_by}" if edition.published_by else ""),
            "Read",
            edition.get_absolute_url(),
            page=reverse(edition.work.change_view_name, args=[edition.work_id])
            if edition.work.kind in viewable
            else "",
            work=edition.work_id,
        )
        for edition in list_recently_published(at=at, limit=MAX_LATEST)
    ]
    return Queue(QueueName.LATEST_PUBLICATIONS, "Recently published", entries, is_counted=False)


def _of_work(work: Any) -> dict[str, Any]:
    """Return the arguments of an entry about the page of ``work``."""
    return {"page": reverse(work.change_view_name, args=[work.pk]), "work": work.pk}


def _returned_entry(work: Any, at: datetime) -> Entry:
    words = f"Returned by {work.reviewed_by}: “{Truncator(work.review_reason).words(20)}”"
    address = reverse(work.change_view_name, args=[work.pk])
    age = format_age(work.reviewed_at, at)
    return Entry(age, get_title(work), words, "Continue", address, OWN, **_of_work(work))


def _mention_entry(comment: Comment, at: datetime) -> Entry:
    words = f"{comment.author_label} mentioned you: “{Truncator(comment.text).words(16)}”"
    address, age = comments.get_comment_address(comment), format_age(comment.made_at, at)
    return Entry(age, get_title(comment.work), words, "Answer", address, OWN, **_of_work(comment.work))


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
        **_of_work(work),
    )


def _review_date_entry(work: Any, *, at: datetime, is_own: bool = False) -> Entry:
    is_late = work.review_by < timezone.localdate(at)
    owner = f"You own this {_kind_label(work)}" if is_own else (f"Owner: {work.owner}" if work.owner else "No owner")
    checked = f"; last checked on {date(work.checked_on, 'j F')}" if work.checked_on else ""
    address = f"{reverse(work.review_view_name, args=[work.pk])}#again"
    detail = f"{owner}; review by {date(work.review_by, 'j F')}{checked}"
    age, tone = format_distance(work.review_by, at), OVERDUE if is_late else ""
    return Entry(age, get_title(work), detail, "Check facts", address, tone, **_of_work(work))


def _unsaved_entry(slot: AutosaveSlot, at: datetime) -> Entry:
    if slot.work is not None:
        title, address = get_title(slot.work), reverse(slot.work.change_view_name, args=[slot.work_id])
    else:
        add_view_name = f"admin:stories_{WorkKind(slot.kind).model}_add"
        title, address = slot.title or f"A new {slot.kind}", reverse(add_view_name)
    detail = f"Unsaved text from {format_time(slot.saved_at, at=at)}"
    return Entry("not saved", title, detail, "Continue", address, work=slot.work_id)


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
