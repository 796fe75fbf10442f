"""The screen on which one thing is joined to another of its kind, once somebody has seen what moves."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.admin import DeskAdmin
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.responses import focus_first_error
from newsroom.entities.merge import plan_merge
from newsroom.entities.models import NamedEntity
from newsroom.http.clock import request_time

MOST = 50
# One more than is shown says whether there are more.
LOOKED_UP = MOST + 1


class Part(NamedTuple):
    """One list of what names the thing: its heading, its first entries with their addresses, and whether there are more."""

    heading: str
    entries: list[tuple[str, str]]
    has_more: bool


class JoinForm(forms.Form):
    """The thing that another one is joined to."""

    into = forms.CharField(label="Join it to", max_length=200)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thing: NamedEntity, offered: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thing = thing
        self.fields["into"].widget = NameInput(offered, known_only=True)

    def clean_into(self) -> NamedEntity:
        """Find the thing of this name."""
        manager: Any = type(self.thing)._default_manager
        what = self.thing._meta.verbose_name
        found: NamedEntity | None = manager.called(self.cleaned_data["into"]).first()
        if found is None:
            raise ValidationError(f"There is no {what} of this name.", code="unknown")
        if found.pk == self.thing.pk:
            article = "An" if str(what)[:1] in "aeiou" else "A"
            raise ValidationError(f"{article} {what} cannot be joined to itself.", code="same")
        return found


class JoiningScreen(DeskAdmin):
    """Adds the screen to those of topics or of outlets; ``names_offered`` is the list of their names."""

    names_offered: ClassVar[str]
    merge: ClassVar[Callable[..., None]]
    # Returns what names the thing, list by list, as far as a person may see it: ``names_it(thing, user=)``.
    names_it: Callable[..., Sequence[Part]]

    def get_urls(self) -> list[URLPattern]:
        """Add its address."""
        view = self.admin_site.admin_view(self.join_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_join"
        return [path("<int:key>/join/", view, name=name), *super().get_urls()]

    def join_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask for the other one, show what moves, then join this one to it."""
        thing: Any = self.get_object(request, str(key))
        if thing is None:
            raise Http404
        if not self.has_change_permission(request, thing):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        form = JoinForm(sent if "into" in sent else None, thing=thing, offered=self.names_offered)
        into: NamedEntity | None = form.cleaned_data["into"] if form.is_valid() else None
        if into is not None and request.method == "POST" and form.cleaned_data["seen"]:
            try:
                type(self).merge(thing, into, by=signed_in_user(request), seen=form.cleaned_data["seen"])
            except ValidationError as refusal:
                form.add_error("into", refusal)
            else:
                messages.success(request, f"“{thing}” leads to “{into}” from now on, and so does its address.")
                return redirect(reverse(self._screen("change"), args=[into.pk]))
        what = self.opts.verbose_name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": thing,
            "title": f"Join “{thing}” to another {what}",
            "form": focus_first_error(form),
            "into": into,
            "moves": plan_merge(thing, into, at=request_time(request)) if into else None,
            "parts": self.names_it(thing, user=request.user),
            "change": self._screen("change"),
            "list": self._screen("changelist"),
            "under": thing.get_absolute_url().removesuffix(f"{thing.slug}/"),
        }
        return TemplateResponse(request, "admin/desk/merge.html", context)

    def _screen(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"


def works_seen(works: Iterable[Any], *, user: Any) -> list[Any]:
    """Return the works that this person may see at the desk."""
    return [work for work in works if user.has_perm(f"{work._meta.app_label}.view_{work._meta.model_name}")]


def uses(works: Sequence[Any], *, user: Any) -> dict[str, Any]:
    """Return what the form of a thing says of the works that use it, of which LOOKED_UP were looked up."""
    return {"uses": works_seen(works[:MOST], user=user), "has_more_uses": len(works) > MOST}


def works_part(heading: str, works: Sequence[Any], *, user: Any) -> Part:
    """Return works as a list, each with the way to its form, without those that this person may not see."""
    seen = works_seen(works, user=user)
    entries = [(str(work), reverse(work.desk_view, args=[work.pk])) for work in seen[:MOST]]
    return Part(heading, entries, len(seen) > MOST)


def things_part(heading: str, things: Sequence[Model]) -> Part:
    """Return things as a list, without a way to them."""
    return Part(heading, [(str(thing), "") for thing in things[:MOST]], len(things) > MOST)
