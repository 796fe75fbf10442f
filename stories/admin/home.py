"""The home of the desk: what waits, what is being written, what went out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from newsroom.accounts.models import User
from newsroom.accounts.permissions import person
from newsroom.clock import moment_of
from newsroom.jobs.models import Failure
from stories import naming
from stories.desk import reviews
from stories.desk.standing import ahead_of_readers, drafts, lately_published, owned
from stories.models import State, Work
from stories.publishing import reviewing, sending

SHOWN = 6
WAITING_FOR_ME = {"To review", "Returned to me", "Names waiting", "Mine"}
NUMBERS = ("nothing", "one thing", "two things", "three things", "four things", "five things", "six things")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a queue: how long it has waited, what it is, and the step to take."""

    age: str
    thing: str
    detail: str
    step: str
    address: str


@dataclass(slots=True)
class Queue:
    """One queue of the home; ``empty`` is said where nothing is in it."""

    title: str
    empty: str
    entries: list[Entry] = field(default_factory=list)
    count: int = 0
    more: str = ""


def home(request: HttpRequest) -> dict[str, Any]:
    """Return what the home shows to this person: a sentence and the queues that concern them."""
    at = moment_of(request)
    queues = list(_queues(request, at))
    waiting = sum(queue.count for queue in queues if queue.title in WAITING_FOR_ME)
    things = NUMBERS[waiting] if waiting < len(NUMBERS) else f"{waiting} things"
    verb = "wait" if waiting > 1 else "waits"
    day = timezone.localtime(at).strftime("%A")
    may_write = request.user.has_perm("stories.add_story")
    return {
        "title": f"{day}, and {things} {verb} for you",
        "queues": queues,
        "may_add": may_write,
        "may_import": request.user.has_perm("stories.import_work"),
        "more": list(_more(request)),
    }


def _queues(request: HttpRequest, at: datetime) -> Iterator[Queue]:
    user = person(request)
    if user.has_perm("jobs.view_failure") and (failed := _failed(at)).count:
        yield failed
    if user.has_perm(reviewing.RIGHT):
        yield _reviews(
            "To review",
            "Nothing waits for a review.",
            reviews.to_review(user, at=at),
            user,
            at,
            "Read",
            State.IN_REVIEW,
        )
    if user.has_perm("stories.change_story") and (returned := reviews.returned_to(user, at=at)):
        yield _reviews("Returned to me", "", returned, user, at, "Mend", State.RETURNED)
    if user.has_perm(sending.RIGHT) and (approved := reviews.approved(at=at)):
        yield _reviews("Approved, not published", "", approved, user, at, "Open", State.APPROVED)
    if user.has_perm(naming.RIGHT):
        yield _names()
    if user.has_perm("stories.change_story"):
        mine = owned(by=user, at=at)
        yield _works("Mine", "Nothing of yours is unfinished.", mine, at, "Go on", show_owner=False)
        listing = reverse("admin:stories_story_changelist")
        all_drafts = drafts(at=at, limit=SHOWN + 1)
        yield _works(
            "Drafts", "There is no draft on the desk.", all_drafts, at, "Open", more=f"{listing}?standing=draft"
        )
        ahead = ahead_of_readers(at=at, limit=SHOWN + 1)
        yield _works(
            "Not public yet",
            "Readers see all that the desk says.",
            ahead,
            at,
            "Open",
            more=f"{listing}?standing=changed",
        )
    yield _lately(at)


def _failed(at: datetime) -> Queue:
    failures = Failure.objects.newest_first()
    entries = [
        Entry(
            age(failure.last_at, at),
            failure.what,
            failure.error,
            "Decide" if failure.is_over else "Look",
            reverse("admin:jobs_failure_change", args=[failure.pk]),
        )
        for failure in failures[:SHOWN]
    ]
    count = failures.count()
    more = reverse("admin:jobs_failure_changelist") if count > SHOWN else ""
    return Queue("Failed tasks", "", entries, count, more)


def _reviews(title: str, empty: str, works: list[Any], user: User, at: datetime, step: str, state: State) -> Queue:
    entries = [
        Entry(
            age(work.reviewed_at, at),
            _title(work),
            _said_in_review(work, user),
            step,
            reverse(work.desk_view, args=[work.pk]),
        )
        for work in works[:SHOWN]
    ]
    listing = f"{reverse('admin:stories_story_changelist')}?review={state}"
    return Queue(title, empty, entries, len(works), listing if len(works) > SHOWN else "")


def _said_in_review(work: Work, user: User) -> str:
    """Say who took the last step and why, and for whom it waits."""
    what = f"Revision {work.reviewed_revision.number}" if work.reviewed_revision else "It"
    match work.state:
        case State.IN_REVIEW:
            said = f"{what} by {work.reviewed_by}, {'to you' if work.assigned_to == user else 'open to all who review'}"
        case State.RETURNED:
            said = f"{what}, by {work.reviewed_by}"
        case _:
            return f"{what}, by {work.reviewed_by}"
    return f"{said}. {Truncator(work.review_reason).words(20)}" if work.review_reason else said


def _names() -> Queue:
    waiting = naming.waiting()
    address = reverse("admin:names")
    entries = [
        Entry(
            name.what,
            name.name,
            f"Proposed in {len(name.works)} work{'s' if len(name.works) != 1 else ''}",
            "Decide",
            address,
        )
        for name in waiting[:SHOWN]
    ]
    return Queue("Names waiting", "No name waits.", entries, len(waiting), address)


def _works(
    title: str, empty: str, works: list[Any], at: datetime, step: str, *, more: str = "", show_owner: bool = True
) -> Queue:
    entries = [
        Entry(
            age(work.saved_at, at),
            _title(work),
            _detail(work, show_owner=show_owner),
            step,
            reverse(work.desk_view, args=[work.pk]),
        )
        for work in works[:SHOWN]
    ]
    return Queue(title, empty, entries, len(works), more if len(works) > SHOWN else "")


def _title(work: Work) -> str:
    return str(getattr(work, "story", None) or getattr(work, "faq", None) or work)


def _detail(work: Any, *, show_owner: bool) -> str:
    what = "Story" if work.kind == "story" else "Question"
    number = f", revision {work.saved_number}" if work.saved_number else ""
    owner = f", of {work.owner}" if show_owner and work.owner else ""
    return f"{what}{number}{owner}"


def _lately(at: datetime) -> Queue:
    editions = lately_published(at=at, limit=SHOWN)
    entries = [
        Entry(
            age(edition.live_from, at),
            edition.title,
            f"Edition {edition.number}" + (f", by {edition.published_by}" if edition.published_by else ""),
            "Read",
            edition.get_absolute_url(),
        )
        for edition in editions
    ]
    return Queue("Lately published", "Nothing was published yet.", entries, len(entries))


def age(since: datetime | None, at: datetime) -> str:
    """Return how long ago ``since`` was at ``at``, as people say it."""
    if since is None:
        return "new"
    minutes = int((at - since).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h"
    days = (timezone.localdate(at) - timezone.localdate(since)).days
    return "yesterday" if days == 1 else f"{days} days"


def _more(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, view, right in (
        ("Articles", "admin:stories_article_changelist", "stories.view_article"),
        ("Checks", "admin:check_levels", "stories.view_checklevel"),
        ("Overrides", "admin:stories_override_changelist", "stories.view_override"),
        ("Contributors", "admin:accounts_contributor_changelist", "accounts.view_contributor"),
        ("About pages", "admin:site_aboutpage_changelist", "site.view_aboutpage"),
        ("People", "admin:accounts_user_changelist", "accounts.view_user"),
        ("Record", "admin:record_event_changelist", "record.view_event"),
        ("Failed tasks", "admin:jobs_failure_changelist", "jobs.view_failure"),
    ):
        if request.user.has_perm(right):
            yield name, reverse(view)
