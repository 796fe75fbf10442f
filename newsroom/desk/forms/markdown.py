"""The Markdown editor of the desk: django-markdownx's widget with our own script, and the renderer of its preview."""

from collections.abc import Callable

from django import forms
from markdownx.widgets import AdminMarkdownxWidget

from newsroom.text.markdown import citation_numbers, render
from newsroom.text.size_limits import describe_excess


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


def validate_size(source: str) -> str:
    """Return the text. Raise ValidationError if it is too large for a page."""
    if excess := describe_excess([source]):
        raise forms.ValidationError(excess, code="excess")
    return source


def render_preview(source: str) -> str:
    """Return the HTML of a single text, in which citations keep the numbers that they have at the desk."""
    return render(source, numbers={number: number for number in citation_numbers(source)}, anchor="preview")
