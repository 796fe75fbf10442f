"""Admin for stories and questions: a save is one transaction, and records a revision if the document changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms.models import BaseModelFormSet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.audit.models import Event
from newsroom.db.counts import attach_counts, format_count
from newsroom.desk.forms.rows import SWAP_BUTTON, swap_rows
from newsroom.desk.responses import json_errors
from newsroom.errors import RefusedError
from newsroom.http.clock import request_time
from newsroom.http.converters import parse_number
from stories import checks, publishing
from stories.admin.changelists import WorkChangeListMixin
from stories.admin.drafts.conflicts import list_text_conflicts
from stories.admin.drafts.document import DraftForm
from stories.admin.drafts.finding_fields import field_id, list_form_rows
from stories.admin.drafts.first_saves import SingleCreationMixin
from stories.admin.drafts.form_state import FORM_STATE
from stories.admin.drafts.merge_saves import MergeSavesMixin
from stories.admin.drafts.passage_sources import apply_passage_sources
from stories.admin.drafts.short_references import describe_form_excess, resolve_form
from stories.admin.filters import ShortAnswerFilter
from stories.admin.forms.chosen_picture import fill_chosen_picture
from stories.admin.forms.new_names import NAME_KINDS, USUAL_KINDS
from stories.admin.forms.rows import (
    AnswerRows,
    CellRows,
    ClaimRows,
    ForecastRows,
    ImageRows,
    KeyFigureRows,
    PassageRows,
    QuestionRows,
    SectionRows,
    SourceRows,
    TopicRows,
)
from stories.admin.forms.rows.questions import StoryQuestionFormSet
from stories.admin.forms.rows.sources import SourceFormSet
from stories.admin.forms.works import QuestionForm, StoryForm
from stories.admin.views.expiring_answers import ExpiringAnswersView
from stories.admin.views.lookups import MAX_ARTICLES, get_suggestions
from stories.admin.views.work.base import change_address, is_correction, work_address
from stories.admin.views.work.comments import build_form_panel
from stories.admin.views.work.found_points import FoundPointsView, UnsavedPointsView
from stories.admin.views.work.history import RevisionView
from stories.admin.views.work.look import LookView
from stories.admin.views.work.presence import get_presence_context
from stories.admin.views.work.publish import publish_and_report
from stories.admin.views.work.review import ReviewView, build_review_panel, is_review_step, take_review_step
from stories.admin.views.work.review_date import remember_review_date, save_remembered_review_date
from stories.admin.views.work.urls import work_urls
from stories.documents.page_order import PARTS_AFTER_SECTIONS
from stories.documents.schema.claims import KINDS
from stories.drafts import revisions
from stories.drafts.publication_status import (
    annotate_publication_status,
    find_scheduled,
    find_stories_asking,
    get_publication_status,
    get_title,
)
from stories.drafts.queues import annotate_review_dates
from stories.models import FAQ, Article, Change, ChangeNote, State, Story, Work, WorkKind
from stories.publishing.preflight import load_preflight
from stories.publishing.review import describe_missing_approval
from stories.workflow import open_points, shared_previews
from stories.workflow.agreement.review import can_find_points

# The step after a save that makes a page of an open point, whose words follow.
PAGE_STEP = "page:"
# Steps after a save that choose a picture without JavaScript.
PICTURE_STEPS = ("picture:lead", "picture:pictures")
# A longer key may not fit into a 64-bit integer in the database.
MAX_KEY_DIGITS = 18


def make_page_and_report(request: HttpRequest, work: Work, question: str) -> None:
    """Make a page of an open point of a story, and report it with a link to the page."""
    try:
        faq = open_points.make_page(work, question, by=signed_in_user(request))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return
    if faq is not None:
        address = reverse(faq.change_view_name, args=[faq.pk])
        messages.success(request, format_html('Linked to the question “<a href="{}">{}</a>”.', address, faq.question))


class WorkAdmin(SingleCreationMixin, MergeSavesMixin):
    """Base admin class for works; each save is one transaction."""

    kind: ClassVar[WorkKind]

    def get_urls(self) -> list[URLPattern]:
        """Add the URLs of the screens of a work."""
        # These come before Django's own URLs, which include a history.
        return [*work_urls(self), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Annotate each work with its publication status and its review dates."""
        works = super().get_queryset(request).select_related("owner", "assigned_to", "reviewed_revision", "reviewed_by")
        return annotate_review_dates(annotate_publication_status(works, at=request_time(request)))

    def get_fieldsets(self, request: HttpRequest, obj: Work | None = None) -> Any:
        # The template lays out the fields, so one fieldset is enough.
        form: Any = self.form
        return [(None, {"fields": form.Meta.fields})]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Work | None:
        """Return the work, or None if it does not exist.

        On POST, lock the work, and record any conflict with a newer save in the form state. Raise Http404 if a valid
        key leads to no work.
        """
        if len(object_id) > MAX_KEY_DIGITS:
            return None
        state = FORM_STATE.get(request)
        if request.method == "POST":
            if loaded := state.loaded_work:
                state.loaded_work = None
                return loaded
            Work.objects.lock(object_id)
        work: Work | None = super().get_object(request, object_id, from_field)
        if work is None and request.method == "POST":
            raise Http404  # Django's own response would redirect and lose the text
        if work is not None and request.method == "POST":
            state.conflict = self.find_conflict(request, work)
        return work

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Prepare the submitted form, then go on.

        Move the row whose button was pressed, cite the addresses that were pasted into passages, and resolve short
        references. A form that is too large, or of a user without permission, is refused as it is.
        """
        may_save = self.has_change_permission(request) if object_id else self.has_add_permission(request)
        if request.method == "POST" and may_save and not describe_form_excess(request.POST):
            key = parse_number(object_id or "", digits=MAX_KEY_DIGITS)
            posted, notices = apply_passage_sources(swap_rows(request.POST), key)
            posted, FORM_STATE.get(request).unknown_names = resolve_form(posted, by=signed_in_user(request))
            request.POST = posted  # type: ignore[assignment]  # a mutable copy
            for notice in notices:
                messages.info(request, notice)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Work | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        """Return the form class with the user and any conflict as class attributes."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.by = request.user
        form.conflict = FORM_STATE.get(request).conflict
        return form  # type: ignore[no-any-return]  # made by Django's factory

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Make the user the default owner of a new work."""
        return {**super().get_changeform_initial_data(request), "owner": request.user.pk}

    def has_delete_permission(self, request: HttpRequest, obj: Work | None = None) -> bool:
        return False  # drafts go into the trash, and published pages are withdrawn

    def has_change_permission(self, request: HttpRequest, obj: Work | None = None) -> bool:
        """Return whether the user may edit the work. Works in the trash cannot be edited."""
        return super().has_change_permission(request, obj) and not (obj and obj.binned_at)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the review page, or the newest revision of a work in the trash, to users who may not edit the work."""
        work = self.get_object(request, object_id) if request.method in {"GET", "HEAD"} else None
        if work and self.has_view_permission(request, work) and not self.has_change_permission(request, work):
            view = RevisionView if work.binned_at else ReviewView
            return view.respond(self, request, object_id=object_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Work, form: Any, change: bool) -> None:
        """Save the work's own row if it has changed; write an audit entry if the work is new or has a new owner."""
        if change and not form.changes_own_row():
            return
        before = Work.objects.get_owner(obj.pk) if change else None
        super().save_model(request, obj, form, change)
        if change:
            revisions.write_owner_change(obj, obj.owner, before=before, by=signed_in_user(request))
        else:
            Event.objects.write(obj.kind, obj.uid, "added", by=signed_in_user(request))

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Sequence[BaseModelFormSet[Any, Any]], change: bool
    ) -> None:
        """Save the rows, then record the resulting document as a revision if it has changed.

        Raise TrialSaveError in a trial save.
        """
        form.save_m2m()
        form.save_related_names()
        # Sources come first, because passages refer to them.
        for formset in sorted(formsets, key=lambda rows: not isinstance(rows, SourceFormSet)):
            self.save_formset(request, form, formset, change=change)
        remember_review_date(request, form)
        self.abort_if_trial(request, form)
        self.after_rows_saved(request, form.instance, formsets)
        revision = revisions.record_revision(form.instance, by=signed_in_user(request), is_locked=change)
        save_remembered_review_date(request, form.instance)
        is_new = not change or revision.number != form.cleaned_data.get("base_revision")
        unchanged = "" if is_review_step(request) else f"No changes since revision {revision.number}."
        FORM_STATE.get(request).saved_message = f"Saved as revision {revision.number}." if is_new else unchanged

    def after_rows_saved(self, request: HttpRequest, work: Work, formsets: Sequence[Any]) -> None:
        """Do nothing. This hook is called after the rows are saved and before the revision is recorded."""

    def response_add(self, request: HttpRequest, obj: Work, post_url_continue: str | None = None) -> HttpResponse:
        return self._finish_save(request, obj)

    def response_change(self, request: HttpRequest, obj: Work) -> HttpResponse:
        return self._finish_save(request, obj)

    def _finish_save(self, request: HttpRequest, work: Work) -> HttpResponse:
        """Carry out the step chosen with the save, then redirect to the form or to the screen of that step."""
        next_step, next_url, saved = request.POST.get("_continue"), "", FORM_STATE.get(request).saved_message
        corrects = is_correction(request)
        if is_review_step(request):
            take_review_step(request, work, saved_message=saved)
        elif next_step == "publish":
            next_url = publish_and_report(
                request,
                work,
                change=ChangeNote(Change.CORRECTION if corrects else Change.UPDATE, request.POST.get("note", "")),
                with_questions=self.list_questions_to_publish(request, work),
            )
        else:
            messages.success(request, saved)
        if next_step == "send":
            next_url = work_address(work, "send_for_review")
        if next_step and next_step.startswith(PAGE_STEP):
            make_page_and_report(request, work, next_step.removeprefix(PAGE_STEP))
        if next_step in PICTURE_STEPS:
            parameters = {"next": work_address(work, "change"), "place": next_step.partition(":")[2]}
            next_url = f"{reverse('admin:media_image_choose')}?{urlencode(parameters)}"
        if next_step == "names" and request.user.has_perm("stories.confirm_names"):
            next_url = f"{reverse('admin:proposed_names')}?{urlencode({'next': work_address(work, 'change')})}"
        if next_step == "schedule" and request.user.has_perm("stories.publish_work"):
            next_url = f"{work_address(work, 'publish')}?when=later"
        if swapped := request.POST.get(SWAP_BUTTON):
            next_url = f"{work_address(work, 'change')}#rows-{swapped.partition('-')[0]}"
        return HttpResponseRedirect(next_url or change_address(work, corrects=corrects))

    def list_questions_to_publish(self, request: HttpRequest, work: Work) -> list[FAQ]:
        """Return an empty list. A subclass can return questions to publish together with the work."""
        return []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the form with what the page shows beside it, such as the status, the findings and any conflict."""
        state, form, user = FORM_STATE.get(request), context["adminform"].form, signed_in_user(request)
        formsets = [rows.formset for rows in context["inline_admin_formsets"]]
        if request.method == "GET" and fill_chosen_picture(request.GET, form, formsets):
            messages.info(request, "Picture chosen. Save to keep it.")
        conflict, text_conflicts = state.conflict, state.text_conflicts
        if conflict and not text_conflicts:
            text_conflicts = list_text_conflicts(conflict, DraftForm.read(form.data.dict(), obj, by=user))
        may_publish = request.user.has_perm("stories.publish_work")
        context |= {
            "formsets": {rows.formset.prefix: rows for rows in context["inline_admin_formsets"]},
            "parts_after_sections": PARTS_AFTER_SECTIONS,
            "suggestions": get_suggestions(self.kind),
            "suggested_articles": Article.objects.newest_with_outlets(MAX_ARTICLES),
            "may_publish": may_publish,
            "may_duplicate": obj is not None and self.has_add_permission(request),
            "may_confirm": request.user.has_perm("stories.confirm_names"),
            "name_kinds": NAME_KINDS,
            "usual_kinds": USUAL_KINDS,
            "may_bin": request.user.has_perm("stories.bin_work"),
            "conflict": conflict,
            "text_conflicts": text_conflicts,
            "is_merged": bool(state.text_conflicts),
            "newer_save_note": state.merge_notice,
            "corrects": is_correction(request),
        }
        if obj:
            at = request_time(request)
            preflight = load_preflight(obj, at=at, shown_to=user)
            newest = preflight.newest
            document = newest.document.value() if newest else None
            status = get_publication_status(obj)
            context |= {
                "publication_status": status,
                "newest": newest,
                "duplicated_from": _find_original(obj) if status == "draft" else None,
                "review": build_review_panel(obj, newest, user=user, at=at) if newest else None,
                "pending_schedules": preflight.pending,
                "public_url": reverse(obj.kind, args=[obj.public_slug]) if obj.public_slug else "",
                "preview_url": work_address(obj, "preview"),
                "may_share": request.user.has_perms(
                    (shared_previews.SHARE_PERMISSION, shared_previews.get_edit_permission(obj))
                ),
                "findings": _attach_field_ids(preflight.findings, formsets),
                "comments_panel": build_form_panel(request, obj, document, formsets),
                **get_presence_context(obj, by=user, at=at),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)


def _find_original(work: Work) -> tuple[Work, str] | None:
    """Return the work from which this one was duplicated, with its title, or None."""
    original = Work.objects.with_uid(work.duplicated_from) if work.duplicated_from else None
    return (original, get_title(original)) if original else None


def _attach_field_ids(findings: checks.Findings, formsets: list[Any]) -> list[tuple[checks.Finding, str]]:
    """Return each finding with the id of its field on this form."""
    rows = list_form_rows(formsets)
    return [(finding, field_id(finding.anchor, rows)) for finding in findings]


@admin.register(FAQ)
class QuestionAdmin(WorkChangeListMixin, WorkAdmin):
    """Admin for questions."""

    form = QuestionForm
    change_form_template = "admin/stories/faq/form.html"
    inlines = (AnswerRows, TopicRows, ImageRows, SourceRows)
    list_display = ("title", "stands", "asked_in", "saved", "owned_by")
    list_filter = (*WorkChangeListMixin.list_filter, ShortAnswerFilter)
    search_fields = ("question",)
    kind = WorkKind.QUESTION
    ordering: ClassVar = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        """Add the URL of the list of answers that expire."""
        expiring = self.admin_site.admin_view(ExpiringAnswersView.as_view(model_admin=self))
        return [path("expiring/", expiring, name="stories_faq_expiring"), *super().get_urls()]

    @admin.display(description="Asked in")
    def asked_in(self, faq: FAQ) -> str:
        count = faq.asked_count  # type: ignore[attr-defined]  # set by rows_for_page
        return f"{format_count(count)} {'story' if count == 1 else 'stories'}" if count else "no story"

    def rows_for_page(self, request: HttpRequest, rows: QuerySet[FAQ]) -> list[FAQ]:
        """Count the stories outside the trash that ask each question on the page."""
        return attach_counts(rows, "asked_count", FAQ.story_questions_outside_trash)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the form with the stories that ask the question."""
        context["asking_stories"] = find_stories_asking([obj.pk]).get(obj.pk, []) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(Story)
class StoryAdmin(WorkChangeListMixin, WorkAdmin):
    """Admin for stories; one form contains a whole story."""

    form = StoryForm
    change_form_template = "admin/stories/story/form.html"
    inlines = (
        SectionRows, PassageRows, ClaimRows, CellRows, KeyFigureRows, ForecastRows, QuestionRows, TopicRows, ImageRows, SourceRows,
    )  # fmt: skip
    list_display = ("title", "stands", "saved", "owned_by")
    search_fields = ("headline",)
    kind = WorkKind.STORY
    ordering: ClassVar = ("-pk",)

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of the search for what outlets say, and of the points found in the passages."""
        look = json_errors(LookView.as_view(model_admin=self))
        points = self.admin_site.admin_view(FoundPointsView.as_view(model_admin=self))
        unsaved = json_errors(UnsavedPointsView.as_view(model_admin=self))
        return [
            path("look/", look, name="stories_story_look_new"),
            path("<path:object_id>/look/", look, name="stories_story_look"),
            path("<path:object_id>/points/", points, name="stories_story_found_points"),
            path("<path:object_id>/points/form/", unsaved, name="stories_story_unsaved_points"),
            *super().get_urls(),
        ]

    def after_rows_saved(self, request: HttpRequest, work: Work, formsets: Sequence[Any]) -> None:
        """Record the first revision of each question that was created with the story, and add a message about it."""
        questions = next((rows for rows in formsets if isinstance(rows, StoryQuestionFormSet)), None)
        created = questions.created_questions() if questions else []
        for faq in created:
            revisions.record_revision(faq, by=signed_in_user(request), reason=f"Created for the story “{work}”"[:300])
        self.report_created_questions(request, created)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save the rows. Even in a trial save, remember which questions to publish with the story."""
        super().save_formset(request, form, formset, change)
        if isinstance(formset, StoryQuestionFormSet):
            FORM_STATE.get(request).questions_to_publish = {faq.uid for faq in formset.questions_to_publish()}

    def report_created_questions(self, request: HttpRequest, questions: list[FAQ]) -> None:
        """Add a message with a link for each question that was created with the story."""
        for faq in questions:
            link = reverse("admin:stories_faq_change", args=[faq.pk])
            self.message_user(
                request,
                format_html('Draft created for the question “<a href="{}">{}</a>”. It has no answers yet.', link, faq),
                messages.INFO,
            )

    def list_questions_to_publish(self, request: HttpRequest, work: Work) -> list[FAQ]:
        """Return the questions that the user ticked."""
        uids = FORM_STATE.get(request).questions_to_publish
        rows = work.story_questions.select_related("faq") if uids and isinstance(work, Story) else ()
        return [row.faq for row in rows if row.faq.uid in uids]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Render the form. Each question shows which other stories ask it, and whether its draft is ahead of its page.

        Preselect the questions that are ready to be published, unless the form was submitted.
        """
        formset = next(
            rows.formset for rows in context["inline_admin_formsets"] if isinstance(rows.formset, StoryQuestionFormSet)
        )
        known = [form.instance.faq_id for form in formset.forms if form.instance.faq_id]
        others = find_stories_asking(known, exclude=obj.pk if obj else None) if known else {}
        changed = publishing.list_changed_questions(obj, at=request_time(request)) if obj else []
        ready = _list_ready_questions(signed_in_user(request), changed, at=request_time(request))
        for form in formset.question_forms():
            form.other_stories = others.get(form.instance.faq_id, [])
            form.is_ahead = form.is_new or form.instance.faq in changed
            if not form.is_bound and not form.is_new:
                form.initial["goes_out"] = form.instance.faq_id in ready
        context["look_address"] = work_address(obj, "look") if obj else reverse("admin:stories_story_look_new")
        context["claim_kinds"] = KINDS
        if obj and can_find_points(obj.language):
            context["points_address"] = work_address(obj, "found_points")
            context["unsaved_points_address"] = work_address(obj, "unsaved_points")
        return super().render_change_form(request, context, add, change, form_url, obj)


def _list_ready_questions(user: User, questions: list[FAQ], *, at: datetime) -> set[int]:
    """Return the primary keys of the questions to preselect: last saved by ``user``, and ready to be published."""
    scheduled = find_scheduled(questions, at=at)
    undecided = [faq for faq in questions if faq.state != State.IN_REVIEW and faq.pk not in scheduled]
    newest = revisions.get_newest_revisions(undecided)
    approved = [faq.pk for faq in questions if faq.pk in newest and not describe_missing_approval(faq, newest[faq.pk])]
    own = {key: newest[key] for key in approved if newest[key].created_by_id == user.pk}
    rules = checks.load_house_rules()
    return {key for key, revision in own.items() if not checks.run_checks(revision.document.value(), rules).blocking()}
