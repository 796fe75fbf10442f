"""Admin for bundles: gather works, publish them together, and undo their publication."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from newsroom.db.counts import attach_counts, format_count
from newsroom.desk.changelists.changelist import BoundedAdmin
from newsroom.http.clock import request_time
from stories.admin.views.bundles import BundleView, NewBundleView, PublishBundleView, UndoBundleView, describe_status
from stories.models import Bundle


@admin.register(Bundle)
class BundleAdmin(BoundedAdmin):
    """Admin for bundles, with screens that publish a bundle and undo its publication."""

    list_display = ("title", "size_label", "status_label")
    search_fields = ("title",)
    sortable_by = ()
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Bundle | None = None) -> bool:
        return False  # a bundle shows which works were published together

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[Bundle]) -> list[Bundle]:
        """Count the works of each bundle on the page, and attach the request time, which ``status_label`` needs."""
        bundles = attach_counts(rows, "size", lambda bundle: bundle.members.all())
        for bundle in bundles:
            vars(bundle)["read_at"] = request_time(request)
        return bundles

    @admin.display(description="Pages")
    def size_label(self, bundle: Any) -> str:
        return f"{format_count(bundle.size)} page{'' if bundle.size == 1 else 's'}"

    @admin.display(description="Status")
    def status_label(self, bundle: Any) -> str:
        """Return the status of the bundle in a few words."""
        return describe_status(bundle, at=bundle.read_at)

    def get_urls(self) -> list[URLPattern]:
        """Add the URLs of the screens that publish a bundle and undo its publication."""
        admin_view = self.admin_site.admin_view
        publish, undo = PublishBundleView.as_view(model_admin=self), UndoBundleView.as_view(model_admin=self)
        return [
            path("<int:key>/publish/", admin_view(publish), name="stories_bundle_publish"),
            path("<int:key>/undo/", admin_view(undo), name="stories_bundle_undo"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form for a new bundle."""
        return NewBundleView.respond(self, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the form for a bundle, or a read-only page if the user cannot change it."""
        key = int(object_id) if object_id.isdecimal() and len(object_id) < 19 else 0
        return BundleView.respond(self, request, key=key)
