"""Admin for outlets: the changelist, the form, and import and export as tables."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsroom.audit.audited_admin import AuditedAdmin
from newsroom.audit.concurrent_edits import ConcurrentEditAdmin, ConcurrentEditForm
from newsroom.db.counts import attach_counts, format_count
from newsroom.desk.changelists.admin import SavedViewsAdmin
from newsroom.desk.changelists.filters import UsageFilter, boolean_filter, choice_filter
from newsroom.desk.forms.aliases import AliasedAdmin, AliasedForm
from newsroom.desk.forms.markdown import MarkdownEditor, MarkdownField
from newsroom.entities.merge_views import (
    QUERY_LIMIT,
    MentionList,
    MergeAdmin,
    MergeChoice,
    list_objects,
    list_works,
    usage_context,
)
from newsroom.http import clock
from newsroom.import_export.admin import ImportExportAdmin
from newsroom.import_export.columns import Column, ColumnKind, Sheet
from newsroom.outlets.models import Outlet, parse_hosts
from stories.workflow import proposed_names


class OutletRowForm(AliasedForm):
    """Form for an outlet in a row of an imported table."""

    address_kind = "source"

    class Meta:
        model = Outlet
        fields: ClassVar = (
            "name",
            "kind",
            "country",
            "language",
            "home_page",
            "further_hosts",
            "owner",
            "description",
            "retired",
            "slug",
        )

    def clean_further_hosts(self) -> str:
        """Return the hosts, one per line."""
        # Hosts are normalised, so that a table that only spells the same hosts differently changes nothing.
        return "\n".join(parse_hosts(self.cleaned_data["further_hosts"]))


OUTLETS = Sheet(
    OutletRowForm,
    (
        Column("name", "name", other_headings=("outlet",)),
        Column("kind", "kind", ColumnKind.CHOICE),
        Column("aliases", "also known as", ColumnKind.NAMES, ("other names", "alias")),
        Column("country", "country"),
        Column("language", "language"),
        Column("home_page", "home page", other_headings=("website", "url")),
        Column("further_hosts", "further hosts", ColumnKind.LINES, ("hosts", "domains")),
        Column("owner", "owner", other_headings=("owned by",)),
        Column("description", "description"),
        Column("retired", "retired", ColumnKind.BOOLEAN),
        Column("slug", "address"),
    ),
)


class OutletForm(ConcurrentEditForm, OutletRowForm):
    """Form for an outlet on its own screen."""

    class Meta(OutletRowForm.Meta):
        field_classes: ClassVar = {"description": MarkdownField}
        widgets: ClassVar = {
            "description": MarkdownEditor(rows=3),
            "further_hosts": forms.Textarea({"rows": 2}),
            "owner": forms.TextInput(),
        }


@admin.register(Outlet)
class OutletAdmin(MergeAdmin, ConcurrentEditAdmin, ImportExportAdmin, SavedViewsAdmin, AuditedAdmin, AliasedAdmin):
    """Admin for outlets."""

    form = OutletForm
    fields = (
        "name", "kind", "aliases", "country", "language", "home_page", "further_hosts", "owner", "description", "retired", "slug",
    )  # fmt: skip
    fields_to_read = (
        "name", "kind", "known_as", "country", "language", "home_page", "further_hosts", "owner", "description", "retired", "slug",
    )  # fmt: skip
    list_display = ("name", "kind", "country", "known_as", "used_in")
    further_columns = ("language", "home_page", "further_hosts", "owner", "retired", "slug")
    sheet = OUTLETS
    list_filter = (choice_filter("kind"), UsageFilter, boolean_filter("retired"))
    sortable_by = ("name", "kind", "country")
    search_fields = ("folded_name", "aliases__folded", "country")
    search_help_text = "Name, another name or country"
    change_form_template = "admin/stories/outlet/form.html"
    name_list_id = "outlet-names"
    merge = staticmethod(proposed_names.merge_outlets)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outlet]:
        return Outlet.objects.unmerged().prefetch_related("aliases")

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Outlet], bool]:
        return queryset.search(search_term), False

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Outlet]) -> list[Outlet]:
        """Count the passages in drafts that name each outlet on the page."""
        return attach_counts(rows, "passage_count", Outlet.draft_passages)

    @admin.display(description="Also known as")
    def known_as(self, outlet: Outlet) -> str:
        return "; ".join(alias.name for alias in outlet.aliases.all())

    @admin.display(description="Used in")
    def used_in(self, outlet: Any) -> str:
        count = outlet.passage_count
        return f"{format_count(count)} {'passage' if count == 1 else 'passages'}" if count else "nothing"

    def list_choices(self, entity: Outlet, into: Outlet) -> list[MergeChoice]:
        """Return, for each point that compares both outlets, the question which of them stays."""
        return [
            MergeChoice(
                f"keep-{claim.uid}",
                f"“{claim}” in “{claim.story}” compares both. Which of the two stays?",
                [(str(cell.uid), str(cell)) for cell in cells],
            )
            for claim, *cells in proposed_names.list_common_cells(entity, into)
        ]

    def list_uses(self, outlet: Outlet, *, user: Any) -> list[MentionList]:
        """Return lists of stories, questions, articles and live pages that refer to the outlet."""
        return [
            list_works("Stories that quote it", outlet.stories(limit=QUERY_LIMIT), user=user),
            list_works(
                "Questions that cite it", proposed_names.list_citing_questions(outlet, limit=QUERY_LIMIT), user=user
            ),
            list_objects("Articles", proposed_names.list_newest_articles(outlet, limit=QUERY_LIMIT)),
            list_objects("Live pages", outlet.live_editions(clock.now(), limit=QUERY_LIMIT)),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Render the form with the stories in which passages name the outlet."""
        outlet = context.get("original")
        stories = outlet.stories(limit=QUERY_LIMIT) if isinstance(outlet, Outlet) else []
        context |= usage_context(stories, user=request.user)
        return super().render_change_form(request, context, *args, **kwargs)
