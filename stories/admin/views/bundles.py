"""Screens for bundles: gather works, publish them together, and undo their publication."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.html import format_html

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.local_time import SHORT, format_local
from newsroom.desk.responses import focus_first_error_in_forms
from newsroom.desk.views import DeskFormView, ModelView
from stories import publishing
from stories.admin.drafts.finding_fields import link_findings
from stories.admin.forms.publish import ChangeNoteForm, PublishTimeForm
from stories.drafts.publication_status import get_publication_status, get_title, list_bundle_candidates
from stories.models import Bundle, Change, Edition, Work
from stories.publishing import PublishRequest
from stories.publishing.pipeline import PUBLISH_PERMISSION
from stories.publishing.preflight import Preflight, load_preflight

MAX_CANDIDATES = 60


class BundleForm(forms.Form):
    """Form for the title and the works of a bundle: those chosen from ``candidates``, and others by slug."""

    title = forms.CharField(
        max_length=200,
        help_text="Used at the desk only. Readers never see it.",
        error_messages={"required": "Give the bundle a title, so that others know what it is."},
    )
    works = forms.MultipleChoiceField(label="Pages", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label="Other pages",
        required=False,
        help_text="The end of each URL. Separate several with semicolons.",
    )

    def __init__(self, *args: Any, candidates: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates_by_key = {str(work.pk): work for work in candidates}
        self.fields["works"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (
                key,
                format_html(
                    '<span dir="auto">{}</span> <span class="choice-hint">{}</span>',
                    get_title(work),
                    _describe_work(work),
                ),
            )
            for key, work in self.candidates_by_key.items()
        ]

    def clean_others(self) -> list[Work]:
        """Return the works with these slugs; raise ValidationError for an unknown slug."""
        works = []
        for slug in filter(None, (part.strip() for part in self.cleaned_data["others"].split(";"))):
            work = Work.objects.outside_trash().with_slug(slug).select_related("story", "faq").first()
            if work is None:
                raise forms.ValidationError(f"There is no page with the address “{slug}” at the desk.", code="unknown")
            works.append(work)
        return works

    def chosen_works(self) -> list[Work]:
        return [*(self.candidates_by_key[key] for key in self.cleaned_data["works"]), *self.cleaned_data["others"]]


class UndoForm(forms.Form):
    """Form for undoing a bundle, with a note for readers."""

    note = forms.CharField(
        label="Note for readers",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="Shown on each restored page, and as the notice on each withdrawn page.",
        error_messages={"required": "Tell readers why this is undone."},
    )


def _describe_work(work: Any) -> str:
    """Return the kind and the publication status of a work, and the time of its next schedule."""
    next_schedule = f"; scheduled for {format_local(work.goes_live, SHORT)}" if work.goes_live else ""
    return f"{work.get_kind_display()}: {get_publication_status(work).label.lower()}{next_schedule}"


class BundleScreen(ModelView):
    """Base class for screens of a bundle; ``bundle`` is None for a new one."""

    bundle: Any = None

    def get_context(self) -> dict[str, Any]:
        bundle = self.bundle
        return {
            **super().get_context(),
            "bundle": bundle,
            "title": bundle.title if bundle else "New bundle",
            "bundle_status": describe_status(bundle, at=self.at) if bundle else "",
            "at": self.at,
            "may_publish": self.request.user.has_perm(PUBLISH_PERMISSION),
        }


class NewBundleView(DeskFormView, BundleScreen):
    """Show the form for a new bundle, and save it on POST. ``?work=KEY`` ticks a work and can be repeated."""

    template_name = "admin/stories/bundle/change_form.html"

    def prepare(self) -> None:
        self.require(self.model_admin.has_add_permission(self.request))

    def get_preselected(self) -> list[str]:
        """Return the keys of the works to tick initially."""
        return self.request.GET.getlist("work")

    def make_form(self, data: QueryDict | None) -> BundleForm:
        preselected = self.get_preselected()
        return BundleForm(
            data,
            candidates=list_bundle_candidates(preselected, at=self.at, limit=MAX_CANDIDATES),
            initial={"title": self.bundle.title if self.bundle else "", "works": preselected},
        )

    def submit(self, form: BundleForm) -> HttpResponse:
        request, title = self.request, form.cleaned_data["title"]
        saved = publishing.save_bundle(title, form.chosen_works(), by=signed_in_user(request), bundle=self.bundle)
        if request.POST.get("_continue") == "send":
            return redirect(self.address("publish", saved.pk))
        messages.success(request, "Saved.")
        return redirect(self.address("change", saved.pk))


class BundleView(NewBundleView):
    """Show and save the form for a bundle.

    If the bundle has been published or scheduled, or if the user may not change it, show a page without a form.
    """

    is_read_only: bool

    def prepare(self) -> None:
        request = self.request
        self.bundle = get_bundle(self.kwargs["key"])
        self.require(self.model_admin.has_view_permission(request, self.bundle))
        may_change = self.model_admin.has_change_permission(request, self.bundle)
        self.is_read_only = bool(self.bundle.sent_at) or not may_change

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_read_only:
            return super().get(request)
        self.template_name = "admin/stories/bundle/published.html"
        editions = Edition.objects.of_bundle(self.bundle).with_ordinals().select_related("work")
        return self.render({"editions": editions, "members": list_members(self.bundle)})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request) if self.is_read_only else super().post(request)

    def get_preselected(self) -> list[str]:
        return [str(work.pk) for work in list_members(self.bundle)]


class BundleActionView(BundleScreen):
    """Base class for the screens that publish or undo a bundle."""

    permission = PUBLISH_PERMISSION

    def prepare(self) -> None:
        super().prepare()
        self.bundle = get_bundle(self.kwargs["key"])


class PublishBundleView(BundleActionView):
    """Show a form for each member, then publish or schedule all members together."""

    template_name = "admin/stories/bundle/publish.html"
    time_form: PublishTimeForm
    members: list[tuple[Work, Preflight, ChangeNoteForm]]

    def prepare(self) -> None:
        super().prepare()
        posted = self.request.POST or None
        self.time_form, self.members = PublishTimeForm(posted), []
        for work in list_members(self.bundle):
            preflight = load_preflight(work, at=self.at)
            form = ChangeNoteForm(
                posted,
                prefix=f"work-{work.pk}",
                preflight=preflight,
                overridable=preflight.overridable(by=signed_in_user(self.request)),
                initial={"seen": preflight.newest.number if preflight.newest else 0},
            )
            self.members.append((work, preflight, form))

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        by = signed_in_user(request)
        blockers = [
            (get_title(work), link_findings(preflight.not_overridable(by=by), work))
            for work, preflight, _ in self.members
        ]
        focus_first_error_in_forms([self.time_form, *(form for *_, form in self.members)])
        return self.render(
            {
                "when": self.time_form,
                "bundled_works": [(get_title(work), work, preflight, form) for work, preflight, form in self.members],
                "blocked_works": [each for each in blockers if each[1]],
                "title": f"Publish: {self.bundle}",
            }
        )

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        # Validate every form, even after an invalid one, so that each shows its own errors.
        invalid = [form for form in (self.time_form, *(form for *_, form in self.members)) if not form.is_valid()]
        published = None if invalid else self._publish()
        if published is None:
            return self.get(request, key)
        messages.success(request, _describe_outcome(len(published), self.time_form.moment))
        return redirect(self.address("change", self.bundle.pk))

    def _publish(self) -> list[Edition] | None:
        """Publish or schedule the bundle. If that is refused, add the reasons to the forms and return None."""
        time_form, members = self.time_form, self.members
        requests = [
            PublishRequest(work, form.change_note(), None, form.overrides(), form.cleaned_data["seen"])
            for work, _, form in members
        ]
        resolutions = {key: value for *_, form in members for key, value in form.resolutions().items()}
        try:
            return publishing.publish_bundle(
                self.bundle,
                by=signed_in_user(self.request),
                at=time_form.moment,
                requests=requests,
                resolutions=resolutions,
            )
        except publishing.PendingScheduleError as refusal:
            for work, _, form in members:
                form.require_resolutions(refusal.pending.get(work, ()))
        except publishing.NotReadyError as refusal:
            for work, _, form in members:
                if work in refusal.findings:
                    form.add_blockers(refusal.findings[work])
        except publishing.MergeConflictError as refusal:
            for _, _, form in members:
                if refusal.edition in form.pending_schedules:
                    form.add_error(f"answer-{refusal.edition.pk}", str(refusal))
        except publishing.TimeError as refusal:
            time_form.add_error("time" if time_form.moment else None, str(refusal))
        except publishing.RefusedError as refusal:
            time_form.add_error(None, str(refusal))
        return None


class UndoBundleView(DeskFormView, BundleActionView):
    """Ask for a note for readers, then undo the bundle."""

    template_name = "admin/stories/bundle/undo.html"
    form_class = UndoForm

    def submit(self, form: UndoForm) -> HttpResponse:
        publishing.undo_bundle(self.bundle, by=signed_in_user(self.request), note=form.cleaned_data["note"])
        messages.success(self.request, "Undone. Readers see the previous editions.")
        return redirect(self.address("change", self.bundle.pk))

    def get_context(self) -> dict[str, Any]:
        editions = Edition.objects.of_bundle(self.bundle).without_cancelled().select_related("work")
        effects = [(edition, _describe_undoing(edition, at=self.at)) for edition in editions]
        return {**super().get_context(), "undo_effects": effects, "title": f"Undo: {self.bundle}"}


def get_bundle(key: int) -> Bundle:
    """Return the bundle with this key, or raise Http404."""
    bundle = Bundle.objects.with_pk(key)
    if bundle is None:
        raise Http404
    return bundle


def list_members(bundle: Bundle) -> list[Work]:
    """Return the works of a bundle in order."""
    return [member.work for member in bundle.members.select_related("work__story", "work__faq")]


def describe_status(bundle: Bundle, *, at: datetime) -> str:
    """Return the status of the bundle at ``at`` in a few words, with times in the newsroom's time zone."""
    if bundle.undone_at:
        return f"Undone on {format_local(bundle.undone_at)}"
    if bundle.live_from is None:
        return "Open"
    return f"{'Goes live' if bundle.live_from > at else 'Went live'} on {format_local(bundle.live_from)}"


def _describe_outcome(count: int, moment: datetime | None) -> str:
    pages = f"{count} page{'' if count == 1 else 's'}"
    return f"{pages} published." if moment is None else f"{pages} scheduled for {format_local(moment)}."


def _describe_undoing(edition: Edition, *, at: datetime) -> str:
    if edition.live_from > at:
        return "Its schedule will be cancelled."
    if edition.change in {Change.FIRST, Change.RETURN}:
        return "It will be withdrawn, with your note as its notice."
    return "The previous edition will be restored."
