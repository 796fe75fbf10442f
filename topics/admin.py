"""The screens of topics: the list, the form, and joining one topic to another."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.accounts.permissions import person
from newsroom.editing.aliases import AliasedAdmin, AliasedForm
from newsroom.editing.leading import leads_to_problem
from newsroom.editing.markdown import MarkdownEditor
from newsroom.editing.naming import NameInput
from newsroom.listing.filters import Choices, CountedFilter, UseFilter, by_choice
from newsroom.listing.screens import ListedAdmin
from newsroom.media.choosing import PictureField, titles_on_offer
from newsroom.record.screens import RecordedAdmin
from topics import merging
from topics.models import Topic


class TopicForm(AliasedForm):
    """A topic."""

    address_kind = "topic"
    shown_picture = PictureField(label="Picture", required=False, help_text="By its title in the library.")

    class Meta:
        model = Topic
        fields = ("name", "kind", "description", "wikipedia", "wikidata", "picture_alt", "slug")
        widgets: ClassVar = {"description": MarkdownEditor(rows=3), "picture_alt": forms.TextInput()}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_picture"] = self.instance.picture

    def clean(self) -> dict[str, Any]:
        """Take the chosen picture over."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "shown_picture" in cleaned:
            self.instance.picture = cleaned["shown_picture"]
        return cleaned


class JoinForm(forms.Form):
    """The topic that another one is joined to."""

    into = forms.CharField(label="Join it to", max_length=200, widget=NameInput("topic-names"))

    def clean_into(self) -> Topic:
        """Find the topic of this name."""
        topic = Topic.objects.called(self.cleaned_data["into"]).first()
        if topic is None:
            raise ValidationError("There is no topic of this name.", code="unknown")
        return topic


class JoinedFilter(CountedFilter):
    """Shows topics that were joined to another one only when asked for."""

    title = "joined to another"
    parameter_name = "joined"

    def offered(self, request: HttpRequest, screen: Any) -> Choices:
        """Offer both."""
        return [("yes", "Yes"), ("no", "No")]

    def narrowed(self, rows: Any, value: str) -> QuerySet[Topic]:
        """Narrow the list."""
        return rows.exclude(merged_into=None) if value == "yes" else self.unnarrowed(rows)

    def unnarrowed(self, rows: Any) -> QuerySet[Topic]:
        """Leave out what was joined to another."""
        return rows.standing()  # type: ignore[no-any-return]


@admin.register(Topic)
class TopicAdmin(ListedAdmin, RecordedAdmin, AliasedAdmin):
    """Topics, by name."""

    form = TopicForm
    fields = (
        "name", "kind", "aliases", "description", "wikipedia", "wikidata", "shown_picture", "picture_alt", "slug",
    )  # fmt: skip
    fields_to_read = (
        "name",
        "kind",
        "known_as",
        "description",
        "wikipedia",
        "wikidata",
        "picture",
        "picture_alt",
        "slug",
    )
    list_display = ("name", "kind", "known_as", "used_in")
    further_columns = ("wikidata", "wikipedia", "slug")
    list_filter = (by_choice("kind"), UseFilter, JoinedFilter)
    search_fields = ("name", "folded_name", "aliases__name", "aliases__folded")
    search_help_text = "Name or another name"
    change_form_template = "admin/topics/topic/form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        """Fetch further names along and count the works."""
        return Topic.objects.counting_works().select_related("picture").prefetch_related("aliases")

    @admin.display(description="Also known as")
    def known_as(self, topic: Topic) -> str:
        """List the further names."""
        return "; ".join(alias.name for alias in topic.aliases.all())

    @admin.display(description="Used in", ordering="work_count")
    def used_in(self, topic: Any) -> str:
        """Say how many works name it."""
        return f"{topic.work_count} {'work' if topic.work_count == 1 else 'works'}" if topic.work_count else "nothing"

    def has_change_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """Let nobody edit a topic that was joined to another."""
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def get_urls(self) -> list[URLPattern]:
        """Add the screen on which two topics become one."""
        view = self.admin_site.admin_view(self.join_view)
        return [path("<int:key>/join/", view, name="topics_topic_join"), *super().get_urls()]

    def join_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask for the other topic, then join this one to it."""
        topic = self.get_object(request, str(key))
        if topic is None:
            raise Http404
        if not self.has_change_permission(request, topic):
            raise PermissionDenied
        form = JoinForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            into = form.cleaned_data["into"]
            try:
                merging.merge(topic, into, by=person(request))
            except ValidationError as refusal:
                form.add_error("into", refusal)
            else:
                messages.success(request, f"“{topic}” leads to “{into}” from now on, and so does its address.")
                return redirect(reverse("admin:topics_topic_change", args=[into.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": topic,
            "title": f"Join “{topic}” to another topic",
            "form": leads_to_problem(form),
            "offers": self._offers(but=topic),
            "uses": topic.works(),
        }
        return TemplateResponse(request, "admin/topics/topic/join.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Name what uses the topic, and offer pictures."""
        topic = kwargs.get("obj") or context.get("original")
        context |= {
            "offers": {"picture-names": titles_on_offer(limit=2_000)},
            "uses": topic.works() if topic else [],
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _offers(self, *, but: Topic) -> dict[str, list[str]]:
        names = Topic.objects.standing().exclude(pk=but.pk).values_list("name", flat=True)
        return {"topic-names": list(names[:2_000])}
