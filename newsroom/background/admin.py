"""The list of failed tasks, in which administrators retry a task or stop retrying it."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.tasks import TaskResultStatus
from django.template.defaultfilters import date
from django.urls import URLPattern, path
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.background import failures
from newsroom.background.models import Failure, WorkerLife
from newsroom.desk.changelists.changelist import ReadOnlyAdmin
from newsroom.desk.views import ModelView

# django-tasks-db's own list counts all tasks and shows their arguments, and no role uses it.
admin.site.unregister(DBTaskResult)

type Decision = Callable[..., None]


class RetryFilter(admin.SimpleListFilter):
    """Filter failed tasks: those that are retried automatically, or those that wait for a decision."""

    title = "next try"
    parameter_name = "next"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("itself", "Automatically"), ("never", "Not scheduled")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Failure]:
        match self.value():
            case "itself":
                return queryset.retrying()  # type: ignore[no-any-return]
            case "never":
                return queryset.final()  # type: ignore[no-any-return]
            case _:
                return queryset  # type: ignore[no-any-return]


class DecisionView(ModelView):
    """Base class for the views that carry out a decision on a failed task."""

    permission = failures.PERMISSION
    verb: ClassVar[Decision]
    outcome: ClassVar[str]

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        failure = self.model_admin.get_object(request, str(key))
        if failure is None:
            raise Http404
        self.model_admin.decide(request, [failure], type(self).verb, self.outcome)
        return redirect("admin:jobs_failure_changelist")


class RetryView(DecisionView):
    """Retry a task."""

    verb = failures.retry
    outcome = "being retried"


class StopRetryingView(DecisionView):
    """Stop retrying a task."""

    verb = failures.stop_retrying
    outcome = "no longer retried"


@admin.register(Failure)
class FailureAdmin(ReadOnlyAdmin):
    """Admin for failed tasks, with the latest failure first."""

    list_display = ("task_name", "error", "times", "last_failed", "next_try")
    list_filter = (RetryFilter,)
    search_fields = ("task__task_path", "error")
    search_help_text = "Task or error"
    list_display_links = ("task_name",)
    actions = ("try_again", "stop_retrying")
    change_form_template = "admin/background/failure/change_form.html"
    change_list_template = "admin/background/failure/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Failure]:
        return Failure.objects.newest_first()

    @admin.display(description="Task", ordering="task__task_path")
    def task_name(self, failure: Failure) -> str:
        return failure.task_name

    @admin.display(description="Last failed", ordering="last_at")
    def last_failed(self, failure: Failure) -> str:
        return date(timezone.localtime(failure.last_at), "j M Y, H:i")

    @admin.display(description="Next try")
    def next_try(self, failure: Failure) -> str:
        match failure.task.status:
            case TaskResultStatus.FAILED:
                return "Not scheduled"
            case TaskResultStatus.READY:
                return date(timezone.localtime(failure.task.run_after), "j M Y, H:i:s")
            case _:
                return "Now"

    @admin.action(description="Try again", permissions=["decide"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Failure]) -> None:
        self.decide(request, list(queryset), failures.retry, "being retried")

    @admin.action(description="Stop retrying", permissions=["decide"])
    def stop_retrying(self, request: HttpRequest, queryset: QuerySet[Failure]) -> None:
        self.decide(request, list(queryset), failures.stop_retrying, "no longer retried")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        retry, stop = RetryView.as_view(model_admin=self), StopRetryingView.as_view(model_admin=self)
        return [
            path("<int:key>/retry/", wrap(retry), name="jobs_failure_retry"),
            path("<int:key>/dismiss/", wrap(stop), name="jobs_failure_dismiss"),
            *super().get_urls(),
        ]

    def decide(self, request: HttpRequest, failures: list[Failure], verb: Decision, outcome: str) -> None:
        """Call ``verb`` for each task.

        Show an error for each task that ``verb`` refuses. Show ``outcome`` with the number of the other tasks, if any.
        """
        by: User = signed_in_user(request)
        count = 0
        for failure in failures:
            try:
                verb(failure, by=by)
            except ValidationError as error:
                messages.error(request, f"{failure}: {' '.join(error.messages)}")
            else:
                count += 1
        if count:
            messages.success(request, f"{count} {'task is' if count == 1 else 'tasks are'} {outcome}.")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Add to the context the newest worker and the number of workers that are alive."""
        alive, newest = WorkerLife.objects.alive().count(), WorkerLife.objects.newest()
        return super().changelist_view(
            request, {"workers_alive": alive, "newest_worker": newest, **(extra_context or {})}
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add to the context whether the user may decide on the task, and when it is tried next."""
        failure = kwargs.get("obj")
        context["may_decide"] = self.has_decide_permission(request)
        context["next_try"] = self.next_try(failure) if isinstance(failure, Failure) else ""
        return super().render_change_form(request, context, *args, **kwargs)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(failures.PERMISSION)
