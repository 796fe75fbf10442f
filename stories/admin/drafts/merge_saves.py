"""Merge a save with what others saved meanwhile; ask about each place that both sides changed."""

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
from stories.admin.drafts.form_values import as_sent, read_form_values
from stories.admin.views.work.base import work_address
from stories.admin.views.work.review_date import MERGED_FIELDS, save_remembered_review_date
from stories.documents import AnyDocument
from stories.documents.compare.confirmations import equal_except_decisions
from stories.documents.merge import Merged, apart, as_rows_of, merge
from stories.drafts import revisions
from stories.models import FAQ, Work

# Fields for the step after the save, which no revision stores.
NOTES = ("note", "review_note", "review_reason")


class TrialSaveError(Exception):
    """Abort a save that is only tried; hold the submitted document and the chosen owner."""

    def __init__(self, document: AnyDocument, owner: User | None) -> None:
        super().__init__()
        self.document = document
        self.owner = owner


class MergeSavesMixin(DeskAdmin):
    """Mixin for a form whose save may start from an older revision.

    The save is first tried on rows restored to that revision, so that its forms mean what their editor saw, and rolled
    back. The resulting document is merged with the current draft. Without conflicts, the merged document is saved.
    Otherwise the form is shown again with everything that could be merged in it, and asks about the rest.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save the form, or merge it with what was saved since its revision."""
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        state = FORM_STATE.get(request)
        request.POST, state.together = apply_choices(request.POST)  # type: ignore[assignment]  # a mutable copy
        with invalidation(savepoint=False):
            work = state.locked = self.get_object(request, unquote(object_id))
            conflict = state.conflict
            if not conflict:
                state.opened = work
            if work and conflict and conflict.base and self.has_change_permission(request, work):
                try:
                    tried = self._try(request, work, conflict.base.document.value(), form_url, extra_context)
                    if isinstance(tried, HttpResponse):
                        return tried
                    before, sent = tried
                    if together := self._join(request, work, conflict, before, sent):
                        return together
                except (IntegrityError, drafts.UnknownImageError):
                    # Current rows collide with those of the older revision: show both texts unmerged.
                    state.clashes = []
            # changeform_view would do this inside a transaction, which is open already; the stubs do not declare the
            # method.
            response: HttpResponse = self._changeform_view(  # type: ignore[attr-defined]
                request, object_id, form_url, extra_context
            )
            return response

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """Tell the form whether a field holds two texts that the editor has to edit together."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.waits = bool(FORM_STATE.get(request).together)
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
        """Offer a choice for each place in conflict, and mark the fields that hold two texts."""
        state, form = FORM_STATE.get(request), context["adminform"].form
        formsets = [rows.formset for rows in context["inline_admin_formsets"]]
        if clashes := context.get("text_conflicts"):
            standing, conflict = read_form_values(*self._forms(request, obj)), context["conflict"]
            context["my_places"], context["their_places"] = state.one_sided
            context["conflict_choices"] = [
                (clash, make_choice(clash, conflict, form, formsets, standing)) for clash in clashes
            ]
        for name in state.together:
            mark_field(name, form, formsets)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def conflict_in(self, request: HttpRequest, work: Work) -> Conflict | None:
        """Return the conflict between a save and what was saved since its revision; the work must be locked.

        A save that is only tried has none, nor has a form that only shows restored text.
        """
        state = FORM_STATE.get(request)
        if state.is_trial or state.restored:
            return None
        return find_conflict(work, request.POST.get("base_revision", ""), by=signed_in_user(request))

    def end_if_tried(self, request: HttpRequest, form: Any) -> None:
        """Raise SentError for a save that is only tried; its rows are written by then."""
        if FORM_STATE.get(request).is_trial:
            raise TrialSaveError(revisions.build_document(form.instance), form.cleaned_data.get("owner"))

    def tell_of_made(self, request: HttpRequest, questions: list[FAQ]) -> None:
        """Report the questions that were created with the work."""

    def _try(
        self, request: HttpRequest, work: Work, base: AnyDocument, form_url: str, extra_context: dict[str, Any] | None
    ) -> tuple[AnyDocument, TrialSaveError] | HttpResponse:
        """Return the older draft with the submitted document, or the response that shows the form's errors."""
        state = FORM_STATE.get(request)
        with drafts.restore_temporarily(
            work, base, sources_given=parse_number(request.POST.get("sources_given", ""), digits=8)
        ):
            before = drafts.build_document(work)
            state.is_trial = True
            state.meanwhile = f"{state.conflict} It is joined with yours once yours can be saved."
            FORMSETS.set(request, {})
            try:
                response = super().changeform_view(request, str(work.pk), form_url, extra_context)
                if isinstance(response, TemplateResponse):
                    # The page shows rows that are gone after the trial.
                    response.render()
                return response
            except TrialSaveError as sent:
                return before, sent
            finally:
                state.is_trial, state.meanwhile = False, ""
                FORMSETS.set(request, {})

    def _join(
        self, request: HttpRequest, work: Work, conflict: Conflict, before: AnyDocument, sent: TrialSaveError
    ) -> HttpResponse | None:
        """Save the merged document, or put it into the request, list the conflicts to ask about, and return None."""
        theirs = drafts.build_document(work)
        mine = apart(before, theirs, sent.document, given=work.citations_given)
        merged = merge(before, theirs, mine)
        owner, owners = merge_owner(work, sent.owner, before=request.POST.get("owner_before"))
        if not merged.conflicts and owners is None:
            return self._save(request, work, conflict, before, theirs, merged, owner)
        asked: list[TextConflict] = [from_merge_conflict(place) for place in merged.conflicts]
        state = FORM_STATE.get(request)
        state.clashes = [*asked, *([owners] if owners else [])]
        state.one_sided = list_one_sided_changes(before, theirs, mine, asked=[clash.anchor for clash in asked])
        wanted = as_rows_of(theirs, merge(before, mine, theirs).document)
        # If the other side changed a row that was submitted as deleted, show that change in case the row stays.
        removes = any(name.endswith("-DELETE") for name in request.POST)
        if wanted != sent.document or owner != sent.owner or removes:
            request.POST = self._posted(request, work, wanted, owner)  # type: ignore[assignment]  # a mutable copy
        return None

    def _save(
        self,
        request: HttpRequest,
        work: Work,
        conflict: Conflict,
        before: AnyDocument,
        theirs: AnyDocument,
        merged: Merged,
        owner: User | None,
    ) -> HttpResponse:
        newest, by = conflict.newest, signed_in_user(request)
        known, meanwhile = set(theirs.citations), describe_other_saves(conflict, before, theirs)
        revision, made = revisions.replace_draft(
            work,
            merged.document,
            articles=[cited for cited in merged.document.citations if cited not in known],
            owner=owner,
            by=by,
            reason=f"Merged with revision {newest.number}",
        )
        save_remembered_review_date(request, work)
        if revision.number == newest.number:
            saved = f"Nothing of what you sent was new: revision {newest.number} says it."
        else:
            self.log_change(request, work, revision.reason)
            saved = f"Saved as revision {revision.number}, merged with revision {newest.number}."
        FORM_STATE.get(request).saved = saved
        if goes_on := request.POST.get("_continue", "save") == "save" or equal_except_decisions(before, theirs):
            response = self.response_change(request, work)
        else:
            messages.success(request, saved)
            response = HttpResponseRedirect(work_address(work, "change"))
        messages.info(request, meanwhile)
        self.tell_of_made(request, made)
        if not goes_on:
            notes = [note for name in NOTES if (note := request.POST.get(name, "").strip())]
            told = "".join(f" You wrote: “{note}”" for note in notes)
            messages.warning(request, f"Nothing else was done: look first at what came in, then choose again.{told}")
        return response

    def _posted(self, request: HttpRequest, work: Work, document: AnyDocument, owner: User | None) -> QueryDict:
        """Return the POST data as if ``document`` had been typed into the form of the current draft."""
        with drafts.restore_temporarily(work, document):
            wanted = read_form_values(*self._forms(request, work))
        values = as_sent(wanted, read_form_values(*self._forms(request, work)), sources_given=work.citations_given)
        posted = request.POST.copy()
        ticked = {posted.get(name.replace("goes_out", "question")) for name in posted if name.endswith("-goes_out")}
        values |= {
            name.replace("-question", "-goes_out"): "on"
            for name, question in values.items()
            if name.endswith("-question") and question in ticked
        }
        values["owner"] = str(owner.pk) if owner else ""
        for name in ("csrfmiddlewaretoken", "_continue", "base_revision", *NOTES, *MERGED_FIELDS):
            values[name] = posted.get(name, "")
        posted.clear()
        posted.update(values)
        return posted

    def _forms(self, request: HttpRequest, work: Work) -> tuple[Any, list[UidFormSet]]:
        """Return the forms of the page, filled from the current rows."""
        reading = copy(request)
        reading.method = "GET"
        shown = self.get_object(reading, str(work.pk))
        assert shown is not None  # noqa: S101  # it is locked
        fields = flatten_fieldsets(self.get_fieldsets(reading, shown))
        form = self.get_form(reading, shown, change=True, fields=fields)(instance=shown)
        return form, [
            rows(**self.get_formset_kwargs(reading, shown, inline, rows.get_default_prefix()))
            for rows, inline in self.get_formsets_with_inlines(reading, shown)
        ]
