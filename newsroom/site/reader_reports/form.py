"""The form for readers to report an error."""

import unicodedata
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from newsroom.site.reader_reports.models import EMAIL_DAYS

_TOO_LONG = _("Use at most %(limit_value)d characters.")
_REMOVED_CATEGORIES = frozenset({"Cc", "Cs"})


class PlainTextField(forms.CharField):
    """A field for plain text.

    It normalises line endings, and removes surrogates and all control characters except tabs and line feeds.
    """

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        messages = {"max_length": _TOO_LONG, **kwargs.pop("error_messages", {})}
        super().__init__(max_length=max_length, error_messages=messages, **kwargs)

    def to_python(self, value: object) -> str:
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        allowed = (each for each in text if each in "\n\t" or unicodedata.category(each) not in _REMOVED_CATEGORIES)
        return super().to_python("".join(allowed)) or ""


def _make_textarea(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows, "dir": "auto"})


class ReportForm(forms.Form):
    """Form for a reader report on a page. ``page`` and ``edition`` identify the page that was read.

    ``subject`` is hidden from people, so only programs fill it in.
    """

    page = PlainTextField(
        label=_("Which page"),
        required=False,
        max_length=1_000,
        widget=forms.TextInput({"dir": "auto"}),
        help_text=_("Its address or headline."),
    )
    edition = forms.CharField(required=False, widget=forms.HiddenInput)
    sentence = PlainTextField(
        label=_("Which sentence"),
        required=False,
        max_length=1_000,
        widget=_make_textarea(3),
        help_text=_("Optional. Paste the sentence, if there is one."),
    )
    problem = PlainTextField(
        label=_("What is wrong"),
        max_length=2_000,
        widget=_make_textarea(5),
        error_messages={"required": _("Tell us what is wrong.")},
    )
    source = PlainTextField(
        label=_("Evidence"),
        required=False,
        max_length=1_000,
        widget=forms.TextInput({"dir": "auto"}),
        help_text=_("Optional. A link, document or name."),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "dir": "ltr"}),
        help_text=format_lazy(
            _("Optional. Only if you are happy for us to reply. Seen by editors only; deleted after {days} days."),
            days=EMAIL_DAYS,
        ),
        error_messages={"invalid": _("Enter an e-mail address, such as name@example.org."), "max_length": _TOO_LONG},
    )
    subject = forms.CharField(
        label=_("Leave this empty"), required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"})
    )

    @property
    def is_spam(self) -> bool:
        """Whether the hidden field was filled in."""
        return bool(self.data.get("subject"))
