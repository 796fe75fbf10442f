"""The Markdown editor of the desk: django-markdownx's widget with our own script, and the renderer of its preview."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from markdownx.widgets import AdminMarkdownxWidget

from newsroom.text.markdown import citation_numbers, render
from newsroom.text.size_limits import describe_excess


class References(NamedTuple):
    """How short references in texts outside works are shown and resolved for a user ``by``.

    ``shorten(text, by)`` returns a stored text as the form shows it. ``resolve(text, stored, by)`` returns a submitted
    text with uids, and a sentence about each unknown name; ``stored`` is the text from which the form was made.
    """

    shorten: Callable[[str, Any], str]
    resolve: Callable[[str, str, Any], tuple[str, list[str]]]


_references: list[References] = []


def register_references(references: References) -> None:
    """Register how ``MarkdownField`` shows and resolves short references."""
    _references[:] = [references]


class MarkdownTextarea(forms.Textarea):
    """A textarea for Markdown. ``shorten`` returns a stored text as people read and write it, with short references."""

    shorten: Callable[[str], str] | None = None

    def format_value(self, value: object) -> str | None:
        """Return the text to show."""
        text = super().format_value(value)
        return self.shorten(text) if self.shorten and text else text


class MarkdownEditor(MarkdownTextarea, AdminMarkdownxWidget):  # type: ignore[misc]  # markdownx ships no types
    """A textarea with a live preview. Without JavaScript, it is a plain textarea.

    The attributes ``data-markdownx-*`` tell our script the addresses, the delay and whether the editor can be resized.
    """

    template_name = "admin/desk/markdown.html"

    def __init__(self, *, rows: int = 5) -> None:
        super().__init__(attrs={"rows": rows, "cols": 66, "dir": "auto"})

    @property
    def media(self) -> forms.Media:
        """An empty Media: the package's script takes Tab and Ctrl+D and misses editors in rows that are added later."""
        return forms.Media()


class MarkdownField(forms.CharField):
    """A Markdown text outside works: stored with uids, and shown with short references.

    ``by`` is the user who edits it; DeskAdmin sets it. An unknown short name, and a text that is too large, are errors.
    """

    widget = MarkdownEditor
    by: Any = None
    _stored = ""

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        self._stored = form.get_initial_for_field(self, field_name) or ""
        return super().get_bound_field(form, field_name)

    def prepare_value(self, value: Any) -> Any:
        """Return the text to show."""
        for references in _references if value and self.by else ():
            value = references.shorten(value, self.by)
        return value

    def clean(self, value: Any) -> str:
        """Return the text to store."""
        text = validate_size(super().clean(value))
        for references in _references if self.by else ():
            text, errors = references.resolve(text, self._stored, self.by)
            if errors:
                raise forms.ValidationError(errors, code="unknown_name")
        return text

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the text differs from the one that was shown."""
        return super().has_changed(self.prepare_value(initial), data)


def validate_size(source: str) -> str:
    """Return the text. Raise ValidationError if it is too large for a page."""
    if excess := describe_excess([source]):
        raise forms.ValidationError(excess, code="excess")
    return source


def render_preview(source: str) -> str:
    """Return the HTML of a single text, in which citations keep the numbers that they have at the desk."""
    return render(source, numbers={number: number for number in citation_numbers(source)}, anchor="preview")
