"""The home of the desk: what waits, what is being written, what went out."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.permissions import person
from newsroom.clock import moment_of
from stories import arranging, naming, reporting
from stories.admin.home.queues import (
    SHOWN,
    Queue,
    failed_tasks,
    lately,
    names_waiting,
    reports_in,
    reviews_in,
    waiting_for_their_time,
    works_in,
)
from stories.desk import reviews
from stories.desk.standing import ahead_of_readers, drafts, owned
from stories.models import State
from stories.publishing import reviewing, sending

WAITING_FOR_ME = {"To review", "Returned to me", "Names waiting", "Mine"}
NUMBERS = ("nothing", "one thing", "two things", "three things", "four things", "five things", "six things")


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
    if user.has_perm("jobs.view_failure") and (failed := failed_tasks(at)).count:
        yield failed
    if user.has_perm(reviewing.RIGHT):
        yield reviews_in(
            "To review",
            "Nothing waits for a review.",
            reviews.to_review(user, at=at),
            user,
            at,
            "Read",
            State.IN_REVIEW,
        )
    if user.has_perm("stories.change_story") and (returned := reviews.returned_to(user, at=at)):
        yield reviews_in("Returned to me", "", returned, user, at, "Mend", State.RETURNED)
    if user.has_perm(sending.RIGHT) and (approved := reviews.approved(at=at)):
        yield reviews_in("Approved, not published", "", approved, user, at, "Open", State.APPROVED)
    if user.has_perm(naming.RIGHT):
        yield names_waiting()
    if user.has_perm(reporting.READ_RIGHT):
        yield reports_in(at, may_decide=user.has_perm(reporting.RIGHT))
    if user.has_perm("stories.change_story"):
        mine = owned(by=user, at=at)
        yield works_in("Mine", "Nothing of yours is unfinished.", mine, at, "Go on", show_owner=False)
        yield waiting_for_their_time(at)
        listing = reverse("admin:stories_story_changelist")
        all_drafts = drafts(at=at, limit=SHOWN + 1)
        yield works_in(
            "Drafts", "There is no draft on the desk.", all_drafts, at, "Open", more=f"{listing}?standing=draft"
        )
        ahead = ahead_of_readers(at=at, limit=SHOWN + 1)
        yield works_in(
            "Not public yet",
            "Readers see all that the desk says.",
            ahead,
            at,
            "Open",
            more=f"{listing}?standing=changed",
        )
    yield lately(at)


def _more(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, view, right in (
        ("Front page", "admin:front_page", arranging.RIGHT),
        ("Articles", "admin:stories_article_changelist", "stories.view_article"),
        ("Bundles", "admin:stories_bundle_changelist", "stories.view_bundle"),
        ("Checks", "admin:check_levels", "stories.view_checklevel"),
        ("Reports", "admin:site_report_changelist", reporting.READ_RIGHT),
        ("Overrides", "admin:stories_override_changelist", "stories.view_override"),
        ("Contributors", "admin:accounts_contributor_changelist", "accounts.view_contributor"),
        ("About pages", "admin:site_aboutpage_changelist", "site.view_aboutpage"),
        ("People", "admin:accounts_user_changelist", "accounts.view_user"),
        ("Record", "admin:record_event_changelist", "record.view_event"),
        ("Failed tasks", "admin:jobs_failure_changelist", "jobs.view_failure"),
    ):
        if request.user.has_perm(right):
            yield name, reverse(view)
