"""Home of the desk: a summary, the week, and queues of work, each entry with the step to take."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.http import clock
from newsroom.http.clock import request_time
from stories.admin.calendar.views import kinds_seen, week_of
from stories.admin.dashboard import site_queues, work_queues
from stories.admin.dashboard.queues import Queue
from stories.drafts import calendar, queues
from stories.models import WorkKind
from stories.publishing import front_page, pipeline, review
from stories.workflow import proposed_names
from stories.workflow.reader_reports import verbs

# Titles of the queues that the summary counts, because they wait for this user.
WAITING_FOR_ME = {"Waiting for you", "Returned to you", "Names waiting", "Mine"}
NUMBERS = ("nothing", "one thing", "two things", "three things", "four things", "five things", "six things")
EDIT_RIGHTS = {WorkKind.STORY: "stories.change_story", WorkKind.QUESTION: "stories.change_faq"}


def home(request: HttpRequest) -> dict[str, Any]:
    """Return the template context of the home page for the signed-in user."""
    at, user = request_time(request), signed_in_user(request)
    kinds = kinds_seen(user)
    queues = list(_queues(user, kinds, at))
    waiting = sum(queue.count for queue in queues if queue.title in WAITING_FOR_ME)
    things = NUMBERS[waiting] if waiting < len(NUMBERS) else f"{waiting} things"
    verb = "wait" if waiting > 1 else "waits"
    day = timezone.localtime(at).strftime("%A")
    begin, end = week_of(timezone.localdate(at))
    return {
        "title": f"{day}, and {things} {verb} for you",
        "clock": clock.describe_skew(),
        "week": calendar.days(begin, end, at=at, kinds=kinds) if kinds else [],
        "queues": queues,
        "may_add": user.has_perm("stories.add_story"),
        "may_import": user.has_perm("stories.import_work"),
        "more": list(_more(request)),
    }


def _queues(user: User, seen: set[str], at: datetime) -> Iterator[Queue]:
    kinds = {kind for kind in seen if user.has_perm(EDIT_RIGHTS[WorkKind(kind)])}
    reviews_too = user.has_perm(review.REVIEW_PERMISSION)
    if seen:
        yield work_queues.waiting_for(user, kinds=seen, reviews_too=reviews_too, edits=bool(kinds), at=at)
    if kinds:
        yield work_queues.returned(queues.returned_to(user, at=at, kinds=kinds, limit=work_queues.MOST), at)
    if reviews_too:
        yield work_queues.in_review(queues.in_review(at=at, kinds=seen, limit=work_queues.MOST), user, at)
    if kinds:
        yield from work_queues.overdue_and_due(kinds=kinds, at=at)
    if user.has_perm(proposed_names.RIGHT):
        yield site_queues.names_waiting()
    if user.has_perm(verbs.READ_RIGHT):
        yield site_queues.reports_in(at, may_decide=user.has_perm(verbs.RIGHT))
    may_publish = user.has_perm(pipeline.PUBLISH_PERMISSION)
    if kinds:
        yield work_queues.mine(user, kinds=kinds, may_publish=may_publish, at=at)
    if may_publish and (approved := queues.approved(at=at, kinds=seen, limit=work_queues.MOST)):
        yield work_queues.approved(approved, at)
    if user.has_perm("stories.view_override"):
        yield site_queues.overridden(user, at)
    if kinds:
        yield work_queues.scheduled(kinds=kinds, at=at)
        yield work_queues.all_drafts(kinds=kinds, at=at)
        yield work_queues.not_public_yet(kinds=kinds, at=at)
    yield work_queues.lately(at)
    if user.has_perm("jobs.view_failure"):
        yield site_queues.worker(at)


def _more(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, view, right in (
        ("Front page", "admin:front_page", front_page.RIGHT),
        ("Articles", "admin:stories_article_changelist", "stories.view_article"),
        ("Bundles", "admin:stories_bundle_changelist", "stories.view_bundle"),
        ("Checks", "admin:check_levels", "stories.view_checklevel"),
        ("Dictionary", "admin:stories_houseword_changelist", "stories.view_houseword"),
        ("Reports", "admin:site_report_changelist", verbs.READ_RIGHT),
        ("Overrides", "admin:stories_override_changelist", "stories.view_override"),
        ("Contributors", "admin:accounts_contributor_changelist", "accounts.view_contributor"),
        ("About pages", "admin:site_aboutpage_changelist", "site.view_aboutpage"),
        ("People", "admin:accounts_user_changelist", "accounts.view_user"),
        ("Record", "admin:record_event_changelist", "record.view_event"),
        ("Failed tasks", "admin:jobs_failure_changelist", "jobs.view_failure"),
    ):
        if request.user.has_perm(right):
            yield name, reverse(view)
