"""The admin for topics: their list, form, import and export, and merging."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.audit.concurrent_edits import ConcurrentEditAdmin, ConcurrentEditForm
from newsroom.db.counts import attach_counts, format_count
from newsroom.desk.changelists.admin import SavedViewsAdmin
from newsroom.desk.changelists.filters import Choices, CountedFilter, UsageFilter, choice_filter
from newsroom.desk.forms.aliases import AliasedAdmin, AliasedForm
from newsroom.desk.forms.markdown import MarkdownEditor, MarkdownField
from newsroom.entities.merge_views import QUERY_LIMIT, MentionList, MergeAdmin, list_objects, list_works, usage_context
from newsroom.http import clock
from newsroom.import_export.admin import ImportExportAdmin
from newsroom.import_export.columns import Column, ColumnKind, Sheet
from newsroom.media.admin.picture_field import PictureFieldAdmin
from newsroom.media.forms import ImageField, ImageNameInput, fill_texts, newest_names
from topics.merge import merge_topics
from topics.models import Topic


class TopicRowForm(AliasedForm):
    """The form for a topic in an imported table. It leaves the image unchanged."""

    address_kind = "topic"

    class Meta:
        model = Topic
        fields: ClassVar = ("name", "kind", "description", "wikipedia", "wikidata", "slug")


TOPIC_SHEET = Sheet(
    TopicRowForm,
    (
        Column("name", "name"),
        Column("kind", "kind", ColumnKind.CHOICE),
        Column("aliases", "also known as", ColumnKind.NAMES, ("other names", "alias")),
        Column("description", "description"),
        Column("wikipedia", "Wikipedia", other_headings=("Wikipedia address",)),
        Column("wikidata", "Wikidata", other_headings=("Wikidata item", "Wikidata id")),
        Column("slug", "address"),
    ),
)


# With JavaScript, images are looked up as the user types. These suggestions are for browsers without JavaScript.
MAX_SUGGESTIONS = 300


class TopicForm(ConcurrentEditForm, AliasedForm):
    address_kind = "topic"
    shown_picture = ImageField(
        label="Picture", required=False, help_text="Title in the picture library.", widget=ImageNameInput()
    )

    class Meta:
        model = Topic
        fields = ("name", "kind", "description", "wikipedia", "wikidata", "picture_alt", "slug")
        field_classes: ClassVar = {"description": MarkdownField}
        widgets: ClassVar = {"description": MarkdownEditor(rows=3), "picture_alt": forms.TextInput()}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_picture"] = self.instance.picture

    def clean(self) -> dict[str, Any]:
        """Set the topic's image. If it has changed and the alternative text is empty, copy that of the image."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "shown_picture" in cleaned:
            self.instance.picture = cleaned["shown_picture"]
            if cleaned["shown_picture"] and "shown_picture" in self.changed_data:
                fill_texts(cleaned["shown_picture"], cleaned, "picture_")
        return cleaned


class MergedFilter(CountedFilter):
    """A filter for merged topics, which are hidden by default."""

    title = "merged"
    parameter_name = "joined"

    def get_choices(self, request: HttpRequest, screen: Any) -> Choices:
        return [("yes", "Yes"), ("no", "No")]

    def filter_by(self, rows: Any, value: str) -> QuerySet[Topic]:
        return rows.exclude(merged_into=None) if value == "yes" else self.filter_by_default(rows)

    def filter_by_default(self, rows: Any) -> QuerySet[Topic]:
        """Return the topics that have not been merged into another."""
        return rows.unmerged()  # type: ignore[no-any-return]


@admin.register(Topic)
class TopicAdmin(
    MergeAdmin, PictureFieldAdmin, ConcurrentEditAdmin, ImportExportAdmin, SavedViewsAdmin, AuditedAdmin, AliasedAdmin
):
    """The admin for topics, which lists them by name."""

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
    sheet = TOPIC_SHEET
    list_filter = (choice_filter("kind"), UsageFilter, MergedFilter)
    sortable_by = ("name", "kind")
    search_fields = ("folded_name", "aliases__folded")
    search_help_text = "Name or another name"
    change_form_template = "admin/topics/topic/form.html"
    name_list_id = "topic-names"
    merge = staticmethod(merge_topics)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return Topic.objects.select_related("picture").prefetch_related("aliases")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Topic], bool]:
        """Find topics by name or alias."""
        return queryset.search(search_term), False

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Topic]) -> list[Topic]:
        """Return the topics on a page of the list, each with the number of works at the desk that name it."""
        return attach_counts(rows, "work_count", Topic.draft_mentions)

    @admin.display(description="Also known as")
    def known_as(self, topic: Topic) -> str:
        return "; ".join(alias.name for alias in topic.aliases.all())

    @admin.display(description="Used in")
    def used_in(self, topic: Any) -> str:
        count = topic.work_count
        return f"{format_count(count)} {'page' if count == 1 else 'pages'}" if count else "nothing"

    def has_change_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """Return whether the user may change topics. A topic that was merged into another cannot be changed."""
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def list_uses(self, topic: Topic, *, user: Any) -> list[MentionList]:
        """Return the works at the desk and the live editions that name the topic."""
        return [
            list_works("Stories at the desk", topic.works(limit=QUERY_LIMIT, kind="story"), user=user),
            list_works("Questions at the desk", topic.works(limit=QUERY_LIMIT, kind="question"), user=user),
            list_objects("Live pages", topic.live_editions(clock.now(), limit=QUERY_LIMIT)),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the works that use the topic, and with suggestions for its image."""
        topic = kwargs.get("obj") or context.get("original")
        context["suggestions"] = {"picture-names": newest_names(limit=MAX_SUGGESTIONS)}
        context |= usage_context(topic.works(limit=QUERY_LIMIT) if topic else [], user=request.user)
        return super().render_change_form(request, context, *args, **kwargs)
