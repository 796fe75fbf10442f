"""The screens for tables: exporting a filtered list as CSV or XLSX, and importing a table after a preview."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from newsroom.audit.csv_export import csv_lines
from newsroom.desk.admin import DeskAdmin
from newsroom.desk.responses import focus_first_error, require_user
from newsroom.import_export import write
from newsroom.import_export.columns import Sheet
from newsroom.import_export.plan import (
    MOST_CHANGES,
    NoKeyColumnError,
    Outcome,
    Plan,
    PlanChangedError,
    TooManyChangesError,
    apply_plan,
    build_plan,
)
from newsroom.import_export.read import LARGEST_FILE, Table, UnreadableError, read_stored_table, read_table

BATCH = 500
MOST_SHOWN = 1_000


class TableForm(forms.Form):
    """A form for the file with a table."""

    file = forms.FileField(
        label="Table",
        help_text=f"CSV or XLSX with headings, at most 2 MB and 5,000 rows, of which {MOST_CHANGES:,} may be new or changed. You see every change before anything is saved.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class ImportExportAdmin(DeskAdmin):
    """A ModelAdmin whose list can be exported as a table, and which imports tables."""

    sheet: ClassVar[Sheet]

    def get_urls(self) -> list[URLPattern]:
        name, view = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        return [
            path("table/<str:ending>/", view(self.table_view), name=f"{name}_table"),
            path("import/", view(self.import_view), name=f"{name}_import"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Add the addresses of export and import."""
        tables = {
            "table_addresses": [
                (ending.upper(), self._table_address("table", ending)) for ending in write.CONTENT_TYPES
            ],
            "import_address": self._table_address("import") if self.may_import(request) else "",
        }
        return super().changelist_view(request, {**tables, **(extra_context or {})})

    def may_import(self, request: HttpRequest) -> bool:
        """Return whether the user may import tables, which takes the permissions to add and to change."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def table_view(self, request: HttpRequest, ending: str) -> HttpResponse | StreamingHttpResponse:
        """Export all rows that the list shows under its filters."""
        if ending not in write.CONTENT_TYPES:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(self._table_address("changelist"))
        things = found.iterator(chunk_size=BATCH)
        name = f"{self.opts.verbose_name_plural}.{ending}"
        if ending == "xlsx":
            content = write.xlsx_file(self.sheet, things)
            return FileResponse(content, as_attachment=True, filename=name, content_type=write.CONTENT_TYPES[ending])
        response = StreamingHttpResponse(
            csv_lines(write.iterate_rows(self.sheet, things)), content_type=write.CONTENT_TYPES[ending]
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a table, show what it would change, then apply it."""
        if not self.may_import(request):
            raise PermissionDenied
        form = TableForm()
        context: dict[str, Any] = {}
        try:
            if request.method == "POST" and "table" in request.POST:
                return self._taken(request)
            if request.method == "POST":
                form = TableForm(request.POST, request.FILES)
                if form.is_valid():
                    file = form.cleaned_data["file"]
                    table = read_table(file.read(LARGEST_FILE + 1))
                    context = self._shown(table, build_plan(table, self.sheet))
        except (UnreadableError, NoKeyColumnError, TooManyChangesError) as refusal:
            if form.is_bound:
                form.add_error("file", str(refusal))
            else:
                messages.error(request, str(refusal))
        return self._asked(request, {"form": focus_first_error(form), **context})

    def _taken(self, request: HttpRequest) -> HttpResponse:
        text = request.POST["table"]
        table = read_stored_table(text)
        if "without_refused" not in request.POST and build_plan(table, self.sheet).of(Outcome.REFUSED):
            messages.error(request, "Some rows are refused. Say that the others go without them, or mend the table.")
            return self._asked(request, self._shown(table, build_plan(table, self.sheet), text))
        try:
            made = apply_plan(table, self.sheet, shown=request.POST.get("seen", ""), by=require_user(request))
        except PlanChangedError as refusal:
            messages.warning(request, str(refusal))
            return self._asked(request, self._shown(table, refusal.plan, text))
        new, changed = len(made.of(Outcome.NEW)), len(made.of(Outcome.CHANGED))
        messages.success(request, f"Taken in: {new:,} new, {changed:,} changed.")
        return redirect(self._table_address("changelist"))

    def _shown(self, table: Table, made: Plan, text: str = "") -> dict[str, Any]:
        rows = {str(outcome): made.of(outcome) for outcome in Outcome}
        return {
            "plan": made,
            "how": table.how,
            "text": text or table.as_text,
            "counts": {name: len(found) for name, found in rows.items()},
            "parts": [
                (title, rows[name][:MOST_SHOWN], max(0, len(rows[name]) - MOST_SHOWN))
                for title, name in (
                    ("Refused", "refused"),
                    ("New", "new"),
                    ("Changed", "changed"),
                    ("The same", "same"),
                )
                if rows[name]
            ],
        }

    def _asked(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        known = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Take a table of {self.opts.verbose_name_plural} in",
            "headings": ["uid", *(column.heading for column in self.sheet.columns)],
            "list_address": self._table_address("changelist"),
            "import_address": self._table_address("import"),
        }
        return TemplateResponse(request, "admin/import_export/import.html", {**known, **context})

    def _table_address(self, screen: str, *keys: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{screen}", args=keys)
