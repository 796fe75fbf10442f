"""The live preview of a form: the page and the findings for its current content. Nothing is stored."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import translation

from newsroom.desk.responses import json_refusal
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.finding_fields import field_id
from stories.admin.drafts.live_preview import list_unkept_sentences, reading_length
from stories.admin.drafts.quick_fixes import locate_fixes
from stories.admin.drafts.short_references import describe_form_excess
from stories.admin.views.work.unsaved_form import UnsavedFormView
from stories.checks import Finding, Findings, Level
from stories.models import Edition
from stories.publishing.preflight import check_unsaved
from stories.workflow.shared_previews import page
from stories.workflow.shared_previews.page import UNSAVED, build_draft_page


@dataclass(frozen=True, slots=True)
class CompletedFields:
    """The fields whose findings a user sees while editing a form, as its script sends them.

    A field is completed once the user leaves it. ``is_whole`` is true for a form that was saved: saving checks every
    field. Findings that are ``shown`` already only disappear. While the user ``is_typing``, nothing is added to them, so
    that a half-typed word causes no new finding. ``field_in_use`` is the name of the field with the focus.
    """

    is_typing: bool
    is_whole: bool
    field_in_use: str
    left: frozenset[str]
    shown: frozenset[str]

    @classmethod
    def read(cls, posted: QueryDict) -> "CompletedFields":
        return cls(
            is_typing="_typing" in posted,
            is_whole="_left" not in posted,
            field_in_use=posted.get("_in_use", ""),
            left=frozenset(posted.getlist("_left")),
            shown=frozenset(posted.getlist("_shown")),
        )

    def covers(self, finding: Finding, target: str) -> bool:
        """Return whether to show a finding whose field has the id ``target``."""
        if finding.key in self.shown:
            return True
        if self.is_typing or _concerns(target, self.field_in_use):
            return False
        return self.is_whole or any(_concerns(target, name) for name in self.left)


def _concerns(target: str, name: str) -> bool:
    """Return whether the id ``target`` belongs to the field ``name``, to its tick or to the rows that it is in."""
    if target.startswith("rows-"):
        return name.startswith(f"{target.removeprefix('rows-')}-")
    return bool(name) and target in {f"id_{name}", f"id_{name}_confirmed"}


class LivePreviewView(UnsavedFormView):
    """Return the page of the saved draft for the frame. For a posted form, return its page and its findings as JSON."""

    def get(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        response = HttpResponse(_render_page(request, page.build_unsaved_edition(self.draft, self.base, at=self.at)))
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def post(self, request: HttpRequest, object_id: str = "") -> HttpResponse:
        posted = request.POST.dict()
        if excess := describe_form_excess(posted):
            return json_refusal(excess, status=413)
        form = DraftForm.read(posted, self.draft, by=self.by)
        document, rows = form.document(self.base), form.list_rows(self.base)
        edition = page.build_unsaved_edition(self.draft, document, at=self.at)
        findings = check_unsaved(
            self.draft, document, at=self.at, shown_to=self.by, together=form.list_questions_to_publish()
        )
        completed = CompletedFields.read(request.POST)
        found = [(each, field_id(each.anchor, rows)) for each in findings]
        located = [(each, target) for each, target in found if completed.covers(each, target)]
        ahead = list_unkept_sentences(document, at=self.at)
        context = {"findings": located, "is_partial": not completed.is_whole, **reading_length(edition)}
        return JsonResponse(
            {
                "fixes": locate_fixes(located, request.POST, language=document.language),
                "page": _render_page(request, edition) if "_page" in request.POST else "",
                "findings": render_to_string("admin/stories/work/findings.html#list", context, request),
                "sentences_ahead": render_to_string(
                    "admin/stories/rows/sentences_ahead.html", {"sentences_ahead": ahead}
                ),
                "said": summarise_findings(Findings(each for each, _ in located), is_partial=not completed.is_whole),
            }
        )


def _render_page(request: HttpRequest, edition: Edition) -> str:
    template, page = build_draft_page(edition, at=edition.updated_at)
    with translation.override(edition.language):
        return render_to_string(template, {"page": page, "preview": UNSAVED}, request)


def summarise_findings(findings: Findings, *, is_partial: bool = False) -> str:
    """Return the number of findings of each level, such as “2 blockers, 1 warning”.

    If only some fields were checked, the result without findings is empty.
    """
    counts = [(level, len(each)) for level, each in findings.by_level()]
    summary = ", ".join(f"{number} {_pluralise(level, number)}" for level, number in counts)
    return summary or ("" if is_partial else "All checks passed")


def _pluralise(level: Level, number: int) -> str:
    return level.value if number == 1 else f"{level.value}s"
