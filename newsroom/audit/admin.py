"""The read-only desk screens for the audit log and for access events."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import date
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsroom.audit.access import shorten_digest
from newsroom.audit.entries import build_entries
from newsroom.audit.filters import AccessVerbFilter, AccountFilter, DateRangeFilter, KindFilter, UserFilter, VerbFilter
from newsroom.audit.models import AccessEntry, AccessVerb, Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.subjects import attach_subjects, label_kind, model_of
from newsroom.audit.views import ExportView
from newsroom.desk.changelists.changelist import ReadOnlyAdmin


@admin.register(AccessEntry)
class AccessEntryAdmin(ReadOnlyAdmin):
    """The admin for access events, newest first."""

    fields = list_display = ("when", "person", "what", "from_connection", "browser_name")
    list_display_links = ("when",)
    list_filter = (AccountFilter, AccessVerbFilter, DateRangeFilter)
    list_select_related = ("account",)
    sortable_by = ("when",)
    change_list_template = "admin/audit/access_list.html"

    @admin.display(description="Time", ordering="at")
    def when(self, entry: AccessEntry) -> str:
        return date(timezone.localtime(entry.at), "j M Y, H:i")

    @admin.display(description="Person")
    def person(self, entry: AccessEntry) -> str:
        if entry.account is not None:
            return str(entry.account)
        return f"Unknown name {shorten_digest(entry.unknown_name)}".strip()

    @admin.display(description="Event")
    def what(self, entry: AccessEntry) -> str:
        return str(AccessVerb(entry.verb).label)

    @admin.display(description="Connection")
    def from_connection(self, entry: AccessEntry) -> str:
        return shorten_digest(entry.connection) or "Unknown"

    @admin.display(description="Browser")
    def browser_name(self, entry: AccessEntry) -> str:
        return entry.browser or "Unknown"


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The admin for audit entries, newest first."""

    fields = ("when", "sentence", "subject_link", "reason", "uid")
    list_display = ("when", "sentence", "subject_link", "reason")
    list_display_links = ("when",)
    list_filter = (KindFilter, VerbFilter, UserFilter, DateRangeFilter)
    list_select_related = ("by",)
    sortable_by = ("when",)
    search_fields = ("by_name", "reason", "uid")
    search_help_text = "Reason, name or uid"
    change_list_template = "admin/audit/change_list.html"
    change_form_template = "admin/audit/entry.html"

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Event]) -> list[Event]:
        """Return the entries of a page with their objects."""
        events = list(rows)
        attach_subjects(events)
        return events

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[QuerySet[Event], bool]:
        """Find entries by words of the reason or of the user's name, or by the uid of their object."""
        return queryset.search(search_term), False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(ExportView.as_view(model_admin=self))
        return [path("csv/", view, name="record_event_export"), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        event = context.get("original")
        context["entries"] = build_entries([event]) if isinstance(event, Event) else []
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="Time", ordering="at")
    def when(self, event: Event) -> str:
        return date(timezone.localtime(event.at), "j M Y, H:i")

    @admin.display(description="Action")
    def sentence(self, event: Event) -> str:
        return format_entry(event)

    @admin.display(description="Item")
    def subject_link(self, event: Event) -> SafeString | str:
        """Return the kind and title of the object, linked to its form if it has one.

        For an object that is gone, or that never had a row of its own, return no title.
        """
        label = label_kind(event.kind)
        kind = label.capitalize()
        if event.subject is None:
            return f"Deleted {label}" if model_of(event.kind) else kind
        if not event.subject.address:
            return f"{kind}: {event.subject.title}"
        return format_html('{}: <a href="{}">{}</a>', kind, event.subject.address, event.subject.title)
