"""Bulk actions on works: chosen in a changelist, confirmed with a form, and followed until the run has ended."""

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
from stories.admin.forms.publish import CHANGE_KINDS
from stories.drafts.publication_status import get_title
from stories.models import BulkRun, BulkState, Change
from stories.publishing import RefusedError
from stories.workflow import bulk
from stories.workflow.bulk import Verb

MOST_NAMED = 200
MOST_TITLES = 12
MOST_RUNS = 50
LONGEST_NOTE = 2_000


class SubmitForm(forms.Form):
    """The reviewer of the works, and a note for the reviewer."""

    to = forms.ModelChoiceField(active_users(), label="Reviewer", required=False, empty_label="Whoever reviews")
    note = forms.CharField(
        label="Note for the reviewer", required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3})
    )


class BulkPublishForm(forms.Form):
    """The change note for works that readers have seen before."""

    change = forms.ChoiceField(
        label="Kind of change",
        choices=[(kind.value, kind.label) for kind in CHANGE_KINDS if kind != Change.CORRECTION],
        initial=Change.UPDATE,
        help_text="A correction says what was wrong: publish that one from its own page.",
    )
    note = forms.CharField(
        label="Note for readers",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed for what readers have seen before; each of these pages shows it.",
    )


class OwnerForm(forms.Form):
    """The new owner of the works."""

    owner = forms.ModelChoiceField(active_users(), label="Give to")


class ReviewDateForm(forms.Form):
    """The new review date of the works."""

    day = forms.DateField(
        label="Next look by",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Empty: nobody has to look.",
    )


FORMS: dict[Verb, type[forms.Form]] = {
    Verb.SUBMIT: SubmitForm,
    Verb.PUBLISH: BulkPublishForm,
    Verb.OWNER: OwnerForm,
    Verb.REVIEW_BY: ReviewDateForm,
}


class BulkActions:
    """The bulk actions of the changelists of works; each also applies to all works that match the filters."""

    @admin.action(description=Verb.SUBMIT.label, permissions=["change"])
    def send_to_review(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the reviewer."""
        return self._prepared(request, Verb.SUBMIT, works)

    @admin.action(description=Verb.PUBLISH.label, permissions=["publish"])
    def publish_each(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the change note."""
        return self._prepared(request, Verb.PUBLISH, works)

    @admin.action(description=Verb.OWNER.label, permissions=["change"])
    def give_to(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the owner."""
        return self._prepared(request, Verb.OWNER, works)

    @admin.action(description=Verb.REVIEW_BY.label, permissions=["change"])
    def set_next_look(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form that asks for the review date."""
        return self._prepared(request, Verb.REVIEW_BY, works)

    @admin.action(description=Verb.BIN.label, permissions=["bin"])
    def put_into_bin(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the page that asks for confirmation."""
        return self._prepared(request, Verb.BIN, works)

    @admin.action(description=Verb.TAKE_OUT.label, permissions=["bin"])
    def take_out_of_bin(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the page that asks for confirmation."""
        return self._prepared(request, Verb.TAKE_OUT, works)

    def has_bin_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may move drafts to the trash."""
        return request.user.has_perm("stories.bin_work")

    def _prepared(self, request: HttpRequest, verb: Verb, works: QuerySet[Any]) -> HttpResponse:
        try:
            run = bulk.prepare_run(verb, works, by=signed_in_user(request))
        except RefusedError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())
        return redirect("admin:bulk_run", key=run.pk)


class BulkRunsView(DeskView):
    """List the bulk runs of the user, the newest first."""

    template_name = "admin/bulk/runs.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        runs = BulkRun.objects.of(signed_in_user(request)).counting()[:MOST_RUNS]
        return self.render({"title": "Done to many", "runs": [(run, Verb(run.verb).label) for run in runs]})


class OwnRunView(DeskView):
    """A screen of a bulk run, which only the user who began it can open."""

    permission = "stories.view_work"
    run: Any

    def prepare(self) -> None:
        super().prepare()
        key, runs = self.kwargs["key"], BulkRun.objects.of(signed_in_user(self.request)).counting()
        self.run = runs.select_related("by").in_bulk([key]).get(key) if key < 2**62 else None
        if self.run is None:
            raise Http404


class BulkRunView(OwnRunView):
    """Ask for what the verb requires, then show the progress of the run."""

    template_name = "admin/bulk/confirm.html"

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        return self.show(self.make_form(None))

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        form = self.make_form(request.POST)
        if self.run.begun_at is not None or not form.is_valid():
            return self.show(form)
        try:
            bulk.start_run(self.run, _plain(form.cleaned_data), by=signed_in_user(request), at=self.at)
        except RefusedError as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:bulk_run", key=self.run.pk)

    def make_form(self, data: QueryDict | None) -> forms.Form:
        return FORMS.get(Verb(self.run.verb), forms.Form)(data)

    def show(self, form: forms.Form) -> HttpResponse:
        run, verb = self.run, Verb(self.run.verb)
        shared = {"title": f"{verb.label}: {_works(_size(run))}", "run": run, "verb": verb}
        if run.begun_at is not None:
            self.template_name = "admin/bulk/run.html"
            return self.render({**shared, **_progress(run, verb)})
        chosen = run.items.settled(BulkState.WAITS)
        return self.render(
            {
                **shared,
                "form": focus_first_error(form),
                "named": [(item.work, get_title(item.work)) for item in chosen[:MOST_TITLES]],
                "further": max(0, _size(run) - MOST_TITLES),
            }
        )


class BulkProgressView(OwnRunView):
    """Return the progress of a run as JSON, for the page that follows it."""

    def get(self, request: HttpRequest, key: int) -> JsonResponse:
        done, refused, size = _figures(self.run)
        message = _sentence(done, refused, size)
        return JsonResponse(
            {"done": done + refused, "size": size, "over": self.run.ended_at is not None, "said": message}
        )


def _figures(run: Any) -> tuple[int, int, int]:
    return run.done, run.refused, run.size


def _size(run: Any) -> int:
    return int(run.size)


def _progress(run: Any, verb: Verb) -> dict[str, Any]:
    done, refused, size = _figures(run)
    items = {state: run.items.settled(state)[:MOST_NAMED] for state in (BulkState.REFUSED, BulkState.DONE)}
    return {
        "settled": done + refused,
        "size": size,
        "sentence": _sentence(done, refused, size),
        "refused": [(item, get_title(item.work), _way(item, verb)) for item in items[BulkState.REFUSED]],
        "done": [
            (item, get_title(item.work), reverse(item.work.desk_view, args=[item.work_id]))
            for item in items[BulkState.DONE]
        ],
        "more_refused": max(0, refused - MOST_NAMED),
        "more_done": max(0, done - MOST_NAMED),
        "has_worker": run.ended_at is not None or WorkerLife.objects.is_any_alive(),
    }


def _way(item: Any, verb: Verb) -> str:
    """Return the address at which the user can go on with a refused work."""
    return reverse(item.work.view_of("send" if verb == Verb.PUBLISH else "change"), args=[item.work_id])


def _sentence(done: int, refused: int, size: int) -> str:
    left = size - done - refused
    parts = [f"{done:,} done", f"{refused:,} refused", *([f"{left:,} to go"] if left else [])]
    return f"{', '.join(parts)}."


def _works(size: int) -> str:
    return f"{size:,} work{'' if size == 1 else 's'}"


def _plain(said: dict[str, Any]) -> dict[str, object]:
    """Return the cleaned values of a form as types that JSON has."""
    return {name: _kept(value) for name, value in said.items()}


def _kept(value: Any) -> object:
    if value is None or isinstance(value, str):
        return value
    return value.pk if hasattr(value, "pk") else value.isoformat()
