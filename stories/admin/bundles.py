"""The screens of bundles: works gathered, sent out together, and taken back together."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.accounts.permissions import person
from newsroom.clock import moment_of
from newsroom.editing.leading import leads_to_problem
from newsroom.editing.screens import DeskAdmin
from stories import publishing
from stories.admin.send_form import ChangeForm, WhenForm
from stories.desk.standing import unseen
from stories.models import Bundle, Edition, Work
from stories.publishing import Going
from stories.publishing.outlook import outlook_of
from stories.publishing.sending import RIGHT

MOST_OFFERED = 60


class BundleForm(forms.Form):
    """A title, and the works that go out together."""

    title = forms.CharField(
        max_length=200,
        help_text="What the newsroom calls it; readers never see it.",
        error_messages={"required": "Give the bundle a title, so that others know what it is."},
    )
    works = forms.MultipleChoiceField(label="Goes out together", required=False, widget=forms.CheckboxSelectMultiple)
    others = forms.CharField(
        label="Others, by address",
        required=False,
        help_text="The ends of their addresses, parted by semicolons, where they are not in the list.",
    )

    def __init__(self, *args: Any, offered: list[Work], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(work.pk): work for work in offered}
        self.fields["works"].choices = [  # type: ignore[attr-defined]  # a field with choices
            (key, f"{titled(work)} ({work.get_kind_display().lower()})") for key, work in self.by_key.items()
        ]

    def clean_others(self) -> list[Work]:
        """Find the works of these addresses; refuse one that is nobody's."""
        found = []
        for slug in filter(None, (part.strip() for part in self.cleaned_data["others"].split(";"))):
            work = Work.objects.on_the_desk().at_address(slug).select_related("story", "faq").first()
            if work is None:
                raise forms.ValidationError(f"Nothing on the desk has the address “{slug}”.", code="unknown")
            found.append(work)
        return found

    def gathered(self) -> list[Work]:
        """Return the works that were chosen."""
        return [*(self.by_key[key] for key in self.cleaned_data["works"]), *self.cleaned_data["others"]]


class UndoForm(forms.Form):
    """Why a bundle is taken back, for readers."""

    note = forms.CharField(
        label="Note for readers",
        max_length=2_000,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="Shown with each page that goes back, and as the notice of each page that was first public with it.",
        error_messages={"required": "Say to readers why this is taken back."},
    )


@admin.register(Bundle)
class BundleAdmin(DeskAdmin):
    """Bundles, newest first."""

    list_display = ("title", "holds", "stands")
    search_fields = ("title",)
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Bundle | None = None) -> bool:
        """Keep every bundle: what went out belongs to the record."""
        return False

    @admin.display(description="Holds")
    def holds(self, bundle: Bundle) -> str:
        """Count the works."""
        number = bundle.members.count()
        return f"{number} work{'' if number == 1 else 's'}"

    @admin.display(description="Stands")
    def stands(self, bundle: Bundle) -> str:
        """Say whether it went out."""
        return standing_of(bundle)

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the verbs."""
        view = self.admin_site.admin_view
        return [
            path("<int:key>/publish/", view(self.send_view), name="stories_bundle_send"),
            path("<int:key>/undo/", view(self.undo_view), name="stories_bundle_undo"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Gather a new bundle; ``work`` in the address ticks works beforehand."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self._gather(request, None, [Work.objects.numbered(key).first() for key in request.GET.getlist("work")])

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Change a bundle that has not gone out; show one that has."""
        bundle = self._bundle(int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0)
        if not self.has_view_permission(request, bundle):
            raise PermissionDenied
        if bundle.sent_at or not self.has_change_permission(request, bundle):
            editions = Edition.objects.of_bundle(bundle)
            return self._answer(request, "sent", bundle, {"editions": editions, "members": members_of(bundle)})
        return self._gather(request, bundle, members_of(bundle))

    def send_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask of each member what has to be known, then send all of them out."""
        bundle = self._publishable(request, key)
        by, at = person(request), moment_of(request)
        when = WhenForm(request.POST or None)
        parts = []
        for work in members_of(bundle):
            outlook = outlook_of(work, at=at)
            parts.append(
                (
                    work,
                    outlook,
                    ChangeForm(
                        request.POST or None,
                        prefix=f"work-{work.pk}",
                        outlook=outlook,
                        overridable=outlook.overridable(by=by),
                        initial={"seen": outlook.newest.number if outlook.newest else 0},
                    ),
                )
            )
        # Each is asked, so that each says what it lacks.
        refused = [form for form in (when, *(form for *_, form in parts)) if not form.is_valid()]
        if request.method == "POST" and not refused:
            said = [
                Going(work, form.change(), None, form.overrides(), form.cleaned_data["seen"]) for work, _, form in parts
            ]
            answers = {key: answer for *_, form in parts for key, answer in form.answers().items()}
            try:
                made = publishing.publish_bundle(bundle, by=by, at=when.moment, goings=said, answers=answers)
            except publishing.WaitingError as refusal:
                for work, _, form in parts:
                    form.blame(refusal.waiting.get(work, ()))
            except publishing.RefusedError as refusal:
                when.add_error(None, str(refusal))
            else:
                messages.success(
                    request, f"The bundle is on its way: {len(made)} edition{'' if len(made) == 1 else 's'}."
                )
                return redirect(reverse("admin:stories_bundle_change", args=[bundle.pk]))
        kept = [(work, outlook.kept_back(by=by)) for work, outlook, _ in parts]
        return self._answer(
            request, "send", bundle, {"when": leads_to_problem(when), "parts": parts, "kept": [k for k in kept if k[1]]}
        )

    def undo_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask why, then bring readers back to what they saw before."""
        bundle = self._publishable(request, key)
        form = UndoForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                publishing.undo(bundle, by=person(request), note=form.cleaned_data["note"])
            except publishing.RefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "Undone. Readers see what they saw before.")
                return redirect(reverse("admin:stories_bundle_change", args=[bundle.pk]))
        return self._answer(request, "undo", bundle, {"form": leads_to_problem(form), "members": members_of(bundle)})

    def _gather(self, request: HttpRequest, bundle: Bundle | None, chosen: list[Any]) -> HttpResponse:
        inside = [work for work in chosen if work is not None]
        offered = {work.pk: work for work in [*inside, *unseen(at=moment_of(request), limit=MOST_OFFERED)]}
        form = BundleForm(
            request.POST or None,
            offered=list(offered.values()),
            initial={"title": bundle.title if bundle else "", "works": [str(work.pk) for work in inside]},
        )
        if request.method == "POST" and form.is_valid():
            try:
                made = publishing.gather(form.cleaned_data["title"], form.gathered(), by=person(request), bundle=bundle)
            except publishing.RefusedError as refusal:
                form.add_error(None, str(refusal))
            else:
                if request.POST.get("_continue") == "send":
                    return redirect(reverse("admin:stories_bundle_send", args=[made.pk]))
                messages.success(request, "Saved.")
                return redirect(reverse("admin:stories_bundle_change", args=[made.pk]))
        return self._answer(request, "form", bundle, {"form": leads_to_problem(form)})

    def _bundle(self, key: int) -> Bundle:
        bundle = Bundle.objects.numbered(key)
        if bundle is None:
            raise Http404
        return bundle

    def _publishable(self, request: HttpRequest, key: int) -> Bundle:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return self._bundle(key)

    def _answer(
        self, request: HttpRequest, template: str, bundle: Bundle | None, context: dict[str, Any]
    ) -> TemplateResponse:
        request.current_app = self.admin_site.name
        about = {
            "opts": self.opts,
            "bundle": bundle,
            "title": bundle.title if bundle else "New bundle",
            "stands": standing_of(bundle) if bundle else "",
            "may_publish": request.user.has_perm(RIGHT),
        }
        context = {**self.admin_site.each_context(request), **about, **context}
        return TemplateResponse(request, f"admin/stories/bundle/{template}.html", context)


def titled(work: Work) -> str:
    """Return what people call the work."""
    return str(getattr(work, "story", None) or getattr(work, "faq", None) or work)


def members_of(bundle: Bundle) -> list[Work]:
    """Return the works of a bundle in their order."""
    return [member.work for member in bundle.members.select_related("work__story", "work__faq")]


def standing_of(bundle: Bundle) -> str:
    """Return in a word or two how the bundle stands."""
    if bundle.undone_at:
        return "Undone"
    return "Sent" if bundle.sent_at else "Being gathered"
