"""The screen that previews the merge of one entity into another and then performs it."""

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
from newsroom.desk.deletion import Alternative
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import ModelView
from newsroom.entities.merge import plan_merge
from newsroom.entities.models import NamedEntity

MAX_ENTRIES = 50
# One more than the page shows, to find out whether there are more.
QUERY_LIMIT = MAX_ENTRIES + 1


class MentionList(NamedTuple):
    """The first objects that mention an entity, under a heading, and whether there are more.

    Each entry is the title of an object and its address at the desk, or an empty string if there is no address.
    """

    heading: str
    entries: list[tuple[str, str]]
    has_more: bool


class MergeChoice(NamedTuple):
    """A question that a merge asks, with its possible answers as pairs of value and label. ``name`` is the field."""

    name: str
    question: str
    options: list[tuple[str, str]]


class MergeForm(forms.Form):
    """A form that asks for the entity into which another one is merged."""

    into = forms.CharField(label="Merge into", max_length=200)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, entity: NamedEntity, name_list_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entity = entity
        self.fields["into"].widget = NameInput(name_list_id, known_only=True)

    def clean_into(self) -> NamedEntity:
        """Return the entity with this name or alias. Raise ValidationError if there is none, or if it is ``entity``."""
        manager: Any = type(self.entity)._default_manager
        kind = self.entity._meta.verbose_name
        target: NamedEntity | None = manager.with_name(self.cleaned_data["into"]).first()
        if target is None:
            raise ValidationError(f"There is no {kind} with this name.", code="unknown")
        if target.pk == self.entity.pk:
            article = "An" if str(kind)[:1] in "aeiou" else "A"
            raise ValidationError(f"{article} {kind} can’t be merged into itself.", code="same")
        return target


class MergeView(ModelView):
    """Ask for the target entity, show what the merge would do, then merge."""

    template_name = "admin/desk/merge.html"
    entity: Any

    def prepare(self) -> None:
        self.entity = self.model_admin.get_object(self.request, str(self.kwargs["key"]))
        if self.entity is None:
            raise Http404
        self.require(self.model_admin.has_change_permission(self.request, self.entity))

    def get(self, request: HttpRequest, key: int) -> HttpResponse:
        return self.show(self.make_form(request.GET))

    def post(self, request: HttpRequest, key: int) -> HttpResponse:
        entity, form = self.entity, self.make_form(request.POST)
        if form.is_valid() and form.cleaned_data["seen"]:
            into = form.cleaned_data["into"]
            try:
                choices = self.model_admin.list_choices(entity, into)
                kept = {"keep": [request.POST.get(choice.name, "") for choice in choices]} if choices else {}
                seen = form.cleaned_data["seen"]
                type(self.model_admin).merge(entity, into, by=signed_in_user(request), seen=seen, **kept)
            except ValidationError as error:
                form.add_error("into", error)
                return self.show(form, into)
            messages.success(request, f"“{entity}” merged into “{into}”.")
            return redirect(self.address("change", into.pk))
        return self.show(form)

    def make_form(self, data: QueryDict) -> MergeForm:
        name_list_id = self.model_admin.name_list_id
        return MergeForm(data if "into" in data else None, entity=self.entity, name_list_id=name_list_id)

    def show(self, form: MergeForm, into: NamedEntity | None = None) -> HttpResponse:
        entity, opts = self.entity, self.model_admin.opts
        if form.is_valid():
            into = form.cleaned_data["into"]
        name = f"admin:{opts.app_label}_{opts.model_name}"
        return self.render(
            {
                "original": entity,
                "title": f"Merge “{entity}” into another {opts.verbose_name}",
                "form": focus_first_error(form),
                "target": into,
                "merge_plan": plan_merge(entity, into, at=self.at) if into else None,
                "merge_choices": self.model_admin.list_choices(entity, into) if into else (),
                "mention_lists": self.model_admin.list_uses(entity, user=self.request.user),
                "change": f"{name}_change",
                "list": f"{name}_changelist",
                "address_prefix": entity.get_absolute_url().removesuffix(f"{entity.slug}/"),
            }
        )


class MergeAdmin(DeskAdmin):
    """A ModelAdmin with a screen for merging. ``name_list_id`` is the id of the list of suggested names."""

    name_list_id: ClassVar[str]
    merge: ClassVar[Callable[..., None]]
    # ``list_uses(entity, user=)`` returns lists of the objects that mention the entity and that the user may see.
    list_uses: Callable[..., Sequence[MentionList]]

    def list_choices(self, entity: Any, into: Any) -> Sequence[MergeChoice]:
        """Return (). Subclasses return what a merge asks; ``merge`` gets the answers as ``keep``."""
        return ()

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(MergeView.as_view(model_admin=self))
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("<int:key>/join/", view, name=name), *super().get_urls()]

    def get_alternative_to_deletion(self, obj: Model) -> Alternative:
        """Offer the screen for merging."""
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_merge", args=[obj.pk])
        return Alternative(f"merge it into another {self.opts.verbose_name}", address)


def visible_works(works: Iterable[Any], *, user: Any) -> list[Any]:
    """Return the works that this user may see at the desk."""
    return [work for work in works if user.has_perm(f"{work._meta.app_label}.view_{work._meta.model_name}")]


def usage_context(works: Sequence[Any], *, user: Any) -> dict[str, Any]:
    """Return the template context with the works that use an entity and that this user may see.

    ``works`` are at most ``QUERY_LIMIT`` works that use the entity.
    """
    return {"uses": visible_works(works[:MAX_ENTRIES], user=user), "has_more_uses": len(works) > MAX_ENTRIES}


def list_works(heading: str, works: Sequence[Any], *, user: Any) -> MentionList:
    """Return a list of the first works that this user may see, each with the address of its form."""
    visible = visible_works(works, user=user)
    entries = [(str(work), reverse(work.change_view_name, args=[work.pk])) for work in visible[:MAX_ENTRIES]]
    return MentionList(heading, entries, len(visible) > MAX_ENTRIES)


def list_objects(heading: str, objects: Sequence[Model]) -> MentionList:
    """Return a list of the first objects, without addresses."""
    return MentionList(heading, [(str(obj), "") for obj in objects[:MAX_ENTRIES]], len(objects) > MAX_ENTRIES)
