"""Rows for the answers on a question page."""

from typing import ClassVar

from django import forms

from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from newsroom.text.fold import fold
from stories.models import Answer


class AnswerForm(RowForm):
    """Form for an answer: a narrower question, what is known about it, and an as-of date."""

    class Meta:
        model = Answer
        fields = ("question", "text", "as_of")
        help_texts: ClassVar = {"question": "One part of the question above, such as “Who pays?”."}
        widgets: ClassVar = {
            "question": forms.TextInput(attrs={"dir": "auto"}),
            "text": MarkdownEditor(rows=4),
            "as_of": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }


class AnswerFormSet(UidFormSet):
    unique_field = "question"

    def clean(self) -> None:
        """Add an error to a question that is answered twice."""
        seen: set[str] = set()
        for form in self.forms:
            if self.is_remaining(form) and (folded := fold(form.cleaned_data.get("question") or "")):
                if folded in seen:
                    form.add_error("question", "This question is already answered here.")
                seen.add(folded)


class AnswerRows(RowInline):
    """Inline for answers, in the order in which readers see them."""

    model = Answer
    form = AnswerForm
    formset = AnswerFormSet
    template = "admin/stories/rows/answers.html"
