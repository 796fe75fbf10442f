"""Columns, filters, search and actions for changelists of works."""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin import ListFilter
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import date
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from newsroom.desk.changelists.admin import SavedViewsAdmin
from newsroom.desk.changelists.filters import LanguageFilter
from newsroom.desk.local_time import SHORT, format_local
from newsroom.http.languages import native_name
from newsroom.http.request_state import RequestState
from newsroom.search.highlight import Piece
from stories.admin.filters import (
    OutletFilter,
    OwnerFilter,
    PublicationStatusFilter,
    PublishedFilter,
    ReviewFilter,
    TopicFilter,
)
from stories.admin.views.bulk import BulkActions
from stories.drafts.publication_status import (
    get_publication_status,
)
from stories.drafts.search import DraftQuery
from stories.models import Document, State, WorkKind

MAX_BUNDLE_PRESELECTION = 60
SAVED_AT_LOOKUP = "draft__saved_at"


# The parsed queries of one request, keyed by the typed text.
_QUERIES: RequestState[dict[str, DraftQuery]] = RequestState(dict)


def _highlight(piece: Piece) -> str:
    return format_html("<mark>{}</mark>", piece.text) if piece.is_hit else piece.text


def _describe_review(work: Any) -> str:
    if work.state == State.DRAFT:
        return ""
    reviewer = f", reviewer: {work.assigned_to}" if work.state == State.IN_REVIEW and work.assigned_to else ""
    return f"; {State(work.state).label.lower()}{reviewer}"


def _strip_direction(term: Any) -> str:
    return str(term).removeprefix("-")


class WorkChangeListMixin(BulkActions, SavedViewsAdmin):
    """Columns, filters, search and bulk actions that the changelists of stories and of questions share."""

    kind: ClassVar[WorkKind]
    list_filter: ClassVar[tuple[type[ListFilter], ...]] = (
        PublishedFilter,
        TopicFilter,
        OutletFilter,
        PublicationStatusFilter,
        ReviewFilter,
        OwnerFilter,
        LanguageFilter,
    )
    further_columns = ("in_language", "with_reviewer", "slug", "begun")
    sortable_by = ("saved", "in_language", "slug", "begun")
    search_help_text = (
        "Searches the newest drafts. Use “quotation marks” for an exact phrase and -word to exclude a word."
    )
    actions: Any = (
        "submit_for_review", "publish_each", "publish_together", "change_owner", "set_review_date", "move_to_trash",
        "restore_from_trash",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        works: Any = super().get_queryset(request)
        # Filter by kind, because the indexes of works begin with the kind.
        return works.of_kind(self.kind)  # type: ignore[no-any-return]

    def order_rows(self, rows: QuerySet[Any], ordering: Sequence[Any]) -> QuerySet[Any]:
        ordered: Any = super().order_rows(rows, ordering)
        # The database index of ``Draft`` has this order, and contains every work that has been saved.
        return ordered.with_draft(self.kind) if SAVED_AT_LOOKUP in map(_strip_direction, ordering) else ordered  # type: ignore[no-any-return]

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns and, during a search, a column with the search hits."""
        return [*super().get_list_display(request), *(["search_hits"] if request.GET.get("q", "").strip() else [])]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Search the text of drafts; a query without any words does not filter the list."""
        queries = _QUERIES.get(request)
        if search_term not in queries:
            queries[search_term] = DraftQuery.parse(search_term, kind=self.kind)
        query, works = queries[search_term], queryset
        return (works.matching_drafts(*query.build_sql()) if query else works), False  # type: ignore[attr-defined]  # a WorkQuerySet

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Attach the search hits to the works on this page."""
        changelist = super().get_changelist_instance(request)
        query = _QUERIES.get(request).get(changelist.query)
        if query:
            changelist.result_list = list(changelist.result_list)
            documents = Document.objects.in_bulk([work.saved_document for work in changelist.result_list])
            for work in changelist.result_list:
                document = documents.get(work.saved_document)
                work.hits = query.find_hits(document.value()) if document else []
        return changelist

    @admin.display(description="Found")
    def search_hits(self, work: Any) -> str:
        """Return the places that match the query, with the words around each hit."""
        return format_html_join(
            "",
            '<span class="hit">{}: {}</span>',
            (
                (hit.place, format_html_join("", "{}", ((_highlight(piece),) for piece in hit.pieces)))
                for hit in getattr(work, "hits", [])
            ),
        )

    @admin.display(description="Language", ordering="language")
    def in_language(self, work: Any) -> str:
        return native_name(work.language)

    @admin.display(description="Reviewer")
    def with_reviewer(self, work: Any) -> str:
        return str(work.assigned_to or "")

    @admin.display(description="Created", ordering="created_at")
    def begun(self, work: Any) -> str:
        return date(timezone.localtime(work.created_at), "j M Y")

    @admin.action(description="Publish as a bundle", permissions=["publish"])
    def publish_together(self, request: HttpRequest, works: QuerySet[Any]) -> HttpResponse:
        """Redirect to the form for a new bundle, with the selected works ticked.

        If more than ``MAX_BUNDLE_PRESELECTION`` works are selected, show an error instead.
        """
        keys = list(works.values_list("pk", flat=True)[: MAX_BUNDLE_PRESELECTION + 1])
        if len(keys) > MAX_BUNDLE_PRESELECTION:
            messages.error(request, f"Select at most {MAX_BUNDLE_PRESELECTION} pages for a new bundle.")
            return HttpResponseRedirect(request.get_full_path())
        query = urlencode({"work": keys}, doseq=True)
        return HttpResponseRedirect(f"{reverse('admin:stories_bundle_add')}?{query}")

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("stories.publish_work")

    @admin.display(description="Title")
    def title(self, work: Any) -> str:
        return str(work)

    @admin.display(description="Status")
    def stands(self, work: Any) -> str:
        """Return the publication status, the public edition, the next schedule and the review state as text."""
        status = get_publication_status(work)
        number = f", edition {work.public_label}" if status.is_live else ""
        next_schedule = f"; scheduled for {format_local(work.goes_live, SHORT)}" if work.goes_live else ""
        return f"{status.label}{number}{next_schedule}{_describe_review(work)}"

    @admin.display(description="Saved", ordering=SAVED_AT_LOOKUP)
    def saved(self, work: Any) -> str:
        return date(timezone.localtime(work.saved_at), "j M Y, H:i") if work.saved_at else "never"

    @admin.display(description="Owner")
    def owned_by(self, work: Any) -> str:
        return str(work.owner) if work.owner else "none"
