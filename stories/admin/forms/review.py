"""The forms for sending a page for review and for returning it to its writer."""

from collections.abc import Iterable
from typing import Any

from django import forms

from newsroom.accounts.models import User
from stories.publishing.review import NoReasonError

MAX_REASON_LENGTH = 5_000


class SendForReviewForm(forms.Form):
    """Form for the reviewer, one of ``reviewers`` or anyone, and for a note to the reviewer."""

    review_to = forms.ChoiceField(label="Reviewer", required=False)
    review_note = forms.CharField(
        label="Note",
        required=False,
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        help_text="Optional. The reviewer sees it above the form.",
    )

    def __init__(self, *args: Any, reviewers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reviewers = {str(each.pk): each for each in reviewers}
        self.fields["review_to"].choices = [  # type: ignore[attr-defined]  # a field with choices
            ("", "Anyone"),
            *((key, str(each)) for key, each in self._reviewers.items()),
        ]

    @property
    def reviewer(self) -> User | None:
        """The chosen reviewer of a valid form, or None for anyone."""
        return self._reviewers.get(self.cleaned_data["review_to"])


class SendRevisionForm(SendForReviewForm):
    """Form for sending saved text; ``seen`` is the number of the revision that is sent."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Form for the reason for which a page is returned; ``seen`` and ``state`` are what the user saw."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason",
        max_length=MAX_REASON_LENGTH,
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
        error_messages={"required": str(NoReasonError())},
    )
