"""The Markdown editor of the desk: django-markdownx's widget with our own script, preview and permissions."""

from django import forms
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_POST
from markdownx.widgets import AdminMarkdownxWidget

from newsroom.desk.responses import json_refusal, json_refusal_for
from newsroom.text.markdown import citation_numbers, render
from newsroom.text.size_limits import describe_excess


class MarkdownEditor(AdminMarkdownxWidget):  # type: ignore[misc]  # markdownx ships no types
    """A textarea with a preview on demand. Without JavaScript, it is a plain textarea."""

    template_name = "admin/desk/markdown.html"

    def __init__(self, *, rows: int = 5) -> None:
        super().__init__(attrs={"rows": rows, "cols": 66, "dir": "auto"})

    @staticmethod
    def add_markdownx_attrs(attrs: dict[str, object]) -> dict[str, object]:
        """Return the attributes without markdownx's addresses and delay, because its script is not used."""
        return {**attrs, "class": "markdownx-editor"}

    @property
    def media(self) -> forms.Media:
        """An empty Media: the form has one script for all editors, including editors in rows that are added later."""
        return forms.Media()


def validate_size(source: str) -> str:
    """Return the text. Raise ValidationError if it is too large for a page."""
    if excess := describe_excess([source]):
        raise forms.ValidationError(excess, code="excess")
    return source


def render_preview(source: str) -> str:
    """Return the HTML of a single text, in which citations keep the numbers that they have at the desk."""
    return render(source, numbers={number: number for number in citation_numbers(source)}, anchor="preview")


@require_POST
def preview(request: HttpRequest) -> JsonResponse:
    """Return the posted Markdown as HTML, as readers would see it but with the citation numbers of the desk.

    Errors are JSON with a message, because a redirect to the sign-in page would be shown as the preview.
    """
    if refusal := json_refusal_for(request):
        return refusal
    source = request.POST.get("content", "")
    if excess := describe_excess([source]):
        return json_refusal(excess, status=413)
    return JsonResponse({"html": render_preview(source)})
