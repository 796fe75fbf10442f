"""The screen that merges one entity into another, after showing what the merge would do."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.admin import DeskAdmin
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import ModelView
from newsroom.entities.merge import plan_merge
from newsroom.entities.models import NamedEntity

MOST = 50
# One more than is shown, to find out whether there are more.
LOOKED_UP = MOST + 1


class MentionList(NamedTuple):
    """A list of what mentions an entity: heading, first entries with their addresses, and whether there are more."""

    heading: str
    entries: list[tuple[str, str]]
    has_more: bool


class MergeForm(forms.Form):
    """A form for the entity into which another one is merged."""

    into = forms.CharField(label="Join it to", max_length=200)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thing: NamedEntity, offered: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing
        self.fields["into"].widget = NameInput(offered, known_only=True)

    def clean_into(self) -> NamedEntity:
        """Return the entity with this name."""
        manager: Any = type(self.thing)._default_manager
        what = self.thing._meta.verbose_name
        found: NamedEntity | None = manager.called(self.cleaned_data["into"]).first()
        if found is None:
            raise ValidationError(f"There is no {what} of this name.", code="unknown")
        if found.pk == self.thing.pk:
            article = "An" if str(what)[:1] in "aeiou" else "A"
            raise ValidationError(f"{article} {what} cannot be joined to itself.", code="same")
        return found


class MergeView(ModelView):
    """Ask for the other entity, show what a merge would do, then merge."""

    template_name = "admin/desk/merge.html"
    thing: Any

    def prepare(self) -> None:
        self.thing = self.model_admin.get_object(self.request, str(self.kwargs["key"]))
        if self.thing is None:
            raise Http404
        self.require(self.model_admin.has_change_permission(self.request, self.thing))

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        return self.show(self.make_form(request.GET))

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        thing, form = self.thing, self.make_form(request.POST)
        if form.is_valid() and form.cleaned_data["seen"]:
            into = form.cleaned_data["into"]
            try:
                type(self.model_admin).merge(thing, into, by=signed_in_user(request), seen=form.cleaned_data["seen"])
            except ValidationError as refusal:
                form.add_error("into", refusal)
                return self.show(form, into)
            messages.success(request, f"“{thing}” leads to “{into}” from now on, and so does its address.")
            return redirect(self.address("change", into.pk))
        return self.show(form)

    def make_form(self, sent: QueryDict) -> MergeForm:
        return MergeForm(sent if "into" in sent else None, thing=self.thing, offered=self.model_admin.names_offered)

    def show(self, form: MergeForm, into: NamedEntity | None = None) -> HttpResponse:
        thing, opts = self.thing, self.model_admin.opts
        if form.is_valid():
            into = form.cleaned_data["into"]
        name = f"admin:{opts.app_label}_{opts.model_name}"
        return self.render(
            {
                "original": thing,
                "title": f"Join “{thing}” to another {opts.verbose_name}",
                "form": focus_first_error(form),
                "target": into,
                "merge_plan": plan_merge(thing, into, at=self.at) if into else None,
                "mention_lists": self.model_admin.names_it(thing, user=self.request.user),
                "change": f"{name}_change",
                "list": f"{name}_changelist",
                "address_prefix": thing.get_absolute_url().removesuffix(f"{thing.slug}/"),
            }
        )


class MergeAdmin(DeskAdmin):
    """A ModelAdmin with the screen for merging; ``names_offered`` is the id of the list of names."""

    names_offered: ClassVar[str]
    merge: ClassVar[Callable[..., None]]
    # Returns lists of what mentions the entity and the user may see: ``names_it(thing, user=)``.
    names_it: Callable[..., Sequence[MentionList]]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(MergeView.as_view(model_admin=self))
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("<int:key>/join/", view, name=name), *super().get_urls()]


def visible_works(works: Iterable[Any], *, user: Any) -> list[Any]:
    """Return the works that this user may see at the desk."""
    return [work for work in works if user.has_perm(f"{work._meta.app_label}.view_{work._meta.model_name}")]


def usage_context(works: Sequence[Any], *, user: Any) -> dict[str, Any]:
    """Return the template context with the works that use an entity; ``works`` are at most LOOKED_UP."""
    return {"uses": visible_works(works[:MOST], user=user), "has_more_uses": len(works) > MOST}


def list_works(heading: str, works: Sequence[Any], *, user: Any) -> MentionList:
    """Return the works that this user may see as a list, each with the address of its form."""
    seen = visible_works(works, user=user)
    entries = [(str(work), reverse(work.desk_view, args=[work.pk])) for work in seen[:MOST]]
    return MentionList(heading, entries, len(seen) > MOST)


def list_objects(heading: str, things: Sequence[Model]) -> MentionList:
    """Return objects as a list without addresses."""
    return MentionList(heading, [(str(thing), "") for thing in things[:MOST]], len(things) > MOST)
