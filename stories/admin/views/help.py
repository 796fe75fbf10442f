"""The *Help* page: how the desk works, and its keyboard shortcuts."""

from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


@dataclass(frozen=True, slots=True)
class Key:
    """A keyboard shortcut and its effect; ``on_a_mac`` is the shortcut on a Mac if it differs."""

    keys: str
    does: str
    on_a_mac: str = ""


COMBINED = (
    Key("Ctrl+S", "Save", "Cmd+S"),
    Key("Ctrl+Shift+Enter", "Save and publish, as the button does", "Cmd+Shift+Enter"),
    Key("Ctrl+Alt+M", "Comment, on the words that are marked", "Cmd+Option+M"),
    Key("F8", "Go to the next finding"),
    Key("Alt+Page down", "Go to the next section, passage, question or other row", "Option+Page down"),
    Key("Alt+Page up", "Go to the one before", "Option+Page up"),
)
PLAIN = (
    Key("?", "Show this list"),
    Key("p", "Preview"),
    Key("c", "Comment"),
    Key("n", "Go to the next finding"),
    Key("s", "Go to the next section or other row"),
    Key("Shift+S", "Go to the one before"),
)
WRITING = (
    Key("Ctrl+B", "Bold", "Cmd+B"),
    Key("Ctrl+I", "Italic", "Cmd+I"),
    Key("Ctrl+K", "Link", "Cmd+K"),
    Key("[[", "Link to a story, a question or a topic by its name"),
    Key("[@", "Cite a source of this work"),
    Key("Shift+Tab", "From a text into its toolbar; arrows walk there, Esc leads back"),
    Key("Ctrl+Z", "Take back, whatever was typed, pasted or put in", "Cmd+Z"),
    Key("Ctrl+Shift+V", "Paste as plain text", "Cmd+Shift+V"),
)


def help_page(request: HttpRequest) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": "Help",
        "combined": COMBINED,
        "plain": PLAIN,
        "writing": WRITING,
    }
    return TemplateResponse(request, "admin/help.html", context)
