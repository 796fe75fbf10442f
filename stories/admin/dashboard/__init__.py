"""Home page of the desk: a summary, the calendar of this week, and queues of work with links to the next step."""

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
from newsroom.operations.alerts.open_alerts import list_open
from newsroom.operations.models import AlertLevel
from stories.admin.calendar.views import viewable_kinds, week_bounds
from stories.admin.dashboard import site_queues, work_queues
from stories.admin.dashboard.queues import Queue, QueueName
from stories.drafts import calendar, queues
from stories.models import WorkKind
from stories.publishing import front_page, pipeline, review
from stories.workflow import proposed_names
from stories.workflow.reader_reports import verbs

# The queues whose entries the summary counts, because the user has to act on them.
COUNTED_QUEUES = {QueueName.WAITING_FOR_USER, QueueName.RETURNED, QueueName.PROPOSED_NAMES, QueueName.OWN_WORK}
COUNT_WORDS = ("nothing", "one thing", "two things", "three things", "four things", "five things", "six things")
EDIT_RIGHTS = {WorkKind.STORY: "stories.change_story", WorkKind.QUESTION: "stories.change_faq"}


def load_home(request: HttpRequest) -> dict[str, Any]:
    """Return the template context of the home page for the signed-in user."""
    at, user = request_time(request), signed_in_user(request)
    kinds = viewable_kinds(user)
    queues = list(_iter_queues(user, kinds, at))
    waiting_count = sum(queue.count for queue in queues if queue.name in COUNTED_QUEUES)
    count = COUNT_WORDS[waiting_count] if waiting_count < len(COUNT_WORDS) else f"{waiting_count} things"
    verb = "need" if waiting_count > 1 else "needs"
    day = timezone.localtime(at).strftime("%A")
    begin, end = week_bounds(timezone.localdate(at))
    return {
        "title": f"{day}: {count} {verb} you",
        "clock_warning": clock.describe_skew(),
        "faults": list_faults(),
        "week": calendar.load_days(begin, end, at=at, kinds=kinds) if kinds else [],
        "queues": queues,
        "may_add": user.has_perm("stories.add_story"),
        "may_import": user.has_perm("stories.import_work"),
        "more_links": list(_iter_links(request)),
    }


def list_faults() -> list[str]:
    """Return the sentence of each open red alert, except the alert about the clock, which has a warning of its own."""
    return [alert.words for alert in list_open() if alert.level == AlertLevel.RED and alert.code != "clock"]


def _iter_queues(user: User, viewable: set[str], at: datetime) -> Iterator[Queue]:
    kinds = {kind for kind in viewable if user.has_perm(EDIT_RIGHTS[WorkKind(kind)])}
    may_review = user.has_perm(review.REVIEW_PERMISSION)
    if viewable:
        yield work_queues.waiting_for_queue(user, kinds=viewable, may_review=may_review, may_edit=bool(kinds), at=at)
    if kinds:
        yield work_queues.returned_queue(
            queues.list_returned(user, at=at, kinds=kinds, limit=work_queues.MAX_COUNTED), at
        )
    if may_review:
        yield work_queues.in_review_queue(
            queues.list_in_review(at=at, kinds=viewable, limit=work_queues.MAX_COUNTED), user, at
        )
    if kinds:
        yield from work_queues.review_date_queues(kinds=kinds, at=at)
    if user.has_perm(proposed_names.CONFIRM_PERMISSION):
        yield site_queues.proposed_names_queue()
    if user.has_perm(verbs.VIEW_PERMISSION):
        yield site_queues.reader_reports_queue(at, may_decide=user.has_perm(verbs.DECIDE_PERMISSION))
    may_publish = user.has_perm(pipeline.PUBLISH_PERMISSION)
    if kinds:
        yield work_queues.own_work_queue(user, kinds=kinds, may_publish=may_publish, at=at)
    if may_publish and (approved := queues.list_approved(at=at, kinds=viewable, limit=work_queues.MAX_COUNTED)):
        yield work_queues.approved_queue(approved, at)
    if user.has_perm("stories.view_override"):
        yield site_queues.overrides_queue(user, at)
    if kinds:
        yield work_queues.scheduled_queue(kinds=kinds, at=at)
        yield work_queues.drafts_queue(kinds=kinds, at=at)
        yield work_queues.changed_works_queue(kinds=kinds, at=at)
    yield work_queues.latest_publications_queue(at)
    if user.has_perm("jobs.view_failure"):
        yield site_queues.failed_tasks_queue(at)


def _iter_links(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, view, right in (
        ("Front page", "admin:front_page", front_page.PERMISSION),
        ("Articles", "admin:stories_article_changelist", "stories.view_article"),
        ("Bundles", "admin:stories_bundle_changelist", "stories.view_bundle"),
        ("Checks", "admin:check_levels", "stories.view_checklevel"),
        ("House style", "admin:stories_houseword_changelist", "stories.view_houseword"),
        ("Reports", "admin:site_report_changelist", verbs.VIEW_PERMISSION),
        ("Overrides", "admin:stories_override_changelist", "stories.view_override"),
        ("Bylines", "admin:accounts_contributor_changelist", "accounts.view_contributor"),
        ("About pages", "admin:site_aboutpage_changelist", "site.view_aboutpage"),
        ("Accounts", "admin:accounts_user_changelist", "accounts.view_user"),
        ("Activity log", "admin:record_event_changelist", "record.view_event"),
        ("Access", "admin:record_accessentry_changelist", "record.view_accessentry"),
        ("Failed tasks", "admin:jobs_failure_changelist", "jobs.view_failure"),
        ("Health", "admin:health", "jobs.view_failure"),
    ):
        if request.user.has_perm(right):
            yield name, reverse(view)
