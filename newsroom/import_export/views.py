"""The screens for tables: export of a filtered list as CSV or XLSX, and import of a table after a preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsroom.desk.responses import focus_first_error
from newsroom.desk.views import ModelView
from newsroom.import_export import write
from newsroom.import_export.columns import Sheet
from newsroom.import_export.plan import (
    MAX_CHANGES,
    NoKeyColumnError,
    Outcome,
    Plan,
    PlanChangedError,
    PlannedRow,
    TooManyChangesError,
    apply_plan,
    build_plan,
)
from newsroom.import_export.read import MAX_FILE_SIZE, Table, UnreadableError, read_stored_table, read_table

MAX_ROWS_SHOWN = 1_000
# The titles of the groups of rows, in the order of the preview.
TITLES = {
    Outcome.REFUSED: "Rejected",
    Outcome.NEW: "New",
    Outcome.CHANGED: "Changed",
    Outcome.SAME: "Unchanged",
}


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows with one outcome: those that the preview shows, and the number of the others."""

    outcome: Outcome
    rows: Sequence[PlannedRow]
    remaining: int

    @property
    def title(self) -> str:
        """The heading of the group."""
        return TITLES[self.outcome]

    @property
    def last_column(self) -> str:
        """The heading of the last column."""
        return "Reason" if self.outcome == Outcome.REFUSED else "Changes"

    @property
    def is_open(self) -> bool:
        """Whether the group shows its rows from the start."""
        return self.outcome != Outcome.SAME


class TableForm(forms.Form):
    """A form for uploading a table."""

    file = forms.FileField(
        label="Spreadsheet",
        help_text=f"CSV or XLSX with headings. At most 2 MB, 5,000 rows and {MAX_CHANGES:,} changes.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )


class ExportView(ModelView):
    """Export all rows of the filtered list."""

    def prepare(self) -> None:
        if self.kwargs["ending"] not in write.CONTENT_TYPES:
            raise Http404
        self.require(self.model_admin.has_view_permission(self.request))

    def get(self, request: HttpRequest, ending: str) -> HttpResponse | FileResponse:
        try:
            queryset = self.model_admin.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return redirect(self.address("changelist"))
        report = write.write_table(self.model_admin.sheet, queryset, ending)
        if report.remark:
            messages.warning(request, report.remark)
        name, content_type = f"{self.model_admin.opts.verbose_name_plural}.{ending}", write.CONTENT_TYPES[ending]
        return FileResponse(report.content, as_attachment=True, filename=name, content_type=content_type)


class ImportView(ModelView):
    """Ask for a table, show the changes that it would make, then apply it."""

    template_name = "admin/import_export/import.html"

    def prepare(self) -> None:
        self.require(self.model_admin.may_import(self.request))

    @property
    def sheet(self) -> Sheet:
        """The definition of the model's spreadsheet: its columns and its form."""
        sheet: Sheet = self.model_admin.sheet
        return sheet

    def get_context(self) -> dict[str, Any]:
        return {
            **super().get_context(),
            "title": f"Import a spreadsheet of {self.model_admin.opts.verbose_name_plural}",
            "headings": ["uid", *(column.heading for column in self.sheet.columns)],
            "list_address": self.address("changelist"),
            "import_address": self.address("import"),
        }

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render({"form": TableForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Apply the previewed table, or preview the uploaded one."""
        form = TableForm()
        context: dict[str, Any] = {}
        try:
            if "table" in request.POST:
                return self._apply(request.POST["table"])
            form = TableForm(request.POST, request.FILES)
            if form.is_valid():
                table = read_table(form.cleaned_data["file"].read(MAX_FILE_SIZE + 1))
                context = describe_plan(table, build_plan(table, self.sheet))
        except (UnreadableError, NoKeyColumnError, TooManyChangesError) as error:
            if form.is_bound:
                form.add_error("file", str(error))
            else:
                messages.error(request, str(error))
        return self.render({"form": focus_first_error(form), **context})

    def _apply(self, text: str) -> HttpResponse:
        request, table = self.request, read_stored_table(text)
        if "without_refused" not in request.POST and build_plan(table, self.sheet).with_outcome(Outcome.REFUSED):
            messages.error(request, "Some rows were rejected. Fix them, or import the rest.")
            return self.render(describe_plan(table, build_plan(table, self.sheet), text))
        try:
            plan = apply_plan(table, self.sheet, digest=request.POST.get("seen", ""), by=self.by)
        except PlanChangedError as error:
            messages.warning(request, str(error))
            return self.render(describe_plan(table, error.plan, text))
        new, changed = len(plan.with_outcome(Outcome.NEW)), len(plan.with_outcome(Outcome.CHANGED))
        messages.success(request, f"Imported: {new:,} new, {changed:,} changed.")
        return redirect(self.address("changelist"))


def describe_plan(table: Table, plan: Plan, text: str = "") -> dict[str, Any]:
    """Return the template context for the changes that a table would make.

    ``text`` is the table as submitted, by default ``table.as_text``.
    """
    rows = {outcome: plan.with_outcome(outcome) for outcome in TITLES}
    return {
        "plan": plan,
        "matching_note": table.reading_note,
        "text": text or table.as_text,
        "counts": {str(outcome): len(planned) for outcome, planned in rows.items()},
        "row_groups": [
            RowGroup(outcome, planned[:MAX_ROWS_SHOWN], max(0, len(planned) - MAX_ROWS_SHOWN))
            for outcome, planned in rows.items()
            if planned
        ],
    }
