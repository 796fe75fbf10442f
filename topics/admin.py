"""The admin of topics: their list, form, import and export, and merging."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.audit.concurrent_edits import ConcurrentEditAdmin, ConcurrentEditForm
from newsroom.db.counts import attach_counts, format_count
from newsroom.desk.changelists.admin import SavedViewsAdmin
from newsroom.desk.changelists.filters import Choices, CountedFilter, UseFilter, choice_filter
from newsroom.desk.forms.aliases import AliasedAdmin, AliasedForm
from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.entities.merge_views import LOOKED_UP, MentionList, MergeAdmin, list_objects, list_works, usage_context
from newsroom.http import clock
from newsroom.import_export.admin import ImportExportAdmin
from newsroom.import_export.columns import Column, ColumnKind, Sheet
from newsroom.media.forms import ImageField, fill_texts, newest_names
from topics.merge import merge_topics
from topics.models import Topic


class TopicRow(AliasedForm):
    """The form of a topic in an imported table, which does not change its image."""

    address_kind = "topic"

    class Meta:
        model = Topic
        fields: ClassVar = ("name", "kind", "description", "wikipedia", "wikidata", "slug")


TOPIC_SHEET = Sheet(
    TopicRow,
    (
        Column("name", "name"),
        Column("kind", "kind", ColumnKind.CHOICE),
        Column("aliases", "also known as", ColumnKind.NAMES, ("other names", "alias")),
        Column("description", "description"),
        Column("wikipedia", "Wikipedia", also=("Wikipedia address",)),
        Column("wikidata", "Wikidata", also=("Wikidata item", "Wikidata id")),
        Column("slug", "address"),
    ),
)


# With scripts images are looked up while a title is typed; these suggestions serve without scripts.
MAX_SUGGESTIONS = 300


class TopicForm(ConcurrentEditForm, AliasedForm):
    """The form of a topic."""

    address_kind = "topic"
    shown_picture = ImageField(label="Picture", required=False, help_text="By its title in the library.")

    class Meta:
        model = Topic
        fields = ("name", "kind", "description", "wikipedia", "wikidata", "picture_alt", "slug")
        widgets: ClassVar = {"description": MarkdownEditor(rows=3), "picture_alt": forms.TextInput()}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_picture"] = self.instance.picture

    def clean(self) -> dict[str, Any]:
        """Set the chosen image, and propose its alternative text."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "shown_picture" in cleaned:
            self.instance.picture = cleaned["shown_picture"]
            if cleaned["shown_picture"] and "shown_picture" in self.changed_data:
                fill_texts(cleaned["shown_picture"], cleaned, "picture_")
        return cleaned


class MergedFilter(CountedFilter):
    """A filter that shows merged topics only when asked for."""

    title = "merged"
    parameter_name = "joined"

    def offered(self, request: HttpRequest, screen: Any) -> Choices:
        return [("yes", "Yes"), ("no", "No")]

    def narrowed(self, rows: Any, value: str) -> QuerySet[Topic]:
        return rows.exclude(merged_into=None) if value == "yes" else self.unnarrowed(rows)

    def unnarrowed(self, rows: Any) -> QuerySet[Topic]:
        """Return the topics that were not merged."""
        return rows.standing()  # type: ignore[no-any-return]


@admin.register(Topic)
class TopicAdmin(MergeAdmin, ConcurrentEditAdmin, ImportExportAdmin, SavedViewsAdmin, AuditedAdmin, AliasedAdmin):
    """The admin of topics, sorted by name."""

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
    list_filter = (choice_filter("kind"), UseFilter, MergedFilter)
    sortable_by = ("name", "kind")
    search_fields = ("folded_name", "aliases__folded")
    search_help_text = "Name or another name"
    change_form_template = "admin/topics/topic/form.html"
    names_offered = "topic-names"
    merge = staticmethod(merge_topics)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return Topic.objects.select_related("picture").prefetch_related("aliases")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Topic], bool]:
        """Find topics by their names and aliases."""
        return queryset.saying(search_term), False

    def shown(self, request: HttpRequest, rows: QuerySet[Topic]) -> list[Topic]:
        """Return the topics of a page with the number of works at the desk that name each."""
        return attach_counts(rows, "work_count", Topic.named_on_the_desk)

    @admin.display(description="Also known as")
    def known_as(self, topic: Topic) -> str:
        return "; ".join(alias.name for alias in topic.aliases.all())

    @admin.display(description="Used in")
    def used_in(self, topic: Any) -> str:
        count = topic.work_count
        return f"{format_count(count)} {'work' if count == 1 else 'works'}" if count else "nothing"

    def has_change_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        """Return whether the user may change topics, False for a topic that was merged."""
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def names_it(self, thing: Topic, *, user: Any) -> list[MentionList]:
        """Return the works at the desk that name the topic, and the live editions that mention it."""
        return [
            list_works("Stories on the desk", thing.works(limit=LOOKED_UP, kind="story"), user=user),
            list_works("Questions on the desk", thing.works(limit=LOOKED_UP, kind="question"), user=user),
            list_objects("Pages that readers see now", thing.read_now(clock.now(), limit=LOOKED_UP)),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the works that use the topic, and suggestions for its image."""
        topic = kwargs.get("obj") or context.get("original")
        context["suggestions"] = {"picture-names": newest_names(limit=MAX_SUGGESTIONS)}
        context |= usage_context(topic.works(limit=LOOKED_UP) if topic else [], user=request.user)
        return super().render_change_form(request, context, *args, **kwargs)
