"""The base of admin classes whose list can be exported as a table, and which import tables."""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from newsroom.desk.admin import DeskAdmin
from newsroom.import_export import write
from newsroom.import_export.columns import Sheet
from newsroom.import_export.views import ExportView, ImportView


class ImportExportAdmin(DeskAdmin):
    """A ModelAdmin whose list can be exported as a table, and which imports tables."""

    sheet: ClassVar[Sheet]

    def get_urls(self) -> list[URLPattern]:
        name, enter = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("table/<str:ending>/", enter(ExportView.as_view(model_admin=self)), name=f"{name}_export"),
            path("import/", enter(ImportView.as_view(model_admin=self)), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Add the addresses of export and import."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        tables = {
            "table_addresses": [
                (ending.upper(), reverse(f"{name}_export", args=[ending])) for ending in write.CONTENT_TYPES
            ],
            "import_address": reverse(f"{name}_import") if self.may_import(request) else "",
        }
        return super().changelist_view(request, {**tables, **(extra_context or {})})

    def may_import(self, request: HttpRequest) -> bool:
        """Return whether the user may import tables, which takes the permissions to add and to change."""
        return self.has_add_permission(request) and self.has_change_permission(request)
