"""Rows for the answers on a question page."""

from typing import Any, ClassVar

from django import forms

from newsroom.desk.forms.markdown import MarkdownEditor
from newsroom.desk.forms.rows import RowForm, RowInline, UidFormSet
from newsroom.text.fold import fold
from stories.documents.schema import ANSWER_STATES
from stories.models import Answer


class AnswerStateField(forms.ChoiceField):
    """The state of a question, which may be left empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "choices": [("", "No state"), *ANSWER_STATES.items()],
                "required": False,
                "label": "State",
                **kwargs,
            }
        )


class AnswerForm(RowForm):
    """Form for an answer: a narrower question, what is known about it, its state, and the days of its validity."""

    state = AnswerStateField(help_text="Only if it differs from the state of the question above.")

    class Meta:
        model = Answer
        fields = ("question", "state", "text", "as_of", "expires_on")
        help_texts: ClassVar = {
            "question": "One part of the question above, such as “Who pays?”.",
            "expires_on": "The last day on which it is valid.",
        }
        widgets: ClassVar = {
            "question": forms.TextInput(attrs={"dir": "auto"}),
            "text": MarkdownEditor(rows=4),
            "as_of": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "expires_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
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
