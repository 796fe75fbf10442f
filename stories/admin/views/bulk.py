"""Bulk actions on works: choose one in a changelist, confirm it with a form, and follow the run until it ends."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from newsroom.accounts.models import active_users
from newsroom.accounts.permissions import signed_in_user
from newsroom.background.models import WorkerLife
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import DeskView
from newsroom.http.sessions import mark_automatic
from stories.admin.forms.publish import CHANGE_KINDS
from stories.drafts.publication_status import get_title
from stories.models import BulkRun, BulkState, Change
from stories.publishing import RefusedError
from stories.workflow import bulk
from stories.workflow.bulk import Verb

MAX_ITEMS = 200
MAX_TITLES = 12
MAX_RUNS = 50
MAX_NOTE_LENGTH = 2_000


class SubmitForm(forms.Form):
    """Form for the reviewer of the works and a note for the reviewer."""

    to = forms.ModelChoiceField(active_users(), label="Reviewer", required=False, empty_label="Anyone")
    note = forms.CharField(
        label="Note for the reviewer",
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BulkPublishForm(forms.Form):
    """Form for the change note of works that have been published before."""

    change = forms.ChoiceField(
        label="Kind of change",
        choices=[(kind.value, kind.label) for kind in CHANGE_KINDS if kind != Change.CORRECTION],
        initial=Change.UPDATE,
        help_text="Publish corrections one page at a time, where you can say what was wrong.",
    )
    note = forms.CharField(
        label="Note for readers",
        required=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Required if a page has been published before. It appears on each of these pages.",
    )


class OwnerForm(forms.Form):
    """Form for the new owner of the works."""

    owner = forms.ModelChoiceField(active_users(), label="New owner")


class ReviewDateForm(forms.Form):
    """Form for the new review date of the works."""

    day = forms.DateField(
        label="Review by",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Leave empty to remove the review date.",
    )


FORMS: dict[Verb, type[forms.Form]] = {
    Verb.SUBMIT: SubmitForm,
    Verb.PUBLISH: BulkPublishForm,
    Verb.OWNER: OwnerForm,
    Verb.REVIEW_BY: ReviewDateForm,
}


class BulkActions:
    """Mixin with the bulk actions for changelists of works."""

    @admin.action(description=Verb.SUBMIT.label, permissions=["change"])
    def submit_for_review(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the reviewer."""
        return self._prepare_run(request, Verb.SUBMIT, works)

    @admin.action(description=Verb.PUBLISH.label, permissions=["publish"])
    def publish_each(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the change note."""
        return self._prepare_run(request, Verb.PUBLISH, works)

    @admin.action(description=Verb.OWNER.label, permissions=["change"])
    def change_owner(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the owner."""
        return self._prepare_run(request, Verb.OWNER, works)

    @admin.action(description=Verb.REVIEW_BY.label, permissions=["change"])
    def set_review_date(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the review date."""
        return self._prepare_run(request, Verb.REVIEW_BY, works)

    @admin.action(description=Verb.BIN.label, permissions=["trash"])
    def move_to_trash(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the page that asks for confirmation."""
        return self._prepare_run(request, Verb.BIN, works)

    @admin.action(description=Verb.TAKE_OUT.label, permissions=["trash"])
    def restore_from_trash(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the page that asks for confirmation."""
        return self._prepare_run(request, Verb.TAKE_OUT, works)

    def has_trash_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may move drafts to the trash and restore them."""
        return request.user.has_perm("stories.bin_work")

    def _prepare_run(self, request: HttpRequest, verb: Verb, works: QuerySet[Any]) -> HttpResponse:
        try:
            run = bulk.prepare_run(verb, works, by=signed_in_user(request))
        except RefusedError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())
        return redirect("admin:bulk_run", key=run.pk)


class BulkRunsView(DeskView):
    """List the bulk runs of the user, newest first."""

    template_name = "admin/bulk/runs.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        runs = BulkRun.objects.of_user(signed_in_user(request)).with_counts()[:MAX_RUNS]
        return self.render({"title": "Bulk actions", "runs": [(run, Verb(run.verb).label) for run in runs]})


class BulkRunScreen(DeskView):
    """Base class for the screens of a bulk run. Only the user who prepared the run can open them."""

    permission = "stories.view_work"
    run: Any

    def prepare(self) -> None:
        super().prepare()
        key, runs = self.kwargs["key"], BulkRun.objects.of_user(signed_in_user(self.request)).with_counts()
        self.run = runs.select_related("by").in_bulk([key]).get(key) if key < 2**62 else None
        if self.run is None:
            raise Http404


class BulkRunView(BulkRunScreen):
    """Ask for the input that the verb requires, then show the progress of the run."""

    template_name = "admin/bulk/confirm.html"

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        return self.show(self.make_form(None))

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        form = self.make_form(request.POST)
        if self.run.begun_at is not None or not form.is_valid():
            return self.show(form)
        try:
            bulk.start_run(self.run, _to_json_values(form.cleaned_data), by=signed_in_user(request), at=self.at)
        except RefusedError as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:bulk_run", key=self.run.pk)

    def make_form(self, data: QueryDict | None) -> forms.Form:
        return FORMS.get(Verb(self.run.verb), forms.Form)(data)

    def show(self, form: forms.Form) -> HttpResponse:
        run, verb = self.run, Verb(self.run.verb)
        shared = {"title": f"{verb.label}: {_format_work_count(int(run.size))}", "run": run, "verb": verb}
        if run.begun_at is not None:
            self.template_name = "admin/bulk/run.html"
            return self.render({**shared, **_build_progress(run, verb)})
        items = run.items.in_state(BulkState.WAITS)
        return self.render(
            {
                **shared,
                "form": focus_first_error(form),
                "shown_works": [(item.work, get_title(item.work)) for item in items[:MAX_TITLES]],
                "remaining": max(0, int(run.size) - MAX_TITLES),
            }
        )


class BulkProgressView(BulkRunScreen):
    """Return the progress of a run as JSON, for the script of its page."""

    def get(self, request: HttpRequest, key: int) -> JsonResponse:
        mark_automatic(request)
        run = self.run
        summary = _format_counts(run.done, run.refused, run.size)
        return JsonResponse(
            {"done": run.done + run.refused, "size": run.size, "over": run.ended_at is not None, "said": summary}
        )


def _build_progress(run: Any, verb: Verb) -> dict[str, Any]:
    done, refused, size = run.done, run.refused, run.size
    items = {state: run.items.in_state(state)[:MAX_ITEMS] for state in (BulkState.REFUSED, BulkState.DONE)}
    return {
        "settled": done + refused,
        "size": size,
        "sentence": _format_counts(done, refused, size),
        "refused": [(item, get_title(item.work), _get_next_address(item, verb)) for item in items[BulkState.REFUSED]],
        "done": [
            (item, get_title(item.work), reverse(item.work.change_view_name, args=[item.work_id]))
            for item in items[BulkState.DONE]
        ],
        "more_refused": max(0, refused - MAX_ITEMS),
        "more_done": max(0, done - MAX_ITEMS),
        "has_worker": run.ended_at is not None or WorkerLife.objects.is_any_alive(),
    }


def _get_next_address(item: Any, verb: Verb) -> str:
    """Return the address of the screen on which the user can resolve a refusal."""
    return reverse(item.work.view_name("publish" if verb == Verb.PUBLISH else "change"), args=[item.work_id])


def _format_counts(done: int, refused: int, size: int) -> str:
    remaining = size - done - refused
    parts = [f"{done:,} done", f"{refused:,} skipped", *([f"{remaining:,} to go"] if remaining else [])]
    return f"{', '.join(parts)}."


def _format_work_count(count: int) -> str:
    return f"{count:,} page{'' if count == 1 else 's'}"


def _to_json_values(cleaned: dict[str, Any]) -> dict[str, object]:
    """Return the cleaned values of a form as JSON types."""
    return {name: _to_json_value(value) for name, value in cleaned.items()}


def _to_json_value(value: Any) -> object:
    if value is None or isinstance(value, str):
        return value
    return value.pk if hasattr(value, "pk") else value.isoformat()
