"""The screens of stories: the list and the form."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from newsroom.accounts.models import User
from newsroom.accounts.permissions import person
from newsroom.http.clock import moment_of
from stories import checks, publishing
from stories.admin.forms import StoryForm
from stories.admin.lists import WorkList
from stories.admin.parts import AskedRows, PassageRows, PictureRows, SectionRows, SourceRows, TopicRows
from stories.admin.parts.asked import AskedFormSet
from stories.admin.works import WorkAdmin
from stories.drafts import revisions
from stories.drafts.publication_status import stories_asking, with_schedules
from stories.models import FAQ, State, Story, Work, WorkKind
from stories.publishing.review import what_is_missing


@admin.register(Story)
class StoryAdmin(WorkList, WorkAdmin):
    """Everything one story says, on one form."""

    form = StoryForm
    change_form_template = "admin/stories/story/form.html"
    shown_fields = (
        "headline", "headline_confirmed", "standfirst", "byline_names", "lead", "lead_alt", "lead_decorative",
        "lead_caption", "lead_credit", "method_note", "slug", "language", "owner", "cut_off", "note", "base_revision",
    )  # fmt: skip
    inlines = (SectionRows, PassageRows, AskedRows, TopicRows, PictureRows, SourceRows)
    list_display = ("title", "stands", "saved", "owned_by")
    search_fields = ("headline",)
    kind = WorkKind.STORY
    ordering: ClassVar = ("-pk",)

    def after_rows(self, request: HttpRequest, work: Work, formsets: Sequence[Any]) -> None:
        """Keep the first revision of each question that was made here, and say that it was made."""
        asked = next((rows for rows in formsets if isinstance(rows, AskedFormSet)), None)
        made = asked.made() if asked else []
        for faq in made:
            revisions.record(faq, by=person(request), reason=f"Made for the story “{work}”"[:300])
        self.tell_of_made(request, made)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Remember which questions go out with the story, also where the save is only tried."""
        super().save_formset(request, form, formset, change)
        if isinstance(formset, AskedFormSet):
            vars(request)["going_out"] = {faq.uid for faq in formset.going_out()}

    def tell_of_made(self, request: HttpRequest, questions: list[FAQ]) -> None:
        """Say which questions were made for the story, with the way to each."""
        for faq in questions:
            link = reverse("admin:stories_faq_change", args=[faq.pk])
            self.message_user(
                request,
                format_html('A draft was made of the question <a href="{}">{}</a>. It has no answers yet.', link, faq),
                messages.INFO,
            )

    def questions_going_out(self, request: HttpRequest, work: Work) -> list[FAQ]:
        """Return the questions that were ticked."""
        chosen: set[UUID] = vars(request).get("going_out", set())
        asked = work.story_questions.select_related("faq") if chosen and isinstance(work, Story) else ()
        return [row.faq for row in asked if row.faq.uid in chosen]

    def questions_ahead(self, work: Work, *, at: datetime) -> list[FAQ]:
        """Return the questions of which readers do not see what the desk says."""
        return publishing.changed_questions(work, at=at) if isinstance(work, Story) else []

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Say of each question which other stories ask it and whether readers see all of it."""
        asked = next(
            rows.formset for rows in context["inline_admin_formsets"] if isinstance(rows.formset, AskedFormSet)
        )
        known = [form.instance.faq_id for form in asked.forms if form.instance.faq_id]
        others = stories_asking(known, but=obj.pk if obj else None) if known else {}
        changed = publishing.changed_questions(obj, at=moment_of(request)) if obj else []
        ready = _ready_by(person(request), changed, at=moment_of(request))
        for form in asked.asked():
            form.others = others.get(form.instance.faq_id, [])
            form.is_ahead = form.is_new or form.instance.faq in changed
            if not form.is_bound and not form.is_new:
                form.initial["goes_out"] = form.instance.faq_id in ready
        return super().render_change_form(request, context, add, change, form_url, obj)


def _ready_by(user: User, questions: list[FAQ], *, at: datetime) -> set[int]:
    """Return the keys of the questions that this person saved last and that nothing keeps back: ticked beforehand."""
    scheduled = with_schedules(questions, at=at)
    free = [faq for faq in questions if faq.state != State.IN_REVIEW and faq.pk not in scheduled]
    newest = revisions.newest_of_each(free)
    approved = [faq.pk for faq in questions if faq.pk in newest and not what_is_missing(faq, newest[faq.pk])]
    own = {key: newest[key] for key in approved if newest[key].created_by_id == user.pk}
    rules = checks.house_rules()
    return {key for key, revision in own.items() if not checks.findings(revision.document.value(), rules).blocking()}
