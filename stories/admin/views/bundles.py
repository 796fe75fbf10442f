"""The screens of bundles: gathering works, publishing them together, and undoing that."""

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
    """Form of a bundle's title and works; ``offered`` are works with their publication status."""

    title = forms.CharField(
        max_length=200,
        help_text="What the newsroom calls it; readers never see it.",
        error_messages={"required": "Give the bundle a title, so that others know what it is."},
    )
    works = forms.MultipleChoiceField(label="Goes out together", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label="Works not in the list",
        required=False,
        help_text="The last part of their addresses, parted by semicolons.",
    )

    def __init__(self, *args: Any, offered: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(work.pk): work for work in offered}
        self.fields["works"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (
                key,
                format_html(
                    '<span dir="auto">{}</span> <span class="choice-hint">{}</span>', get_title(work), _about(work)
                ),
            )
            for key, work in self.by_key.items()
        ]

    def clean_others(self) -> list[Work]:
        """Return the works at these addresses; raise ValidationError for an address of no work on the desk."""
        found = []
        for slug in filter(None, (part.strip() for part in self.cleaned_data["others"].split(";"))):
            work = Work.objects.on_the_desk().at_address(slug).select_related("story", "faq").first()
            if work is None:
                raise forms.ValidationError(f"Nothing on the desk has the address “{slug}”.", code="unknown")
            found.append(work)
        return found

    def gathered(self) -> list[Work]:
        return [*(self.by_key[key] for key in self.cleaned_data["works"]), *self.cleaned_data["others"]]


class UndoForm(forms.Form):
    """Form that asks for the note to readers when a bundle is undone."""

    note = forms.CharField(
        label="Note for readers",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="It stands with each page that goes back, and is the notice of each page that is withdrawn.",
        error_messages={"required": "Tell readers why this is taken back."},
    )


def _about(work: Any) -> str:
    """Return the kind and the publication status of an offered work, and when its pending schedule goes live."""
    waits = f"; next on {format_local(work.goes_live, SHORT)}" if work.goes_live else ""
    return f"{work.get_kind_display()}: {get_publication_status(work).label.lower()}{waits}"


class BundleScreen(ModelView):
    """A screen of a bundle, or of one that is not saved yet: then ``bundle`` is None."""

    bundle: Any = None

    def get_context(self) -> dict[str, Any]:
        bundle = self.bundle
        return {
            **super().get_context(),
            "bundle": bundle,
            "title": bundle.title if bundle else "New bundle",
            "stands": describe_status(bundle, at=self.at) if bundle else "",
            "at": self.at,
            "may_publish": self.request.user.has_perm(PUBLISH_PERMISSION),
        }


class NewBundleView(DeskFormView, BundleScreen):
    """Show the form of a new bundle; each ``work`` in the query string preselects a work."""

    template_name = "admin/stories/bundle/change_form.html"

    def prepare(self) -> None:
        self.require(self.model_admin.has_add_permission(self.request))

    def get_preselected(self) -> list[str]:
        """Return the keys of the works that are ticked at first."""
        return self.request.GET.getlist("work")

    def make_form(self, data: QueryDict | None) -> BundleForm:
        chosen = self.get_preselected()
        return BundleForm(
            data,
            offered=list_bundle_candidates(chosen, at=self.at, limit=MAX_CANDIDATES),
            initial={"title": self.bundle.title if self.bundle else "", "works": chosen},
        )

    def submit(self, form: BundleForm) -> HttpResponse:
        request, title = self.request, form.cleaned_data["title"]
        saved = publishing.save_bundle(title, form.gathered(), by=signed_in_user(request), bundle=self.bundle)
        if request.POST.get("_continue") == "send":
            return redirect(self.address("send", saved.pk))
        messages.success(request, "Saved.")
        return redirect(self.address("change", saved.pk))


class BundleView(NewBundleView):
    """Show the form of a bundle, or a page to read once it is published."""

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
        editions = Edition.objects.of_bundle(self.bundle).select_related("work")
        return self.render({"editions": editions, "members": list_members(self.bundle)})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.get(request) if self.is_read_only else super().post(request)

    def get_preselected(self) -> list[str]:
        return [str(work.pk) for work in list_members(self.bundle)]


class DecidingView(BundleScreen):
    """A screen that publishes or undoes a bundle."""

    permission = PUBLISH_PERMISSION

    def prepare(self) -> None:
        super().prepare()
        self.bundle = get_bundle(self.kwargs["key"])


class PublishBundleView(DecidingView):
    """Show a form for each member, then publish or schedule all members together."""

    template_name = "admin/stories/bundle/publish.html"
    when: PublishTimeForm
    parts: list[tuple[Work, Preflight, ChangeNoteForm]]

    def prepare(self) -> None:
        super().prepare()
        sent = self.request.POST or None
        self.when, self.parts = PublishTimeForm(sent), []
        for work in list_members(self.bundle):
            outlook = load_preflight(work, at=self.at)
            form = ChangeNoteForm(
                sent,
                prefix=f"work-{work.pk}",
                outlook=outlook,
                overridable=outlook.overridable(by=signed_in_user(self.request)),
                initial={"seen": outlook.newest.number if outlook.newest else 0},
            )
            self.parts.append((work, outlook, form))

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        by = signed_in_user(request)
        kept = [(get_title(work), link_findings(outlook.kept_back(by=by), work)) for work, outlook, _ in self.parts]
        focus_first_error_in_forms([self.when, *(form for *_, form in self.parts)])
        return self.render(
            {
                "when": self.when,
                "parts": [(get_title(work), work, outlook, form) for work, outlook, form in self.parts],
                "kept": [each for each in kept if each[1]],
                "title": f"Publish: {self.bundle}",
            }
        )

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        # Validate every form, without stopping at the first error, so that each one shows its own errors.
        refused = [form for form in (self.when, *(form for *_, form in self.parts)) if not form.is_valid()]
        published = None if refused else self._publish()
        if published is None:
            return self.get(request, key)
        messages.success(request, _outcome(len(published), self.when.moment))
        return redirect(self.address("change", self.bundle.pk))

    def _publish(self) -> list[Edition] | None:
        """Publish or schedule the bundle; return None if that is refused, with the reasons on the forms."""
        when, parts = self.when, self.parts
        requests = [
            PublishRequest(work, form.change(), None, form.overrides(), form.cleaned_data["seen"])
            for work, _, form in parts
        ]
        answers = {key: answer for *_, form in parts for key, answer in form.answers().items()}
        try:
            return publishing.publish_bundle(
                self.bundle, by=signed_in_user(self.request), at=when.moment, goings=requests, answers=answers
            )
        except publishing.PendingScheduleError as refusal:
            for work, _, form in parts:
                form.blame(refusal.waiting.get(work, ()))
        except publishing.NotReadyError as refusal:
            for work, _, form in parts:
                if work in refusal.findings:
                    form.refuse(refusal.findings[work])
        except publishing.MergeConflictError as refusal:
            for _, _, form in parts:
                if refusal.edition in form.waiting:
                    form.add_error(f"answer-{refusal.edition.pk}", str(refusal))
        except publishing.TimeError as refusal:
            when.add_error("time" if when.moment else None, str(refusal))
        except publishing.RefusedError as refusal:
            when.add_error(None, str(refusal))
        return None


class UndoBundleView(DeskFormView, DecidingView):
    """Ask for a note to readers, then undo the bundle."""

    template_name = "admin/stories/bundle/undo.html"
    form_class = UndoForm

    def submit(self, form: UndoForm) -> HttpResponse:
        publishing.undo_bundle(self.bundle, by=signed_in_user(self.request), note=form.cleaned_data["note"])
        messages.success(self.request, "Undone. Readers see what they saw before.")
        return redirect(self.address("change", self.bundle.pk))

    def get_context(self) -> dict[str, Any]:
        editions = Edition.objects.of_bundle(self.bundle).spanning().select_related("work")
        ahead = [(edition, _what_undoing_does(edition, at=self.at)) for edition in editions]
        return {**super().get_context(), "ahead": ahead, "title": f"Undo: {self.bundle}"}


def get_bundle(key: int) -> Bundle:
    """Return the bundle with this key, or raise Http404."""
    bundle = Bundle.objects.numbered(key)
    if bundle is None:
        raise Http404
    return bundle


def list_members(bundle: Bundle) -> list[Work]:
    """Return the works of a bundle in their order."""
    return [member.work for member in bundle.members.select_related("work__story", "work__faq")]


def describe_status(bundle: Bundle, *, at: datetime) -> str:
    """Return the status of the bundle at ``at`` in a few words, with times in the newsroom's time zone."""
    if bundle.undone_at:
        return f"Undone on {format_local(bundle.undone_at)}"
    if bundle.live_from is None:
        return "Being gathered"
    return f"{'Goes live' if bundle.live_from > at else 'Went live'} on {format_local(bundle.live_from)}"


def _outcome(number: int, moment: datetime | None) -> str:
    works = f"{number} work{'' if number == 1 else 's'}"
    return f"{works} published." if moment is None else f"{works} scheduled for {format_local(moment)}."


def _what_undoing_does(edition: Edition, *, at: datetime) -> str:
    if edition.live_from > at:
        return "Its schedule is cancelled."
    if edition.change in {Change.FIRST, Change.RETURN}:
        return "It is withdrawn, with your note as its notice."
    return "It goes back to what readers saw before."
