"""Rows for the questions that a story asks."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from newsroom.accounts.models import User
from newsroom.accounts.permissions import signed_in_user
from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.name_fields import NameInput
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from newsroom.text.fold import fold
from stories.documents import AskedQuestion
from stories.drafts.references import get_or_create_question
from stories.models import FAQ, Story, StoryQuestion


class StoryQuestionForm(RowForm):
    """Form for a question, which is looked up by its text. For an unknown text in a new row, saving creates a draft."""

    question = forms.CharField(label="Question", max_length=300, widget=NameInput("question-names"))
    goes_out = forms.BooleanField(
        label="Publish with the story", required=False, help_text="Applies when you choose “Save and publish”."
    )
    rows: "StoryQuestionFormSet"
    created_question: FAQ | None = None
    # Shown beside the question: which other stories ask it, and whether its draft is ahead of its live edition.
    other_stories: Sequence[Story] = ()
    is_ahead: bool = False

    class Meta:
        model = StoryQuestion
        fields = ("teaser",)
        help_texts: ClassVar = {"teaser": ""}
        widgets: ClassVar = {"teaser": MarkdownEditor(rows=2)}

    def has_changed(self) -> bool:
        """Return whether the row changed; ticking it for publication does not count."""
        return bool(set(self.changed_data) - {"goes_out"})

    def clean_question(self) -> str:
        """Look up the question by its folded text, and set this story's wording if the typed text differs.

        Raise ValidationError if nothing is left of the text when it is folded.
        """
        words = " ".join(self.cleaned_data["question"].split())
        if "question" not in self.changed_data:
            return words
        if not fold(words):
            raise forms.ValidationError("Add the question.", code="empty")
        known = FAQ.objects.with_wording(words).outside_trash().first()
        if known:
            self.instance.faq = known
            self.instance.wording = "" if known.question == words else words
        elif not self.is_new:
            self.instance.wording = words
        return words

    def before_save(self) -> None:
        """If the question does not exist, create a draft with the teaser as its introduction."""
        if self.instance.faq_id is None:
            new_question = AskedQuestion(
                uid=uuid.uuid4(), question=self.cleaned_data["question"], teaser=self.cleaned_data["teaser"]
            )
            self.created_question, _ = get_or_create_question(new_question, work=self.rows.instance, by=self.rows.by)
            self.instance.faq = self.created_question
            self.instance.teaser = ""


class StoryQuestionFormSet(UidFormSet):
    unique_field = "question"
    by: ClassVar[User | None] = None

    def set_initial(self, form: RowForm) -> None:
        """Set the initial question, in the wording of this story, and show the usual teaser where it has none."""
        if not form.is_new:
            row: StoryQuestion = form.instance
            form.initial["question"] = row.wording or row.faq.question
            form.fields["teaser"].widget.attrs["placeholder"] = row.faq.usual_teaser

    def clean(self) -> None:
        """Add an error to a question that is asked twice."""
        seen: set[object] = set()
        for form in self.forms:
            if self.is_remaining(form) and "question" in form.cleaned_data:
                identity = form.instance.faq_id or fold(form.cleaned_data["question"])
                if identity in seen:
                    form.add_error("question", "This story already has this question.")
                seen.add(identity)

    def question_forms(self) -> list[StoryQuestionForm]:
        return [form for form in self.forms if isinstance(form, StoryQuestionForm)]

    def created_questions(self) -> list[FAQ]:
        """Return the questions that saving created."""
        return [form.created_question for form in self.question_forms() if form.created_question]

    def questions_to_publish(self) -> list[FAQ]:
        """Return the questions that are ticked for publication with the story."""
        return [
            form.instance.faq for form in self.forms if self.is_remaining(form) and form.cleaned_data.get("goes_out")
        ]


class QuestionRows(RowInline):
    """Inline for questions, in the order in which readers see them."""

    model = StoryQuestion
    form = StoryQuestionForm
    formset = StoryQuestionFormSet
    fk_name = "story"
    template = "admin/stories/rows/questions.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[StoryQuestion]:
        rows: QuerySet[StoryQuestion] = super().get_queryset(request)
        return rows.select_related("faq")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset class, which knows the user."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.by = signed_in_user(request)
        return formset
