"""The screens of common questions: the list and the form."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsroom.db.counts import counted, said
from stories.admin.forms import QuestionForm
from stories.admin.lists import WorkList
from stories.admin.parts import AnswerRows, PictureRows, SourceRows, TopicRows
from stories.admin.works import WorkAdmin
from stories.drafts.publication_status import stories_asking
from stories.models import FAQ, WorkKind


@admin.register(FAQ)
class QuestionAdmin(WorkList, WorkAdmin):
    """A common question with its answers, and the stories that ask it."""

    form = QuestionForm
    change_form_template = "admin/stories/faq/form.html"
    shown_fields = (
        "question", "question_confirmed", "introduction", "slug", "language", "owner", "cut_off", "note", "base_revision",
    )  # fmt: skip
    inlines = (AnswerRows, TopicRows, PictureRows, SourceRows)
    list_display = ("title", "stands", "asked_in", "saved", "owned_by")
    search_fields = ("question",)
    kind = WorkKind.QUESTION
    ordering: ClassVar = ("-pk",)

    @admin.display(description="Asked in")
    def asked_in(self, faq: FAQ) -> str:
        """Say how many stories ask it."""
        count = faq.asked_count  # type: ignore[attr-defined]  # counted by the query
        return f"{said(count)} {'story' if count == 1 else 'stories'}" if count else "no story"

    def shown(self, request: HttpRequest, rows: QuerySet[FAQ]) -> list[FAQ]:
        """Count the stories on the desk that ask each question of a page."""
        return counted(rows, "asked_count", FAQ.asked_on_the_desk)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """Say which stories ask it."""
        context["asked_by"] = stories_asking([obj.pk]).get(obj.pk, []) if obj else []
        return super().render_change_form(request, context, add, change, form_url, obj)
