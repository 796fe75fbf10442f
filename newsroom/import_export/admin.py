"""Base class for admin screens that export their list as a table and import tables."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from newsroom.desk.admin import DeskAdmin
from newsroom.import_export import write
from newsroom.import_export.columns import Sheet
from newsroom.import_export.views import ExportView, ImportView


class ImportExportAdmin(DeskAdmin):
    """A ModelAdmin that exports its list as a table and imports tables."""

    sheet: ClassVar[Sheet]

    def get_urls(self) -> list[URLPattern]:
        name, wrap = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("table/<str:ending>/", wrap(ExportView.as_view(model_admin=self)), name=f"{name}_export"),
            path("import/", wrap(ImportView.as_view(model_admin=self)), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Add the addresses for export and import to the context."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        context = {
            "table_addresses": [
                (ending.upper(), reverse(f"{name}_export", args=[ending])) for ending in write.CONTENT_TYPES
            ],
            "import_address": reverse(f"{name}_import") if self.may_import(request) else "",
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def may_import(self, request: HttpRequest) -> bool:
        """Return whether the user may import tables, which requires permission to add and to change entities."""
        return self.has_add_permission(request) and self.has_change_permission(request)
