"""Merge a save with revisions saved in the meantime; the user decides about places that both sides changed."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.admin import FORMSETS, DeskAdmin
from newsroom.desk.forms.rows import UidFormSet
from newsroom.http.converters import parse_number
from newsroom.page_cache.invalidation import invalidation
from stories import drafts
from stories.admin.drafts.conflict_choices import apply_choices, make_choice, mark_field
from stories.admin.drafts.conflicts import (
    Conflict,
    TextConflict,
    describe_other_saves,
    find_conflict,
    from_merge_conflict,
    list_one_sided_changes,
    merge_owner,
)
from stories.admin.drafts.form_state import FORM_STATE
from stories.admin.drafts.form_values import build_post_values, read_form_values
from stories.admin.drafts.short_references import CARRIED_NAMES, show_short_names
from stories.admin.views.work.base import work_address
from stories.admin.views.work.review import is_review_step
from stories.admin.views.work.review_date import MERGED_FIELDS, save_remembered_review_date
from stories.documents import AnyDocument
from stories.documents.compare.confirmations import equal_except_decisions
from stories.documents.merge import MergeResult, adopt_row_uids, merge, renumber_added_sources
from stories.drafts import revisions
from stories.drafts.short_references import ShortNames, list_visible_kinds
from stories.models import FAQ, Work

# Fields for the step after the save; revisions do not contain them.
NOTE_FIELDS = ("note", "review_note", "review_reason")


class TrialSaveError(Exception):
    """Exception that ends a trial save and carries the submitted document and the chosen owner."""

    def __init__(self, document: AnyDocument, owner: User | None) -> None:
        super().__init__()
        self.document = document
        self.owner = owner


class MergeSavesMixin(DeskAdmin):
    """Mixin for a form whose save may start from an older revision.

    First, in a trial save, the form is saved to rows that have been restored to that revision, because those are the
    rows that the user edited. The trial is rolled back, and the resulting document is merged with the current draft.
    Without conflicts, the merged document is saved. Otherwise, the form is shown again with everything that could be
    merged, and with a choice for the rest.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save the form, merged with the revisions that were saved after its base revision."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        state = FORM_STATE.get(request)
        request.POST, state.fields_to_merge = apply_choices(request.POST)  # type: ignore[assignment]  # a mutable copy
        with invalidation(savepoint=False):
            work = state.locked_work = self.get_object(request, unquote(object_id))
            conflict = state.conflict
            if not conflict:
                state.loaded_work = work
            if work and conflict and conflict.base and self.has_change_permission(request, work):
                try:
                    trial = self._save_on_trial(request, work, conflict.base.document.value(), form_url, extra_context)
                    if isinstance(trial, HttpResponse):
                        return trial
                    before, submission = trial
                    if response := self._merge(request, work, conflict, before, submission):
                        return response
                except (IntegrityError, drafts.UnknownImageError):
                    # Current rows collide with rows of the older revision, or one of its images is gone: show both
                    # texts unmerged.
                    state.text_conflicts = []
            # Django's changeform_view would open a transaction, but one is already open. The stubs do not declare
            # _changeform_view.
            return self._changeform_view(  # type: ignore[attr-defined,no-any-return]
                request, object_id, form_url, extra_context
            )

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """Return the form class, with flags that are true if a field contains two texts to merge or an unknown name."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.has_texts_to_merge = bool(FORM_STATE.get(request).fields_to_merge)
        form.has_unknown_names = bool(FORM_STATE.get(request).unknown_names)
        return form  # type: ignore[no-any-return]  # made by Django's factory

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the form with short references, and with a choice for each place in conflict.

        A field with two texts or with an unknown name has an error.
        """
        state, form = FORM_STATE.get(request), context["adminform"].form
        formsets = [rows.formset for rows in context["inline_admin_formsets"]]
        text_conflicts = context.get("text_conflicts")
        saved_form, saved_formsets = self._make_forms(request, obj) if text_conflicts else (form, [])
        saved_forms = [saved_form, *(row for rows in saved_formsets for row in rows.forms)]
        names = show_short_names(form, formsets, saved_forms, by=signed_in_user(request))
        context |= {"carried_field": CARRIED_NAMES, "carried_names": str(names)}
        if text_conflicts:
            saved, conflict = read_form_values(saved_form, saved_formsets), context["conflict"]
            context["my_places"], context["their_places"] = state.one_sided_changes
            context["conflict_choices"] = [
                (each, make_choice(each, conflict, form, formsets, saved)) for each in text_conflicts
            ]
        for name in state.fields_to_merge:
            both = forms.ValidationError("Both texts are here. Edit them into one.", code="both")
            mark_field(name, both, form, formsets)
        for name, unknown_names in state.unknown_names.items():
            for unknown in unknown_names:
                mark_field(name, forms.ValidationError(str(unknown), code="unknown"), form, formsets)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def find_conflict(self, request: HttpRequest, work: Work) -> Conflict | None:
        """Return the conflict between a save and revisions after its base revision, or None; the work must be locked.

        A trial save has no conflict, nor does a form that only shows restored text.
        """
        state = FORM_STATE.get(request)
        if state.is_trial or state.restored:
            return None
        return find_conflict(work, request.POST.get("base_revision", ""), by=signed_in_user(request))

    def abort_if_trial(self, request: HttpRequest, form: Any) -> None:
        """Raise TrialSaveError in a trial save. The rows must have been written."""
        if FORM_STATE.get(request).is_trial:
            raise TrialSaveError(revisions.build_document(form.instance), form.cleaned_data.get("owner"))

    def report_created_questions(self, request: HttpRequest, questions: list[FAQ]) -> None:
        """Do nothing. A subclass can report the questions that were created with the work."""

    def _save_on_trial(
        self, request: HttpRequest, work: Work, base: AnyDocument, form_url: str, extra_context: dict[str, Any] | None
    ) -> tuple[AnyDocument, TrialSaveError] | HttpResponse:
        """Return the document of the base revision and the submission, or the response that shows the form's errors.

        Raise the errors of ``drafts.restore_temporarily``.
        """
        state = FORM_STATE.get(request)
        with drafts.restore_temporarily(
            work, base, sources_given=parse_number(request.POST.get("sources_given", ""), digits=8)
        ):
            before = drafts.build_document(work)
            state.is_trial = True
            state.merge_notice = f"{state.conflict} Both texts will be merged once you fix the problems and save."
            FORMSETS.set(request, {})
            try:
                response = super().changeform_view(request, str(work.pk), form_url, extra_context)
                if isinstance(response, TemplateResponse):
                    # Render now, because the page shows rows that do not exist after the trial.
                    response.render()
                return response
            except TrialSaveError as submission:
                return before, submission
            finally:
                state.is_trial, state.merge_notice = False, ""
                FORMSETS.set(request, {})

    def _merge(
        self, request: HttpRequest, work: Work, conflict: Conflict, before: AnyDocument, submission: TrialSaveError
    ) -> HttpResponse | None:
        """Save the merged document and return the response.

        If there are conflicts, instead list them in the form state, put the merged document into the request and return
        None. Raise the errors of ``drafts.restore_temporarily``.
        """
        theirs = drafts.build_document(work)
        mine = renumber_added_sources(before, theirs, submission.document, last_number=work.citations_given)
        merged = merge(before, theirs, mine)
        owner, owner_conflict = merge_owner(work, submission.owner, before=request.POST.get("owner_before"))
        if not merged.conflicts and owner_conflict is None:
            return self._save_merged(request, work, conflict, before, theirs, merged, owner)
        names = ShortNames.of_documents((before, theirs, mine), kinds=list_visible_kinds(signed_in_user(request)))
        text_conflicts: list[TextConflict] = [from_merge_conflict(each, names) for each in merged.conflicts]
        state = FORM_STATE.get(request)
        state.text_conflicts = [*text_conflicts, *([owner_conflict] if owner_conflict else [])]
        state.one_sided_changes = list_one_sided_changes(
            before, theirs, mine, conflict_anchors=[each.anchor for each in text_conflicts]
        )
        target = adopt_row_uids(theirs, merge(before, mine, theirs).document)
        # If the other side changed a row that was submitted as deleted, show its change in case the user keeps the row.
        has_deletions = any(name.endswith("-DELETE") for name in request.POST)
        if target != submission.document or owner != submission.owner or has_deletions:
            request.POST = self._build_post(request, work, target, owner)  # type: ignore[assignment]  # a mutable copy
        return None

    def _save_merged(
        self,
        request: HttpRequest,
        work: Work,
        conflict: Conflict,
        before: AnyDocument,
        theirs: AnyDocument,
        merged: MergeResult,
        owner: User | None,
    ) -> HttpResponse:
        newest, by = conflict.newest, signed_in_user(request)
        their_citations, notice = set(theirs.citations), describe_other_saves(conflict, before, theirs)
        revision, created = revisions.replace_draft(
            work,
            merged.document,
            articles=[cited for cited in merged.document.citations if cited not in their_citations],
            owner=owner,
            by=by,
            reason=f"Merged with revision {newest.number}",
        )
        save_remembered_review_date(request, work)
        if revision.number == newest.number:
            saved = f"Revision {newest.number} already contains your changes."
        else:
            self.log_change(request, work, revision.reason)
            saved = f"Saved as revision {revision.number}, merged with revision {newest.number}."
        FORM_STATE.get(request).saved_message = saved
        # If the other side changed more than confirmations and proposed names, skip publishing and review steps, so
        # that the user first sees the changes and then chooses again.
        if does_next_step := request.POST.get("_continue", "save") == "save" or equal_except_decisions(before, theirs):
            response = self.response_change(request, work)
        else:
            messages.success(request, saved)
            response = HttpResponseRedirect(work_address(work, "change"))
        messages.info(request, notice)
        self.report_created_questions(request, created)
        if not does_next_step:
            notes = [note for name in NOTE_FIELDS if (note := request.POST.get(name, "").strip())]
            quoted = "".join(f" You wrote: “{note}”" for note in notes)
            skipped = (
                "Only saved. Check the merged changes, then try again."
                if is_review_step(request)
                else "Not published. Check the merged changes, then publish again."
            )
            messages.warning(request, f"{skipped}{quoted}")
        return response

    def _build_post(self, request: HttpRequest, work: Work, document: AnyDocument, owner: User | None) -> QueryDict:
        """Return the POST data as if ``document`` had been typed into the form of the current draft.

        Raise the errors of ``drafts.restore_temporarily``.
        """
        with drafts.restore_temporarily(work, document):
            target = read_form_values(*self._make_forms(request, work))
        current = read_form_values(*self._make_forms(request, work))
        values = build_post_values(target, current, sources_given=work.citations_given)
        posted = request.POST.copy()
        ticked = {posted.get(name.replace("goes_out", "question")) for name in posted if name.endswith("-goes_out")}
        values |= {
            name.replace("-question", "-goes_out"): "on"
            for name, question in values.items()
            if name.endswith("-question") and question in ticked
        }
        values["owner"] = str(owner.pk) if owner else ""
        for name in ("csrfmiddlewaretoken", "_continue", "base_revision", *NOTE_FIELDS, *MERGED_FIELDS):
            values[name] = posted.get(name, "")
        posted.clear()
        posted.update(values)
        return posted

    def _make_forms(self, request: HttpRequest, work: Work) -> tuple[Any, list[UidFormSet]]:
        """Return the unbound forms of the page, with the current rows as initial values."""
        get_request = copy(request)
        get_request.method = "GET"
        current = self.get_object(get_request, str(work.pk))
        assert current is not None  # noqa: S101  # it is locked
        fields = flatten_fieldsets(self.get_fieldsets(get_request, current))
        form = self.get_form(get_request, current, change=True, fields=fields)(instance=current)
        return form, [
            rows(**self.get_formset_kwargs(get_request, current, inline, rows.get_default_prefix()))
            for rows, inline in self.get_formsets_with_inlines(get_request, current)
        ]
