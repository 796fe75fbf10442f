"""The admin of topics: their list, form, import and export, and merging."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.audit.concurrent_edits import SeenAdmin, SeenForm
from newsroom.db.counts import counted, format_count
from newsroom.desk.changelists.admin import ListedAdmin
from newsroom.desk.changelists.filters import Choices, CountedFilter, UseFilter, by_choice
from newsroom.desk.forms.aliases import AliasedAdmin, AliasedForm
from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.entities.merge_views import LOOKED_UP, JoiningScreen, Part, things_part, uses, works_part
from newsroom.http import clock
from newsroom.import_export.admin import TabledAdmin
from newsroom.import_export.columns import Column, Kind, Sheet
from newsroom.media.forms import PictureField, propose_words, titles_on_offer
from topics.merge import merge_topics
from topics.models import Topic


class TopicRow(AliasedForm):
    """The form of a topic in an imported table, which does not change its image."""

    address_kind = "topic"

    class Meta:
        model = Topic
        fields: ClassVar = ("name", "kind", "description", "wikipedia", "wikidata", "slug")


TOPICS = Sheet(
    TopicRow,
    (
        Column("name", "name"),
        Column("kind", "kind", Kind.CHOICE),
        Column("aliases", "also known as", Kind.NAMES, ("other names", "alias")),
        Column("description", "description"),
        Column("wikipedia", "Wikipedia", also=("Wikipedia address",)),
        Column("wikidata", "Wikidata", also=("Wikidata item", "Wikidata id")),
        Column("slug", "address"),
    ),
)


# With scripts images are looked up while a title is typed; these suggestions serve without scripts.
MOST_OFFERED = 300


class TopicForm(SeenForm, AliasedForm):
    """The form of a topic."""

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
        """Set the chosen image, and propose its alternative text."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "shown_picture" in cleaned:
            self.instance.picture = cleaned["shown_picture"]
            if cleaned["shown_picture"] and "shown_picture" in self.changed_data:
                propose_words(cleaned["shown_picture"], cleaned, "picture_")
        return cleaned


class JoinedFilter(CountedFilter):
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
class TopicAdmin(JoiningScreen, SeenAdmin, TabledAdmin, ListedAdmin, AuditedAdmin, AliasedAdmin):
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
    sheet = TOPICS
    list_filter = (by_choice("kind"), UseFilter, JoinedFilter)
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
        return counted(rows, "work_count", Topic.named_on_the_desk)

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

    def names_it(self, thing: Topic, *, user: Any) -> list[Part]:
        """Return the works at the desk that name the topic, and the live editions that mention it."""
        return [
            works_part("Stories on the desk", thing.works(limit=LOOKED_UP, kind="story"), user=user),
            works_part("Questions on the desk", thing.works(limit=LOOKED_UP, kind="question"), user=user),
            things_part("Pages that readers see now", thing.read_now(clock.now(), limit=LOOKED_UP)),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add the works that use the topic, and suggestions for its image."""
        topic = kwargs.get("obj") or context.get("original")
        context["offers"] = {"picture-names": titles_on_offer(limit=MOST_OFFERED)}
        context |= uses(topic.works(limit=LOOKED_UP) if topic else [], user=request.user)
        return super().render_change_form(request, context, *args, **kwargs)
