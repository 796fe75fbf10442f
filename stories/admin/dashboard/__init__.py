"""Home page of the desk: a summary, queues of work with links to the next step, and this week in one line."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.http import HttpRequest
from django.utils import timezone

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.http import clock
from newsroom.http.clock import request_time
from newsroom.operations.alerts.open_alerts import list_open
from newsroom.operations.models import AlertLevel
from stories.admin.calendar.views import viewable_kinds
from stories.admin.dashboard import site_queues, work_queues
from stories.admin.dashboard.queues import Queue, QueueName, list_each_page_once
from stories.admin.dashboard.week import load_week
from stories.drafts import queues, revisions
from stories.drafts.publication_status import list_pending_schedules
from stories.models import Edition, WorkKind
from stories.publishing import pipeline, review
from stories.workflow import proposed_names
from stories.workflow.reader_reports import verbs

# The queues of which nothing is said while they are empty, and those below the week.
UNNAMED_QUEUES = {QueueName.WAITING_FOR_USER, QueueName.APPROVED}
PERSONAL_QUEUES = (QueueName.OWN_WORK, QueueName.LATEST_PUBLICATIONS)
EDIT_RIGHTS = {WorkKind.STORY: "stories.change_story", WorkKind.QUESTION: "stories.change_faq"}


def load_home(request: HttpRequest) -> dict[str, Any]:
    """Return the template context of the home page for the signed-in user."""
    at, user = request_time(request), signed_in_user(request)
    kinds = viewable_kinds(user)
    editable = {kind for kind in kinds if user.has_perm(EDIT_RIGHTS[WorkKind(kind)])}
    pending = list_pending_schedules(at=at, limit=work_queues.MAX_COUNTED, kinds=kinds) if kinds else []
    all_queues = list(_iter_queues(user, kinds, editable, pending, at))
    list_each_page_once(all_queues)
    for queue in all_queues:
        queue.is_open = request.GET.get("all") == queue.name
        queue.more_address = queue.more_address or f"?all={queue.name}#{queue.name}"
    by_name = {queue.name: queue for queue in all_queues if queue.entries}
    needs = by_name.pop(QueueName.WAITING_FOR_USER, None)
    own = [by_name.pop(name) for name in PERSONAL_QUEUES if name in by_name]
    return {
        "title": _summarise(needs.count if needs else 0, at),
        "clock_warning": clock.describe_skew(),
        "faults": list_faults(),
        "needs": needs,
        "queues": list(by_name.values()),
        "empty_queues": list(_iter_empty(all_queues)),
        "empty_words": _list_empty_words(all_queues),
        "week": load_week(at=at, kinds=kinds, pending=pending) if kinds else None,
        "own_queues": own,
        "is_first_visit": bool(editable) and not needs and not own and not revisions.has_saved(user),
        "may_add": user.has_perm("stories.add_story"),
        "may_view_stories": WorkKind.STORY in kinds,
        "may_import": user.has_perm("stories.import_work"),
    }


def _iter_empty(queues: list[Queue]) -> Iterator[str]:
    """Yield the titles of the queues and of the parts of queues that have no entries."""
    for queue in queues:
        yield from queue.empty_parts
        if not queue.entries and not queue.empty_words and queue.name not in UNNAMED_QUEUES:
            yield queue.title.partition(",")[0]


def _list_empty_words(queues: list[Queue]) -> list[str]:
    return [queue.empty_words for queue in queues if queue.empty_words and not queue.entries]


def _summarise(count: int, at: datetime) -> str:
    """Return what needs the user, such as “Saturday: four things need you”."""
    day = timezone.localtime(at).strftime("%A")
    if not count:
        return f"{day}: nothing needs you"
    return f"{day}: {apnumber(count)} things need you" if count > 1 else f"{day}: one thing needs you"


def list_faults() -> list[str]:
    """Return the sentence of each open red alert, except the alert about the clock, which has a warning of its own."""
    return [alert.words for alert in list_open() if alert.level == AlertLevel.RED and alert.code != "clock"]


def _iter_queues(
    user: User, viewable: set[str], editable: set[str], pending: list[Edition], at: datetime
) -> Iterator[Queue]:
    """Yield the queues that the user may see, most urgent first."""
    may_review, may_publish = user.has_perm(review.REVIEW_PERMISSION), user.has_perm(pipeline.PUBLISH_PERMISSION)
    limit = work_queues.MAX_COUNTED
    if viewable:
        yield work_queues.waiting_for_queue(user, kinds=viewable, editable=editable, may_review=may_review, at=at)
    if may_review:
        yield work_queues.in_review_queue(queues.list_in_review(at=at, kinds=viewable, limit=limit), user, at)
    if may_publish:
        yield work_queues.approved_queue(queues.list_approved(at=at, kinds=viewable, limit=limit), at)
    if WorkKind.QUESTION in editable:
        yield work_queues.expiring_answers_queue(may_renew=may_publish, at=at)
    if editable:
        yield work_queues.review_dates_queue(kinds=editable, at=at)
    if WorkKind.STORY in viewable:
        yield site_queues.due_forecasts_queue(at, may_decide=WorkKind.STORY in editable)
    if user.has_perm(proposed_names.CONFIRM_PERMISSION):
        yield site_queues.proposed_names_queue()
    if user.has_perm(verbs.VIEW_PERMISSION):
        yield site_queues.reader_reports_queue(at, may_decide=user.has_perm(verbs.DECIDE_PERMISSION))
    if user.has_perm("stories.view_override"):
        yield site_queues.overrides_queue(user, at)
    if user.has_perm("jobs.view_failure"):
        yield site_queues.failed_tasks_queue(at)
    if editable:
        yield work_queues.scheduled_queue([edition for edition in pending if edition.work.kind in editable])
        yield work_queues.own_work_queue(user, kinds=editable, may_publish=may_publish, at=at)
    yield work_queues.latest_publications_queue(at, viewable=viewable)
